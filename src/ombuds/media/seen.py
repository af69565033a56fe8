# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a detector hands back: a short list of boxes, each around a face or around writing, and nothing that stands in them.

Both sides use this file. The cell writes; the server or desk reads, and believes nothing: how many, of which kind, and where
are checked before a box is used (T12). A box is a proposal to a person, who decides (T14). See spec/media.md.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ombuds.media.answer import AnswerWrong
from ombuds.media.order import Box

What = Literal["face", "text"]
WHATS: tuple[What, ...] = ("face", "text")
"""Both sides count places in this list."""

MOST_SEEN = 48
VERSION = 1
HEAD = struct.Struct(">BBB")
LINE = struct.Struct(">BHHHH")
LOOKED, SPENT, BROKEN = range(3)


class Seen(NamedTuple):
    """One box, and whether a face or writing is thought to be in it."""

    what: What
    box: Box


def write(seen: Sequence[Seen]) -> bytes:
    """Return an answer as the cell writes it: the first boxes, as many as there may be."""
    kept = seen[:MOST_SEEN]
    lines = (LINE.pack(WHATS.index(each.what), each.box.x, each.box.y, each.box.width, each.box.height) for each in kept)
    return HEAD.pack(VERSION, LOOKED, len(kept)) + b"".join(lines)


def failed(outcome: int) -> bytes:
    """Return the answer of a cell that found out nothing: out of memory, or broken."""
    return HEAD.pack(VERSION, outcome, 0)


def read(content: bytes, width: int, height: int) -> tuple[Seen, ...] | None:
    """Read an answer about a picture of this size; nothing when its cell ran out of memory or broke. Raises AnswerWrong."""
    if not HEAD.size <= len(content) <= HEAD.size + MOST_SEEN * LINE.size:
        raise AnswerWrong("too short or too long")
    version, outcome, count = HEAD.unpack_from(content)
    lines = content[HEAD.size :]
    if version != VERSION or outcome not in (LOOKED, SPENT, BROKEN) or len(lines) != count * LINE.size or (outcome != LOOKED and count):
        raise AnswerWrong("no such version or outcome, or another number of boxes than it says")
    if outcome != LOOKED:
        return None
    return tuple(_seen(each, width, height) for each in LINE.iter_unpack(lines))


def boxed(x: float, y: float, right: float, bottom: float, size: tuple[int, int]) -> Box | None:
    """Return whole points around what lies between these edges and inside a picture of this size, or nothing."""
    left, above = max(0, int(x)), max(0, int(y))
    wide, high = min(size[0], int(right) + 1) - left, min(size[1], int(bottom) + 1) - above
    return Box(left, above, wide, high) if wide > 0 and high > 0 else None


def _seen(line: tuple[int, ...], width: int, height: int) -> Seen:
    what, x, y, wide, high = line
    if what >= len(WHATS) or min(wide, high) < 1 or x + wide > width or y + high > height:
        raise AnswerWrong("a box of no known kind, or one that is not inside the picture")
    return Seen(WHATS[what], Box(x, y, wide, high))
