# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member who may only moderate has a desk of posts and nothing else; one who does not moderate sees no posts. Both are told by address, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.core.custody import Action
from ombuds.core.errors import EntryRefused, NotSealedForThis
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.prepare import propose_update
from tests.desk.campaigns import Running, begin
from tests.desk.desks import institution, opened, update
from tests.desk.screens import Browser, browser_at

WITHOUT: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "charter")
PLACES = re.compile(r'<nav class="places".*?</nav>', re.DOTALL)


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[Running]:
    """A campaign at a desk of five: mona only moderates, and pavel does everything else."""
    with institution(tmp_path, names=("anna", "boris", "vera", "mona", "pavel"), mona=("moderate",), pavel=WITHOUT) as world:
        yield begin(world)


@pytest.fixture
def mona(mixed: Running) -> Browser:
    """The browser of a member who only moderates."""
    return browser_at(mixed.world, mixed.world["mona"])


@pytest.fixture
def pavel(mixed: Running) -> Browser:
    """The browser of a member who does not moderate."""
    return browser_at(mixed.world, mixed.world["pavel"])


def test_a_desk_of_posts_offers_three_places(mixed: Running, mona: Browser) -> None:
    """Today, Campaigns and Members are there, and no case, search, approval or draft."""
    mixed.posts(1)
    page = mona.open("/").text
    places = PLACES.findall(page)[0]
    assert (re.findall(r'href="([^"]+)"', places), "1 post waits for your ruling." in page) == (["/", "/campaigns", "/members"], True)


def test_no_report_and_no_case_comes_to_a_desk_of_posts(mixed: Running, mona: Browser) -> None:
    """Reports, cases and drafts of others are neither fetched nor sealed to it, and its looks find no trouble."""
    world = mixed.world
    opened(world, world.source())
    world.source().reports("Another one.")
    proposal = propose_update(world["anna"], update())
    troubles = world.sync("mona")["mona"].troubles
    desk = world["mona"]
    with pytest.raises(NotSealedForThis):
        read_enclosure(desk, desk.vault.proposal(proposal).seen)
    assert (troubles, desk.vault.report_ids(), desk.vault.matters(), "sealed" in mona.open("/").text) == ([], set(), [], False)


@pytest.mark.parametrize("path", ["/cases", f"/cases/{'a' * 32}", "/search", "/approve", "/publish", "/publish/campaign", "/published", "/renew"])
def test_what_a_moderator_may_not_do_is_refused_by_address(mona: Browser, path: str) -> None:
    """Each other screen answers with the role and where to go, to a look and to a form."""
    answers = [mona.open(path), mona.press(path, {})] if path != "/renew" else [mona.press(path, {})]
    kept = [(answer.status_code, "your role is to moderate posts, and nothing else" in answer.text) for answer in answers if answer.status_code != 405]
    assert kept and set(kept) == {(403, True)}


@pytest.mark.parametrize("path", ["batch", "wall"])
def test_a_moderator_signs_no_batch_by_address(mixed: Running, mona: Browser, path: str) -> None:
    """Neither proposing a batch nor choosing what is taken down is there for them."""
    assert mona.press(f"/campaigns/{mixed.id}/{path}", {}).status_code == 403


def test_a_campaign_has_no_button_that_only_fails(mixed: Running, mona: Browser) -> None:
    """With twenty accepted posts and a batch that waits, the screen of a moderator has posts, numbers and no other button."""
    mixed.accepts(mixed.posts(20))
    propose_next(mixed.world["anna"], mixed.id)
    mixed.world.sync("mona")
    page = mona.open(f"/campaigns/{mixed.id}").text
    main = page[page.index("<main") : page.index("</main>")]
    links = set(re.findall(r'href="(/[^"]+)"', main)) | set(re.findall(r'action="(/[^"]+)"', main))
    assert links == {"/campaigns", f"/campaigns/{mixed.id}/posts", f"/campaigns/{mixed.id}/ruled", "/fetch"}
    assert "members who publish do" in main and "Approve" not in mona.open("/").text and "/publish/campaign" not in mona.open("/campaigns").text


def test_a_moderator_rules_and_their_desk_settles(mixed: Running, mona: Browser) -> None:
    """Their ruling counts as one of two, and after the batch their desk holds no posts and counts the same number."""
    sent = mixed.posts(20)
    for each in sent:
        mona.press(f"/campaigns/{mixed.id}/rule", {"shown": each.id, f"do-{each.id}": "accept", "do": "rule"})
    mixed.rules("boris", sent)
    mixed.world.sync()
    mixed.publishes()
    desk = mixed.world["mona"]
    assert (len(wall(desk, campaign(desk, mixed.id)).posts), {desk.vault.posts.line(mixed.id, each.id).post for each in sent}) == (20, {None})


def test_who_does_not_moderate_sees_no_posts(mixed: Running, pavel: Browser) -> None:
    """The desk holds no post, Today asks for no ruling, and the campaign says who moderates."""
    mixed.posts(2)
    page = pavel.open(f"/campaigns/{mixed.id}").text
    asks = "for your ruling" in pavel.open("/").text + pavel.open("/campaigns").text + page
    assert (mixed.world["pavel"].vault.posts.known(mixed.id), asks, "You do not moderate at this desk." in page) == (set(), False, True)
    assert "Not decided yet" not in page and "Propose this batch" not in page and "mona" in page


@pytest.mark.parametrize("path", ["posts", "ruled", "posts/POST/alike", "posts/POST/cover"])
def test_who_does_not_moderate_is_told_by_address(mixed: Running, pavel: Browser, path: str) -> None:
    """Each screen of moderation answers that this member does not moderate."""
    (one,) = mixed.posts(1)
    answer = pavel.open(f"/campaigns/{mixed.id}/{path.replace('POST', one.id)}")
    assert (answer.status_code, "You do not moderate at this desk." in answer.text) == (403, True)


def test_who_does_not_moderate_rules_over_nothing(mixed: Running, pavel: Browser) -> None:
    """A form that is sent all the same signs nothing."""
    (one,) = mixed.posts(1)
    said = [pavel.press(f"/campaigns/{mixed.id}/{path}", {"shown": one.id, f"do-{one.id}": "accept"}) for path in ("rule", f"posts/{one.id}/cover")]
    mixed.world.sync()
    assert (["You do not moderate" in each.text for each in said], mixed.world["anna"].vault.posts.rulings(mixed.id, one.id)) == ([True, True], {})


def test_a_batch_is_not_signed_by_a_desk_without_posts(mixed: Running, pavel: Browser) -> None:
    """Who publishes and does not moderate is told why this desk cannot check a batch, and is not asked on Today."""
    mixed.accepts(mixed.posts(20))
    proposal = propose_next(mixed.world["anna"], mixed.id)
    mixed.world.sync("pavel")
    with pytest.raises(EntryRefused, match="holds no posts"):
        approve(mixed.world["pavel"], proposal)
    assert "A batch of posts waits for your signature" not in pavel.open("/").text
    assert "your desk holds no posts" in pavel.open("/approve").text
