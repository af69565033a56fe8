# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much two pictures look alike: 64 bits from the coarse light and dark of points, for a hint that a photograph came before.

It is taken from the upright points before anything is covered, so that boxes and small moves do not hide a copy. It says
"perhaps the same" to a person, and refuses nothing. A likeness can tie a photograph to its copies elsewhere: whoever keeps it
keeps it sealed, and not for long. It reads no file. See spec/media.md.
"""

from __future__ import annotations

from math import cos, pi, sqrt
from statistics import median

from ombuds.media.answer import Drawn

GRID, KEPT = 32, 8
ROWS_OF_A_CELL = 4
# How bright red, green and blue are to the eye.
BRIGHT = (0.299, 0.587, 0.114)
ALIKE = 8
"""Up to so many of 64 bits differ between pictures that a person should compare."""


def likeness(drawn: Drawn) -> int:
    """Return the likeness of a picture, as 64 bits."""
    coarse = _product(_product(_waves(), _cells(drawn)), [list(column) for column in zip(*_waves(), strict=True)])
    flat = [value for row in coarse for value in row]
    middle = median(flat[1:])
    return sum(1 << place for place, value in enumerate(flat) if value > middle)


def differing(one: int, other: int) -> int:
    """Return how many bits of two likenesses differ."""
    return (one ^ other).bit_count()


def _cells(drawn: Drawn) -> list[list[float]]:
    """Return the mean brightness of each cell of a grid, from a few rows of points of each."""
    edges = [place * drawn.width // GRID for place in range(GRID + 1)]
    spans = [(left, max(left + 1, right)) for left, right in zip(edges, edges[1:], strict=False)]
    lines: list[list[float]] = []
    for place in range(GRID):
        sums = [0.0] * GRID
        for part in range(ROWS_OF_A_CELL):
            start = int((place + (part + 0.5) / ROWS_OF_A_CELL) * drawn.height / GRID) * drawn.width
            for column, (left, right) in enumerate(spans):
                row = drawn.points[(start + left) * 3 : (start + right) * 3]
                sums[column] += sum(weight * sum(row[colour::3]) for colour, weight in enumerate(BRIGHT)) / (right - left)
        lines.append(sums)
    return lines


def _waves() -> list[list[float]]:
    return [[cos(pi * wave * (2 * place + 1) / (2 * GRID)) * (1 if wave else sqrt(0.5)) for place in range(GRID)] for wave in range(KEPT)]


def _product(left: list[list[float]], right: list[list[float]]) -> list[list[float]]:
    columns = list(zip(*right, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left]
