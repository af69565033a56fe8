# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a cell is given and says of the two files of a photograph, and how far the two of one picture differ.

Both sides use this file. The bounds were measured on pairs of the server's way, of a browser's and of a desk's. See spec/media.md.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

BOTH = "BOTH"
FIRST = struct.Struct(">I")
SAID = struct.Struct(">Q6B")
MOST = (12, 14, 8, 8, 5, 8)
"""Photographs come to 6, 9, 4, 4, 3 and 5 at most. Writing that can be read on one of the two files alone comes over one of these."""
FAR = (255,) * len(MOST)


class Compared(NamedTuple):
    """The likeness of a photograph, and by how many steps its small file differs in the worst part from the large one made small.

    Three figures, each for brightness and then for colour: in parts of 4 points and of 8, beyond what packing changes there, and
    of 8 points as a whole.
    """

    near: int
    apart: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Whether the small file is the large one made small."""
        return all(found <= most for found, most in zip(self.apart, MOST, strict=True))


def asked(large: bytes, small: bytes) -> bytes:
    """Return the two files as the cell is given them."""
    return FIRST.pack(len(large)) + large + small


def read(said: bytes) -> Compared:
    """Return what the cell said. Raises ValueError."""
    if len(said) != SAID.size:
        raise ValueError("not an answer about two files")
    near, *apart = SAID.unpack(said)
    return Compared(near, tuple(apart))
