# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a PDF of one page: filled outlines, dashed lines and one-coloured pictures, and nothing about who made it, or when.

There is no information dictionary, no identifier and no font in the file, so that the same page gives the same bytes. It
knows no letters and no layout. See spec/cards.md.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import compress

UNIT = 8
"""So many units make a point, of which 72 make an inch."""
Outline = tuple[tuple[float, float], ...]


class Size(NamedTuple):
    """Width and height of a page, in points."""

    wide: int
    high: int


A4, A4_ACROSS, A5 = Size(595, 842), Size(842, 595), Size(420, 595)


class Mask(NamedTuple):
    """A picture of one colour: its size, and a bit for each place, each row in whole bytes; what is set is coloured."""

    wide: int
    high: int
    bits: bytes


class Leaf:
    """One page being made, measured in units from its upper left corner."""

    def __init__(self, size: Size) -> None:
        self.size = Size(size.wide * UNIT, size.high * UNIT)
        self._points = size
        self._said = [f"{1 / UNIT} 0 0 {-1 / UNIT} 0 {size.high} cm"]
        self._masks: list[Mask] = []

    def fill(self, colour: str, *outlines: Outline) -> None:
        """Fill outlines with one colour."""
        self._said.append(f"{_tone(colour)} rg")
        for outline in outlines:
            first, *rest = (f"{x:.1f} {y:.1f}" for x, y in outline)
            self._said.append(f"{first} m " + "".join(f"{each} l " for each in rest) + "h")
        self._said.append("f")

    def box(self, colour: str, left: float, top: float, right: float, bottom: float) -> None:
        """Fill a rectangle."""
        self.fill(colour, ((left, top), (right, top), (right, bottom), (left, bottom)))

    def dashes(self, colour: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a dashed line along which one cuts."""
        self._said.append(f"{_tone(colour)} RG {UNIT / 2} w [{3 * UNIT} {3 * UNIT}] 0 d {start[0]:.1f} {start[1]:.1f} m {end[0]:.1f} {end[1]:.1f} l S")

    def stamp(self, mask: Mask, colour: str, left: float, top: float) -> None:
        """Set a picture of one colour at its own size, a unit for each place."""
        self._masks.append(mask)
        self._said.append(f"q {_tone(colour)} rg {mask.wide} 0 0 {-mask.high} {left:.1f} {top + mask.high:.1f} cm /M{len(self._masks)} Do Q")

    def written(self) -> bytes:
        """Return the file."""
        named = " ".join(f"/M{number} {4 + number} 0 R" for number, _ in enumerate(self._masks, start=1))
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {self._points.wide} {self._points.high}]/Contents 4 0 R/Resources<</XObject<<{named}>>>>>>"
        parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page.encode(), _stream("", "\n".join(self._said).encode())]
        for mask in self._masks:
            kind = f"/Type/XObject/Subtype/Image/ImageMask true/Decode[1 0]/BitsPerComponent 1/Width {mask.wide}/Height {mask.high}"
            parts.append(_stream(kind, mask.bits))
        return _file(parts)


def _tone(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


def _stream(kind: str, content: bytes) -> bytes:
    packed = compress(content, 9)
    return f"<<{kind}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream"


def _file(parts: list[bytes]) -> bytes:
    made = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count, start = len(parts) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, table, count, start)
    return bytes(made)
