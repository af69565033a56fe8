# SPDX-License-Identifier: AGPL-3.0-or-later
"""Photographs made for the tests of web/picture: what Pillow does not write by itself, and blocks of EXIF that lie. Nothing is real."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

from PIL import Image, ImageDraw

from tests.media.corpus import chunk, saved
from tests.web.browser import given

# What a tag holds: number, type, count, and the four bytes of its value or place.
Tag = tuple[int, int, int, bytes]
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
DEPTH_8, RGB, RGBA = 8, 2, 6


def scene(width: int = 400, height: int = 300) -> Image.Image:
    """A picture with slopes, edges and colours everywhere, the same each time."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (across, down, Image.radial_gradient("L").resize((width, height))))
    draw = ImageDraw.Draw(image)
    for place in range(12):
        x, y = place * 37 % 90 / 100 * width, place * 61 % 80 / 100 * height
        draw.ellipse((x, y, x + width / 8, y + height / 7), fill=(place * 90 % 256, place * 151 % 256, place * 33 % 256))
    return image


def base64_of(content: bytes) -> str:
    """Bytes as a job carries them."""
    return base64.b64encode(content).decode()


def decoded(file: bytes) -> Image.Image:
    """A file as the browser's decoder sees it."""
    drawn = given("decoded", file=base64_of(file))
    return Image.frombytes("RGB", (drawn["width"], drawn["height"]), base64.b64decode(drawn["points"]))


def finished(file: bytes, boxes: Sequence[dict[str, float]] = (), seed: bytes = bytes(32)) -> bytes:
    """The JPEG that is made of a file."""
    return base64.b64decode(given("finished", file=base64_of(file), boxes=list(boxes), seed=seed.hex()))


def box(left: float, top: float, right: float, bottom: float) -> dict[str, float]:
    """A box in shares of the picture."""
    return {"left": left, "top": top, "right": right, "bottom": bottom}


def head(width: int, height: int, colours: int, depth: int = 8, interlaced: bool = False) -> bytes:
    """The header of a PNG."""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))


def interlaced(image: Image.Image) -> bytes:
    """A PNG of seven passes, its rows filtered in all five ways."""
    lines = bytearray()
    for x, y, across, down in ADAM7:
        part = Image.new("RGB", (-(-(image.width - x) // across), -(-(image.height - y) // down)))
        for row in range(part.height):
            for column in range(part.width):
                part.putpixel((column, row), image.getpixel((x + column * across, y + row * down)))  # type: ignore[arg-type]
        lines += _filtered(part)
    return head(*image.size, RGB, interlaced=True) + chunk(b"IDAT", zlib.compress(bytes(lines))) + chunk(b"IEND", b"")


def deep(image: Image.Image) -> bytes:
    """A PNG with two bytes for each colour."""
    rows = [image.crop((0, y, image.width, y + 1)).tobytes() for y in range(image.height)]
    lines = b"".join(b"\0" + b"".join(bytes((value, value)) for value in row) for row in rows)
    return head(*image.size, RGB, 16) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def _filtered(image: Image.Image) -> bytes:
    """The rows of a picture, each behind its filter."""
    out, before = bytearray(), bytes(image.width * 3)
    for y in range(image.height):
        row = image.crop((0, y, image.width, y + 1)).tobytes()
        kind = y % 5
        out.append(kind)
        for at, value in enumerate(row):
            left, corner = (row[at - 3], before[at - 3]) if at >= 3 else (0, 0)
            out.append((value - (0, left, before[at], (left + before[at]) // 2, _paeth(left, before[at], corner))[kind]) % 256)
        before = row
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


def directory(order: str, tags: Sequence[Tag], after: int = 0) -> bytes:
    """One directory of EXIF, and where the next one begins."""
    entries = b"".join(struct.pack(f"{order}HHI", *tag[:3]) + tag[3] for tag in tags)
    return struct.pack(f"{order}H", len(tags)) + entries + struct.pack(f"{order}I", after)


def with_exif(content: bytes) -> bytes:
    """A JPEG with this block of EXIF, which need not be one."""
    body = b"Exif\0\0" + content
    file = saved(scene(), "JPEG")
    return file[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + file[2:]


def tiff(order: str, *pieces: bytes) -> bytes:
    """A block of EXIF whose first directory stands behind its header."""
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HI", 42, 8) + b"".join(pieces)


def segments(file: bytes) -> list[tuple[int, bytes]]:
    """The segments of a JPEG, up to its one scan."""
    found: list[tuple[int, bytes]] = []
    at = 2
    while not found or found[-1][0] != 0xDA:
        assert file[at] == 0xFF
        (length,) = struct.unpack(">H", file[at + 2 : at + 4])
        found.append((file[at + 1], file[at + 4 : at + 2 + length]))
        at += 2 + length
    return found
