# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the small file of a photograph is the large one made small: it is made small anew, as our own ways do, and compared.

What is made anew is packed as the small file was, and so is nearly the same where both are one picture; only what packing itself
changes is forgiven beside. It is softened no further than a picture must be that is too heavy. What shows on the large one alone,
because it is too fine for a small one, is not told. Run in a warm cell alone; see spec/media.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from itertools import accumulate
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from ombuds.media.answer import Drawn
from ombuds.media.compared import FAR, FIRST, MOST, SAID
from ombuds.media.likeness import likeness
from ombuds.media.order import MOST_SMALL, small_of

# Four points to each cell of the likeness.
FOR_LIKENESS = 128
FINE, PART = 4, 8
# The large picture was packed before it is made small anew, so that it is known within these alone whether the small one fitted.
SURELY_FITS, MAY_FIT = MOST_SMALL * 4 // 5, MOST_SMALL * 9 // 8
# A browser rounds sizes in another way.
ROUNDED = 1


class Way(NamedTuple):
    """How one of our ways makes a picture small and packs it, and each step by which it makes one softer that is too heavy."""

    filter: Image.Resampling
    quality: int
    subsampling: int
    softer: tuple[Callable[[Image.Image], Image.Image], ...]


def _soft(radius: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.filter(ImageFilter.GaussianBlur(radius)) if radius else image


def _means(*reach: int) -> Callable[[Image.Image], Image.Image]:
    return lambda image: [*accumulate(reach, lambda made, each: made.filter(ImageFilter.BoxBlur(each)), initial=image)][-1]


# finish.py, for the server and a desk; and web/picture, where a point is the mean of what it covers, to which this filter is nearest.
SERVERS = Way(Image.Resampling.LANCZOS, 80, 2, tuple(map(_soft, (0.0, 0.6, 1.0, 1.5, 2.5, 4.0, 7.0, 12.0))))
BROWSERS = Way(Image.Resampling.HAMMING, 82, 0, tuple(_means(*(1 << step for step in range(count))) for count in range(8)))


class Anew(NamedTuple):
    """A picture made small anew, and its file."""

    image: Image.Image
    file: bytes


def answer(content: bytes) -> tuple[bytes, ...]:
    """Return the likeness of the large picture, and by how many steps the small one differs from it."""
    (length,) = FIRST.unpack_from(content)
    start = FIRST.size + length
    large, small = _opened(content[FIRST.size : start]), _opened(content[start:])
    way = BROWSERS if _whole_colours(content[start:]) else SERVERS
    size = small_of(*large.size)
    if any(abs(side - made) > ROUNDED for side, made in zip(small.size, size, strict=True)):
        return (SAID.pack(_likeness(large.resize(size, way.filter)), *FAR),)
    made = large.resize(small.size, way.filter)
    return (SAID.pack(_likeness(made), *_apart(made, small, way)),)


def _likeness(image: Image.Image) -> int:
    points = image.resize((FOR_LIKENESS, FOR_LIKENESS), Image.Resampling.BOX)
    return likeness(Drawn(points.width, points.height, points.tobytes(), (), 1))


def _opened(file: bytes) -> Image.Image:
    image = Image.open(BytesIO(file), formats=["JPEG"])
    image.load()
    return image if image.mode == "RGB" else image.convert("RGB")


def _whole_colours(file: bytes) -> bool:
    # What the decoder says of each colour: its name, how often it is sampled sideways and down, and its table.
    layer = Image.open(BytesIO(file), formats=["JPEG"]).layer  # type: ignore[attr-defined]
    return bool(layer[0][1] == 1)


def _apart(made: Image.Image, small: Image.Image, way: Way) -> tuple[int, ...]:
    """Return how far the small picture is from the nearest that the way can have made of what was made small anew."""

    @cache
    def step(number: int) -> Anew:
        image = way.softer[number](made)
        return Anew(image, _packed(image, way))

    at, last = _first_that_may_fit(step, len(way.softer)), len(way.softer) - 1
    found = [_differing(step(at), small)]
    while at < last and len(step(at).file) > SURELY_FITS and not _within(found[-1]):
        at += 1
        found.append(_differing(step(at), small))
    return min(found, key=lambda each: max(apart / most for apart, most in zip(each, MOST, strict=True)))


def _first_that_may_fit(step: Callable[[int], Anew], count: int) -> int:
    """Return which step is the first whose file is not too heavy, or the last of all; most pictures need none."""
    low, middle, high = 0, 0, count - 1
    while low < high:
        if len(step(middle).file) <= MAY_FIT:
            high = middle
        else:
            low = middle + 1
        middle = (low + high) // 2
    return low


def _packed(image: Image.Image, way: Way) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=way.quality, subsampling=way.subsampling)
    return out.getvalue()


def _within(apart: tuple[int, ...]) -> bool:
    return all(found <= most for found, most in zip(apart, MOST, strict=True))


def _differing(anew: Anew, small: Image.Image) -> tuple[int, ...]:
    """Return the figures of ``Compared.apart``."""
    image, seen, other = (each.convert("YCbCr") for each in (anew.image, _opened(anew.file), small))
    apart, packing = ImageChops.difference(seen, other), ImageChops.difference(seen, image)
    worst = [ImageChops.subtract(_parts(apart, side), _parts(packing, side)) for side in (FINE, PART)]
    worst.append(ImageChops.difference(_parts(seen, PART), _parts(other, PART)))
    return tuple(round(figure) for each in worst for figure in _most(each))


def _parts(image: Image.Image, side: int) -> Image.Image:
    return image.resize((max(1, round(image.width / side)), max(1, round(image.height / side))), Image.Resampling.BOX)


def _most(parts: Image.Image) -> tuple[float, float]:
    bright, *colours = (most for _, most in parts.getextrema())  # type: ignore[misc]
    return bright, max(colours)
