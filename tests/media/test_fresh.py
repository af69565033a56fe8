# SPDX-License-Identifier: AGPL-3.0-or-later
"""The new picture holds its points and nothing else."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ombuds.media.fresh import png
from tests.media.reading import chunks

SIZES = st.tuples(st.integers(1, 20), st.integers(1, 20))


@given(SIZES, st.data())
def test_another_program_reads_the_same_points(size: tuple[int, int], drawn: st.DataObject) -> None:
    """A reader that is not ours finds exactly the points that went in."""
    points = drawn.draw(st.binary(min_size=size[0] * size[1] * 3, max_size=size[0] * size[1] * 3))
    with Image.open(BytesIO(png(*size, points))) as image:
        assert (image.size, image.mode, image.tobytes()) == (size, "RGB", points)


def test_nothing_stands_beside_the_points() -> None:
    """The file has a header, points and an end; no text, time, place or profile."""
    assert chunks(png(2, 1, b"123456")) == ["IHDR", "IDAT", "IEND"]


def test_the_same_points_give_the_same_file() -> None:
    """Two pictures of the same points are the same bytes, so a picture tells nothing of when or where it was made."""
    assert png(2, 1, b"123456") == png(2, 1, b"123456")


@pytest.mark.parametrize("points", [b"", b"12345", b"1234567"])
def test_points_that_do_not_fit_make_no_picture(points: bytes) -> None:
    """A picture is made of as many points as its size says."""
    with pytest.raises(ValueError, match="differ"):
        png(2, 1, points)
