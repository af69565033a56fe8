# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders for share cards and for papers to print: what one shows, whether this machine can draw it, and the child that draws it and ends.

It is made of published words alone and is named by what it shows. The picture library comes into the child and never
into the process that orders. What cannot be drawn as it is read, for want of letters or of shaping, is not drawn. It knows
no story and keeps nothing. See spec/cards.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from typing import Literal
from unicodedata import bidirectional

import msgspec

from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, NotHere
from ombuds.core.keys import hash_of

WIDTH, HEIGHT = 1200, 630
TYPE, PAPER_TYPE = "image/png", "application/pdf"
DRAWER, PRINTER = "ombuds.media.card", "ombuds.media.paper"
ASK = "able"
SECONDS = 10.0
LONGEST = 2_000
MOST_TAGS = 4
WIDEST_CODE = 97
# What the fonts hold: a letter of any other script would be an empty box (tests/media/test_card.py looks at each of these).
ARABIC = "\u0600-\u0605\u060b-\u061b\u061d-\u06ff\u0750-\u077f"
PLAIN = "\x20-\x7e\xa0-\xac\xae-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u0481\u048a-\u052f"
SIGNS = "\u200c\u200d\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2116\u20ac\u20bd\u2212"
HAS_ARABIC = re.compile(f"[{ARABIC}]")
DRAWN = re.compile(f"[{PLAIN}{SIGNS}{ARABIC}]*")
Tone = Literal["calm", "late", "bad", "reached"]
Direction = Literal["ltr", "rtl"]
PaperKind = Literal["poster", "sign", "badges"]
Able = Literal["no", "plain", "all"]
"""Nothing can be drawn; everything but letters that join; everything."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one card shows: whose it is, a title, a big number with its caption, small lines, and a status."""

    v: Literal[1] = 1
    direction: Direction
    desk: str
    title: str
    number: str = ""
    caption: str = ""
    lines: tuple[str, ...] = ()
    chip: str = ""
    tone: Tone = "calm"

    def __post_init__(self) -> None:
        if not self.title.strip() or len("".join(self.words)) > LONGEST:
            raise Malformed("a card has a title and little text")

    @property
    def words(self) -> tuple[str, ...]:
        """Every text on the card."""
        return (self.desk, self.title, self.number, self.caption, *self.lines, self.chip)

    @property
    def name(self) -> str:
        """The name of what it shows: another text, another name."""
        return hash_of(b"ombuds card\x00" + encode(self))[:32]


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a paper to print shows: a text, a number with its caption, hashtags, an address and its code in rows of 0 and 1."""

    v: Literal[1] = 1
    kind: PaperKind
    direction: Direction
    title: str
    tags: tuple[str, ...]
    desk: str = ""
    number: str = ""
    caption: str = ""
    address: str = ""
    code: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.title.strip() or not 0 < len(self.tags) <= MOST_TAGS or len("".join(self.words)) > LONGEST:
            raise Malformed("a paper has a title, a few hashtags and little text")
        if len(self.code) > WIDEST_CODE or any(len(row) != len(self.code) or row.strip("01") for row in self.code):
            raise Malformed("a code is a square of 0 and 1")

    @property
    def words(self) -> tuple[str, ...]:
        """Every text on the paper."""
        return (self.title, *self.tags, self.desk, self.number, self.caption, self.address)

    @property
    def name(self) -> str:
        """The name of what it shows: another text, another name."""
        return hash_of(b"ombuds paper\x00" + encode(self))[:32]


def direction_of(text: str) -> Direction:
    """Return the direction of a text of which no language is known: that of its first letter."""
    first = next((kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def can_draw(order: Card | Paper) -> bool:
    """Whether this machine has the letters and the shaping for everything on a card or a paper."""
    words = "".join(order.words)
    return DRAWN.fullmatch(words) is not None and able() in (("all",) if HAS_ARABIC.search(words) else ("plain", "all"))


@cache
def able() -> Able:
    """What this machine can draw; its child is asked once a process."""
    try:
        said = _child(DRAWER, b"", ASK).decode("ascii", "replace")
    except NotHere:
        return "no"
    return "all" if said == "all" else "plain" if said == "plain" else "no"


def draw(order: Card | Paper) -> bytes:
    """Return a card as a PNG, or a paper as a PDF, drawn by a child that ends with it. Raises NotHere if there is none."""
    if not can_draw(order):
        raise NotHere
    return _child(DRAWER if isinstance(order, Card) else PRINTER, encode(order))


def _child(program: str, order: bytes, *asked: str) -> bytes:
    command = [sys.executable, "-I", "-m", program, *asked]
    try:
        done = subprocess.run(command, input=order, capture_output=True, timeout=SECONDS, env={}, check=True)  # noqa: S603 - a fixed program of ours
    except (OSError, subprocess.SubprocessError):
        raise NotHere from None
    return done.stdout
