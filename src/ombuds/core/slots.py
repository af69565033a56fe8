# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of a case as slots of sealed bytes: whatever stands in one, every desk goes on, and goes on in the same way.

Each slot's bytes go into the head, so an event commits to all that its writer was shown, junk too: a server that shows one desk
something else is found out by the next event (T19). A slot that holds no event of the case is void: it changes nothing
and is named, so that a member who writes junk stops nobody (T05). It fetches nothing. See spec/case.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from ombuds.core.age import Identity, open_sealed
from ombuds.core.cards import Card
from ombuds.core.case import Case, Event, Reason, Void, advance, check_place, pass_over, read_event
from ombuds.core.charter import InForce
from ombuds.core.encoding import convert, decode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import BadSignature, Malformed, NotAMember, NotSealedForThis, NotThisApproval, OmbudsError, TooLarge
from ombuds.core.keys import Hash, hash_of
from ombuds.core.original import Opened, read_opened

LABEL = b"ombuds/1 case log"
LARGEST_SLOT = 4 * 1024 * 1024
"""The most bytes of a slot. Every desk of a case fetches each slot, so one member's must not be without an end (T05)."""

NAMED: dict[tuple[Reason, type[OmbudsError]], Reason] = {
    ("unreadable", NotAMember): "stranger",
    ("unreadable", BadSignature): "forged",
    ("refused", Malformed): "body",
}
"""Where a step fails for more than one reason, the error says which."""


@dataclass(frozen=True, repr=False)
class Reader:
    """What a desk reads a log with: the case's identities, the card that enough members signed, and every charter so far.

    What a member signed under an earlier charter stays.
    """

    identities: tuple[Identity, ...]
    card: Card
    charters: tuple[InForce, ...]


@dataclass(frozen=True)
class Taken:
    """The case after a slot, and the event's envelope; None if the slot is void."""

    case: Case
    envelope: Envelope | None


def head_after(head: str, slot: Hash) -> Hash:
    """Return the head of a log after a slot, from the head before and the SHA-256 of the slot's sealed bytes."""
    return hash_of(LABEL + bytes.fromhex(head) + bytes.fromhex(slot))


def take(case: Case, sealed: bytes, reader: Reader) -> Taken:
    """Return the case after one more slot, whatever is in it."""
    head, member = head_after(case.head, hash_of(sealed)), ""
    step: Reason = "large"
    try:
        check_size(sealed)
        step = "sealed"
        plain = _opened(sealed, reader.identities)
        step = "unreadable"
        envelope = decode(plain, Envelope)
        event = _event(envelope, reader.charters)
        step, member = "place", event.member
        check_place(case, event)
        step = "refused"
        if event.kind == "opened":
            check_opened(event, reader.card)
        return Taken(advance(case, event, head), envelope)
    except OmbudsError as wrong:
        reason = NAMED.get((step, type(wrong)), step)
    return Taken(pass_over(case, head, Void(case.seq + 1, reason, member)), None)


def check_size(sealed: bytes) -> None:
    """Check that a slot is not larger than a desk takes. Raises TooLarge."""
    if len(sealed) > LARGEST_SLOT:
        raise TooLarge("an event of a case has 4 MiB at most")


def check_opened(event: Event, card: Card) -> None:
    """Check that a case begins with the very report that the members agreed to open, and is for nobody whom its source left out.

    Raises NotThisApproval, Tampered, NotSealedForThis, Malformed.
    """
    opened = convert(event.body, Opened)
    report = read_opened(opened)
    here = (event.case, opened.submission, opened.generation, report.instance_id, report.contact.mailbox)
    if here != (card.case, card.submission, card.generation, card.instance_id, card.mailbox):
        raise NotThisApproval("not the report that the members agreed to open")
    if set(opened.team) & set(report.wishes.exclude):
        raise NotThisApproval("the source left out somebody of the team")


def _opened(sealed: bytes, identities: tuple[Identity, ...]) -> bytes:
    for identity in identities:
        try:
            return open_sealed(sealed, identity)
        except NotSealedForThis:
            continue
    raise NotSealedForThis


def _event(envelope: Envelope, charters: tuple[InForce, ...]) -> Event:
    # With two signatures, one of which fits under an early charter alone, desks that know more charters would judge otherwise.
    if len(envelope.signatures) != 1:
        raise Malformed("an event has one signature")
    refused = NotAMember()
    for charter in reversed(charters):
        try:
            return read_event(envelope, charter)
        except NotAMember as wrong:
            refused = wrong
    raise refused
