# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a case of an opened report: everything is sealed anew to the case identity C, and the log begins.

Files go through in pieces, opened and sealed at once, so that no size costs memory and nothing opened touches a disk. A
member whom the source left out gets nothing of the case, whatever the proposal says. It opens no report: opening.py does.
See spec/opening.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.cards import Card, OpenParameters, check_card
from ombuds.core.case import Case, Opened, sign_event, write_event
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotEnough, NotThisApproval
from ombuds.core.sealing import Body, Manifest, Sealed
from ombuds.core.wire import Grant, NewCase, ProposalSeen
from ombuds.desk.kept import Matter
from ombuds.desk.log import Attached, CaseGrant, follow, read_file, seal_event, store_file
from ombuds.desk.parts import Desk

FIRST_GENERATION = 0


@dataclass(frozen=True, repr=False)
class Opening:
    """An opened report with the proposal that allowed it; ``identity`` is the report's own and is forgotten after this."""

    seen: ProposalSeen
    said: OpenParameters
    card: Card
    sealed: Sealed
    body: Body
    identity: Identity


def make_case(desk: Desk, opening: Opening, custody: tuple[Grant, ...]) -> None:
    """Hand the report in as a case and keep it. Raises NotThisApproval, NotEnough (too few signed the card), Tampered, and what the server refuses."""
    card = opening.card
    if desk.name in opening.body.wishes.exclude:
        raise NotThisApproval("the source left out the opener")
    envelope = _joined_card(desk, opening)
    identity = desk.vault.identities(card.case)[card.generation]
    moved, files = _move_files(desk, opening, identity)
    team = tuple(sorted(set(opening.said.team) - set(opening.body.wishes.exclude)))
    empty = Case(card.case)
    event = write_event(empty, desk.name, "opened", Opened(card.submission, card.generation, team, moved, files), desk.today)
    signed = sign_event(event, desk.key)
    desk.remote.open_case(
        NewCase(
            proposal=opening.seen.hash,
            report=opening.sealed.id,
            case=card.case,
            card=envelope,
            grants=_grants(desk, opening, identity, team),
            custody=custody,
            event=seal_event(signed, identity.recipient),
            files=files,
        )
    )
    # Read back what the server keeps: if an earlier try went through unnoticed, its event is the one that counts.
    desk.vault.keep_matter(Matter(1, card.case, card.mailbox, card.generation, "none", "", desk.today, 0, 0, envelope))
    follow(desk, card.case)


def _move_files(desk: Desk, opening: Opening, identity: Identity) -> tuple[Body, Manifest]:
    notes, lists = [], []
    listed = {parts.id: parts for parts in opening.sealed.manifest.files}
    for old in opening.body.files:
        content = read_file(desk, Attached(old, listed[old.id], 1), opening.identity)
        note, parts = store_file(desk, (old.name, old.type), content, identity.recipient)
        notes.append(note)
        lists.append(parts)
    return msgspec.structs.replace(opening.body, files=tuple(notes)), Manifest(opening.sealed.manifest.body, tuple(lists))


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
