# SPDX-License-Identifier: AGPL-3.0-or-later
"""The squares of a photograph: they cover all of it, none lies outside, and a rectangle is covered by those that it touches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.grid import ACROSS, boxes_of, down, rectangle_of, squares_in

SHAPES = st.tuples(st.integers(1, 1080), st.integers(1, 1080))


@given(SHAPES)
def test_no_square_lies_outside(shape: tuple[int, int]) -> None:
    """Each square has a point at least and ends with the picture."""
    width, height = shape
    for square in range(ACROSS * down(width, height)):
        x, y, across, along = rectangle_of(square, width, height)
        assert x >= 0 <= y and across >= 1 <= along and x + across <= width and y + along <= height


@given(st.tuples(st.integers(24, 1080), st.integers(24, 1080)))
def test_together_they_cover_the_picture(shape: tuple[int, int]) -> None:
    """Of a picture that is not tiny the squares leave no point and cover none twice."""
    each = [rectangle_of(square, *shape) for square in range(ACROSS * down(*shape))]
    assert sum(across * along for _, _, across, along in each) == shape[0] * shape[1]


@given(SHAPES, st.data())
def test_a_rectangle_is_covered_whole(shape: tuple[int, int], data: st.DataObject) -> None:
    """Every point of a rectangle lies in a square that it is given."""
    left, top = data.draw(st.integers(0, shape[0] - 1)), data.draw(st.integers(0, shape[1] - 1))
    wide, high = data.draw(st.integers(1, shape[0] - left)), data.draw(st.integers(1, shape[1] - top))
    covered = [rectangle_of(square, *shape) for square in boxes_of([(left, top, wide, high)], shape)]
    for x, y in ((left, top), (left + wide - 1, top + high - 1), (left + wide - 1, top)):
        assert any(a <= x < a + across and b <= y < b + along for a, b, across, along in covered)


def test_squares_have_one_order() -> None:
    """Squares come back sorted, each once, without those that the picture has not."""
    assert squares_in((5, 3, 5, 191, -1), 1080, 720) == (3, 5)
