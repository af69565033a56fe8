# SPDX-License-Identifier: AGPL-3.0-or-later
"""T26: somebody plants a post, a stolen badge or an insult, or one member alone lets something onto a wall; two others look at every post."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.age import Recipient, seal
from ombuds.core.attachments import rung
from ombuds.core.campaign import Batch, PostRef, Rejected, Wall
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import EntryRefused, OrderWrong
from ombuds.core.keys import hash_of, random_bytes
from ombuds.core.posts import PostPicture, salted_post, waits_of
from ombuds.core.publication import Place, Salted
from ombuds.core.wire_posts import NewPost, WallPage, WallPost, WallPosts
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.campaign.moderating import claim
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import propose_batch
from ombuds.server.campaign.keeping import keep_post
from tests.core.pictures import JPEG
from tests.desk.campaigns import Running, Supporter, begin
from tests.world import World

STOLEN = "This is the badge of number 4711, and I know where he lives."
INSULT = "All of them are cowards."


@pytest.fixture
def running(world: World) -> Running:
    """A campaign with twenty accepted posts that leave next."""
    made = begin(world)
    made.accepts(made.posts(20))
    return made


def sentences(running: Running) -> list[str]:
    """What everybody reads on the wall."""
    address = f"/api/walls/{running.terms.wall}/1"
    page = decode(running.world.desks["anna"].remote._client.get(address).content, WallPage)
    return [msgspec.json.decode(post.content)["sentence"] for post in page.posts if post is not None]


def planted(running: Running, sentence: str) -> Supporter:
    """A post of somebody who means harm, as it reached the desks."""
    (one,) = running.posts(1, first=77, sentence=sentence)
    return one


@pytest.mark.parametrize("members", [("anna",), ("boris",), ("vera",), ()])
def test_one_member_alone_publishes_no_stolen_badge(running: Running, members: tuple[str, ...]) -> None:
    """A planted post that one member alone accepts, or nobody, is not in the batch that leaves."""
    one = planted(running, STOLEN)
    for member in members:
        running.rules(member, [one])
    running.world.sync()
    running.publishes()
    assert (STOLEN in sentences(running), len(sentences(running))) == (False, 20)


def test_one_member_keeps_it_out(running: Running) -> None:
    """A planted post that two members took for true stays off the wall when the third one quarantines it."""
    one = planted(running, STOLEN)
    running.accepts([one])
    running.rules("vera", [one], "quarantine")
    running.world.sync()
    running.publishes()
    assert STOLEN not in sentences(running)


def test_an_insult_is_counted_where_everybody_reads_it(running: Running) -> None:
    """A post that two members reject is not published; that there was one, and why, stands in the signed batch."""
    one = planted(running, INSULT)
    for member in ("anna", "boris"):
        running.rules(member, [one], "reject", "insult")
    running.world.sync()
    running.publishes()
    desk = running.world["vera"]
    last = wall(desk, campaign(desk, running.id)).last
    assert (INSULT in sentences(running), last and last.rejected) == (False, (Rejected("insult", 1),))


def test_nobody_rules_over_their_own(running: Running) -> None:
    """A member who posted leaves that post to the others."""
    one = planted(running, STOLEN)
    claim(running.world["boris"], running.id, one.id)
    with pytest.raises(OrderWrong, match="their own"):
        running.rules("boris", [one])


def test_a_desk_that_hides_whose_post_it_is_rules_alone(running: Running) -> None:
    """A member who does not claim a post of their own gives it one voice, which publishes nothing."""
    one = planted(running, STOLEN)
    running.rules("boris", [one])
    running.rules("boris", [one])
    running.world.sync()
    assert {running.world[name].vault.posts.line(running.id, one.id).state for name in running.world.desks} == {"waiting"}


def forged(running: Running) -> tuple[Place, Batch, Salted]:
    """A batch in which the last of twenty posts was put in the place of another by the member who proposes."""
    place = Place(running.terms.wall, 1, "")
    template = planted(running, STOLEN).pending
    files = [salted_post(place, msgspec.structs.replace(template.post, sentence=f"{STOLEN} {number}")) for number in range(20)]
    refs = sorted((PostRef(each.commitment, hash_of(random_bytes(32))) for each in files), key=lambda ref: ref.commitment)
    return place, Batch(1, running.id, tuple(refs)), files[0]


WRONG = {
    "a picture that is not the one it names": {"kind": "photo", "badge": None, "picture": PostPicture(hash_of(b"1"), hash_of(b"2"), 8, 8)},
    "a picture and a badge": {"picture": PostPicture(hash_of(JPEG), hash_of(JPEG), 8, 8)},
    "a later version of the text": {"version": 99},
    "another campaign": {"campaign": "0" * 32},
    "a rank group that nobody has": {"rank": 99},
    "a line that turns its direction": {"sentence": "I stand \u202ewith him."},
    "no sentence": {"sentence": "  "},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_spoilt_post_holds_up_nobody(running: Running, changed: dict[str, object]) -> None:
    """Somebody who seals a post that no browser of ours would make is counted by two desks, then forgotten; the posts beside it come to every desk."""
    template = running.post(50).pending
    bad = msgspec.structs.replace(template, post=msgspec.structs.replace(template.post, **changed), files=(JPEG, JPEG) if "picture" in changed else ())
    content = encode(bad)
    # Names that come before and behind every other: neither those after it nor those before it are lost.
    for name in ("0" * 32, "f" * 32):
        sealed = seal(content.ljust(rung(len(content))), [Recipient.parse(running.terms.recipient)])
        keep_post(running.world.parts, NewPost(1, name, running.id, waits_of(random_bytes(32)), sealed))
    honest = running.posts(3, first=60)
    desks = [running.world[name] for name in running.world.desks]
    # The second desk settles it, so that the server has nothing of it left for the third.
    assert [spoilt(desk, running.id) for desk in desks] == [2, 2, 0]
    assert all({each.id for each in honest} <= desk.vault.posts.known(running.id) for desk in desks)


def test_a_batch_that_nobody_moderated_is_not_signed(running: Running) -> None:
    """A member who proposes a batch of invented posts finds no second signature: each desk compares with what it ruled itself."""
    place, batch, _ = forged(running)
    proposal = propose_batch(running.world["anna"], place, batch, ())
    running.world.sync("boris")
    with pytest.raises(EntryRefused):
        approve(running.world["boris"], proposal)


def test_posts_that_were_handed_in_are_seen_by_nobody(running: Running) -> None:
    """A member who hands planted posts in without a signed batch shows them to nobody."""
    _, batch, file = forged(running)
    running.world["anna"].remote.hand_in(running.id, WallPosts((WallPost(file),)))
    answer = running.world["anna"].remote._client.get(f"/api/walls/{running.terms.wall}/1")
    assert answer.status_code == 404
    assert batch.posts


def test_the_number_cannot_be_padded(running: Running) -> None:
    """A post that stands on the wall already cannot be counted again."""
    running.publishes()
    desk = running.world["vera"]
    made: Wall = wall(desk, campaign(desk, running.id))
    assert made.last is not None
    with pytest.raises(EntryRefused, match="twice"):
        made.take(made.last)


def test_rejections_are_not_talked_away(running: Running) -> None:
    """A later batch cannot count fewer rejected posts than an earlier one."""
    one = planted(running, INSULT)
    for member in ("anna", "boris"):
        running.rules(member, [one], "reject", "insult")
    running.world.sync()
    running.publishes()
    desk = running.world["vera"]
    made = wall(desk, campaign(desk, running.id))
    with pytest.raises(EntryRefused, match="go back"):
        made.take(Batch(1, running.id, tuple(sorted((PostRef(hash_of(b"%d" % n), hash_of(b"w%d" % n)) for n in range(20)), key=lambda ref: ref.commitment))))


def test_a_proposal_waits_for_the_second_member(running: Running) -> None:
    """With one signature a batch is public to nobody."""
    propose_next(running.world["anna"], running.id)
    running.world.sync()
    assert running.world["anna"].record.head(running.terms.wall) is None
