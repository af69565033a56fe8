# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a text falls into words that are found again: one spelling for every way to write a word, and its stem.

Letters become small and composed, ё becomes е, and a word loses its ending by the rules of Russian or English, whichever
its letters are. A document's word is kept whole beside its stem, so that the beginning of a word can be looked for too. It
keeps nothing beyond the open vault. See spec/vault.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import cast
from unicodedata import normalize

import apsw
from Stemmer import Stemmer

NAME = "stems"
# Marks belong to the letter before them, so that a letter and its accent written apart stay one word.
UNICODE = ["remove_diacritics", "0", "categories", "L* N* Co Mn"]
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
WORDS_KEPT = 50_000

Plain = tuple[int, int, str]
Token = Plain | tuple[int, int, str, str]


class Speller:
    """The spelling and the stem of words; a word that was met before costs nothing."""

    def __init__(self) -> None:
        russian, english = Stemmer("russian"), Stemmer("english")

        def look(word: str) -> tuple[str, str]:
            whole = spelled(word)
            stemmer = russian if CYRILLIC.search(whole) else english
            return stemmer.stemWord(whole), whole

        self._look: Callable[[str], tuple[str, str]] = lru_cache(WORDS_KEPT)(look)

    def forms(self, word: str) -> tuple[str, str]:
        """Return a word's stem and the whole word in its one spelling."""
        return self._look(word)


def spelled(word: str) -> str:
    """Return the one spelling of a word."""
    return normalize("NFKC", normalize("NFKC", word).casefold()).replace("ё", "е")


def register(connection: apsw.Connection) -> None:
    """Teach a connection the tokenizer; every connection to a vault needs it."""
    connection.register_fts5_tokenizer(NAME, _tokenizer)


def _tokenizer(connection: apsw.Connection, _: list[str]) -> Callable[[bytes, int, str | None], Iterator[Token]]:
    plain, speller = connection.fts5_tokenizer("unicode61", UNICODE), Speller()

    def tokens(text: bytes, reason: int, locale: str | None) -> Iterator[Token]:
        for start, end, _ in cast(Iterable[Plain], plain(text, reason, locale, include_colocated=False)):
            stem, whole = speller.forms(text[start:end].decode("utf-8", "replace"))
            if reason & apsw.FTS5_TOKENIZE_PREFIX:
                yield start, end, whole
            elif reason & apsw.FTS5_TOKENIZE_DOCUMENT and stem != whole:
                yield start, end, stem, whole
            else:
                yield start, end, stem

    return tokens
