# SPDX-License-Identifier: AGPL-3.0-or-later
"""A picture for publication: a file becomes points in one cell, and the points become a fresh JPEG in another (T13).

What comes back is looked at once more by the rules that readers use: pixels and what is needed to show them, nothing else.
What a person can recognise in it, it cannot judge (T14). See spec/media.md.
"""

from __future__ import annotations

from ombuds.core.errors import Malformed
from ombuds.core.pictures import LARGEST_PICTURE, shape_of
from ombuds.media.answer import SIDES, Drawn
from ombuds.media.cell import NoPicture, draw, run
from ombuds.media.jail import program
from ombuds.media.kinds import Kind

POINTS = Kind("POINTS", "pack", ())
QUALITIES = (85, 70, 50, 30)


def publishable(content: bytes) -> bytes:
    """Return a fresh JPEG of what a file shows. Raises NoPicture."""
    drawn = draw(content)
    for quality in QUALITIES:
        made = packed(drawn, quality)
        if len(made) <= LARGEST_PICTURE:
            return _checked(made, drawn)
    raise NoPicture("large")


def packed(drawn: Drawn, quality: int) -> bytes:
    """Return points as a JPEG. Raises NoPicture."""
    return run(POINTS, program(POINTS, quality), SIDES.pack(drawn.width, drawn.height) + drawn.points)


def _checked(made: bytes, drawn: Drawn) -> bytes:
    try:
        shape = shape_of(made)
    except Malformed:
        raise NoPicture("stopped") from None
    if (shape.width, shape.height) != (drawn.width, drawn.height):
        raise NoPicture("stopped")
    return made
