# SPDX-License-Identifier: AGPL-3.0-or-later
"""T23: approvals are forged, copied, moved and replayed; each member counts once, for one act of one desk under one charter."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.charter import sign_charter
from ombuds.core.custody import PROPOSAL_TYPE, Proposal, Quorum, approve, propose
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, Signature, joined, sign
from ombuds.core.errors import AlreadyUsed, BadSignature, CharterRefused, NotAMember, NotEnough, NotThisApproval
from ombuds.core.keys import SigningKey
from ombuds.core.publication import Salted
from ombuds.core.wire import Approval, NewEntry
from ombuds.desk.release.approving import waiting
from ombuds.desk.release.judging import read_enclosure
from tests.core.builders import NAMES, TODAY, charter_of, desk_of, key_of
from tests.desk.desks import update
from tests.world import World

RULE = desk_of().charter.rule("publish", TODAY)
ANY = st.lists(st.sampled_from((*NAMES, "stranger")), max_size=6)


def _proposal(subject: str = "a", **changed: object) -> Proposal:
    proposal = propose(RULE, subject, "", {}, TODAY)
    return msgspec.structs.replace(proposal, **changed)


def _signed(proposal: Proposal, *names: str) -> Envelope:
    return joined(approve(proposal, key_of(name)) for name in names)


_PROPOSAL = _proposal()


@given(ANY)
def test_each_member_counts_once(names: list[str]) -> None:
    """However often anybody signs, and whoever else does, a quorum is made by as many different members as are needed."""
    envelope = joined([sign(PROPOSAL_TYPE, encode(_PROPOSAL)), *(approve(_PROPOSAL, key_of(name)) for name in names)])
    members = set(names) & set(NAMES)
    if len(members) < RULE.threshold:
        with pytest.raises(NotEnough):
            Quorum.of(envelope, RULE)
    else:
        assert Quorum.of(envelope, RULE).members == tuple(sorted(members))


def test_one_key_under_two_names_counts_once() -> None:
    """Whoever stands in a list under two names with one key signs once."""
    rule = replace(RULE, keys={"anna": key_of("anna").public, "also-anna": key_of("anna").public})
    with pytest.raises(NotEnough):
        Quorum.of(_signed(_PROPOSAL, "anna"), rule)


def test_one_key_under_two_key_ids_counts_once() -> None:
    """One signature that is handed in again under another member's key id is a wrong signature, not a second one."""
    once = _signed(_PROPOSAL, "anna")
    again = Signature(key_of("boris").public.key_id, once.signatures[0].sig)
    with pytest.raises(BadSignature):
        Quorum.of(msgspec.structs.replace(once, signatures=(*once.signatures, again)), RULE)


def test_no_charter_has_one_key_under_two_names() -> None:
    """A charter in which two names share a key is refused before anybody counts under it."""
    charter = charter_of()
    first, second, third = charter.members
    twice = msgspec.structs.replace(charter, members=(first, msgspec.structs.replace(second, key=first.key), third))
    with pytest.raises(CharterRefused):
        sign_charter(twice, *map(key_of, NAMES))


@pytest.mark.parametrize(
    "changed",
    [{"instance_id": "1" * 64}, {"charter": "2" * 64}, {"action": "open"}, {"action": "takedown"}, {"action": "charter"}],
    ids=["another desk", "another charter", "an opening", "a takedown", "a charter"],
)
def test_an_approval_for_something_else_does_not_count(changed: dict[str, str]) -> None:
    """Approvals by everybody for another desk, charter or act are none for this one."""
    with pytest.raises(NotThisApproval):
        Quorum.of(_signed(_proposal(**changed), *NAMES), RULE)


@pytest.mark.parametrize("changed", [{"subject": "b"}, {"prev": "c"}, {"nonce": "0" * 32}, {"parameters": msgspec.Raw(b'{"other":1}')}])
def test_signatures_cannot_be_moved(changed: dict[str, object]) -> None:
    """Signatures over one proposal, put under another that differs in a single field, are wrong ones."""
    signatures = _signed(_PROPOSAL, *NAMES).signatures
    moved = Envelope(PROPOSAL_TYPE, encode(msgspec.structs.replace(_PROPOSAL, **changed)), signatures)
    with pytest.raises(BadSignature):
        Quorum.of(moved, RULE)


def test_a_signature_under_another_kind_of_statement_does_not_count() -> None:
    """Members' signatures over the very bytes of a proposal, made for another kind of statement, are wrong ones."""
    other = sign("application/vnd.ombuds.objection+json", encode(_PROPOSAL), *map(key_of, NAMES))
    with pytest.raises(BadSignature):
        Quorum.of(msgspec.structs.replace(other, payloadType=PROPOSAL_TYPE), RULE)


def test_a_member_who_approves_twice_past_the_desk_counts_once(world: World) -> None:
    """An approval that one member hands in twice at the server is one approval on everybody's table."""
    proposal = world.desk.proposes(None, "anna", update())
    envelope = world["anna"].vault.proposal(proposal).seen.envelope
    world["anna"].remote.approve(Approval(envelope))
    world.sync()
    assert [[asked.approved_by for asked in waiting(world[name])] for name in ("anna", "boris", "vera")] == [[("anna",)]] * 3


def test_nobody_hands_in_an_approval_of_another(world: World) -> None:
    """A member who holds another member's signed approval cannot hand it in as an own one."""
    proposal = world.desk.proposes(None, "anna", update())
    envelope = world["anna"].vault.proposal(proposal).seen.envelope
    with pytest.raises(NotAMember):
        world["boris"].remote.approve(Approval(envelope))


def test_a_strangers_signature_is_no_second_one(world: World) -> None:
    """One member's approval beside a stranger's publishes nothing."""
    proposal = world.desk.proposes(None, "anna", update())
    seen = world["anna"].vault.proposal(proposal).seen
    desk = world["anna"]
    files = _files(world, proposal)
    forged = joined((seen.envelope, sign(PROPOSAL_TYPE, seen.envelope.payload, SigningKey.generate())))
    with pytest.raises(NotEnough):
        desk.remote.publish(NewEntry(forged, files))


def test_what_was_published_is_not_published_again(world: World) -> None:
    """The approvals of something public, handed in once more after its takedown, bring nothing back."""
    published = world.desk.publishes(None, together=["anna", "boris"])
    proposal = next(kept.seen for kept in world["anna"].vault.proposals(done=True))
    files = _files(world, proposal.hash)
    world.sync("boris")
    both = joined((proposal.envelope, world["boris"].vault.proposal(proposal.hash).seen.envelope))
    world.desk.takes_down(published, together=["anna", "vera"])
    lines = world.parts.public.record(fresh=True).size
    # The very same bytes are answered with where they stand; with one signature more it is a second use.
    third = joined((both, sign(PROPOSAL_TYPE, both.payload, world["vera"].key)))
    with pytest.raises(AlreadyUsed):
        world["anna"].remote.publish(NewEntry(third, files))
    assert world.parts.public.record(fresh=True).size == lines


def _files(world: World, proposal: str) -> tuple[Salted, ...]:
    return read_enclosure(world["anna"], world["anna"].vault.proposal(proposal).seen).files
