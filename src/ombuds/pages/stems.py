# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a text falls into words that are found again: one spelling for every way to write a word, and its stem.

Letters become small and composed, ё becomes е, and a word loses its ending by the rules of Russian or English, whichever
its letters are. A document's word is kept whole beside its stem, so that the beginning of a word can be looked for too. It
keeps the words it met in memory alone. The desk's search and the readers' stand on it. See spec/pages.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from unicodedata import normalize

from Stemmer import Stemmer

CYRILLIC = re.compile(r"[\u0400-\u04ff]")
WORDS_KEPT = 50_000


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
