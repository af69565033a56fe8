# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public record in memory: read once, then only what was added, and looked up at most once a second.

Readers get a record that never changes under their hands; a longer ledger gives a new one. What was not committed is
never in it, so the log key signs no history that could be taken back (T18). It writes nothing. See spec/store.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from time import monotonic

from sqlalchemy import Connection

from ombuds.core.charter import Epochs, InForce, check_freshness
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import FreshnessStale, NotHere
from ombuds.core.keys import SigningKey
from ombuds.core.notes import Checkpoint, sign_checkpoint
from ombuds.core.record import Record
from ombuds.core.wire import SealingNow
from ombuds.server.store import ledger, members
from ombuds.server.store.db import Store

SECONDS = 1.0
PAGE = 256


@dataclass(frozen=True)
class _Seen:
    """A record of committed leaves, with the envelope of its last confirmation and what was made from it."""

    record: Record
    freshness: Envelope | None
    statements: tuple[Envelope, ...] | None = None
    note: bytes = b""
    epochs: tuple[date, Epochs] | None = None


class PublicRecord:
    """The record of one server process."""

    def __init__(self, store: Store, log_key: SigningKey) -> None:
        self._store = store
        self._log_key = log_key
        self._lock = Lock()
        self._seen: _Seen | None = None
        self._looked = 0.0

    def at_hand(self) -> Record | None:
        """The record, if it was looked up within the last second: no database is asked."""
        seen = self._seen
        return seen.record if seen is not None and monotonic() - self._looked < SECONDS else None

    def record(self, fresh: bool = False) -> Record:
        """Return the record of what is committed, a second old at most, or of this very moment. Raises NotHere before the founding."""
        return self._now(fresh).record

    def within(self, connection: Connection) -> Record:
        """Return the record as this transaction sees it, before it has added anything. Raises NotHere before the founding."""
        with self._lock:
            return self._catch_up(connection).record

    def checkpoint(self) -> bytes:
        """Return the signed checkpoint of the ledger. Raises NotHere before the founding, and if the log key is not the charter's."""
        return self.checkpoint_of(self.record())

    def checkpoint_of(self, record: Record) -> bytes:
        """Return the signed checkpoint of a record that this object handed out. Raises NotHere if the log key is not the charter's."""
        seen = self._seen
        if seen is not None and seen.record is record and seen.note:
            return seen.note
        if self._log_key.public != record.charter.log_key:
            raise NotHere("the log key of this server is not the charter's")
        note = sign_checkpoint(Checkpoint(record.charter.origin, record.size, record.tree.root()), self._log_key)
        with self._lock:
            if self._seen is not None and self._seen.record is record:
                self._seen = replace(self._seen, note=note)
        return note

    def sealing_now(self) -> SealingNow:
        """Return all that a sealer checks. Raises NotHere before the founding."""
        seen = self._with_statements(self._now(False))
        return SealingNow(tuple(each.envelope for each in seen.record.charters), seen.freshness, seen.statements or ())

    def epochs(self, today: date) -> Epochs:
        """Return whom a report may be sealed to today. Raises FreshnessStale, NotHere before the founding."""
        seen = self._with_statements(self._now(False))
        if seen.epochs is not None and seen.epochs[0] == today:
            return seen.epochs[1]
        found = _epochs(seen, today)
        with self._lock:
            if self._seen is not None and self._seen.record is seen.record:
                self._seen = replace(self._seen, epochs=(today, found))
        return found

    def _now(self, fresh: bool) -> _Seen:
        seen = self._seen
        if seen is not None and not fresh and monotonic() - self._looked < SECONDS:
            return seen
        with self._lock, self._store.read() as connection:
            seen = self._catch_up(connection)
        return seen

    def _catch_up(self, connection: Connection) -> _Seen:
        seen = self._seen
        looked = monotonic()
        have = seen.record.size if seen else 0
        if seen is None or ledger.size(connection) > have:
            seen = self._longer(connection, seen)
        self._seen, self._looked = seen, looked
        return seen

    def _longer(self, connection: Connection, seen: _Seen | None) -> _Seen:
        first = ledger.leaves(connection, 0, 1) if seen is None else []
        if seen is None and not first:
            raise NotHere("this desk has not been founded yet")
        record = seen.record.copy() if seen else Record(first[0])
        envelope = seen.freshness if seen else None
        while more := ledger.leaves(connection, record.size, PAGE):
            for leaf in more:
                if record.advance(leaf).kind == "freshness":
                    envelope = read(leaf)
        return _Seen(record, envelope)

    def _with_statements(self, seen: _Seen) -> _Seen:
        if seen.statements is not None or seen.record.freshness is None:
            return seen
        named = set(seen.record.freshness.epochs)
        with self._store.read() as connection:
            found = tuple(each for each in members.statements(connection) if each.hash in named)
        seen = replace(seen, statements=found)
        with self._lock:
            if self._seen is not None and self._seen.record is seen.record:
                self._seen = replace(self._seen, statements=found)
        return seen


def _epochs(seen: _Seen, today: date) -> Epochs:
    charter: InForce = seen.record.charter
    fresh = seen.record.freshness
    if seen.freshness is None or fresh is None or fresh.charter != charter.hash:
        # After a change of the charter nothing is sealed until its members have confirmed their keys anew.
        raise FreshnessStale
    return check_freshness(seen.freshness, seen.statements or (), charter, today)
