# SPDX-License-Identifier: AGPL-3.0-or-later
"""T11: somebody compares what is public before and after a post is taken back: one tile is gone, and nothing else has moved.

That it is gone at once, so that whoever watches the line too sees which post it was, is the promise of withdrawal; it is named
as a limit in THREATS.md.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from httpx2 import Response

from ombuds.core.keys import hash_of
from ombuds.core.posts import PostPicture
from ombuds.core.wire_posts import WallPost, WallPosts
from ombuds.server.campaign.keeping import take_back
from ombuds.server.campaign.slots import run_by_hand
from tests.core.pictures import JPEG
from tests.server.acts import hands, publish
from tests.server.campaigns import Campaign, Supporter, begin, send
from tests.server.institution import found
from tests.server.visits import looking_again

MINE = ("", "/wall?page=1", "/wall?page=2", "/wall?plain=1&page=1", "/wall?language=en&page=1", "/count", "/embed", "/count.json", "/share")
OTHERS = ("/en/", "/en/stories", "/en/ledger", "/en/press", "/en/feed.atom", "/en/feed.json", "/sitemap.xml", "/api/charter")
TILE = re.compile(r'<li class="tile">.*?</li>', re.DOTALL)
# What names a moment, and what follows from the bytes themselves.
TELLING, OF_BYTES = {"last-modified", "age", "expires"}, {"etag", "content-length"}
POSTS = 80


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    """A campaign with two pages of posts, at a server that looks for withdrawals at each visit."""
    here = found(tmp_path / "server")
    here.app.state.site = looking_again(here)
    campaign = begin(here)
    campaign.sent = [campaign.supporter(number) for number in range(POSTS)]
    for each in campaign.sent:
        send(here, each.new)
    campaign.leaves(campaign.sent)
    yield campaign
    here.parts.store.close()


def public(campaign: Campaign) -> dict[str, Response]:
    """What anybody can fetch about a campaign."""
    mine = [f"/{language}/campaigns/{campaign.id}{place}" for language in ("en", "ru") for place in MINE]
    browser = campaign.here.client()
    return {path: browser.get(path) for path in (*mine, *OTHERS, f"/api/walls/{campaign.terms.wall}/1?from=0", f"/api/walls/{campaign.terms.wall}/1?from=60")}


def headers(answer: Response, besides: set[str]) -> dict[str, str]:
    """The headers of an answer, but for some."""
    return {name.lower(): value for name, value in answer.headers.items() if name.lower() not in besides}


def test_one_is_gone_and_nothing_else_moved(campaign: Campaign) -> None:
    """Where the post stood its tile is missing and the others stand in their order; every other answer is the same to the byte, with its headers."""
    sentence, before = campaign.sent[17].pending.post.sentence, public(campaign)
    take_back(campaign.here.parts, campaign.sent[17].token)
    after, moved = public(campaign), list[str]()
    for path, answer in before.items():
        tiles, now = TILE.findall(answer.text), after[path]
        if [each for each in tiles if sentence not in each] != TILE.findall(now.text) or TILE.sub("", answer.text).split() != TILE.sub("", now.text).split():
            moved.append(path)
        besides = OF_BYTES if len(tiles) != len(TILE.findall(now.text)) or path in moved else set[str]()
        assert headers(answer, besides) == headers(now, besides) and not TELLING & set(headers(now, set()))
    assert sum(answer.text.count(sentence) for answer in before.values()) > 0 == sum(answer.text.count(sentence) for answer in after.values())
    # For other programs its place is empty, which says as much.
    assert [path.startswith("/api/walls/") for path in moved] == [True]


def test_the_answer_is_the_same_whatever_is_taken_back(campaign: Campaign) -> None:
    """Taking back what stands, what waits and what never was is answered alike, without a word and with the same headers."""
    (waiting,) = campaign.join(1)
    browser, tokens = campaign.here.client(), (campaign.sent[0].token, waiting.token, bytes(32))
    answers = [browser.post("/api/withdraw", json={"v": 1, "token": b64encode(token).decode()}) for token in tokens]
    assert len({(answer.status_code, answer.content, tuple(answer.headers.items())) for answer in answers}) == 1 and answers[0].status_code == 204


def test_a_picture_is_gone_from_caches_within_a_minute(campaign: Campaign) -> None:
    """A picture of a wall may be kept for a minute, as its page, and no longer; taken back, it is not here any more."""
    picture = PostPicture(hash_of(JPEG), hash_of(JPEG), 8, 8)
    bare = campaign.supporter(POSTS)
    post = msgspec.structs.replace(bare.pending.post, kind="photo", badge=None, picture=picture)
    shown = Supporter(msgspec.structs.replace(bare.pending, post=post), bare.new, bare.token)
    some = [*campaign.join(19), shown]
    files = campaign.files(some)
    posts = tuple(WallPost(file, (JPEG, JPEG) if name == shown.new.id else ()) for name, file in files.items())
    assert hands(campaign.here)[0].post(f"campaigns/{campaign.id}/wall", WallPosts(posts)).status_code == 204
    assert publish(campaign.here, campaign.drafted(campaign.batch(some, files))).status_code == 200
    run_by_hand(campaign.here.parts)
    browser, address = campaign.here.client(), f"/wall/{picture.large}.jpg"
    before = browser.get(address)
    take_back(campaign.here.parts, shown.token)
    assert (before.content, before.headers["cache-control"], browser.get(address).status_code) == (JPEG, "public, max-age=60, must-revalidate", 404)
