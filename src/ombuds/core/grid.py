# SPDX-License-Identifier: AGPL-3.0-or-later
"""The squares in which a photograph is covered: twelve across, and as many below each other as fit.

A supporter ticks them before sending, a moderator before accepting; with so few of them two members easily choose the same. A
square is known by its number, counted row by row from the left above. It covers nothing itself. See spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ACROSS, MOST_DOWN = 12, 16
SQUARES = ACROSS * MOST_DOWN

Rectangle = tuple[int, int, int, int]
"""Left, top, width and height, in points of a picture."""


def down(width: int, height: int) -> int:
    """Return how many squares stand below each other over a picture."""
    return max(1, min(MOST_DOWN, round(ACROSS * height / width)))


def rectangle_of(square: int, width: int, height: int) -> Rectangle:
    """Return the points of a picture that a square covers: one at least, and none outside of it."""
    row, column = divmod(square, ACROSS)
    rows = down(width, height)
    x, y = column * width // ACROSS, row * height // rows
    return x, y, max(1, (column + 1) * width // ACROSS - x), max(1, (row + 1) * height // rows - y)


def squares_in(squares: Iterable[int], width: int, height: int) -> tuple[int, ...]:
    """Return those of some squares that a picture has, each once, in order."""
    return tuple(sorted(square for square in set(squares) if 0 <= square < ACROSS * down(width, height)))


def boxes_of(rectangles: Iterable[Rectangle], shape: tuple[int, int]) -> tuple[int, ...]:
    """Return every square that touches one of these rectangles in a picture of this width and height."""
    return squares_in((square for each in rectangles for square in _touched(each, *shape)), *shape)


def _touched(rectangle: Rectangle, width: int, height: int) -> Iterator[int]:
    left, top, wide, high = rectangle
    for square in range(ACROSS * down(width, height)):
        x, y, across, along = rectangle_of(square, width, height)
        if left < x + across and x < left + wide and top < y + along and y < top + high:
            yield square
