# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points to the files that are published: covered, moved a little, made small, and packed with one set of tables (T13).

What is covered is covered first, in one colour, so that nothing of it is in any later step; there is no blur to choose. The
small turn, crop and stretch come from a seed that nobody keeps and make the sensor's noise hard to compare. The same order
gives the same bytes. Run in a warm cell alone, which never sees a file that somebody sent; see spec/media.md.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from math import cos, radians, sin

from PIL import Image, ImageDraw, ImageFilter, JpegImagePlugin, WebPImagePlugin

from ombuds.media.answer import Drawn, parts
from ombuds.media.hatch import hatch
from ombuds.media.order import LARGE, LENGTHS, MOST_LARGE, MOST_SMALL, PAIR, SMALL, Box, Order, read, sizes, small_of, write
from ombuds.media.silhouettes import GROUND, SIDE, chosen

PLUGINS = (JpegImagePlugin, WebPImagePlugin)
INK = (38, 38, 38)
# A block of a JPEG spreads its colour over sixteen points, and making a picture smaller over a few more.
GROWN = 24
CROP, TURN, STRETCH, SOFT = (0.01, 0.03), (0.3, 0.8), (0.004, 0.015), (0.6, 0.9)
SHIFT = 0.015
QUALITY, COLOUR_AT_HALF, EFFORT = 80, 2, 4
# A picture that does not fit is made softer until it does; the tables stay the same.
SOFTER = (0.0, 0.6, 1.0, 1.5, 2.5, 4.0, 7.0, 12.0)
SHARPER = 4


class Chance:
    """Numbers from a seed: the same seed gives the same row."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._count = seed, 0

    def between(self, least: float, most: float) -> float:
        """Return the next number, between two others."""
        self._count += 1
        drawn = int.from_bytes(sha256(self._seed + bytes([self._count])).digest()[:6], "big") / (1 << 48)
        return least + (most - least) * drawn

    def sign(self) -> float:
        """Return one or minus one."""
        return 1.0 if self.between(0, 1) < 0.5 else -1.0


def finished(order: Order) -> tuple[bytes, ...]:
    """Return the large JPEG and WebP and the small JPEG and WebP."""
    chance = Chance(order.seed)
    image = covered(Image.frombytes("RGB", (order.width, order.height), order.points), order.boxes)
    large = min(sizes(LARGE), key=lambda size: _apart(size, image.size))
    moved_image = moved(image, large, chance).filter(ImageFilter.GaussianBlur(chance.between(*SOFT)))
    made: list[bytes] = []
    for most, size in ((MOST_LARGE, large), (MOST_SMALL, sizes(SMALL)[sizes(LARGE).index(large)])):
        small = moved_image.resize(size, Image.Resampling.LANCZOS)
        made += [packed(small, "JPEG", most), packed(small, "WEBP", most)]
    return tuple(made)


def blackened(order: Order) -> tuple[bytes, bytes]:
    """Return a picture that was finished once, large and small, with more of it covered: nothing is moved, and nothing is left to chance."""
    image = covered(Image.frombytes("RGB", (order.width, order.height), order.points), order.boxes)
    small = image.resize(small_of(*image.size), Image.Resampling.LANCZOS)
    return packed(image, "JPEG", MOST_LARGE), packed(small, "JPEG", MOST_SMALL)


def covered(image: Image.Image, boxes: tuple[Box, ...]) -> Image.Image:
    """Return the picture with its boxes filled, and a margin around each."""
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle((box.x - GROWN, box.y - GROWN, box.x + box.width - 1 + GROWN, box.y + box.height - 1 + GROWN), fill=INK)
    return image


def moved(image: Image.Image, shape: tuple[int, int], chance: Chance) -> Image.Image:
    """Return the largest part of this shape that fits when it is turned, less a few of a hundred, turned and stretched."""
    angle = radians(chance.between(*TURN)) * chance.sign()
    wide, high = shape[0] * (1 + chance.between(*STRETCH) * chance.sign()), float(shape[1])
    c, s = cos(angle), sin(angle)
    across, down = wide * c + high * abs(s), wide * abs(s) + high * c
    share = min(image.width / across, image.height / down) * (1 - chance.between(*CROP))
    free = ((image.width - across * share) / 2, (image.height - down * share) / 2)
    x = image.width / 2 + chance.between(-1, 1) * min(free[0], image.width * SHIFT)
    y = image.height / 2 + chance.between(-1, 1) * min(free[1], image.height * SHIFT)
    size = (max(1, round(wide * share)), max(1, round(high * share)))
    a, d = wide * share / size[0], high * share / size[1]
    turn = (a * c, -d * s, x - (a * c * size[0] - d * s * size[1]) / 2, a * s, d * c, y - (a * s * size[0] + d * c * size[1]) / 2)
    return image.transform(size, Image.Transform.AFFINE, turn, Image.Resampling.BICUBIC)


def packed(image: Image.Image, kind: str, most: int) -> bytes:
    """Return a file of at most so many bytes."""
    made = b""
    for soft in SOFTER:
        out = BytesIO()
        (image.filter(ImageFilter.GaussianBlur(soft)) if soft else image).save(out, kind, quality=QUALITY, subsampling=COLOUR_AT_HALF, method=EFFORT)
        made = out.getvalue()
        if len(made) <= most:
            break
    return made


def silhouette(number: int) -> Drawn:
    """Return a drawn badge as points. Raises ValueError."""
    shape, tones = chosen(number)
    side = LARGE * SHARPER // 3
    image = Image.new("RGB", (side * 3, side * 3), tones[GROUND])
    pen = ImageDraw.Draw(image)
    for layer in shape:
        pen.polygon([(x * side * 3 / SIDE, y * side * 3 / SIDE) for x, y in layer.outline], fill=tones[layer.tone])
    small = image.resize((side, side), Image.Resampling.BOX)
    return Drawn(side, side, small.tobytes(), (), 1)


def answer(asked: str, content: bytes) -> tuple[bytes, ...]:
    """Return four files with their lengths before them, or two of a picture that is only covered, or the points of a drawn badge."""
    if asked == "cover":
        both = blackened(read(content))
        return (PAIR.pack(*map(len, both)), *both)
    if asked != "finish":
        return parts(silhouette(int(asked)))
    made = finished(read(content))
    return (LENGTHS.pack(*(len(each) for each in made)), *made)


def _apart(one: tuple[int, int], other: tuple[int, int]) -> float:
    ratio = one[0] * other[1] / (one[1] * other[0])
    return max(ratio, 1 / ratio)


def main() -> None:
    """Finish a picture of our own, then let a child finish each."""
    sample = write(Drawn(16, 16, bytes(16 * 16 * 3)), (Box(2, 2, 4, 4),), bytes(32))
    answer("finish", sample)
    answer("cover", sample)
    answer("0", b"")
    hatch(answer)


if __name__ == "__main__":
    main()
