# SPDX-License-Identifier: AGPL-3.0-or-later
"""T26, T05: a member who lays proposals about a campaign that hold together only in part removes no post, and holds up no desk."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.cards import OpenParameters
from ombuds.core.custody import Action, Proposal, approve, propose, read_proposal
from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id, random_bytes, random_id
from ombuds.core.sealing import padded
from ombuds.core.wire import Approval, NewProposal
from ombuds.desk.campaign.campaigns import keep_moderation, moderation
from ombuds.desk.fetch import sync
from ombuds.desk.pages.campaigns import asked_about
from ombuds.desk.parts import Desk
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.prepare import Chosen, Enclosure, propose_campaign
from ombuds.server.campaign.slots import run_by_hand
from tests.desk.campaigns import Running, begin, publish, text_of
from tests.world import World


@pytest.fixture
def running(world: World) -> Running:
    """A public campaign with twenty accepted posts."""
    made = begin(world)
    made.accepts(made.posts(20))
    return made


def lays(desk: Desk, proposal: Proposal, enclosure: bytes) -> None:
    """Let a member lay a proposal on the table that no desk would make."""
    desk.remote.propose(NewProposal(Approval(approve(proposal, desk.key)), enclosure))


def sealed(desk: Desk, enclosure: Enclosure) -> bytes:
    """An enclosure that every member can open."""
    return seal(padded(encode(enclosure)), [Recipient.parse(member.recipient) for member in desk.charter.charter.members])


def twin(desk: Desk, proposal: Hash) -> Proposal:
    """Another proposal of the very same act, which desks read before the true one."""
    true = read_proposal(desk.vault.proposal(proposal).seen.envelope)
    while (made := msgspec.structs.replace(true, nonce=random_id())).hash > proposal:
        continue
    return made


def empty(action: Action, desk: Desk, subject: Id) -> Proposal:
    """A proposal of another act about some subject."""
    parameters: object = OpenParameters(1, "anna", ("anna", "vera"), ()) if action == "open" else {}
    return propose(desk.rule(action), subject, "", parameters, desk.today + timedelta(days=80))


def test_a_second_proposal_of_a_batch_settles_no_other_posts(running: Running) -> None:
    """A member who lays the same batch once more, with other posts as those that it is made of, removes them from no desk and not from the server."""
    others, vera = running.posts(3, first=30), running.world["vera"]
    proposal = propose_next(running.world["anna"], running.id)
    sync(vera)
    true = read_enclosure(vera, vera.vault.proposal(proposal).seen)
    false = msgspec.structs.replace(true, chosen=tuple(Chosen(each.id, random_bytes(32)) for each in others))
    lays(vera, twin(vera, proposal), sealed(vera, false))
    publish(running.world, proposal)
    run_by_hand(running.world.parts)
    running.world.sync()
    running.world.sync()
    states = [[desk.vault.posts.line(running.id, each.id).state for each in others] for desk in running.world.desks.values()]
    listed = running.world["anna"].remote.post_ids(running.id, "").ids
    assert (states, {each.id for each in others} <= set(listed)) == ([["waiting"] * 3] * 3, True)


@pytest.mark.parametrize("action", ["open", "moderate", "charter"])
def test_another_act_about_a_wall_holds_up_no_desk(running: Running, action: Action) -> None:
    """A proposal of another act with a wall as its subject keeps no desk from settling a batch and fetching what comes next."""
    vera = running.world["vera"]
    lays(vera, empty(action, vera, running.terms.wall), sealed(vera, Enclosure(1, "", "", "", (), None, None)))
    running.publishes()
    (one,) = running.posts(1, first=40)
    found = running.world.sync("anna")["anna"]
    assert (found.troubles, running.world["anna"].vault.posts.line(running.id, one.id).state) == ([], "waiting")


def test_a_key_that_is_none_hides_no_true_key(world: World) -> None:
    """A member who encloses a key of a wrong length with a campaign keeps nobody's desk from the true key."""
    identity, anna, vera = Identity.generate(), world["anna"], world["vera"]
    keep_moderation(anna, identity)
    content = text_of(recipient=identity.recipient.text)
    proposal = propose_campaign(anna, content)
    sync(vera)
    true = read_enclosure(vera, vera.vault.proposal(proposal).seen)
    lays(vera, twin(vera, proposal), sealed(vera, msgspec.structs.replace(true, moderation=b"short")))
    publish(world, proposal)
    assert content.terms
    assert [moderation(world[name], content.terms).seed for name in ("boris", "vera")] == [identity.seed] * 2


def test_what_cannot_be_read_and_is_over_holds_up_nothing(running: Running) -> None:
    """A publication that no desk can open, and whose time is over, is no trouble at any later look."""
    vera = running.world["vera"]
    proposal = propose_next(running.world["anna"], running.id)
    sync(vera)
    lays(vera, msgspec.structs.replace(twin(vera, proposal), expires=vera.today), b"junk")
    running.world.sync()
    running.world.calendar.day += timedelta(days=2)
    running.world.sync()
    assert [each.troubles for each in running.world.sync().values()] == [[]] * 3


@pytest.mark.parametrize("days", [0, 80])
def test_a_proposal_of_another_day_keeps_nothing_that_was_taken_back(running: Running, days: int) -> None:
    """A member who names posts in a batch that nobody can sign any more, or not yet, keeps no photograph that its supporter took back."""
    anna, vera = running.world["anna"], running.world["vera"]
    (one,) = running.posts(1, first=60)
    true = read_proposal(vera.vault.proposal(propose_next(vera, running.id)).seen.envelope)
    late = msgspec.json.encode({**msgspec.json.decode(true.parameters), "day": str(vera.today + timedelta(days=days))})
    false = msgspec.structs.replace(true, parameters=msgspec.Raw(late), nonce=random_id(), expires=vera.today + timedelta(days=80))
    lays(vera, false, sealed(vera, Enclosure(1, "", "", "", (), None, None, b"", (Chosen(one.id, random_bytes(32)),))))
    running.world.calendar.day += timedelta(days=4 if not days else 0)
    running.takes_back(one)
    for _ in range(3):
        running.world.release()
        sync(anna)
    with pytest.raises(NotHere):
        anna.vault.posts.pending(running.id, one.id)
    assert [kept.seen.hash for kept in asked_about(anna, running.terms) if kept.seen.hash == false.hash] == []
