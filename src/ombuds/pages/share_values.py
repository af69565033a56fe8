# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page shows with which a campaign is passed on: texts to copy, a picture, papers to print, a code, all for everybody alike.

It carries text and addresses, never HTML (T24). See spec/pages.md.
"""

from __future__ import annotations

from msgspec import Struct

from ombuds.pages.hashtags import Tag
from ombuds.pages.values import ShareCard


class ToCopy(Struct, frozen=True, kw_only=True):
    """A text to copy: a name for its field, the networks that take it, and the text."""

    name: str
    networks: tuple[str, ...]
    text: str


class PaperLink(Struct, frozen=True, kw_only=True):
    """A paper to print: what it is, and where it lies."""

    title: str
    path: str


class InOneLanguage(Struct, frozen=True, kw_only=True):
    """Everything that is passed on in one language; cards and papers only where they can be drawn, a milestone's once one is reached."""

    language: str
    texts: tuple[ToCopy, ...]
    card: ShareCard | None = None
    milestone: ShareCard | None = None
    reached: str = ""  # the milestone that it tells, as people of the language write it
    papers: tuple[PaperLink, ...] = ()


class SharePage(Struct, frozen=True, kw_only=True):
    """How a campaign is passed on. The reader's language comes first; `code` is the outline of a square of `squares` a side."""

    title: str
    title_language: str
    path: str
    address: str
    tags: tuple[Tag, ...]
    spoken: tuple[InOneLanguage, ...]
    pack: str
    embed: str
    code: str = ""
    squares: int = 0
