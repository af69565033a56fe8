# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the proposals that members sign to publish, correct or take down, with everything they need to judge.

What is asked travels sealed to the members' long-term recipients, never in the clear past the server. A story of a case is
proposed only with the source's consent to exactly this text (T05, T19). It signs as its proposer and sends nothing public.
See spec/publication.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

from ombuds.core.age import Recipient, seal
from ombuds.core.campaign import Batch
from ombuds.core.consent import Question
from ombuds.core.custody import Proposal, approve
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import EntryRefused, NoConsent
from ombuds.core.keys import Hash, Id
from ombuds.core.publication import (
    Basis,
    Content,
    EntryFile,
    EntryParameters,
    Place,
    Reason,
    Salted,
    describe,
    new_place,
    propose_entry,
    salted,
    salted_pictures,
)
from ombuds.core.sealing import padded
from ombuds.core.wire import Approval, NewProposal, ProposalSeen
from ombuds.desk.campaign.campaigns import moderation
from ombuds.desk.casework.team import check_takes_part
from ombuds.desk.log import follow
from ombuds.desk.parts import Desk
from ombuds.desk.release.pictures import pictures_of

# The entry names its day, and the record takes it only about that day.
PROPOSAL_DAYS = 1
Ground = Literal["consent", "sources", "desk"]


@dataclass(frozen=True)
class Aim:
    """What a text is a later version of, if of anything, and until which day it stays on top of the first page."""

    subject: str = ""
    pinned: date | None = None


NEW = Aim()


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One post of a batch: the name under which it waits, and the salt with which it is committed to."""

    post: Id
    salt: bytes


class Enclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What members see of a proposal: the files, and the question and answer that allow them.

    Of a campaign also the secret of its moderation identity; of a batch, which posts it is made of.
    """

    v: Literal[1]
    case: str
    mailbox: str
    consent_key: str
    files: tuple[Salted, ...]
    question: Question | None
    answer: Envelope | None
    moderation: bytes = b""
    chosen: tuple[Chosen, ...] = ()


def propose_story(desk: Desk, case: Id | None, content: Content, ground: Ground, aim: Aim = NEW) -> Hash:
    """Propose a story, or a later version of it; return the proposal's hash.

    Raises NoConsent (the source has not agreed to exactly this), EntryRefused, Malformed, NotHere, and what the case log raises.
    """
    if content.kind != "story":
        raise EntryRefused("this text is not a story")
    return _propose(desk, case, content, ground, aim)


def propose_update(desk: Desk, content: Content, ground: Ground = "desk", aim: Aim = NEW) -> Hash:
    """Propose an update, which needs no case, or a later version of one. Raises NoConsent, EntryRefused, Malformed."""
    if content.kind != "update":
        raise EntryRefused("this text is not an update")
    return _propose(desk, None, content, ground, aim)


def propose_campaign(desk: Desk, content: Content, aim: Aim = NEW) -> Hash:
    """Propose a campaign, or a later version of one. Raises EntryRefused, NotHere without the key to its posts, Malformed."""
    if content.kind != "campaign":
        raise EntryRefused("this text is not a campaign")
    return _propose(desk, None, content, "desk", aim)


def propose_batch(desk: Desk, place: Place, batch: Batch, chosen: tuple[Chosen, ...]) -> Hash:
    """Propose a batch of a wall. Raises EntryRefused."""
    file, rule = salted(place, batch), desk.rule("publish")
    said = EntryParameters(1, "wall", place.version, (), (EntryFile(file.path, file.commitment),), Basis("desk"), "", rule.today)
    proposal = propose_entry(rule, place, (file,), said, rule.today + timedelta(days=PROPOSAL_DAYS))
    return _hand_in(desk, proposal, Enclosure(1, "", "", "", (file,), None, None, b"", chosen), to_moderators=True)


def propose_takedown(desk: Desk, subject: Id, reason: Reason) -> Hash:
    """Propose to take a publication down in the open, with a reason. Raises EntryRefused."""
    place = desk.record.place(subject)
    said = EntryParameters(1, "takedown", place.version, (), (), Basis("desk"), reason, desk.today)
    rule = desk.rule("takedown")
    proposal = propose_entry(rule, place, (), said, desk.today + timedelta(days=PROPOSAL_DAYS))
    return _hand_in(desk, proposal, Enclosure(1, "", "", "", (), None, None))


def _propose(desk: Desk, case: Id | None, content: Content, ground: Ground, aim: Aim) -> Hash:
    check_takes_part(desk, case or "")
    place = desk.record.place(aim.subject) if aim.subject else new_place()
    files = (salted(place, content), *salted_pictures(place, content, pictures_of(desk, content)))
    secret = moderation(desk, content.terms).seed if content.terms else b""
    enclosure, basis = Enclosure(1, case or "", "", "", files, None, None, secret), Basis(ground)
    if ground == "consent":
        if case is None:
            raise NoConsent
        now = follow(desk, case)
        consent = now.consent_to(content)
        contact = now.body.contact
        enclosure = Enclosure(1, case, contact.mailbox, contact.consent_key, files, now.question, consent.answer)
        basis = Basis("consent", consent.commitment)
    rule = desk.rule("publish")
    said = msgspec.structs.replace(describe(place, content, files, basis, rule.today), pinned=aim.pinned)
    proposal = propose_entry(rule, place, files, said, rule.today + timedelta(days=PROPOSAL_DAYS))
    return _hand_in(desk, proposal, enclosure, to_moderators=bool(secret))


def _hand_in(desk: Desk, proposal: Proposal, enclosure: Enclosure, to_moderators: bool = False) -> Hash:
    # Whoever only moderates reads what concerns posts, their key among it, and no draft of anything else.
    readers = [member for member in desk.charter.charter.members if to_moderators or set(member.roles) != {"moderate"}]
    sealed = seal(padded(encode(enclosure)), [Recipient.parse(member.recipient) for member in readers])
    envelope = approve(proposal, desk.key)
    desk.remote.propose(NewProposal(Approval(envelope), sealed))
    with desk.vault.together():
        desk.vault.keep_proposal(ProposalSeen(proposal.hash, envelope, sealed, (), (), (), False), desk.today)
        desk.vault.answer_proposal(proposal.hash, "approved")
    return proposal.hash
