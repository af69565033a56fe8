# SPDX-License-Identifier: AGPL-3.0-or-later
"""The letters of a share card: which of two fonts writes what, how wide it is, and where a line breaks.

A line that is read from the right may hold words that are read from the left, and the other way round: each such piece is
shaped by itself and the pieces are laid in the line's own direction. For one level of that this is what the Unicode algorithm
gives, but that a hashtag keeps its # at its beginning; text within text within text may stand in another order. Run in card.py's
process alone; see spec/cards.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path

from fontpkg_noto_sans import ROOT as PLAIN_FONT
from fontpkg_noto_sans_arabic import ROOT as ARABIC_FONT
from PIL import ImageDraw, ImageFont

from ombuds.media.sharing import ARABIC, HAS_ARABIC, Direction, direction_of

FILES = {"ltr": Path(PLAIN_FONT) / "files" / "NotoSans[wdth,wght].ttf", "rtl": Path(ARABIC_FONT) / "files" / "NotoSansArabic[wdth,wght].ttf"}
# Letters of our other scripts: what is neither these nor Arabic takes the side of what stands around it.
LETTERS = "A-Za-z\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0370-\u052f"
FROM_LEFT = re.compile(f"#?[{LETTERS}](?:[^{ARABIC}]*[{LETTERS}0-9])?")
FROM_RIGHT = re.compile(f"#?[{ARABIC}](?:[^{LETTERS}]*[{ARABIC}])?")
MORE = "…"
WIDE = 100
TITLE_WEIGHT = 700
# From one line of a title to the next, in hundredths of its size.
STEP = 124


class Letters:
    """One font at one size and weight."""

    def __init__(self, direction: Direction, size: int, weight: int, joins: bool) -> None:
        self._joins = joins
        self._direction: str | None = direction if joins else None
        layout = ImageFont.Layout.RAQM if joins else ImageFont.Layout.BASIC
        self._font = ImageFont.truetype(FILES[direction], size, layout_engine=layout)
        self._font.set_variation_by_axes([weight, WIDE])

    def width(self, text: str) -> float:
        """How wide a text is."""
        return self._font.getlength(text, direction=self._direction)

    def write(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str) -> None:
        """Write a text; the place is the left end of its baseline."""
        draw.text(at, text, fill=colour, font=self._font, anchor="ls", direction=self._direction)


@dataclass(frozen=True)
class Piece:
    """A part of a line that is read in one direction."""

    text: str
    letters: Letters
    width: float


@dataclass(frozen=True)
class Line:
    """One line: its pieces from the left to the right."""

    pieces: tuple[Piece, ...]
    size: int

    @property
    def width(self) -> float:
        """How wide it is."""
        return sum(piece.width for piece in self.pieces)


class Lettering:
    """Everything that this process can write."""

    def __init__(self, joins: bool) -> None:
        self._letters = lru_cache(None)(lambda direction, size, weight: Letters(direction, size, weight, joins))

    def line(self, text: str, size: int, weight: int, base: Direction) -> Line:
        """Return a text as one line of this direction, however long."""
        other: Direction = "ltr" if base == "rtl" else "rtl"
        if base == "rtl" or HAS_ARABIC.search(text):
            parts = _parts(text, FROM_LEFT if base == "rtl" else FROM_RIGHT)
        else:
            parts = [(text, False)]
        pieces = [self._piece(part, other if turned else base, size, weight) for part, turned in parts]
        return Line(tuple(reversed(pieces) if base == "rtl" else pieces), size)

    def one_line(self, text: str, size: int, weight: int, room: int) -> Line:
        """Return a text as one line that fits, shortened if it must be."""
        return self._shortened(" ".join(text.split()), size, weight, (room, direction_of(text)))

    def fitting(self, text: str, sizes: tuple[int, ...], room: tuple[int, int], most: int) -> list[Line]:
        """Return a title in lines that fit into a width and a height: of the largest size that needs no more lines than are wanted."""
        wide, high = room
        base = direction_of(text)
        some: list[str] = []
        made: list[Line] = []
        for size in sizes:
            some = self._wrapped(text.split(), size, wide, base)
            fit = min(most, max(1, 1 + (high - size) * 100 // (size * STEP)))
            made = [self.line(words, size, TITLE_WEIGHT, base) for words in some[:fit]]
            if len(some) <= fit:
                return made
        last = some[len(made) - 1] + " " + " ".join(some[len(made) :])
        return [*made[:-1], self._shortened(last, sizes[-1], TITLE_WEIGHT, (wide, base))]

    def _wrapped(self, words: list[str], size: int, wide: int, base: Direction) -> list[str]:
        lines: list[str] = []
        for word in words:
            together = f"{lines[-1]} {word}" if lines else word
            if lines and self.line(together, size, TITLE_WEIGHT, base).width <= wide:
                lines[-1] = together
                continue
            while self.line(word, size, TITLE_WEIGHT, base).width > wide:
                # A word that is longer than a line is broken where the line ends.
                fits = max(1, self._fits(word, size, TITLE_WEIGHT, (wide, base)))
                lines.append(word[:fits])
                word = word[fits:]
            lines.append(word)
        return lines

    def _shortened(self, text: str, size: int, weight: int, room: tuple[int, Direction]) -> Line:
        wide, base = room
        line = self.line(text, size, weight, base)
        if line.width <= wide:
            return line
        more = self.line(MORE, size, weight, base)
        fits = self._fits(text, size, weight, (wide - round(more.width), base))
        # Between two words, where there are two.
        cut = text[:fits].rpartition(" ")[0] or text[:fits]
        return self.line(cut.rstrip(f" ,;:.{MORE}") + MORE, size, weight, base)

    def _fits(self, text: str, size: int, weight: int, room: tuple[int, Direction]) -> int:
        """Return how many of a text's first letters fit into a width."""
        wide, base = room
        return bisect_right(range(1, len(text) + 1), wide, key=lambda count: ceil(self.line(text[:count], size, weight, base).width))

    def _piece(self, text: str, direction: Direction, size: int, weight: int) -> Piece:
        letters = self._letters(direction, size, weight)
        return Piece(text, letters, letters.width(text))


def _parts(text: str, turned: re.Pattern[str]) -> list[tuple[str, bool]]:
    """Cut a line into what is read in its own direction and what is read in the other one."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for found in turned.finditer(text):
        parts += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [part for part in (*parts, (text[at:], False)) if part[0]]
