# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which bytes may be published as a picture: a JPEG or PNG that holds pixels and what is needed to show them, nothing else.

It walks the segments and refuses every one that could carry a past: camera notes, places, thumbnails, comments, colour
profiles, anything after the end (T13). It decodes no pixel; making fresh ones is the work of the room media. What a person
can recognise in a picture it cannot judge (T14). See spec/publication.md.
"""

from __future__ import annotations

from binascii import crc32
from dataclasses import dataclass
from typing import Literal
from zlib import decompressobj, error

from ombuds.core.errors import Malformed

LARGEST_PICTURE = 768 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
# IHDR, the palette and its transparency, one byte on sRGB, the pixels, the end. No text, time, place or profile.
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"IDAT", b"IEND"}
START, END, SCAN, FRAMES = 0xD8, 0xD9, 0xDA, (0xC0, 0xC1, 0xC2)
LONGEST = {b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"sRGB": 1, b"IEND": 0}
# How many samples a pixel of each colour type has, and which depths are allowed.
COLOURS = {0: (1, (1, 2, 4, 8, 16)), 2: (3, (8, 16)), 3: (1, (1, 2, 4, 8)), 4: (2, (8, 16)), 6: (4, (8, 16))}
MOST_BYTES = 64 * 1024 * 1024
# JFIF in its one short form, tables, frames, restart interval. APP1 to APP15 and comments are not among them.
SEGMENTS = {0xE0, 0xDB, 0xC4, 0xDD, *FRAMES}
JFIF_LENGTH = 14


@dataclass(frozen=True)
class Shape:
    """What a picture's own bytes say of it."""

    type: Literal["jpeg", "png"]
    width: int
    height: int


def shape_of(content: bytes) -> Shape:
    """Return the shape of a picture that holds nothing but pixels. Raises Malformed."""
    if len(content) > LARGEST_PICTURE:
        raise Malformed("a picture of more than 768 KiB")
    try:
        return _png(content) if content.startswith(PNG) else _jpeg(content)
    except IndexError:
        raise Malformed("a picture that breaks off") from None


def _png(content: bytes) -> Shape:
    at, seen, head, pixels = len(PNG), list[bytes](), b"", b""
    while b"IEND" not in seen:
        length, kind = _number(content, at, 4), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        if kind not in CHUNKS or length > LONGEST.get(kind, LARGEST_PICTURE) or crc32(kind + body) != _number(content, at + 8 + length, 4):
            raise Malformed("a picture with more in it than pixels")
        if kind == b"IHDR":
            head = body
        pixels += body if kind == b"IDAT" else b""
        seen.append(kind)
        at += 12 + length
    if seen[0] != b"IHDR" or seen.count(b"IHDR") != 1 or b"IDAT" not in seen or at != len(content):
        raise Malformed("a picture with more in it than pixels")
    _check_pixels(head, pixels, seen)
    return Shape("png", _number(head, 0, 4), _number(head, 4, 4))


def _check_pixels(head: bytes, pixels: bytes, seen: list[bytes]) -> None:
    """Check that what is packed is the rows of the picture, each exactly, and that no byte stands behind them."""
    width, height, depth, colour, packing, filters, laced = *(_number(head, at, 4) for at in (0, 4)), *head[8:13]
    samples, depths = COLOURS.get(colour, (0, ()))
    size = height * (1 + (width * samples * depth + 7) // 8)
    if len(head) != 13 or depth not in depths or packing or filters or laced or not 0 < size <= MOST_BYTES:
        raise Malformed("a picture with more in it than pixels")
    if seen.count(b"PLTE") != (colour == 3) or seen.count(b"tRNS") > (colour in (0, 2, 3)) or seen.count(b"sRGB") > 1:
        raise Malformed("a picture with more in it than pixels")
    packed = decompressobj()
    try:
        rows = packed.decompress(pixels, size + 1)
    except error:
        raise Malformed("a picture that breaks off") from None
    if len(rows) != size or not packed.eof or packed.unused_data or packed.unconsumed_tail:
        raise Malformed("a picture with more in it than pixels")


def _jpeg(content: bytes) -> Shape:
    if content[:2] != bytes((0xFF, START)):
        raise Malformed("neither a JPEG nor a PNG")
    at, found = 2, list[Shape]()
    while True:
        if content[at] != 0xFF:
            raise Malformed("a picture with more in it than pixels")
        marker = content[at + 1]
        if marker == END:
            break
        length = _number(content, at + 2, 2)
        if marker == SCAN:
            at = _after_scan(content, at + 2 + length)
            continue
        body = content[at + 4 : at + 2 + length]
        if marker not in SEGMENTS or length < 2 or (marker == 0xE0 and (len(body) != JFIF_LENGTH or body[:5] != b"JFIF\0" or any(body[12:]))):
            raise Malformed("a picture with more in it than pixels")
        if marker in FRAMES:
            found.append(Shape("jpeg", _number(body, 3, 2), _number(body, 1, 2)))
        at += 2 + length
    if len(found) != 1 or at + 2 != len(content):
        raise Malformed("a picture with more in it than pixels")
    return found[0]


def _after_scan(content: bytes, at: int) -> int:
    """Return where the pixels end: at the first marker that is neither a stuffed byte nor a restart."""
    while content[at] != 0xFF or content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
        at = content.find(b"\xff", at + 1)
        if at < 0:
            raise IndexError
    return at


def _number(content: bytes, at: int, length: int) -> int:
    if at < 0 or at + length > len(content):
        raise IndexError
    return int.from_bytes(content[at : at + length])
