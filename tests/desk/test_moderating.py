# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moderation: two members rule over the same bytes, never over their own, and a batch holds what they accepted and nothing else (T26)."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.encoding import encode
from ombuds.core.errors import EntryRefused, NotHere, OrderWrong
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.publication import Place
from ombuds.core.wire_posts import NewPost
from ombuds.desk.campaign.campaigns import campaign, keep_moderation, moderation, wall
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.campaign.moderating import Decision, claim, rule
from ombuds.desk.release.approving import approve, asked
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import Aim, Chosen, Enclosure, propose_batch, propose_campaign
from ombuds.server.campaign.keeping import keep_post
from tests.core.pictures import said
from tests.desk.campaigns import Running, publish, text_of
from tests.desk.desks import World


def state(running: Running, member: str, post: str) -> str:
    """Where a post stands on one desk."""
    return running.world[member].vault.posts.line(running.id, post).state


def number(running: Running, member: str = "vera") -> int:
    """The number that one desk counts."""
    desk = running.world[member]
    return len(wall(desk, campaign(desk, running.id)).posts)


def test_every_member_gets_the_key(running: Running) -> None:
    """After the campaign is public, each desk opens its posts."""
    desks = running.world.desks.values()
    assert {moderation(desk, running.terms).recipient.text for desk in desks} == {running.terms.recipient}


def test_a_campaign_without_its_key_is_not_approved(world: World) -> None:
    """A campaign whose posts only its maker could open is refused by the other desks."""
    mine, other = Identity.generate(), Identity.generate()
    keep_moderation(world["anna"], mine)
    world["anna"].vault.keep_note(f"moderation:{mine.recipient.text}", other.seed)
    proposal = propose_campaign(world["anna"], text_of(recipient=mine.recipient.text))
    world.sync("boris")
    with pytest.raises(EntryRefused):
        approve(world["boris"], proposal)


def test_two_members_accept(running: Running) -> None:
    """One member's word leaves a post waiting; the second one accepts it, on every desk."""
    (one,) = running.posts(1)
    running.rules("anna", [one])
    running.world.sync()
    first = state(running, "vera", one.id)
    running.rules("boris", [one])
    running.world.sync()
    assert (first, state(running, "vera", one.id)) == ("waiting", "accepted")


def test_one_member_twice_is_one(running: Running) -> None:
    """A member who accepts twice is one member."""
    (one,) = running.posts(1)
    running.rules("anna", [one])
    running.rules("anna", [one])
    assert state(running, "anna", one.id) == "waiting"


def test_nobody_rules_over_their_own(running: Running) -> None:
    """A post that a member claims as their own is left to the others."""
    (one,) = running.posts(1)
    claim(running.world["anna"], running.id, one.id)
    with pytest.raises(OrderWrong):
        running.rules("anna", [one])
    assert one.id not in {line.id for line in running.world["anna"].vault.posts.for_me(running.id)}


def test_one_member_holds_a_post_back(running: Running) -> None:
    """A post that one member quarantines is in no batch, though two accepted it."""
    (one,) = running.posts(1)
    running.accepts([one])
    running.rules("vera", [one], "quarantine")
    running.world.sync()
    assert state(running, "anna", one.id) == "quarantined"


def test_a_ruling_can_be_changed_until_the_batch(running: Running) -> None:
    """Who quarantined a post may let it go, and who rejected one may accept it."""
    (one,) = running.posts(1)
    running.rules("anna", [one], "reject", "insult")
    running.rules("boris", [one], "reject", "insult")
    running.rules("boris", [one])
    running.rules("anna", [one])
    running.world.sync()
    assert state(running, "vera", one.id) == "accepted"


def test_a_batch_becomes_public(running: Running) -> None:
    """Twenty accepted posts become public when two members sign, and each desk counts twenty."""
    running.accepts(running.posts(20))
    running.publishes()
    assert {number(running, name) for name in running.world.desks} == {20}


def test_a_batch_with_photographs_becomes_public(running: Running) -> None:
    """Photographs go out as they were confirmed, under the hash that their posts name."""
    sent = running.posts(20, kind="photo")
    running.accepts(sent)
    running.publishes()
    picture = sent[0].pending.post.picture
    assert picture
    assert number(running) == 20


def test_nineteen_wait(running: Running) -> None:
    """With nineteen accepted posts no batch is proposed."""
    running.accepts(running.posts(19))
    with pytest.raises(EntryRefused):
        propose_next(running.world["anna"], running.id)


def test_what_one_member_accepted_is_not_in_a_batch(running: Running) -> None:
    """A batch holds the accepted posts alone, however many wait."""
    sent = running.posts(25)
    running.accepts(sent[:20])
    running.rules("anna", sent[20:])
    running.publishes()
    assert number(running) == 20


def test_a_planted_post_stops_a_batch(running: Running) -> None:
    """A batch into which its maker put a post that nobody else accepted is refused by the second desk."""
    sent = running.posts(21)
    running.accepts(sent[:20])
    anna = running.world["anna"]
    anna.vault.posts.set_state(running.id, sent[20].id, "accepted")
    proposal = propose_next(anna, running.id)
    running.world.sync("boris")
    with pytest.raises(EntryRefused):
        approve(running.world["boris"], proposal)


