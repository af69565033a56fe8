# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walls as pages need them: the fold of each wall's batches, and its posts in one order that does not change.

Batches stand in the order of the ledger, posts within one in that of their commitments, which is no order of arrival. A list
is read once; a longer ledger adds the next batch. What a revealed token hides is left out by whoever shows a page (T20). See
spec/site.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from ombuds.core.campaign import Batch, Wall, read_batch
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id
from ombuds.core.posts import read_post
from ombuds.core.record import Line, Record
from ombuds.core.terms import Terms
from ombuds.server.store import ledger, posts, walls
from ombuds.server.store.db import Store


@dataclass(frozen=True)
class Standing:
    """A wall at one size of the ledger: its fold, its batches, and each post that counts with its language, in order."""

    wall: Wall
    batches: tuple[tuple[Line, Batch], ...]
    languages: Mapping[Hash, str]


@dataclass(frozen=True)
class Awaited:
    """What changes between two batches: which posts are hidden already, and how many waited for the moderators at the last fixed hour."""

    hidden: frozenset[Hash] = frozenset()
    waiting: tuple[tuple[Id, int], ...] = ()

    def of(self, campaign: Id) -> int:
        """Return how many posts of a campaign waited for the moderators at the last fixed hour."""
        return dict(self.waiting).get(campaign, 0)


class Walls:
    """The walls of one server process, grown as the ledger grows."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._read: dict[tuple[Id, int], tuple[Batch, dict[Hash, str]]] = {}
        self._standing: dict[Id, tuple[Record, Standing]] = {}

    def awaited(self) -> Awaited:
        """Return what changes between two batches; the number that waits moves at fixed hours alone, whether posts come or are taken back (T11)."""
        with self._store.read() as connection:
            return Awaited(walls.all_hidden(connection), tuple(sorted(posts.awaited_counts(connection).items())))

    def of(self, record: Record, campaign: Id, terms: Terms) -> Standing:
        """Return a campaign's wall. Raises EntryRefused for batches that this server never accepted."""
        with self._lock:
            known = self._standing.get(campaign)
            if known is not None and known[0] is record:
                return known[1]
            made = self._fold(record, campaign, terms)
            self._standing[campaign] = (record, made)
            return made

    def _fold(self, record: Record, campaign: Id, terms: Terms) -> Standing:
        head, wall = record.head(terms.wall), Wall(campaign)
        lines = [line for line in record.lines if line.subject == terms.wall] if head and head.kind == "wall" else []
        batches, spoken = list[tuple[Line, Batch]](), dict[Hash, str]()
        for line in lines:
            batch, languages = self._batch(line)
            wall.take(batch)
            batches.append((line, batch))
            spoken |= languages
        return Standing(wall, tuple(batches), {each: spoken.get(each, "") for each in wall.posts})

    def _batch(self, line: Line) -> tuple[Batch, dict[Hash, str]]:
        place = (line.subject, line.version)
        if place not in self._read:
            with self._store.read() as connection:
                salted = ledger.content(connection, line.subject, line.version)
                if salted is None:
                    raise NotHere
                batch = read_batch(salted.content)
                found = walls.page(connection, line.subject, (ref.commitment for ref in batch.posts))
            self._read[place] = batch, {each: read_post(post.content).language for each, post in found.items()}
        return self._read[place]
