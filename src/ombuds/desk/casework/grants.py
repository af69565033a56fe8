# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes up the cases that this member may work on: the grant, checked against the card that enough members signed.

Anybody can seal something to a member. So a grant counts only if its identity is the one that a quorum put on the card; a
server that makes up a case or swaps its key gets nothing written to it (T05). It fetches no events: log.py does. See
spec/opening.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed
from ombuds.core.cards import Card, check_card
from ombuds.core.encoding import decode, decode_canonical
from ombuds.core.errors import BadBytes, NotEnough, NotHere, NotThisApproval, OmbudsError
from ombuds.core.wire import CaseSeen
from ombuds.desk.kept import Matter
from ombuds.desk.log import CaseGrant
from ombuds.desk.parts import Desk


def card_of(desk: Desk, seen: CaseSeen) -> Card:
    """Return a case's card, whose time may be over. Raises NotThisApproval, NotEnough, BadSignature, Malformed."""
    card = decode_canonical(seen.card.payload, Card)
    if (card.case, card.mailbox) != (seen.case, seen.mailbox):
        raise NotThisApproval("a card of another case")
    refused: OmbudsError = NotEnough()
    for charter in reversed(desk.record.charters):
        try:
            # An old card still says whose key the case has; whether it may be sealed to is the source's question.
            check_card(seen.card, charter, seen.mailbox, min(desk.today, card.expires))
        except NotEnough as wrong:
            refused = wrong
        else:
            return card
    raise refused


def take_up(desk: Desk, seen: CaseSeen, card: Card) -> bool:
    """Keep a case that was granted to this member; return whether it was new. Raises NotThisApproval, BadBytes."""
    try:
        known = desk.vault.matter(seen.case)
    except NotHere:
        known = None
    if known is not None and known.generation == card.generation:
        if known.card != seen.card:
            desk.vault.keep_matter(msgspec.structs.replace(known, card=seen.card))
        return False
    identity = _granted(desk, seen, card)
    if identity.recipient != Recipient.parse(card.recipient):
        raise NotThisApproval("the key of this case is not the one that the members signed")
    with desk.vault.together():
        desk.vault.keep_identity(seen.case, card.generation, identity)
        if known is None:
            desk.vault.keep_matter(Matter(1, seen.case, seen.mailbox, card.generation, "none", "", desk.today, 0, 0, seen.card))
        else:
            desk.vault.keep_matter(msgspec.structs.replace(known, generation=card.generation, card=seen.card))
    return True


def _granted(desk: Desk, seen: CaseSeen, card: Card) -> Identity:
    held = desk.vault.identities(seen.case).get(card.generation)
    if held is not None:
        return held
    grant = decode(open_sealed(seen.grant, desk.me.identity), CaseGrant)
    if (grant.instance_id, grant.case, grant.generation) != (desk.instance_id, seen.case, card.generation):
        raise NotThisApproval("a grant for another case")
    if len(grant.seed) != 32:
        raise BadBytes("a grant without a key")
    return Identity(grant.seed)
