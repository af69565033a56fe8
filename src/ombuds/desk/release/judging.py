# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an approver's desk checks before it signs: the text is the signed one, consent fits it, the place follows the record.

The proposer's desk is not believed. On the case's team the consent is checked against this desk's own copy of the case;
elsewhere against the enclosed question and answer, which show that somebody signed, not that it was the source: ``consent``
says which (T05, T19). It signs nothing. See spec/publication.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ombuds.core.age import Identity, open_sealed
from ombuds.core.campaign import Batch, read_batch
from ombuds.core.consent import Consent, check_consent
from ombuds.core.custody import check_addressed, read_proposal
from ombuds.core.encoding import decode
from ombuds.core.errors import BadBytes, EntryRefused, Expired, NoConsent, NotHere
from ombuds.core.keys import Id
from ombuds.core.publication import Content, EntryParameters, check_files, read_content, read_parameters
from ombuds.core.terms import Terms
from ombuds.core.wire import ProposalSeen
from ombuds.desk.campaign.campaigns import campaign
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.batch import judge_batch
from ombuds.desk.release.prepare import Enclosure

Checked = Literal["none", "own", "told"]


@dataclass(frozen=True)
class Publication:
    """A proposed publication or takedown that holds together, with what it would show."""

    said: EntryParameters
    enclosure: Enclosure
    content: Content | None
    consent: Consent | None
    checked: Checked
    batch: Batch | None = None


def read_enclosure(desk: Desk, seen: ProposalSeen) -> Enclosure:
    """Open what members see of a proposal. Raises NotSealedForThis, Tampered, Malformed."""
    return decode(open_sealed(seen.enclosure, desk.me.identity), Enclosure)


def case_named(desk: Desk, seen: ProposalSeen) -> Id:
    """Return the case that a proposal is about; nothing for one of no case, and while what was handed out does not read: it is asked for again."""
    try:
        return read_enclosure(desk, seen).case
    except BadBytes:
        return ""


def on_team(desk: Desk, case: str) -> bool:
    """Say whether this member holds the key of a case."""
    return bool(case) and bool(desk.vault.identities(case))


def judge(desk: Desk, seen: ProposalSeen) -> Publication:
    """Check a proposed publication or takedown.

    Raises NotThisApproval, Expired, ContentChanged, NoConsent, EntryRefused, Malformed, NotSealedForThis, Tampered.
    """
    proposal = read_proposal(seen.envelope)
    check_addressed(proposal, desk.rule(proposal.action))
    said = read_parameters(proposal)
    _check_place(desk, proposal.subject, proposal.prev, said)
    enclosure = read_enclosure(desk, seen)
    check_files(said, enclosure.files)
    if said.kind == "takedown":
        return Publication(said, enclosure, None, None, "none")
    if said.kind == "wall":
        return Publication(said, enclosure, None, None, "none", judge_batch(desk, proposal.subject, enclosure))
    content = read_content(enclosure.files[0].content)
    if content.terms is not None:
        _check_campaign(desk, proposal.subject, enclosure, content.terms)
    if said.basis.kind != "consent":
        return Publication(said, enclosure, content, None, "none")
    own = on_team(desk, enclosure.case)
    consent = _consent_of_case(desk, enclosure, content) if own else _enclosed_consent(enclosure, content)
    if consent.commitment != said.basis.commitment:
        raise NoConsent("another consent than the one that is named")
    return Publication(said, enclosure, content, consent, "own" if own else "told")


def check_enclosure(desk: Desk, seen: ProposalSeen) -> None:
    """Check that an enclosure is its proposal's, as far as what was signed says; other acts than publications need none.

    Raises ContentChanged, EntryRefused, Malformed, NotSealedForThis, Tampered.
    """
    proposal = read_proposal(seen.envelope)
    if proposal.action not in ("publish", "takedown"):
        return
    said, enclosure = read_parameters(proposal), read_enclosure(desk, seen)
    check_files(said, enclosure.files)
    if said.kind == "wall":
        if len(enclosure.chosen) != len(read_batch(enclosure.files[0].content).posts):
            raise EntryRefused("it names other posts than its list")
    elif said.kind != "takedown":
        terms = read_content(enclosure.files[0].content).terms
        if terms is not None:
            _check_key(enclosure, terms)


def _check_key(enclosure: Enclosure, terms: Terms) -> None:
    if not enclosure.moderation or Identity(enclosure.moderation).recipient.text != terms.recipient:
        raise EntryRefused("its posts would be sealed to a key that the members do not get")


def _check_campaign(desk: Desk, subject: str, enclosure: Enclosure, terms: Terms) -> None:
    _check_key(enclosure, terms)
    known = {line.subject for line in desk.record.lines}
    before = campaign(desk, subject).terms if subject in known else terms
    if before.recipient != terms.recipient:
        raise EntryRefused("a campaign keeps the key to its posts; another one is another campaign")
    if before.wall != terms.wall or (subject not in known and terms.wall in known):
        raise EntryRefused("its wall is not its own")


def _check_place(desk: Desk, subject: str, prev: str, said: EntryParameters) -> None:
    head = desk.record.head(subject)
    expected = (head.version + 1, head.leaf) if head else (1, "")
    if (said.version, prev) != expected or (head is None and said.kind == "takedown") or (head is not None and head.kind == "takedown"):
        raise EntryRefused("it does not follow the subject's last version")
    if abs(said.day - desk.today) > timedelta(days=1):
        raise Expired("it was written for another day")


def _consent_of_case(desk: Desk, enclosure: Enclosure, content: Content) -> Consent:
    try:
        return read_case(desk, enclosure.case).consent_to(content)
    except NotHere:
        raise NoConsent("this desk has not fetched the case") from None


def _enclosed_consent(enclosure: Enclosure, content: Content) -> Consent:
    if enclosure.question is None or enclosure.answer is None:
        raise NoConsent
    return check_consent(enclosure.question, enclosure.answer, enclosure.mailbox, enclosure.consent_key, content)
