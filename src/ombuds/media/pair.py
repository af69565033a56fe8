# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the small file of a photograph is the large one made small: both are decoded, made coarse and compared, and a likeness is taken.

Coarse, because a small file that was too heavy was made softer, which leaves no fine detail alike. The mean tells another
picture, the worst part tells something written over one. Run in a warm cell alone; see spec/media.md.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageChops, ImageFilter

from ombuds.media.answer import Drawn
from ombuds.media.compared import FIRST, SAID
from ombuds.media.likeness import likeness

COARSE, PARTS = 100, 20
SOFT = 1
# Between what the likeness reads and what a decoder gives for little work.
FOR_LIKENESS = 256


def answer(content: bytes) -> tuple[bytes, ...]:
    """Return the likeness of the large picture, and by how many steps of a colour the two differ: in the mean, and in their worst part."""
    (length,) = FIRST.unpack_from(content)
    start = FIRST.size + length
    large, small = _opened(content[FIRST.size : start]), _opened(content[start:])
    points = large.resize(_within(large, FOR_LIKENESS), Image.Resampling.BOX)
    size = _within(small, COARSE)
    apart = ImageChops.difference(_coarse(large, size), _coarse(small, size))
    mean = _mean(apart)
    worst = max(max(each) for each in _parts(apart))
    return (SAID.pack(likeness(Drawn(points.width, points.height, points.tobytes(), (), 1)), round(mean * 100), round(worst * 100)),)


def _opened(file: bytes) -> Image.Image:
    image = Image.open(BytesIO(file), formats=["JPEG"])
    # By halves, as far as the decoder can: no more is looked at.
    image.draft("RGB", _within(image, FOR_LIKENESS))
    return image.convert("RGB")


def _within(image: Image.Image, side: int) -> tuple[int, int]:
    share = min(1.0, side / max(image.size))
    return max(1, round(image.width * share)), max(1, round(image.height * share))


def _coarse(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.BOX).filter(ImageFilter.BoxBlur(SOFT))


def _mean(apart: Image.Image) -> float:
    return sum(apart.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))) / 3  # type: ignore[arg-type]


def _parts(apart: Image.Image) -> list[tuple[int, ...]]:
    parts = apart.resize(_within(apart, PARTS), Image.Resampling.BOX)
    return [tuple(part) for part in zip(*[iter(parts.tobytes())] * 3, strict=True)]
