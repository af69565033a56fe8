# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures for the detector, made by our own code: a drawn face that the model takes for one, words in two alphabets, and nothing at all.

No photograph of a person is in this repository: what the detector finds on real ones was measured apart (adr/0022).
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ombuds.media.answer import Drawn
from ombuds.media.order import Box

LETTERS = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
GROUND = (128, 126, 120)
SKIN, HAIR, SHADE, CLOTH, BEHIND = (214, 166, 138), (50, 34, 26), (196, 146, 120), (40, 60, 90), (96, 120, 140)
# The drawn face from one cheek to the other and from the hair to the chin, in hundredths of its side: left, upper, right, lower edge.
HEAD = (25, 17, 75, 81)


class Tag(NamedTuple):
    """A picture with words on it, and every point of them."""

    image: Image.Image
    words: Image.Image


def drawn(image: Image.Image) -> Drawn:
    """Return a picture as a cell gives it."""
    return Drawn(image.width, image.height, image.convert("RGB").tobytes())


def empty(width: int = 320, height: int = 240) -> Image.Image:
    """Return a grey picture."""
    return Image.new("RGB", (width, height), GROUND)


def face(side: int) -> Image.Image:
    """Return a drawn face on a square."""
    image = Image.new("RGB", (400, 400), BEHIND)
    pen = ImageDraw.Draw(image)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        pen.ellipse(((x - wide) * 4, (y - high) * 4, (x + wide) * 4, (y + high) * 4), fill=colour)

    oval(50, 105, 38, 25, CLOTH)
    pen.rectangle((168, 300, 232, 368), fill=(190, 140, 112))
    for x, y, wide, high, colour in ((50, 40, 27, 30, HAIR), (50, 50, 23, 31, SKIN), (50, 28, 24, 12, HAIR), (50, 38, 20, 8, SKIN)):
        oval(x, y, wide, high, colour)
    for left in (-1, 1):
        oval(50 + left * 10, 47, 5.5, 2.8, (240, 236, 232))
        oval(50 + left * 10, 47, 2.6, 2.6, (60, 42, 30))
        pen.line((200 + left * 16, 168, 200 + left * 64, 164), fill=(60, 40, 30), width=6)
        oval(50 + left * 24, 50, 3, 6, (200, 150, 124))
    pen.polygon([(196, 192), (184, 240), (216, 240)], fill=SHADE)
    oval(50, 68, 8, 2.8, (170, 84, 80))
    pen.line((168, 272, 232, 272), fill=(110, 50, 50), width=3)
    return image.filter(ImageFilter.GaussianBlur(3.6)).resize((side, side), Image.Resampling.LANCZOS)


def with_face(side: int, x: int, y: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Return a grey picture with a drawn face in it."""
    image = empty(*size)
    image.paste(face(side), (x, y))
    return image


def head(side: int, x: int, y: int) -> Box:
    """Return where a drawn face is, cheeks, chin and the beginning of its hair."""
    left, above, right, below = (edge * side // 100 for edge in HEAD)
    return Box(x + left, y + above, right - left, below - above)


def tag(words: str, high: int, turned: int = 0, size: tuple[int, int] = (640, 480)) -> Tag:
    """Return a picture with words of this height on a plate, turned, in its middle."""
    font = ImageFont.truetype(LETTERS, round(high / 0.73))
    left, above, right, below = (round(edge) for edge in font.getbbox(words))
    plate = Image.new("RGBA", (right - left + 2 * high, below - above + high), (70, 84, 76, 255))
    where = Image.new("L", plate.size)
    ImageDraw.Draw(plate).text((high - left, high // 2 - above), words, font=font, fill=(206, 206, 190, 255))
    ImageDraw.Draw(where).text((high - left, high // 2 - above), words, font=font, fill=255)
    plate, where = (each.rotate(turned, Image.Resampling.BICUBIC, expand=True) for each in (plate, where))
    image, full = empty(*size), Image.new("L", size)
    at = ((size[0] - plate.width) // 2, (size[1] - plate.height) // 2)
    image.paste(plate, at, plate)
    full.paste(where, at)
    return Tag(image.filter(ImageFilter.GaussianBlur(0.4)), full)


def uncovered(words: Image.Image, boxes: list[Box]) -> float:
    """Return which part of some words is seen when boxes are filled."""
    left = words.copy()
    for box in boxes:
        left.paste(0, (box.x, box.y, box.x + box.width, box.y + box.height))
    return _ink(left) / _ink(words)


def inside(inner: Box, outer: Box) -> bool:
    """Whether one box holds another."""
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y <= inner.y and inner.y + inner.height <= outer.y + outer.height


def _ink(image: Image.Image) -> int:
    return sum(value * count for value, count in enumerate(image.histogram()))
