# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers search in: the stems of everything public, kept in memory and grown with the shelf.

It holds no text, only which stems stand where; the passage that is shown is read from the store. What was taken down or
replaced leaves it with the next search. A query is never kept or logged. See spec/site.md.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock

from ombuds.core.publication import Content, Text, read_content
from ombuds.pages.query import WORD, Query, Term
from ombuds.pages.stems import Speller
from ombuds.server.site.shelf import Shelf, Shown
from ombuds.server.store import ledger
from ombuds.server.store.db import Store

# A text is known by its entry's index and its place among that entry's languages.
PLACES = 256
NUMBER = "I"


@dataclass(frozen=True)
class Found:
    """One entry that fits, and which of its texts does."""

    shown: Shown
    place: int


class Finder:
    """The words of everything public, in one server process."""

    def __init__(self, store: Store) -> None:
        self._store, self._speller = store, Speller()
        self._lock = Lock()
        self._shelf: Shelf | None = None
        self._shown: Mapping[int, Shown] = {}
        self._fresh = count()
        self._numbers: dict[str, int] = {}
        self._stems: dict[str, str] = {}
        self._where: dict[str, array[int]] = {}
        self._order: dict[int, array[int]] = {}

    @property
    def speller(self) -> Speller:
        """The spelling and the stems of words."""
        return self._speller

    def find(self, shelf: Shelf, query: Query, language: str) -> list[Found]:
        """Return every entry with a text that fits all terms, latest first; of several texts the reader's own."""
        with self._lock:
            if self._shelf is None or shelf.record.size > self._shelf.record.size:
                self._grow(shelf)
            fitting = self._fitting(query)
            found: dict[int, Found] = {}
            for number in sorted(fitting):
                index, place = divmod(number, PLACES)
                shown = self._shown[index]
                if index not in found or (shown.content and shown.content.texts[place].language == language):
                    found[index] = Found(shown, place)
        return [found[index] for index in sorted(found, reverse=True)]

    def _grow(self, shelf: Shelf) -> None:
        last = (versions[-1] for versions in shelf.subjects.values())
        shown = {each.line.index: each for each in last if each.content}
        for gone in [number for number in self._order if number // PLACES not in shown]:
            self._forget(gone)
        for index, content in self._read(shown[index] for index in sorted(shown.keys() - self._shown.keys())):
            for place, text in enumerate(content.texts[:PLACES]):
                self._learn(index * PLACES + place, words_of(content, text))
        self._shelf, self._shown = shelf, shown

    def _read(self, shown: Iterable[Shown]) -> Iterator[tuple[int, Content]]:
        with self._store.read() as connection:
            for each in shown:
                salted = ledger.content(connection, each.line.subject, each.line.version)
                if salted is not None:
                    yield each.line.index, read_content(salted.content)

    def _learn(self, text: int, words: str) -> None:
        numbers, order = self._numbers, array(NUMBER)
        seen = set[str]()
        for word in WORD.findall(words):
            stem, whole = self._speller.forms(word)
            if stem not in numbers:
                numbers[stem] = next(self._fresh)
            self._stems[whole] = stem
            order.append(numbers[stem])
            seen.add(stem)
        self._order[text] = order
        for stem in seen:
            self._where.setdefault(stem, array("Q")).append(text)

    def _forget(self, text: int) -> None:
        gone = set(self._order.pop(text))
        for stem in [stem for stem, number in self._numbers.items() if number in gone]:
            self._where[stem].remove(text)
            if not self._where[stem]:
                del self._where[stem], self._numbers[stem]
        # What stood nowhere else begins no word any more.
        self._stems = {whole: stem for whole, stem in self._stems.items() if stem in self._numbers}

    def _fitting(self, query: Query) -> set[int]:
        fitting: set[int] | None = None
        for term in query.terms:
            some = self._of_term(term)
            fitting = some if fitting is None else fitting & some
            if not fitting:
                return set()
        return fitting or set()

    def _of_term(self, term: Term) -> set[int]:
        words = WORD.findall(term.text)
        whole = words[:-1] if term.begins else words
        stems = [self._speller.forms(word)[0] for word in whole]
        sets = [set(self._where.get(stem, ())) for stem in stems]
        if term.begins:
            start = self._speller.forms(words[-1])[1]
            beginning = {stem for known, stem in self._stems.items() if known.startswith(start)}
            sets.append(set[int]().union(*(self._where[stem] for stem in beginning)))
        fitting = set.intersection(*sorted(sets, key=len))
        return {text for text in fitting if self._follow(text, stems)} if len(stems) > 1 else fitting

    def _follow(self, text: int, stems: list[str]) -> bool:
        """Whether these stems stand in the text one after another."""
        wanted = array(NUMBER, [self._numbers[stem] for stem in stems]).tobytes()
        order, size = self._order[text].tobytes(), array(NUMBER).itemsize
        at = order.find(wanted)
        while at > 0 and at % size:
            at = order.find(wanted, at + 1)
        return at >= 0


def words_of(content: Content, text: Text) -> str:
    """Return all words of a text that can be found: its title, summary and body, its region and its tags."""
    return "\n".join((text.title, text.summary, text.body, content.region, *content.tags))
