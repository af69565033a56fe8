# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws one paper of a campaign and ends: an order on standard input, a PDF on standard output.

A poster, a sign to hold, or a sheet of badges to cut out. Started by sharing.py as `python -m ombuds.media.paper`, and imported
by nobody. Letters become pictures of one colour, fine enough for print; the rest is outlines. It reads no file but its two
fonts. See spec/cards.md.
"""

from __future__ import annotations

import re
import resource
import sys
from math import ceil

from PIL import Image, ImageDraw, features

from ombuds.core.encoding import decode
from ombuds.media.lettering import MORE, STEP, Lettering, Line
from ombuds.media.printed import A4, A4_ACROSS, A5, Leaf, Mask
from ombuds.media.sharing import Paper
from ombuds.media.silhouettes import GROUND, PALETTES, SHAPES, SIDE, chosen

MEMORY, PROCESSOR_SECONDS = 1 << 30, 8
INK, SOFT, ACCENT, CUT = "#16191d", "#4a525b", "#0b5d57", "#8a9097"
MARGIN = 290
COLUMNS, ROWS = 3, 4
CODE = 900
POSTER_TITLE = (420, 360, 310, 270, 230, 195)
SIGN_TITLE = (900, 780, 680, 590, 510, 440, 380, 330)
SIGN_TAG = (620, 520, 440, 370, 310, 260)
POSTER_TAGS = (270, 230, 200, 170)
BADGE_TAG = (150, 130, 112, 96, 82, 70)
ADDRESS = 90
# An address is broken where its parts end.
ADDRESS_PARTS = re.compile(r"https?://[^/]*|(?:/[^/]*)+/(?=[^/])|.+")


class Print:
    """One paper being drawn."""

    def __init__(self, order: Paper, lettering: Lettering) -> None:
        self._order, self._lettering = order, lettering
        self._leaf = Leaf({"poster": A5, "sign": A4_ACROSS, "badges": A4}[order.kind])
        self._rtl = order.direction == "rtl"
        self._room = self._leaf.size.wide - 2 * MARGIN

    def drawn(self) -> bytes:
        """Draw everything and return the PDF."""
        {"poster": self._poster, "sign": self._sign, "badges": self._badges}[self._order.kind]()
        return self._leaf.written()

    def _poster(self) -> None:
        order, high = self._order, self._leaf.size.high
        self._leaf.box(ACCENT, MARGIN, MARGIN, MARGIN + self._room, MARGIN + 44)
        self._set(self._lettering.one_line(order.desk, 150, 700, self._room), MARGIN + 260, SOFT)
        foot = high - MARGIN - (CODE if order.code else 0)
        tags = self._tags()
        tags_at = foot - 250 - (len(tags) - 1) * _step(tags)
        floor = tags_at - tags[0].size - (860 if order.number else 160)
        under = self._lines(order.title, POSTER_TITLE, MARGIN + 380, floor)
        if order.number:
            self._set(self._lettering.one_line(order.number, 520, 700, self._room), max(under, floor) + 530, ACCENT)
            self._set(self._lettering.one_line(order.caption, 170, 400, self._room), max(under, floor) + 740, INK)
        for row, line in enumerate(tags):
            self._set(line, tags_at + row * _step(tags), ACCENT)
        self._address(high - MARGIN)

    def _tags(self) -> list[Line]:
        """Return as many hashtags, from the first on, as stand whole: one that is cut leads nowhere."""
        made: list[Line] = []
        for count in range(len(self._order.tags), 0, -1):
            made = self._lettering.fitting(" ".join(self._order.tags[:count]), POSTER_TAGS, (self._room, 640), 2)
            if not any(MORE in piece.text for piece in made[-1].pieces):
                break
        return made

    def _address(self, bottom: int) -> None:
        order, start = self._order, MARGIN
        if order.code:
            self._code(start, bottom - CODE)
            start += CODE + 150
        room = self._leaf.size.wide - MARGIN - start
        # Whole, for who has no camera at hand.
        lines = [line for part in ADDRESS_PARTS.findall(order.address) for line in self._lettering.fitting(part, (ADDRESS,), (room, CODE), 4)]
        for row, line in enumerate(reversed(lines)):
            self._set(line, bottom - 20 - row * _step(lines), INK, start)

    def _code(self, start: int, top: int) -> None:
        rows = self._order.code
        wide = CODE / len(rows)
        left = self._left(start, CODE)
        black = [(x, y) for y, row in enumerate(rows) for x, bit in enumerate(row) if bit == "1"]
        squares = (((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)) for x, y in black)
        self._leaf.fill("#000000", *(tuple((left + x * wide, top + y * wide) for x, y in square) for square in squares))

    def _sign(self) -> None:
        order, high = self._order, self._leaf.size.high
        tags = self._lettering.fitting(order.tags[0], SIGN_TAG, (self._room, 1_300), 1)
        self._middle(tags[0], high - MARGIN - 330, ACCENT)
        floor = high - MARGIN - 560 - tags[0].size
        lines = self._lettering.fitting(order.title, SIGN_TITLE, (self._room, floor - MARGIN), 6)
        tall = lines[0].size + (len(lines) - 1) * _step(lines)
        at = MARGIN + (floor - MARGIN - tall) // 2 + lines[0].size
        for row, line in enumerate(lines):
            self._middle(line, at + row * _step(lines), INK)

    def _badges(self) -> None:
        wide, high = self._room / COLUMNS, (self._leaf.size.high - 2 * MARGIN) / ROWS
        for number in range(COLUMNS * ROWS):
            self._badge(number, MARGIN + number % COLUMNS * wide, MARGIN + number // COLUMNS * high, (wide, high))
        for column in range(COLUMNS + 1):
            self._leaf.dashes(CUT, (MARGIN + column * wide, MARGIN), (MARGIN + column * wide, MARGIN + ROWS * high))
        for row in range(ROWS + 1):
            self._leaf.dashes(CUT, (MARGIN, MARGIN + row * high), (MARGIN + self._room, MARGIN + row * high))

    def _badge(self, number: int, left: float, top: float, cell: tuple[float, float]) -> None:
        wide, high = cell
        lines = self._whole(round(wide) - 160)
        side = high - 360
        x, y, share = left + (wide - side) / 2, top + 70, side / SIDE
        shape, tones = chosen(number % len(SHAPES) + len(SHAPES) * (number % len(PALETTES)))
        self._leaf.box(tones[GROUND], x, y, x + side, y + side)
        for layer in shape:
            self._leaf.fill(tones[layer.tone], tuple((x + a * share, y + b * share) for a, b in layer.outline))
        at = y + side + (230 if len(lines) == 1 else 120)
        for row, line in enumerate(lines):
            self._place(line, left + (wide - line.width) / 2, at + row * _step(lines), INK)

    def _whole(self, room: int) -> list[Line]:
        """Return the first hashtag in one line where the smallest letters allow it, else in two."""
        one, two = (self._lettering.fitting(self._order.tags[0], BADGE_TAG, (room, 320), lines) for lines in (1, 2))
        return two if any(MORE in piece.text for piece in one[0].pieces) else one

    def _lines(self, text: str, sizes: tuple[int, ...], top: int, floor: int) -> int:
        lines = self._lettering.fitting(text, sizes, (self._room, floor - top), 6)
        for row, line in enumerate(lines):
            self._set(line, top + lines[0].size + row * _step(lines), INK)
        return top + lines[0].size + (len(lines) - 1) * _step(lines)

    def _set(self, line: Line, baseline: int, colour: str, start: int = MARGIN) -> None:
        """Set a line that begins so far from the edge at which reading begins."""
        self._place(line, self._left(start, line.width), baseline, colour)

    def _middle(self, line: Line, baseline: int, colour: str) -> None:
        self._place(line, (self._leaf.size.wide - line.width) / 2, baseline, colour)

    def _place(self, line: Line, left: float, baseline: float, colour: str) -> None:
        above, below, side = line.size * 5 // 4, line.size // 2, line.size // 4
        cover = Image.new("L", (ceil(line.width) + 2 * side, above + below), 0)
        draw, at = ImageDraw.Draw(cover), float(side)
        for piece in line.pieces:
            piece.letters.write(draw, (at, above), piece.text, "#ffffff")
            at += piece.width
        box = cover.getbbox()
        if box:
            part = cover.crop(box).point([0] * 128 + [255] * 128, "1")
            self._leaf.stamp(Mask(part.width, part.height, part.tobytes()), colour, left - side + box[0], baseline - above + box[1])

    def _left(self, start: float, wide: float) -> float:
        return self._leaf.size.wide - start - wide if self._rtl else start


def _step(lines: list[Line]) -> int:
    return lines[0].size * STEP // 100


def main() -> None:
    """Answer the one order of this process."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR_SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    lettering = Lettering(features.check("raqm") is True)
    sys.stdout.buffer.write(Print(decode(sys.stdin.buffer.read(), Paper), lettering).drawn())


if __name__ == "__main__":
    main()
