# SPDX-License-Identifier: AGPL-3.0-or-later
"""Boxes that a program proposes to black out: how they travel in a page, and where in the picture each of them is.

The server keeps nothing between two steps, so that they come back from the supporter and are checked again; whoever changes them
covers other parts of a photograph of their own. People decide (T14). See spec/site.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ombuds.core.errors import Malformed

MOST = 48
ONE = re.compile(r"(face|text)" + r"\.([0-9]{1,4})" * 4)
ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
State = Literal["found", "none", "absent", "failed"]
"""Something was found; nothing was; nothing looks here; it could not be looked."""


@dataclass(frozen=True)
class Proposed:
    """What may be a face or writing, in points of the picture that is shown."""

    what: str
    x: int
    y: int
    width: int
    height: int

    def where(self, width: int, height: int) -> str:
        """Return in which ninth of a picture its middle is."""
        row, column = (2 * self.y + self.height) * 3 // (2 * height), (2 * self.x + self.width) * 3 // (2 * width)
        return f"{ROWS[min(row, 2)]} {COLUMNS[min(column, 2)]}"


@dataclass(frozen=True)
class Looked:
    """What came of looking at one picture."""

    state: State
    boxes: tuple[Proposed, ...] = ()


def spelled(boxes: Iterable[Proposed]) -> str:
    """Return boxes as a page carries them."""
    return " ".join(f"{box.what}.{box.x}.{box.y}.{box.width}.{box.height}" for box in boxes)


def proposed_in(text: str, width: int, height: int) -> tuple[Proposed, ...]:
    """Read boxes that came back with a picture of this size. Raises Malformed."""
    words = text.split()
    if len(words) > MOST:
        raise Malformed("more boxes than are proposed")
    return tuple(_box(word, width, height) for word in words)


def chosen(boxes: Sequence[Proposed], numbers: Iterable[str]) -> tuple[int, ...]:
    """Return which boxes are named by these numbers, in order, counted from one."""
    named = set(numbers)
    return tuple(number for number in range(1, len(boxes) + 1) if str(number) in named)


def _box(word: str, width: int, height: int) -> Proposed:
    found = ONE.fullmatch(word)
    if found is None:
        raise Malformed("a box that nobody proposed")
    box = Proposed(found[1], *(int(found[place]) for place in range(2, 6)))
    if min(box.width, box.height) < 1 or box.x + box.width > width or box.y + box.height > height:
        raise Malformed("a box that is not inside its picture")
    return box
