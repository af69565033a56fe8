# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search inside the vault: over all that this member may read, on this machine alone.

The index stands in the same sealed pages as what it was made of and is written in the same transaction. Results come
latest first, in pages that cost the same however many there are. It shows nothing: pages do. See spec/vault.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from ombuds.desk.lines import LineKind, Said
from ombuds.desk.vaultfile import Row, VaultFile
from ombuds.pages.passages import Passages, Piece, Words
from ombuds.pages.query import Query
from ombuds.pages.stems import Speller

HITS = 50

FIND = "SELECT line.id, holder, place, kind, day, line.text FROM word JOIN line ON line.id = word.rowid WHERE word MATCH ?"
LATEST = f"{FIND} ORDER BY word.rowid DESC LIMIT ?"
OLDER = f"{FIND} AND word.rowid < ? ORDER BY word.rowid DESC LIMIT ?"
NEWER = f"{FIND} AND word.rowid > ? ORDER BY word.rowid LIMIT ?"


@dataclass(frozen=True)
class Hit:
    """One found text: whose case (empty for a draft of none), where in it, what kind, when, and a piece of it."""

    line: int
    case: str
    place: str
    kind: LineKind
    day: date
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Hits:
    """A page of results, latest first, and whether there are older and newer ones."""

    hits: tuple[Hit, ...]
    older: bool
    newer: bool


class Index:
    """The words of everything that this member may read."""

    def __init__(self, file: VaultFile) -> None:
        self._file, self._speller = file, Speller()
        self._passages = Passages(self._speller)

    def add(self, said: Said) -> None:
        """Make a text findable; the same kind at the same place stays as it is."""
        known = self._file.rows("SELECT id FROM line WHERE holder = ? AND place = ? AND kind = ?", said.holder, said.place, said.kind)
        if known:
            return
        self._file.put("INSERT INTO line VALUES (NULL, ?, ?, ?, ?, ?)", said.holder, said.place, said.kind, said.day.isoformat(), said.text)
        self._file.put("INSERT INTO word (rowid, text) VALUES (last_insert_rowid(), ?)", said.text)

    def forget(self, holder: str, place: str = "") -> None:
        """Let a case's texts, or those of one place, be found no longer."""
        where, cells = ("holder = ? AND place = ?", (holder, place)) if place else ("holder = ?", (holder,))
        # The index is told which words go; what secure_delete overwrites is then gone from the pages too.
        self._file.put(f"INSERT INTO word (word, rowid, text) SELECT 'delete', id, text FROM line WHERE {where}", *cells)  # noqa: S608 - both stand here
        self._file.put(f"DELETE FROM line WHERE {where}", *cells)  # noqa: S608

    def find(self, query: Query, older_than: int = 0, newer_than: int = 0) -> Hits:
        """Return a page of what fits all terms, latest first."""
        if newer_than:
            rows = self._file.rows(NEWER, query.match, newer_than, HITS + 1)
            some, more = rows[:HITS][::-1], len(rows) > HITS
            return self._hits(query, some, older=True, newer=more)
        rows = self._file.rows(OLDER, query.match, older_than, HITS + 1) if older_than else self._file.rows(LATEST, query.match, HITS + 1)
        return self._hits(query, rows[:HITS], older=len(rows) > HITS, newer=bool(older_than))

    def _hits(self, query: Query, rows: list[Row], older: bool, newer: bool) -> Hits:
        words = query.words(self._speller)
        return Hits(tuple(self._hit(words, row) for row in rows), older, newer)

    def _hit(self, words: Words, row: Row) -> Hit:
        line, holder, place, kind, day, text = row
        pieces = self._passages.around(words, str(text))
        return Hit(int(str(line)), str(holder), str(place), cast(LineKind, kind), date.fromisoformat(str(day)), pieces)
