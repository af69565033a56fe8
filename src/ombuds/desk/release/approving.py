# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of this member, with everything needed to judge it; and the member's answer.

A desk signs only what it has checked itself (judging.py for publications, casework/opening.py for openings); one that
cannot judge an act cannot approve it. One refusal stops a proposal (T05). It carries nothing out: send.py and opening.py
do. See spec/custody.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import msgspec

from ombuds.core.cards import OpenParameters
from ombuds.core.custody import PROPOSAL_TYPE, Action, Proposal, object_to, read_proposal
from ombuds.core.custody import approve as sign
from ombuds.core.encoding import convert
from ombuds.core.envelope import Envelope, joined, signers
from ombuds.core.errors import AlreadyUsed, BadBytes, NotThisApproval, OmbudsError, OrderWrong, Stopped
from ombuds.core.keys import Hash
from ombuds.core.wire import Approval
from ombuds.desk.casework.opening import approve_opening, read_opening
from ombuds.desk.casework.renewing import approve_renewal, read_renewal
from ombuds.desk.casework.team import check_takes_part
from ombuds.desk.kept import Answered, KeptProposal
from ombuds.desk.parts import Desk
from ombuds.desk.release.judging import Publication, judge
from ombuds.desk.stops import Stop, objections


@dataclass(frozen=True)
class Asked:
    """One proposal as an approver sees it; ``trouble`` says why this desk would not sign it."""

    hash: Hash
    action: Action
    subject: str
    approved_by: tuple[str, ...]
    needed: int
    expires: date
    answered: Answered
    stops: tuple[Stop, ...]
    opening: OpenParameters | None
    publication: Publication | None
    trouble: OmbudsError | None
    day: date


def waiting(desk: Desk) -> list[Asked]:
    """Return the proposals that are not over, oldest first, those this member answered among them."""
    found = []
    for kept in desk.vault.proposals():
        # One that does not hold is told of when it comes; it does not hide the others.
        with suppress(BadBytes):
            if read_proposal(kept.seen.envelope).expires >= desk.today:
                found.append(_asked(desk, kept))
    return found


def asked(desk: Desk, proposal: Hash) -> Asked:
    """Return one proposal with everything needed to judge it. Raises NotHere."""
    return _asked(desk, desk.vault.proposal(proposal))


def approve(desk: Desk, proposal: Hash) -> None:
    """Approve one proposal after checking it.

    Raises NotHere, Stopped, AlreadyUsed, OrderWrong (answered already), and what judging it raises.
    """
    kept = desk.vault.proposal(proposal)
    _check_open(desk, kept)
    said = read_proposal(kept.seen.envelope)
    if said.action == "open":
        (approve_renewal if convert(said.parameters, OpenParameters).renews else approve_opening)(desk, proposal)
        _note(desk, proposal, sign(said, desk.key))
        return
    if said.action not in ("publish", "takedown"):
        raise NotThisApproval("this desk cannot judge such an act")
    check_takes_part(desk, judge(desk, kept.seen).enclosure.case)
    envelope = sign(said, desk.key)
    desk.remote.approve(Approval(envelope))
    desk.vault.answer_proposal(proposal, "approved")
    _note(desk, proposal, envelope)


def approve_many(desk: Desk, proposals: Sequence[Hash]) -> tuple[tuple[Hash, OmbudsError], ...]:
    """Approve several proposals; return those that were not approved, and why."""
    refused: list[tuple[Hash, OmbudsError]] = []
    for proposal in dict.fromkeys(proposals):
        try:
            approve(desk, proposal)
        except OmbudsError as wrong:
            refused.append((proposal, wrong))
    return tuple(refused)


def refuse(desk: Desk, proposal: Hash, reason: str) -> None:
    """Stop a proposal with a reason that the other members read; it can be made anew. Raises NotHere, AlreadyUsed."""
    kept = desk.vault.proposal(proposal)
    if kept.done:
        raise AlreadyUsed
    objection = object_to(read_proposal(kept.seen.envelope), reason.strip(), desk.key)
    desk.remote.object(objection)
    stopped = msgspec.structs.replace(kept.seen, objections=(*kept.seen.objections, objection))
    with desk.vault.together():
        desk.vault.keep_proposal(stopped, desk.today)
        desk.vault.answer_proposal(proposal, "refused")


def _check_open(desk: Desk, kept: KeptProposal) -> None:
    if kept.done:
        raise AlreadyUsed
    if objections(desk, kept.seen):
        raise Stopped
    if kept.answer:
        raise OrderWrong("you have answered this already")


def _note(desk: Desk, proposal: Hash, envelope: Envelope) -> None:
    seen = desk.vault.proposal(proposal).seen
    desk.vault.keep_proposal(msgspec.structs.replace(seen, envelope=joined((seen.envelope, envelope))), desk.today)


def _asked(desk: Desk, kept: KeptProposal) -> Asked:
    said = read_proposal(kept.seen.envelope)
    opening, publication, trouble = _look(desk, kept, said)
    return Asked(
        hash=kept.seen.hash,
        action=said.action,
        subject=said.subject,
        approved_by=signers(kept.seen.envelope, PROPOSAL_TYPE, desk.charter.charter.keys(said.action)),
        needed=desk.rule(said.action).threshold,
        expires=said.expires,
        answered=kept.answer,
        stops=objections(desk, kept.seen),
        opening=opening,
        publication=publication,
        trouble=trouble,
        day=kept.day,
    )


Look = tuple[OpenParameters | None, Publication | None, OmbudsError | None]


def _look(desk: Desk, kept: KeptProposal, said: Proposal) -> Look:
    try:
        if said.action == "open":
            read = read_renewal if convert(said.parameters, OpenParameters).renews else read_opening
            return read(desk, kept.seen.envelope), None, None
        if said.action in ("publish", "takedown"):
            return None, judge(desk, kept.seen), None
    except OmbudsError as wrong:
        return None, None, wrong
    return None, None, NotThisApproval("this desk cannot judge such an act")
