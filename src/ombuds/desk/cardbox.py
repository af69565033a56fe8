# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cards of all cases that this desk knows of, those of other teams among them, by the day on which they end.

A desk signs a new card only for a case whose present card it has checked and keeps here. It checks nothing itself:
casework/grants.py and casework/renewing.py do. See spec/vault.md.
"""

from __future__ import annotations

from datetime import date

from ombuds.core.cards import Card
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotHere
from ombuds.core.keys import Id
from ombuds.desk.vaultfile import Row, VaultFile

DUE = """SELECT card.content FROM card JOIN matter ON matter.id = card.holder
  WHERE expires <= ? AND state != 'closed' ORDER BY expires, holder LIMIT ?"""

KEEP = """INSERT INTO card VALUES (?, ?, ?) ON CONFLICT (holder) DO UPDATE
  SET expires = excluded.expires, content = excluded.content WHERE excluded.expires > expires"""


class Cards:
    """The cards of one vault."""

    def __init__(self, file: VaultFile) -> None:
        self._file = file

    def keep(self, case: Id, expires: date, card: Envelope) -> None:
        """Keep a case's checked card in place of one that ends earlier; a server that shows an old one again changes nothing."""
        self._file.put(KEEP, case, expires.isoformat(), encode(card))

    def envelope(self, case: Id) -> Envelope:
        """Return a case's card as it was signed. Raises NotHere."""
        rows = self._file.rows("SELECT content FROM card WHERE holder = ?", case)
        if not rows:
            raise NotHere("a case that this desk does not know of")
        return _envelope(rows[0])

    def card(self, case: Id) -> Card:
        """Return what a case's card says. Raises NotHere."""
        return decode_canonical(self.envelope(case).payload, Card)

    def due(self, until: date, limit: int) -> list[Card]:
        """Return the cards of this member's own cases that end on a day or before, the earliest first; closed cases need none."""
        return [decode_canonical(_envelope(row).payload, Card) for row in self._file.rows(DUE, until.isoformat(), limit)]


def _envelope(row: Row) -> Envelope:
    return decode(row[0] if isinstance(row[0], bytes) else b"", Envelope)
