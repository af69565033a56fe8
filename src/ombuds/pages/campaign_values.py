# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a campaign's pages show: its text, its wall tile by tile, and its number with how it was counted.

They carry text, numbers and days, never HTML (T24). A tile says nothing about who posted it, or when. See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from ombuds.pages.article_values import PageElsewhere, PageNamed, PageOutcome, PagePicture, PagePress
from ombuds.pages.values import Correction, Proof, ShareCard, Source


class Tile(Struct, frozen=True, kw_only=True):
    """One post of a wall: its small picture with where the large one lies (empty for a drawn badge), and its sentence."""

    small: str
    large: str
    width: int
    height: int
    shows: str
    sentence: str
    language: str
    rank: str = ""


class WallPart(Struct, frozen=True, kw_only=True):
    """A page of a wall: its tiles, which page it is of how many, the filter by language with how many it leaves, and whether without pictures."""

    tiles: tuple[Tile, ...] = ()
    page: int = 1
    pages: int = 1
    language: str = ""
    count: int = 0
    languages: tuple[str, ...] = ()
    plain: bool = False
    newer: str | None = None
    older: str | None = None


class CampaignPage(Struct, frozen=True, kw_only=True):
    """A campaign. The article is made of the fields above `status` alone; body is Markdown.

    `number` counts the posts that stand on the wall; before the first batch `waiting` of `least` are there.
    """

    id: str
    version: int
    title: str
    summary: str
    body: str
    language: str
    day: date
    statement: str
    person: str = ""
    demands: tuple[str, ...] = ()
    begins: date
    ends: date
    goal: int = 0
    basis: str = "desk"
    outcome: PageOutcome | None = None
    press: tuple[PagePress, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
    named: tuple[PageNamed, ...] = ()
    elsewhere: tuple[PageElsewhere, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str = "campaign"
    status: str = "published"
    since: date | None = None
    open: bool = False
    begun: bool = True
    number: int = 0
    waiting: int = 0
    least: int = 20
    wall: WallPart = WallPart()
    corrections: tuple[Correction, ...] = ()
    proof: Proof | None = None
    card: ShareCard | None = None


class WallPage(Struct, frozen=True, kw_only=True):
    """A page of the wall by itself."""

    title: str
    title_language: str
    path: str
    number: int
    wall: WallPart


class Counted(Struct, frozen=True, kw_only=True):
    """How many of something, by its reason or its name."""

    word: str
    number: int


class CountedBatch(Struct, frozen=True, kw_only=True):
    """One batch: its day, its entry of the ledger, and what it added and took back."""

    day: date
    index: int
    posts: int
    withdrawn: int
    removed: int


class CountPage(Struct, frozen=True, kw_only=True):
    """How the number was counted: everything that a reader can count again, and what the members counted themselves."""

    title: str
    title_language: str
    path: str
    number: int
    accepted: int
    withdrawn: int
    removed: tuple[Counted, ...] = ()
    waiting: int = 0
    rejected: tuple[Counted, ...] = ()
    regions: tuple[Counted, ...] = ()
    batches: tuple[CountedBatch, ...] = ()
