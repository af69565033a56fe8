# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's search shows: one line for each found text, with the found words apart from what surrounds them.

Pieces are plain text; the template escapes them and marks the found ones, so no content can bring a mark of its own (T24).
See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from ombuds.pages.values import Trouble


class FoundPiece(Struct, frozen=True, kw_only=True):
    """A stretch of a found text; `found` if it is a word that was looked for."""

    text: str
    found: bool = False


class FoundLine(Struct, frozen=True, kw_only=True):
    """One found text. `kind` is one of our sentences."""

    link: str
    title: str
    kind: str
    day: date
    pieces: tuple[FoundPiece, ...] = ()


class SearchView(Struct, frozen=True, kw_only=True):
    """What was typed, and a page of what was found. `asked` is False while nothing was looked for yet."""

    query: str = ""
    asked: bool = False
    lines: tuple[FoundLine, ...] = ()
    newer: str = ""
    older: str = ""
    trouble: Trouble | None = None
