# SPDX-License-Identifier: AGPL-3.0-or-later
"""Enough members: proposals, approvals, objections, and the Quorum that only counting can make.

A proposal names one exact act. An approval is a member's signature over the proposal's bytes, so it cannot be moved to
another act, another desk or another charter (T23). ``Quorum.of`` counts distinct raw keys, never key ids. It does not
remember which proposals were used: the record and the server do that, by nonce. See spec/custody.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import Expired, NotAMember, NotEnough, NotThisApproval
from ombuds.core.keys import Hash, Id, MemberName, PublicKey, SigningKey, random_id

PROPOSAL_TYPE = "application/vnd.ombuds.proposal+json"
OBJECTION_TYPE = "application/vnd.ombuds.objection+json"

Action = Literal["open", "publish", "takedown", "destroy", "moderate", "charter"]


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exact act that members may approve. ``parameters`` is a struct of the room that carries the act out."""

    v: Literal[1]
    instance_id: Hash
    charter: Hash
    action: Action
    subject: str
    prev: str
    parameters: msgspec.Raw
    nonce: Id
    expires: date

    @property
    def hash(self) -> Hash:
        """The SHA-256 of the proposal's bytes; members, desks and server name the proposal by it."""
        return sign(PROPOSAL_TYPE, encode(self)).hash


class Objection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member's stop to one proposal; one is enough until release."""

    v: Literal[1]
    instance_id: Hash
    proposal: Hash
    reason: str


@dataclass(frozen=True)
class Rule:
    """What the charter in force asks for one action on one day: how many of which keys."""

    instance_id: Hash
    charter: Hash
    action: Action
    threshold: int
    keys: Mapping[str, PublicKey]
    today: date


@dataclass(frozen=True)
class Quorum:
    """A proposal that enough members signed. Made by ``of`` alone."""

    proposal: Proposal
    members: tuple[str, ...]
    envelope: Envelope

    @classmethod
    def of(cls, approvals: Envelope, rule: Rule) -> Quorum:
        """Count the approvals of one proposal under the rule.

        Raises NotThisApproval (other desk, charter or action), Expired, BadSignature, Malformed, NotEnough.
        """
        proposal = read_proposal(approvals)
        check_addressed(proposal, rule)
        members = signers(approvals, PROPOSAL_TYPE, rule.keys)
        if len(members) < rule.threshold:
            raise NotEnough(f"{len(members)} of {rule.threshold}")
        return cls(proposal, members, approvals)


def propose(rule: Rule, subject: str, prev: str, parameters: object, expires: date) -> Proposal:
    """Write a proposal for the rule's action with a fresh nonce."""
    return Proposal(
        v=1,
        instance_id=rule.instance_id,
        charter=rule.charter,
        action=rule.action,
        subject=subject,
        prev=prev,
        parameters=msgspec.Raw(encode(parameters)),
        nonce=random_id(),
        expires=expires,
    )


def approve(proposal: Proposal, key: SigningKey) -> Envelope:
    """Sign the exact proposal."""
    return sign(PROPOSAL_TYPE, encode(proposal), key)


def read_proposal(approvals: Envelope) -> Proposal:
    """Read the proposal under the approvals, signatures not yet counted. Raises Malformed, NotThisApproval."""
    if approvals.payloadType != PROPOSAL_TYPE:
        raise NotThisApproval("not a proposal")
    return decode_canonical(approvals.payload, Proposal)


def check_addressed(proposal: Proposal, rule: Rule) -> None:
    """Check that the proposal is for this desk, charter, action and day. Raises NotThisApproval, Expired."""
    if proposal.instance_id != rule.instance_id:
        raise NotThisApproval("another desk")
    if proposal.charter != rule.charter:
        raise NotThisApproval("another charter")
    if proposal.action != rule.action:
        raise NotThisApproval("another action")
    if proposal.expires < rule.today:
        raise Expired


def object_to(proposal: Proposal, reason: str, key: SigningKey) -> Envelope:
    """Stop a proposal, signed by one member."""
    return sign(OBJECTION_TYPE, encode(Objection(v=1, instance_id=proposal.instance_id, proposal=proposal.hash, reason=reason)), key)


def check_objection(objection: Envelope, instance_id: Hash, keys: Mapping[str, PublicKey]) -> tuple[MemberName, Objection]:
    """Return who stopped which proposal. Raises Malformed, BadSignature, NotAMember, NotThisApproval."""
    members = signers(objection, OBJECTION_TYPE, keys)
    if not members:
        raise NotAMember
    stop = decode_canonical(objection.payload, Objection)
    if stop.instance_id != instance_id:
        raise NotThisApproval("another desk")
    return members[0], stop
