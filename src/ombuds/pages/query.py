# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody types into a search: words that must all occur, "a phrase", and the beginning of a word with a star.

Nothing of what is typed reaches a search engine as its own language: each term is quoted anew. It finds nothing itself: the
desk's index and the server's do. See spec/pages.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ombuds.core.errors import QueryUnclear
from ombuds.pages.languages import mark
from ombuds.pages.stems import Speller, spelled

LONGEST = 200
MOST_TERMS = 20
SHORTEST_START = 2
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# What is unclear, as the person who typed reads it.
UNCLEAR: Mapping[str, str] = MappingProxyType(
    {
        "it is too long": mark("This search is too long."),
        "a quotation mark is not closed": mark("A quotation mark is not closed."),
        "there is no word in it": mark("There is no word in this search."),
        "there are too many words in it": mark("There are too many words in this search."),
        "a star stands after the first letters of a word, two at least": mark("A star stands after the first letters of a word, two at least."),
    }
)
# One word as a reader sees it: letters and digits with the marks over them.
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")


@dataclass(frozen=True)
class Term:
    """A word or a phrase, or with ``begins`` the beginning of a word."""

    text: str
    begins: bool = False


@dataclass(frozen=True)
class Query:
    """What was typed, read."""

    terms: tuple[Term, ...]

    @property
    def match(self) -> str:
        """The terms in the search engine's language."""
        return " AND ".join(f'"{term.text}"' + ("*" if term.begins else "") for term in self.terms)

    def words(self, speller: Speller) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the stems that count as found, and the beginnings that do."""
        stems, starts = set[str](), []
        for term in self.terms:
            words = WORD.findall(term.text)
            starts += [spelled(word) for word in words[-1:] if term.begins]
            stems |= {speller.forms(word)[0] for word in (words[:-1] if term.begins else words)}
        return frozenset(stems), tuple(starts)


def read_query(typed: str) -> Query:
    """Read what was typed. Raises QueryUnclear, saying what is unclear."""
    if len(typed) > LONGEST:
        raise QueryUnclear("it is too long")
    clean = "".join(c if c.isprintable() else " " for c in typed.translate(QUOTES))
    pieces = clean.split('"')
    if len(pieces) % 2 == 0:
        raise QueryUnclear("a quotation mark is not closed")
    terms: list[Term] = []
    for place, piece in enumerate(pieces):
        terms += [Term(piece)] if place % 2 else [_term(word) for word in piece.split()]
    told = tuple(term for term in terms if WORD.search(term.text))
    if not told:
        raise QueryUnclear("there is no word in it")
    if len(told) > MOST_TERMS:
        raise QueryUnclear("there are too many words in it")
    return Query(told)


def _term(word: str) -> Term:
    begins = word.endswith("*")
    text = word.removesuffix("*")
    if "*" in text or (begins and sum(len(each) for each in WORD.findall(text)) < SHORTEST_START):
        raise QueryUnclear("a star stands after the first letters of a word, two at least")
    return Term(text, begins)
