# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drawing for the demonstration, made here from rectangles and circles: a station at night, and nobody in it.

The PNG holds a palette and points, and nothing else, as spec/publication.md asks of a picture.
"""

from __future__ import annotations

import struct
import zlib
from math import isqrt

WIDTH, HEIGHT = 1200, 675
SKY, HILL, WALL, ROOF, LIGHT, MOON, PATH = range(7)
COLOURS = ("18263d", "22403c", "33495c", "101a2a", "f3c969", "e9e4cf", "3b5a52")
Rows = list[bytearray]


def station_at_night() -> bytes:
    """Return the drawing as a PNG."""
    rows = [bytearray([SKY]) * WIDTH for _ in range(HEIGHT)]
    _circle(rows, MOON, (930, 150), 62)
    _circle(rows, SKY, (955, 135), 58)
    for place in ((120, 90), (310, 160), (470, 60), (640, 130), (780, 70), (1090, 230), (220, 260), (1120, 80)):
        _circle(rows, MOON, place, 3)
    _circle(rows, HILL, (520, 1500), 1060)
    _circle(rows, HILL, (1150, 1350), 800)
    _box(rows, WALL, (380, 330), (760, 520))
    for step in range(60):
        _box(rows, ROOF, (350 + step * 2, 329 - step), (790 - step * 2, 330 - step))
    for left in (420, 510, 650):
        _box(rows, LIGHT if left == 510 else ROOF, (left, 375), (left + 56, 435))
        _box(rows, WALL, (left + 26, 375), (left + 30, 435))
    _box(rows, ROOF, (580, 420), (634, 520))
    for step in range(155):
        _box(rows, PATH, (588 - step // 2, 520 + step), (626 + step // 3, 521 + step))
    return _png(rows)


def _box(rows: Rows, colour: int, start: tuple[int, int], end: tuple[int, int]) -> None:
    for row in rows[start[1] : end[1]]:
        row[start[0] : end[0]] = bytes([colour]) * (end[0] - start[0])


def _circle(rows: Rows, colour: int, middle: tuple[int, int], radius: int) -> None:
    for y in range(max(0, middle[1] - radius), min(HEIGHT, middle[1] + radius + 1)):
        half = isqrt(radius**2 - (y - middle[1]) ** 2)
        left, right = max(0, middle[0] - half), min(WIDTH, middle[0] + half + 1)
        rows[y][left:right] = bytes([colour]) * (right - left)


def _png(rows: Rows) -> bytes:
    parts = (
        b"IHDR" + struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0),
        b"PLTE" + bytes.fromhex("".join(COLOURS)),
        b"IDAT" + zlib.compress(b"".join(b"\x00" + bytes(row) for row in rows), 9),
        b"IEND",
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
