# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which bytes may be published as a picture: a JPEG or PNG that holds pixels and what is needed to show them, nothing else.

It walks the segments and refuses every one that could carry a past: camera notes, places, thumbnails, comments, colour
profiles, tables of somebody's own, anything after the end (T13). It decodes no pixel of a JPEG, so what a scan hides it does
not find; making fresh ones is the work of the room media. What a person can recognise it cannot judge (T14). See spec/publication.md.
"""

from __future__ import annotations

from binascii import crc32
from dataclasses import dataclass
from typing import Literal
from zlib import decompressobj, error

from ombuds.core.errors import Malformed
from ombuds.core.keys import hash_of

LARGEST_PICTURE = 768 * 1024
# Encoders write a PNG in about a hundred chunks and a JPEG in seven segments; each costs a reader more than its bytes (T20).
MOST_PIECES, TABLES = 1000, 6
PNG = b"\x89PNG\r\n\x1a\n"
# IHDR, the palette and its transparency, one byte on sRGB, the pixels, the end. No text, time, place or profile.
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"IDAT", b"IEND"}
LONGEST = {b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"sRGB": 1, b"IEND": 0}
# How many samples a pixel of each colour type has, and which depths are allowed.
COLOURS = {0: (1, (1, 2, 4, 8, 16)), 2: (3, (8, 16)), 3: (1, (1, 2, 4, 8)), 4: (2, (8, 16)), 6: (4, (8, 16))}
MOST_BYTES = 64 * 1024 * 1024
# SOI and JFIF in its one short form: no thumbnail, no measure.
JFIF = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
DIVISORS, CODES, FRAME, SCAN, END = b"\xff\xdb", b"\xff\xc4", b"\xff\xc0", b"\xff\xda", b"\xff\xd9"
# One scan of all three colours, whole. Neither a restart interval nor a second scan is needed.
SCAN_OF_ALL = SCAN + bytes.fromhex("000c03010002110311003f00")
# Three colours, brightness first with a sampling of its own, and which table each takes.
COMPONENTS = bytes.fromhex("03012200021101031101")
BITS, SAMPLINGS = 8, (0x11, 0x21, 0x22)
POINTS, HALF, QUALITIES = 64, 50, range(1, 101)
# Annex K of ITU-T T.81: the divisors of brightness and colour in the order of the file, and SHA-256 of the four tables of codes.
KNOWN_DIVISORS = (
    bytes.fromhex("100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763"),
    bytes.fromhex("1112121815182f1a1a2f63423842") + bytes([99] * 50),
)
KNOWN_CODES = [
    "8cf60aa835f8474bb590e73332bee9c246bec9ce1e368aa725674c096f3efd2c",
    "9fb04cb1a8076318f33f273ffef967a9ea7291ecf3adeca79f643dfd300de425",
    "af48d4f608dfb682fd19ee479c66dad5342dfbed5b1d1807b95393162a8715d1",
    "f27ce9b718f91cd426885e6ce4a37d0ba4900db219f719eef29ecc1f7f4fd5f0",
]


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


def jpeg_of(content: bytes, most: int = LARGEST_PICTURE) -> Shape:
    """Return the shape of a JPEG that holds nothing but pixels, of so many bytes at most; nothing else is read. Raises Malformed."""
    if len(content) > most or content[:2] != JFIF[:2]:
        raise Malformed("not a JPEG, or too large a one")
    return shape_of(content)


def _png(content: bytes) -> Shape:
    at, seen, head, pixels = len(PNG), list[bytes](), b"", list[bytes]()
    while not seen or seen[-1] != b"IEND":
        _check_count(seen)
        length, kind = _number(content, at, 4), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        if kind not in CHUNKS or length > LONGEST.get(kind, LARGEST_PICTURE) or crc32(kind + body) != _number(content, at + 8 + length, 4):
            raise Malformed("a picture with more in it than pixels")
        if kind == b"IHDR":
            head = body
        pixels += [body] if kind == b"IDAT" else []
        seen.append(kind)
        at += 12 + length
    if seen[0] != b"IHDR" or seen.count(b"IHDR") != 1 or b"IDAT" not in seen or at != len(content):
        raise Malformed("a picture with more in it than pixels")
    _check_pixels(head, b"".join(pixels), seen)
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
    if content[: len(JFIF)] != JFIF:
        raise Malformed("neither a JPEG of the one plain form nor a PNG")
    at, seen, frames, tables = len(JFIF), list[bytes](), list[bytes](), list[bytes]()
    while content[at : at + 2] != SCAN:
        _check_count(seen, tables)
        kind, length = content[at : at + 2], _number(content, at + 2, 2)
        body = content[at + 4 : at + 2 + length]
        if kind not in (FRAME, DIVISORS, CODES) or length < 2:
            raise Malformed("a picture with more in it than pixels")
        frames += [body] if kind == FRAME else []
        tables += _tables(body, kind) if kind != FRAME else []
        seen.append(kind)
        at += 2 + length
    if content[at : at + len(SCAN_OF_ALL)] != SCAN_OF_ALL or len(frames) != 1:
        raise Malformed("a picture with more in it than pixels")
    _check_tables(tables)
    # In a scan 0xFF is followed by 0x00: the first other one ends it.
    end = content.replace(b"\xff\x00", b"\x00\x00").find(b"\xff", at + len(SCAN_OF_ALL))
    if end < 0:
        raise IndexError
    if content[end:] != END:
        raise Malformed("a picture with more in it than pixels")
    return _frame(frames[0])


def _check_count(seen: list[bytes], tables: list[bytes] | None = None) -> None:
    """Check that a picture has no more pieces, and no more tables, than one needs. Raises Malformed."""
    if len(seen) >= MOST_PIECES or len(tables or ()) > TABLES:
        raise Malformed("a picture in too many pieces")


def _tables(body: bytes, kind: bytes) -> list[bytes]:
    """Return the tables of a segment, each with its kind. Raises Malformed."""
    found, at = list[bytes](), 0
    while at < len(body):
        length = 1 + POINTS if kind == DIVISORS else 17 + sum(body[at + 1 : at + 17])
        found.append(kind + body[at : at + length])
        at += length
    if at != len(body):
        raise Malformed("a picture with more in it than pixels")
    return found


def _check_tables(tables: list[bytes]) -> None:
    """Check that the tables are the ones that everybody knows, each once, and both tables of divisors of one quality. Raises Malformed."""
    codes = sorted(hash_of(table[2:]) for table in tables if table[:2] == CODES)
    divisors = {table[2:] for table in tables if table[:2] == DIVISORS}
    if codes != KNOWN_CODES or len(tables) != len(codes) + 2 or not any(divisors == divisors_of(quality) for quality in QUALITIES):
        raise Malformed("a picture with tables of its own")


def divisors_of(quality: int) -> set[bytes]:
    """Return the two tables of divisors of a quality from 1 to 100, each behind its number, as the standard's are scaled by everybody."""
    scale = 5000 // quality if quality < HALF else 200 - 2 * quality
    return {bytes((number, *(min(max((each * scale + 50) // 100, 1), 255) for each in table))) for number, table in enumerate(KNOWN_DIVISORS)}


def _frame(body: bytes) -> Shape:
    """Return the shape that a frame of three eight-bit colours says. Raises Malformed."""
    colours = body[5:]
    if len(colours) != len(COMPONENTS) or body[0] != BITS or colours[2] not in SAMPLINGS or colours[:2] + colours[3:] != COMPONENTS[:2] + COMPONENTS[3:]:
        raise Malformed("a picture with more in it than pixels")
    shape = Shape("jpeg", _number(body, 3, 2), _number(body, 1, 2))
    if not shape.width or not shape.height:
        raise Malformed("a picture without pixels")
    return shape


def _number(content: bytes, at: int, length: int) -> int:
    if at < 0 or at + length > len(content):
        raise IndexError
    return int.from_bytes(content[at : at + length])
