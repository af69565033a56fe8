# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the clean process is given and what it gives back: points, boxes and a seed; four files, or two where a picture is only covered.

Both sides use this file. No byte of the file that a person sent is among it: only points that a cell drew, and numbers. See
spec/media.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

from ombuds.media.answer import LONGEST_SIDE, Drawn

SEED_BYTES = 32
# Every square of a picture and everything that is proposed in it, and a few.
MOST_BOXES = 250
HEAD = struct.Struct(f">{SEED_BYTES}sHHH")
BOX = struct.Struct(">HHHH")
LENGTHS = struct.Struct(">IIII")
PAIR = struct.Struct(">II")
LARGE, SMALL = 1080, 400
RATIOS = (1.0, 5 / 4, 4 / 3, 3 / 2, 16 / 9)
"""The shapes that are published, longer side to shorter: few, so that a shape tells of no camera."""
MOST_LARGE, MOST_SMALL = 400_000, 25_000


@dataclass(frozen=True)
class Box:
    """A part of the picture that is covered: its left upper point, width and height, in points of the picture that was drawn."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.x, self.y) < 0 or min(self.width, self.height) < 1 or max(self.x + self.width, self.y + self.height) > LONGEST_SIDE:
            raise ValueError("a box lies inside the picture and covers a point at least")


class Order(NamedTuple):
    """One picture to be finished."""

    width: int
    height: int
    points: bytes
    boxes: tuple[Box, ...]
    seed: bytes


def sizes(side: int) -> tuple[tuple[int, int], ...]:
    """Return every size that a published picture with this longer side can have, the wide before the high."""
    wide = tuple((side, round(side / ratio)) for ratio in RATIOS)
    return (*wide, *((height, width) for width, height in wide[1:]))


def small_of(width: int, height: int) -> tuple[int, int]:
    """Return the size of the small file of a picture that is published as it is: of its shape, as near as whole points are."""
    share = min(1.0, SMALL / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def write(drawn: Drawn, boxes: tuple[Box, ...], seed: bytes) -> bytes:
    """Return an order as the clean process is given it. Raises ValueError."""
    if len(seed) != SEED_BYTES or len(boxes) > MOST_BOXES:
        raise ValueError("a seed has 32 bytes, and a picture 250 boxes at most")
    if any(box.x + box.width > drawn.width or box.y + box.height > drawn.height for box in boxes):
        raise ValueError("a box lies inside the picture")
    head = HEAD.pack(seed, drawn.width, drawn.height, len(boxes))
    return head + b"".join(BOX.pack(box.x, box.y, box.width, box.height) for box in boxes) + drawn.points


def read(content: bytes) -> Order:
    """Return the order as the clean process reads it."""
    seed, width, height, count = HEAD.unpack_from(content)
    start = HEAD.size + count * BOX.size
    boxes = tuple(Box(*each) for each in BOX.iter_unpack(content[HEAD.size : start]))
    return Order(width, height, content[start:], boxes, seed)
