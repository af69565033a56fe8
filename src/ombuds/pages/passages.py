# SPDX-License-Identifier: AGPL-3.0-or-later
"""The passage of a found text that a search shows: the surroundings of the first found word, every found word in it marked.

It looks for nothing by itself: which stems and beginnings count as found comes from the query. See spec/pages.md.
"""

from __future__ import annotations

from typing import NamedTuple

from ombuds.pages.query import WORD
from ombuds.pages.stems import Speller

WORDS_BEFORE, WORDS_SHOWN = 8, 32
LONGEST_PIECE, SIGNS_AROUND = 300, 10

# The stems that count as found, and the beginnings that do.
Words = tuple[frozenset[str], tuple[str, ...]]


class Piece(NamedTuple):
    """A stretch of a found text; ``found`` if it is a word that was looked for."""

    text: str
    found: bool = False


class Passages:
    """Cuts passages out of texts."""

    def __init__(self, speller: Speller) -> None:
        self._speller = speller

    def around(self, words: Words, text: str) -> tuple[Piece, ...]:
        """Return the surroundings of the first found word, with every found word in them marked."""
        stems, starts = words
        spans: list[tuple[int, int, bool]] = []
        last = 0
        for met in WORD.finditer(text):
            stem, whole = self._speller.forms(met[0])
            spans.append((*met.span(), stem in stems or whole.startswith(starts)))
            last = last or (len(spans) + WORDS_SHOWN if spans[-1][2] else 0)
            if len(spans) == last:
                break
        first = next((place for place, span in enumerate(spans) if span[2]), 0)
        return _cut(text, spans[max(0, first - WORDS_BEFORE) : first + WORDS_SHOWN])


def _cut(text: str, spans: list[tuple[int, int, bool]]) -> tuple[Piece, ...]:
    if not spans:
        return (Piece(text[:LONGEST_PIECE]),)
    begin, end = spans[0][0], spans[-1][1]
    begin = begin if WORD.search(text[:begin]) else max(0, begin - SIGNS_AROUND)
    end = end if WORD.search(text, end) else min(len(text), end + SIGNS_AROUND)
    pieces, at = [Piece("… ")] if WORD.search(text[:begin]) else [], begin
    for start, stop, found in spans:
        if found:
            pieces += [Piece(text[at:start]), Piece(text[start:stop], True)]
            at = stop
    pieces.append(Piece(text[at:end]))
    pieces += [Piece(" …")] if WORD.search(text, end) else []
    return tuple(Piece(piece.text[:LONGEST_PIECE], piece.found) for piece in pieces if piece.text)
