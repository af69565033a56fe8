# SPDX-License-Identifier: AGPL-3.0-or-later
"""The slots of the case logs as this desk was shown them: each slot's hash, with the event in it or why it is void.

What an event says can be found from then on. A slot that turns out void is found no longer. It judges nothing itself:
log.py does, with the rules of core. See spec/vault.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ombuds.core.case import Void
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.keys import Hash, Id
from ombuds.desk.index import Index
from ombuds.desk.lines import said_in
from ombuds.desk.vaultfile import Row, VaultFile

ALL = "SELECT seq, hash, event, reason, member, known FROM slot WHERE holder = ? ORDER BY seq"
LAST = "SELECT seq, hash, event, reason, member, known FROM slot WHERE holder = ? ORDER BY seq DESC LIMIT 1"
VOID = "SELECT seq, hash, NULL, reason, member, known FROM slot WHERE holder = ? AND event IS NULL ORDER BY seq"


@dataclass(frozen=True)
class Slot:
    """One slot: the hash of its sealed bytes, and its event or why it has none; ``known`` counts what the desk read it with."""

    seq: int
    hash: Hash
    event: Envelope | None
    void: Void | None
    known: int


class Slots:
    """The slots of one vault."""

    def __init__(self, file: VaultFile, index: Index) -> None:
        self._file, self._index = file, index

    def keep(self, case: Id, slot: Slot) -> None:
        """Keep a slot in place of what was there; an event's text can be found, a void slot's no longer."""
        with self._file.write():
            event = encode(slot.event) if slot.event else None
            reason, member = (slot.void.reason, slot.void.member) if slot.void else ("", "")
            if slot.event is None:
                self._forget_lines(case, slot.seq)
            self._file.put("INSERT OR REPLACE INTO slot VALUES (?, ?, ?, ?, ?, ?, ?)", case, slot.seq, slot.hash, event, reason, member, slot.known)
            for said in said_in(slot.event) if slot.event else ():
                self._index.add(said)

    def of(self, case: Id) -> list[Slot]:
        """Return a case's slots in order."""
        return [_slot(row) for row in self._file.rows(ALL, case)]

    def last(self, case: Id) -> Slot | None:
        """Return the last slot of a case that this desk was shown."""
        return next((_slot(row) for row in self._file.rows(LAST, case)), None)

    def void(self, case: Id) -> list[Slot]:
        """Return a case's void slots in order, without reading the others."""
        return [_slot(row) for row in self._file.rows(VOID, case)]

    def events(self, case: Id) -> list[Envelope]:
        """Return a case's events in order."""
        return [slot.event for slot in self.of(case) if slot.event]

    def _forget_lines(self, case: Id, seq: int) -> None:
        for (event,) in self._file.rows("SELECT event FROM slot WHERE holder = ? AND seq = ? AND event IS NOT NULL", case, seq):
            for said in said_in(_envelope(event)):
                self._index.forget(case, said.place)


def _slot(row: Row) -> Slot:
    number, slot, event, reason, member, known = row
    seq = int(str(number))
    void = None if reason == "" else msgspec.convert({"seq": seq, "reason": reason, "member": member}, Void)
    return Slot(seq, str(slot), _envelope(event) if event is not None else None, void, int(str(known)))


def _envelope(cell: object) -> Envelope:
    return decode(cell if isinstance(cell, bytes) else b"", Envelope)