def test_a_padded_list_stops_a_batch(running: Running) -> None:
    """A list with a commitment of no post that waits is refused by the second desk."""
    running.accepts(running.posts(20))
    anna = running.world["anna"]
    seen = asked(anna, propose_next(anna, running.id)).publication
    assert seen is not None and seen.batch is not None
    batch = msgspec.structs.replace(seen.batch, posts=tuple(msgspec.structs.replace(ref, withdraw="0" * 64) for ref in seen.batch.posts))
    proposal = propose_batch(anna, Place(running.terms.wall, 1, ""), batch, seen.enclosure.chosen)
    running.world.sync("boris")
    with pytest.raises(EntryRefused):
        approve(running.world["boris"], proposal)


def test_posts_are_settled_after_their_batch(running: Running) -> None:
    """After a batch its posts are gone from the server and hold nothing on the desks."""
    sent = running.posts(20)
    running.accepts(sent)
    running.publishes()
    anna = running.world["anna"]
    with pytest.raises(NotHere):
        anna.vault.posts.pending(running.id, sent[0].id)
    assert anna.remote.post_ids(running.id).ids == ()


def test_rejections_are_counted(running: Running) -> None:
    """What two members rejected stands in the batch by its reason."""
    sent = running.posts(23)
    running.accepts(sent[:20])
    for name in ("anna", "boris"):
        running.rules(name, sent[20:], "reject", "advertising")
    running.world.sync()
    running.publishes()
    desk = running.world["vera"]
    last = wall(desk, campaign(desk, running.id)).last
    assert last is not None and [(each.reason, each.number) for each in last.rejected] == [("advertising", 3)]


def test_a_withdrawn_post_leaves_the_desks(running: Running) -> None:
    """A post that is taken back while it waits is forgotten by the desks."""
    (one,) = running.posts(1)
    running.takes_back(one)
    running.world.sync()
    with pytest.raises(NotHere):
        running.world["anna"].vault.posts.line(running.id, one.id)


def test_a_withdrawal_is_counted_by_the_next_batch(running: Running) -> None:
    """A public post that is taken back is missing from the number after the next batch, even of nothing else."""
    sent = running.posts(20)
    running.accepts(sent)
    running.publishes()
    running.takes_back(sent[0])
    running.publishes()
    assert number(running) == 19


def test_regions_show_from_twenty_on(running: Running) -> None:
    """Twenty posts of one region are shown as twenty; fewer would not be."""
    running.accepts([*running.posts(20, region=0), *running.posts(3, first=20, region=1)])
    running.publishes()
    desk = running.world["vera"]
    last = wall(desk, campaign(desk, running.id)).last
    assert last is not None and last.regions == (20, 0)


def test_junk_is_passed_over(running: Running) -> None:
    """A post that does not open is counted and holds nobody up."""
    junk = seal(b" " * 65536, [Recipient.parse(running.terms.recipient)])
    keep_post(running.world.parts, NewPost(1, random_id(), running.id, "0" * 64, junk))
    (one,) = running.posts(1)
    assert (spoilt(running.world["anna"], running.id), state(running, "anna", one.id)) == (1, "waiting")


def test_a_batch_is_judged_before_it_is_fetched(running: Running) -> None:
    """A desk that has not seen the posts of a batch does not sign it."""
    running.accepts(running.posts(20))
    proposal = propose_next(running.world["anna"], running.id)
    boris = running.world["boris"]
    for line in boris.vault.posts.lines(running.id, "accepted"):
        boris.vault.posts.forget(running.id, line.id)
    boris.vault.keep_proposal(running.world["anna"].vault.proposal(proposal).seen, boris.today)
    with pytest.raises(NotHere):
        approve(boris, proposal)


def test_the_same_post_is_not_in_two_batches(running: Running) -> None:
    """A maker who puts published posts into a second batch, under new salts, is refused."""
    sent = running.posts(40)
    running.accepts(sent[:20])
    running.publishes()
    running.accepts(sent[20:])
    anna = running.world["anna"]
    proposal = propose_next(anna, running.id)
    seen = asked(anna, proposal).publication
    assert seen is not None
    again = Chosen(sent[0].id, random_bytes(32))
    enclosure = Enclosure(1, "", "", "", seen.enclosure.files, None, None, b"", (again, *seen.enclosure.chosen[1:]))
    forged = msgspec.structs.replace(anna.vault.proposal(proposal).seen, enclosure=seal(encode(enclosure), [running.world["boris"].me.identity.recipient]))
    boris = running.world["boris"]
    boris.vault.keep_proposal(forged, boris.today)
    with pytest.raises(EntryRefused):
        approve(boris, proposal)


def test_a_decision_over_an_unknown_post_is_refused(running: Running) -> None:
    """A ruling over a post that is not here is not signed."""
    with pytest.raises(NotHere):
        rule(running.world["anna"], running.id, [Decision("f" * 32, "accept")])


def test_a_published_campaign_changes_its_text(running: Running) -> None:
    """A later version keeps the wall and the key; the number stays."""
    running.accepts(running.posts(20))
    running.publishes()
    text = msgspec.structs.replace(running.content, correction=said("One demand more."))
    publish(running.world, propose_campaign(running.world["anna"], text, Aim(running.id)))
    assert (campaign(running.world["vera"], running.id).version, number(running)) == (2, 20)
