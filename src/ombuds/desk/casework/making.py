# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a case of an opened report: its log begins with the sealed original and the key that opens it, sealed to C.

Not a letter of it is written anew, so that every reader sees what the source sent and not what this desk says (T05); the
files stay where and as they are. A member whom the source left out gets nothing of the case, whatever the proposal says.
It opens no report: opening.py does. See spec/opening.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.cards import Card, OpenParameters, check_card
from ombuds.core.case import Case, Opened, sign_event, write_event
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotEnough, NotHere, NotThisApproval
from ombuds.core.keys import Id
from ombuds.core.original import Original
from ombuds.core.sealing import Body
from ombuds.core.wire import Grant, NewCase, ProposalSeen
from ombuds.desk.kept import Matter
from ombuds.desk.log import CaseGrant, follow, seal_event
from ombuds.desk.parts import Desk

FIRST_GENERATION = 0


@dataclass(frozen=True, repr=False)
class Opening:
    """An opened report with the proposal that allowed it."""

    seen: ProposalSeen
    said: OpenParameters
    card: Card
    report: Id
    body: Body
    original: Original


def make_case(desk: Desk, opening: Opening, custody: tuple[Grant, ...]) -> None:
    """Hand the report in as a case and keep it. Raises NotThisApproval, NotEnough (too few signed the card), and what the server refuses."""
    card = opening.card
    if desk.name in opening.body.wishes.exclude:
        raise NotThisApproval("the source left out the opener")
    envelope = _joined_card(desk, opening)
    identity = desk.vault.identities(card.case)[card.generation]
    team = tuple(sorted(set(opening.said.team) - set(opening.body.wishes.exclude)))
    empty = Case(card.case)
    event = write_event(empty, desk.name, "opened", Opened(card.submission, card.generation, team, opening.original), desk.today)
    signed = sign_event(event, desk.key)
    desk.remote.open_case(
        NewCase(
            proposal=opening.seen.hash,
            report=opening.report,
            case=card.case,
            card=envelope,
            grants=_grants(desk, opening, identity, team),
            custody=custody,
            event=seal_event(signed, identity.recipient),
        )
    )
    desk.vault.cards.keep(card.case, card.expires, envelope)
    try:
        desk.vault.matter(card.case)
    except NotHere:
        desk.vault.keep_matter(Matter(1, card.case, card.mailbox, card.generation, "none", "", desk.today, 0, 0, envelope))
    # Read back what the server keeps: if an earlier try went through unnoticed, its event is the one that counts.
    follow(desk, card.case)


def _grants(desk: Desk, opening: Opening, identity: Identity, team: Sequence[str]) -> tuple[Grant, ...]:
    card = opening.card
    grant = encode(CaseGrant(1, desk.instance_id, card.case, card.generation, identity.seed))
    lasting = {member.name: Recipient.parse(member.recipient) for member in desk.charter.charter.members}
    return tuple(Grant(name, seal(grant, [lasting[name]])) for name in team)


def _joined_card(desk: Desk, opening: Opening) -> Envelope:
    for envelope in opening.seen.cards:
        if envelope.payload == encode(opening.card):
            check_card(envelope, desk.charter, opening.card.mailbox, desk.today)
            return envelope
    raise NotEnough("nobody signed the card")
