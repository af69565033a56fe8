# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a cell is given and says of the two files of a photograph, and how far the two of one picture differ.

Both sides use this file. The bounds were measured on pairs of the server's way and of a browser's. See spec/media.md.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

BOTH = "BOTH"
FIRST = struct.Struct(">I")
SAID = struct.Struct(">QHH")
MOST_MEAN, MOST_WORST = 24.0, 32.0
"""Photographs come to 4 and 12 at most; squares of black and white, which a browser softens far, to 22 and 29; another picture to 53 and more."""


class Compared(NamedTuple):
    """The likeness of a photograph, and how many steps of a colour its small file differs from the large one: in the mean, and in the worst part."""

    near: int
    mean: float
    worst: float

    @property
    def same(self) -> bool:
        """Whether the small file is the large one made small."""
        return self.mean <= MOST_MEAN and self.worst <= MOST_WORST


def asked(large: bytes, small: bytes) -> bytes:
    """Return the two files as the cell is given them."""
    return FIRST.pack(len(large)) + large + small


def read(said: bytes) -> Compared:
    """Return what the cell said. Raises ValueError."""
    if len(said) != SAID.size:
        raise ValueError("not an answer about two files")
    near, mean, worst = SAID.unpack(said)
    return Compared(near, mean / 100, worst / 100)
