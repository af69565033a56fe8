# SPDX-License-Identifier: AGPL-3.0-or-later
"""Approvals count once, for one act, at one desk, under one charter, in time; one member is enough to stop (T05, T23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.custody import OBJECTION_TYPE, PROPOSAL_TYPE, Proposal, Quorum, approve, check_objection, object_to, propose
from ombuds.core.envelope import Envelope, Signature, joined, sign
from ombuds.core.errors import BadSignature, Expired, Malformed, NotAMember, NotEnough, NotThisApproval
from tests.core import builders as b

FIVE = ("anna", "boris", "carla", "dora", "emil")
DESK = b.desk_of(FIVE, 3)
RULE = DESK.charter.rule("publish", b.TODAY)
PROPOSAL = propose(RULE, "a" * 32, "", {"x": 1}, b.TODAY)


def _signed(*names: str, proposal: Proposal = PROPOSAL) -> Envelope:
    return joined(approve(proposal, b.key_of(name)) for name in names)


@pytest.mark.parametrize("names", [some for size in (3, 4, 5) for some in combinations(FIVE, size)])
def test_any_threshold_of_members_is_a_quorum(names: tuple[str, ...]) -> None:
    """Whichever three, four or five members sign, they are counted by name."""
    assert Quorum.of(_signed(*names), RULE).members == names


@pytest.mark.parametrize("names", [some for size in (1, 2) for some in combinations(FIVE, size)])
def test_fewer_are_not(names: tuple[str, ...]) -> None:
    """One or two of five members are too few where three are needed."""
    with pytest.raises(NotEnough):
        Quorum.of(_signed(*names), RULE)


@given(st.lists(st.sampled_from([*FIVE, "stranger", "former"]), min_size=1, max_size=12))
def test_a_quorum_is_three_different_members(names: list[str]) -> None:
    """However often and in whatever order people sign, a quorum arises exactly when three different members did."""
    enough = len(set(names) & set(FIVE)) >= 3
    try:
        assert set(Quorum.of(_signed(*names), RULE).members) == set(names) & set(FIVE)
    except NotEnough:
        assert not enough


def test_one_key_under_two_names_is_one_member() -> None:
    """A rule that lists one key under three names does not let its holder be three."""
    keys = {name: b.key_of("anna").public for name in ("anna", "anne", "annie")}
    with pytest.raises(NotEnough):
        Quorum.of(_signed("anna"), replace(RULE, keys=keys))


def test_one_signature_under_three_key_ids_is_one_member() -> None:
    """A signature repeated under invented key ids does not count again."""
    (own,) = _signed("anna").signatures
    envelope = Envelope(PROPOSAL_TYPE, _signed("anna").payload, (own, Signature("0" * 64, own.sig), Signature("1" * 64, own.sig)))
    with pytest.raises(NotEnough):
        Quorum.of(envelope, RULE)


def test_a_signature_under_another_members_key_id_is_refused() -> None:
    """A signature that claims to be of another member stops the count."""
    (own,) = _signed("anna").signatures
    forged = Signature(b.key_of("boris").public.key_id, own.sig)
    with pytest.raises(BadSignature):
        Quorum.of(Envelope(PROPOSAL_TYPE, _signed("anna").payload, (own, forged)), RULE)


MOVED = [
    pytest.param({"instance_id": "1" * 64}, id="another desk"),
    pytest.param({"charter": "1" * 64}, id="another charter"),
    pytest.param({"action": "takedown"}, id="another action"),
]


@pytest.mark.parametrize("change", MOVED)
def test_an_approval_holds_for_one_desk_charter_and_action(change: dict[str, str]) -> None:
    """A full quorum for something else is not one for this."""
    with pytest.raises(NotThisApproval):
        Quorum.of(_signed("anna", "boris", "carla", proposal=msgspec.structs.replace(PROPOSAL, **change)), RULE)


REPLAYED = [
    pytest.param({"instance_id": "1" * 64}, id="another desk"),
    pytest.param({"subject": "b" * 32}, id="another subject"),
    pytest.param({"prev": "1" * 64}, id="another predecessor"),
    pytest.param({"action": "takedown"}, id="another action"),
    pytest.param({"parameters": b.raw({"x": 2})}, id="other parameters"),
    pytest.param({"nonce": "1" * 32}, id="another nonce"),
    pytest.param({"expires": b.TODAY + timedelta(days=900)}, id="another day"),
]


@pytest.mark.parametrize("change", REPLAYED)
def test_signatures_cannot_be_moved_to_another_proposal(change: dict[str, object]) -> None:
    """The same signatures under a proposal that differs in one field do not fit."""
    moved = msgspec.structs.replace(_signed("anna", "boris", "carla"), payload=msgspec.json.encode(msgspec.structs.replace(PROPOSAL, **change)))
    rule = replace(RULE, instance_id=str(change.get("instance_id", RULE.instance_id)), action=change.get("action", "publish"))  # type: ignore[arg-type]
    with pytest.raises(BadSignature):
        Quorum.of(moved, rule)


def test_a_proposal_holds_on_its_last_day() -> None:
    """Approvals count until the end of the day they name."""
    assert Quorum.of(_signed(*FIVE), replace(RULE, today=PROPOSAL.expires)).proposal == PROPOSAL


def test_a_proposal_ends_after_its_last_day() -> None:
    """Approvals do not count on the day after."""
    with pytest.raises(Expired):
        Quorum.of(_signed(*FIVE), replace(RULE, today=PROPOSAL.expires + timedelta(days=1)))


def test_an_envelope_of_another_kind_is_no_approval() -> None:
    """A statement of another type with the same payload and members is refused."""
    with pytest.raises(NotThisApproval):
        Quorum.of(sign(OBJECTION_TYPE, _signed("anna").payload, *map(b.key_of, FIVE)), RULE)


def test_a_relabelled_signature_does_not_fit() -> None:
    """A signature made for an objection is not one for a proposal, even over the same bytes."""
    with pytest.raises(BadSignature):
        Quorum.of(b.retyped(sign(OBJECTION_TYPE, _signed("anna").payload, b.key_of("anna")), PROPOSAL_TYPE), RULE)


def test_a_proposal_in_a_second_spelling_is_refused() -> None:
    """Members' signatures over a proposal with a space in it do not count."""
    spaced = sign(PROPOSAL_TYPE, _signed("anna").payload.replace(b":1,", b": 1,", 1), *map(b.key_of, FIVE))
    with pytest.raises(Malformed):
        Quorum.of(spaced, RULE)


def test_two_proposals_alike_have_two_names() -> None:
    """The nonce tells two equal acts apart."""
    assert propose(RULE, "a" * 32, "", {}, b.TODAY).hash != propose(RULE, "a" * 32, "", {}, b.TODAY).hash


def test_one_member_is_enough_to_stop() -> None:
    """A single objection names its member, the proposal and the reason."""
    member, stop = check_objection(object_to(PROPOSAL, "look again", b.key_of("emil")), DESK.charter.instance_id, RULE.keys)
    assert (member, stop.proposal, stop.reason) == ("emil", PROPOSAL.hash, "look again")


def test_a_stranger_stops_nothing() -> None:
    """An objection by a key that is no member's is refused."""
    with pytest.raises(NotAMember):
        check_objection(object_to(PROPOSAL, "", b.key_of("stranger")), DESK.charter.instance_id, RULE.keys)


def test_an_objection_of_another_desk_stops_nothing() -> None:
    """An objection that a member made at another desk is refused."""
    elsewhere = object_to(msgspec.structs.replace(PROPOSAL, instance_id="1" * 64), "", b.key_of("anna"))
    with pytest.raises(NotThisApproval):
        check_objection(elsewhere, DESK.charter.instance_id, RULE.keys)
