# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of an article in one language: claims, quotations, right of reply, outcome, press, pictures, who supports with a name and
what was posted elsewhere; a campaign in a line.

They carry text, numbers and days, never HTML (T24). A picture carries an address of this site or of the desk, or none. See
spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class PageClaim(Struct, frozen=True, kw_only=True):
    """One sentence that can be checked, and how we know it."""

    kind: str  # fact, assessment, inference
    text: str
    known: str
    verified: int


class PageReply(Struct, frozen=True, kw_only=True):
    """Who was asked for their side, and the answer; `late` says whether the day for it had passed when the text was signed."""

    who: str
    asked: date
    by: date
    late: bool
    answer: str = ""
    answered: date | None = None
    language: str = ""


class PageOutcome(Struct, frozen=True, kw_only=True):
    """What came of it, and who says so."""

    text: str
    told_by: str  # institution, source, desk


class PagePress(Struct, frozen=True, kw_only=True):
    """What the press made of it; the quotation as it was printed, and in the language of the page if somebody translated it."""

    outlet: str
    day: date
    language: str
    title: str
    url: str
    quotation: str = ""
    translation: str = ""
    translator: str = ""


class PagePicture(Struct, frozen=True, kw_only=True):
    """A picture: where it lies (empty where it cannot be shown), its sides, its words and its credit."""

    link: str
    width: int
    height: int
    shows: str
    credit: str


class PageNamed(Struct, frozen=True, kw_only=True):
    """Somebody who supports a campaign with a name; the portrait is a picture of the publication, or none."""

    name: str
    role: str
    since: date
    quotation: str = ""
    portrait: PagePicture | None = None


class PageElsewhere(Struct, frozen=True, kw_only=True):
    """A post on a network, as the desk recorded it; it is in no number."""

    network: str
    url: str
    credit: str
    day: date
    shows: str
    archive: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """How a campaign stands on a day, as a list says it: nobody's answer is awaited, but it has days and a number."""

    word: str  # soon, runs, over
    day: date  # when it begins, until when it runs, or when it ended
    number: int = 0


class Running(Struct, frozen=True, kw_only=True):
    """A campaign that takes posts today, as the first page names it."""

    title: str
    language: str
    path: str
    number: int
