# SPDX-License-Identifier: AGPL-3.0-or-later
"""The likeness of two pictures: copies are close, other pictures are far, and any points have one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from ombuds.media.answer import Drawn
from ombuds.media.likeness import ALIKE, differing, likeness


def scene(seed: int, width: int = 800, height: int = 600) -> Image.Image:
    """A picture of thirty coloured shapes, another for each seed."""
    chance = Random(seed)
    image = Image.new("RGB", (width, height), tuple(chance.randbytes(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, across, down = (chance.randrange(width), chance.randrange(height), chance.randrange(20, width // 2), chance.randrange(20, height // 2))
        pen.ellipse((x - across // 2, y - down // 2, x + across // 2, y + down // 2), fill=tuple(chance.randbytes(3)))
    return image


def of(image: Image.Image) -> int:
    """The likeness of a picture."""
    return likeness(Drawn(image.width, image.height, image.convert("RGB").tobytes(), (), 1))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "smaller": lambda image: image.resize((400, 300)),
    "larger": lambda image: image.resize((1600, 1200), Image.Resampling.BICUBIC),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "without colour": lambda image: image.convert("L"),
    "cut by two of a hundred": lambda image: image.crop((8, 6, 792, 594)),
    "turned by one degree": lambda image: image.rotate(1, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128)),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_alike(name: str) -> None:
    """A copy that somebody made smaller, brighter or a little different is near its original, in the middle of twenty pictures."""
    apart = sorted(differing(of(scene(n)), of(COPIES[name](scene(n)))) for n in range(20))
    assert apart[10] <= ALIKE


def test_other_pictures_are_not_alike() -> None:
    """Of four hundred pairs of different pictures not one is taken for a copy."""
    found = [of(scene(n)) for n in range(29)]
    assert [1 for n, one in enumerate(found) for other in found[:n] if differing(one, other) <= ALIKE] == []


def test_the_same_points_have_the_same_likeness() -> None:
    """A picture is exactly like itself."""
    assert differing(of(scene(1)), of(scene(1))) == 0


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32))
def test_any_points_have_a_likeness(width: int, height: int, seed: int) -> None:
    """Whatever its size and points, a picture has 64 bits."""
    assert 0 <= likeness(Drawn(width, height, Random(seed).randbytes(width * height * 3), (), 1)) < 1 << 64
