# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault's long lists in pages: cases, latest first, and sealed reports, oldest first; and the counts above them.

A page begins where another one ended and is read in the order of an index, so that it costs the same among a thousand and
a hundred thousand. How a line is kept stands here too, for its counts follow from it. See spec/vault.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Literal, NamedTuple

from ombuds.core.encoding import decode
from ombuds.core.keys import Hash, Id
from ombuds.desk.kept import Matter
from ombuds.desk.vaultfile import Row, VaultFile

PAGE = 50
ALL, ONE = "SELECT content FROM matter WHERE TRUE", "SELECT content FROM matter WHERE state = ?"
DOWN = "AND day <= ? AND (day < ? OR id > ?) ORDER BY day DESC, id LIMIT ?"
UP = "AND day >= ? AND (day > ? OR id < ?) ORDER BY day, id DESC LIMIT ?"
SEALED = "SELECT id, submission, day, size FROM report WHERE worked = ? AND (day, id) > (?, ?) ORDER BY day, id LIMIT ?"
KEEP_MATTER = """INSERT INTO matter VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
  SET state = excluded.state, day = excluded.day, seq = excluded.seq, content = excluded.content, unread = excluded.unread"""
LAST = date(9999, 12, 31)


class Place(NamedTuple):
    """Where in a list a page ends: a day and an id."""

    day: date
    id: str


class Tally(NamedTuple):
    """How many cases there are, and in how many of them something is unread."""

    total: int
    unread: int


class SealedRow(NamedTuple):
    """A sealed report without its bytes."""

    id: Id
    submission: Hash
    day: date
    size: int
    worked: bool = True  # it came with effort, as the server says


class Lists:
    """The lists of one vault."""

    def __init__(self, file: VaultFile) -> None:
        self._file = file

    def matters(self, state: str = "", place: Place | None = None, way: Literal["older", "newer"] = "older", limit: int = PAGE) -> list[Matter]:
        """Return lines of the list of cases, latest first: those next to a place, all or those in one state."""
        day, name = place or Place(LAST, "")
        cells = ([state] if state else []) + [day.isoformat(), day.isoformat(), name]
        statement = f"{ONE if state else ALL} {UP if way == 'newer' else DOWN}"
        found = [decode(_content(row), Matter) for row in self._file.rows(statement, *cells, limit)]
        return found[::-1] if way == "newer" else found

    def tallies(self) -> dict[str, Tally]:
        """Return the counts of cases by their state, of those that there are."""
        rows = self._file.rows("SELECT state, total, unread FROM tally WHERE total > 0 ORDER BY state")
        return {str(state): Tally(int(str(total)), int(str(unread))) for state, total, unread in rows}

    def sealed(self, place: Place | None = None, limit: int = PAGE, worked: bool = True) -> list[SealedRow]:
        """Return sealed reports after a place, oldest first, without reading their bytes: those that came with effort, or those without."""
        day, name = (place.day.isoformat(), place.id) if place else ("", "")
        rows = self._file.rows(SEALED, worked, day, name, limit)
        return [SealedRow(str(one), str(submission), date.fromisoformat(str(came)), int(str(size)), worked) for one, submission, came, size in rows]

    def all_sealed(self) -> Iterator[SealedRow]:
        """Yield every sealed report, those with effort first, oldest first; those that go meanwhile do no harm."""
        for worked in (True, False):
            place = None
            while page := self.sealed(place, 500, worked):
                yield from page
                place = Place(page[-1].day, page[-1].id)

    def sealed_count(self, worked: bool = True, but: Collection[Hash] = ()) -> int:
        """Return how many sealed reports there are that came with effort, or without; those with one of these hashes are not counted."""
        total = int(str(self._file.rows("SELECT count(*) FROM report WHERE worked = ?", worked)[0][0]))
        return total - sum(len(self._file.rows("SELECT id FROM report WHERE worked = ? AND submission = ?", worked, one)) for one in but)


def _content(row: Row) -> bytes:
    return row[0] if isinstance(row[0], bytes) else b""
