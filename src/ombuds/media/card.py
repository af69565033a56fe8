# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws one share card and ends: an order on standard input, a PNG on standard output.

Started by sharing.py as `python -m ombuds.media.card`, and imported by nobody: the picture library leaves with this process.
Lines are broken by their real widths, the title is made smaller until it fits, and the same order gives the same bytes. It
reads no file but its two fonts. See spec/cards.md.
"""

from __future__ import annotations

import resource
import sys
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, features

from ombuds.core.encoding import decode
from ombuds.media.lettering import STEP, TITLE_WEIGHT, Lettering, Line
from ombuds.media.sharing import ASK, HEIGHT, WIDTH, Card

MEMORY, PROCESSOR_SECONDS = 1 << 30, 5
PAPER, INK, SOFT, ACCENT, LINE = "#fbfaf8", "#1d2228", "#565f69", "#0b5d57", "#d9d6d0"
TONES = {"calm": ("#e6f0ee", ACCENT), "late": ("#fdf1df", "#8a4b00"), "bad": ("#fbe9e7", "#a3231b"), "reached": ("#ffffff", ACCENT)}
MARGIN = 72
BAND = 18
HEAD_AT, TITLE_AT, FOOT_AT = 112, 176, 560
MARK = 56
BOLD, PLAIN = TITLE_WEIGHT, 400
TITLE_LINES = 4
SIZES = (76, 68, 60, 53, 47)
# How fine the wordmark is drawn before it is made smaller.
FINE = 8


class Palette(NamedTuple):
    """The colours of a card: its ground, what is written in bold and plain, what stands out, and the band at its edge."""

    paper: str
    ink: str
    soft: str
    accent: str
    band: str


PLAINLY = Palette(PAPER, INK, SOFT, ACCENT, ACCENT)
REACHED = Palette(ACCENT, "#ffffff", "#d5e8e5", "#ffffff", "#084a45")
"""Of a card that tells a milestone: another one from afar than the card of every day."""


class Sheet:
    """One card being drawn."""

    def __init__(self, card: Card, lettering: Lettering) -> None:
        self._card, self._lettering = card, lettering
        self._colours = REACHED if card.tone == "reached" else PLAINLY
        self._image = Image.new("RGB", (WIDTH, HEIGHT), self._colours.paper)
        self._draw = ImageDraw.Draw(self._image)
        self._rtl = card.direction == "rtl"

    def drawn(self) -> bytes:
        """Draw everything and return the PNG."""
        card = self._card
        self._box(0, 0, BAND, HEIGHT, self._colours.band)
        self._head()
        under = self._title(FOOT_AT - 40 if not card.number else 350)
        if card.number:
            under = self._number(under)
        self._foot(under)
        out = BytesIO()
        self._image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def _head(self) -> None:
        self._mark()
        room = WIDTH - 2 * MARGIN - MARK - 20
        self._write(self._lettering.one_line(self._card.desk, 34, BOLD, room), MARGIN + MARK + 20, HEAD_AT, self._colours.ink)

    def _title(self, floor: int) -> int:
        sizes = SIZES[2:] if self._card.number else SIZES
        lines = self._lettering.fitting(self._card.title, sizes, (WIDTH - 2 * MARGIN, floor - TITLE_AT), TITLE_LINES)
        step = lines[0].size * STEP // 100
        at = TITLE_AT + lines[0].size
        for line in lines:
            self._write(line, MARGIN, at, self._colours.ink)
            at += step
        return at - step + lines[0].size // 2

    def _number(self, under: int) -> int:
        at = max(under + 118, 478)
        number = self._lettering.one_line(self._card.number, 150, BOLD, WIDTH // 2)
        self._write(number, MARGIN, at, self._colours.accent)
        room = WIDTH - 2 * MARGIN - round(number.width) - 32
        self._write(self._lettering.one_line(self._card.caption, 44, PLAIN, room), MARGIN + round(number.width) + 32, at, self._colours.ink)
        return at

    def _foot(self, under: int) -> None:
        at, start = FOOT_AT, MARGIN
        if self._card.chip:
            start = self._chip(at)
        for line in self._card.lines:
            if at <= HEIGHT - 30 and at > under:
                self._write(self._lettering.one_line(line, 30, PLAIN, WIDTH - MARGIN - start), start, at, self._colours.soft)
                at, start = at + 40, MARGIN

    def _chip(self, at: int) -> int:
        back, front = TONES[self._card.tone]
        line = self._lettering.one_line(self._card.chip, 32, BOLD, WIDTH - 2 * MARGIN - 56)
        wide = round(line.width) + 56
        left = self._left(MARGIN, wide)
        self._draw.rounded_rectangle((left, at - 42, left + wide, at + 18), 30, fill=back)
        self._write(line, MARGIN + 28, at, front)
        return MARGIN + wide + 24

    def _write(self, line: Line, start: int, baseline: int, colour: str) -> None:
        """Write a line that begins so far from the edge at which reading begins."""
        at = float(self._left(start, round(line.width)))
        for piece in line.pieces:
            piece.letters.write(self._draw, (at, baseline), piece.text, colour)
            at += piece.width

    def _box(self, start: int, top: int, wide: int, high: int, colour: str) -> None:
        left = self._left(start, wide)
        self._draw.rectangle((left, top, left + wide - 1, top + high - 1), fill=colour)

    def _left(self, start: int, wide: int) -> int:
        return WIDTH - start - wide if self._rtl else start

    def _mark(self) -> None:
        # The wordmark's own drawing, in its box of 28 units.
        unit = MARK * FINE / 28
        cover = Image.new("L", (MARK * FINE, MARK * FINE), 0)
        pen = ImageDraw.Draw(cover)
        middle, ring, stroke = (13.95, 13.9), 10.5, 2.6
        pen.ellipse([unit * (each + side * (ring + stroke / 2)) for side in (-1, 1) for each in middle], fill=255)
        pen.polygon([unit * each for each in (2.0, 26.0, 4.0, 18.6, 10.0, 23.6)], fill=255)
        pen.ellipse([unit * (each + side * (ring - stroke / 2)) for side in (-1, 1) for each in middle], fill=0)
        pen.ellipse([unit * each for each in (10.4, 10.0, 17.6, 17.2)], fill=255)
        pen.polygon([unit * each for each in (12.3, 16.4, 15.7, 16.4, 16.5, 20.0, 11.5, 20.0)], fill=255)
        small = cover.resize((MARK, MARK), Image.Resampling.LANCZOS)
        self._image.paste(self._colours.accent, (self._left(MARGIN, MARK), HEAD_AT - 40), small)


def main() -> None:
    """Answer the one order of this process, or say what can be drawn here."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR_SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    joins = features.check("raqm") is True
    lettering = Lettering(joins)
    if sys.argv[1:] == [ASK]:
        lettering.one_line(ASK, 30, BOLD, WIDTH)
        answer = b"all" if joins else b"plain"
    else:
        answer = Sheet(decode(sys.stdin.buffer.read(), Card), lettering).drawn()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
