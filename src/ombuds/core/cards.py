# SPDX-License-Identifier: AGPL-3.0-or-later
"""The card of an open case: which recipient a source's follow-ups are sealed to, signed by enough members.

Without a valid card a follow-up becomes a new report on the same mailbox. A card lives 21 days at most, so a server that
is seized cannot keep old recipients in use for long. It does not hold any secret. See spec/opening.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec

from ombuds.core.age import Recipient
from ombuds.core.charter import InForce
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import Expired, NotEnough, NotThisApproval
from ombuds.core.keys import Hash, Id, MemberName, SigningKey

CARD_TYPE = "application/vnd.ombuds.card+json"
CARD_DAYS = 21


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a source's next messages go: the case's recipient of one generation."""

    v: Literal[1]
    instance_id: Hash
    case: Id
    submission: Hash
    mailbox: Hash
    generation: int
    recipient: str
    expires: date


class OpenParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What members approve when they open reports together: who opens, who will work, and the card of each case.

    Without a team it opens nothing: it asks for later cards of cases that are open already.
    """

    v: Literal[1]
    opener: MemberName
    team: tuple[MemberName, ...]
    cards: tuple[Card, ...]

    @property
    def renews(self) -> bool:
        """Whether nothing is opened and cards are renewed."""
        return not self.team


def check_renewed(present: Card, renewed: Card) -> None:
    """Check that a card takes an earlier one's place and nothing but its day differs. Raises NotThisApproval."""
    if renewed.expires <= present.expires or msgspec.structs.replace(present, expires=renewed.expires) != renewed:
        raise NotThisApproval("a card that differs from the present one in more than a later day")


def sign_card(card: Card, key: SigningKey) -> Envelope:
    """Sign a card as one member."""
    return sign(CARD_TYPE, encode(card), key)


def check_card(envelope: Envelope, charter: InForce, mailbox: Hash, today: date) -> tuple[Card, Recipient]:
    """Return the card and its recipient. Raises NotThisApproval, Expired, NotEnough, BadSignature, Malformed."""
    card = decode_canonical(envelope.payload, Card)
    if card.instance_id != charter.instance_id or card.mailbox != mailbox:
        raise NotThisApproval("a card of another inbox")
    if card.expires < today or card.expires > today + timedelta(days=CARD_DAYS):
        raise Expired
    agreed = signers(envelope, CARD_TYPE, charter.charter.keys("open"))
    if len(agreed) < charter.charter.thresholds.open:
        raise NotEnough(f"{len(agreed)} of {charter.charter.thresholds.open}")
    return card, Recipient.parse(card.recipient)
