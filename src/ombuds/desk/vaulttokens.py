# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tokenizer of the vault's index: where words begin and end, and which forms of them are kept.

A text's word is kept whole beside its stem, so that the beginning of a word can be looked for too. How a word is spelled and
stemmed is written in pages/stems.py. See spec/vault.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

import apsw

from ombuds.pages.stems import Speller

NAME = "stems"
# Marks belong to the letter before them, so that a letter and its accent written apart stay one word.
UNICODE = ["remove_diacritics", "0", "categories", "L* N* Co Mn"]

Plain = tuple[int, int, str]
Token = Plain | tuple[int, int, str, str]


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
