# SPDX-License-Identifier: AGPL-3.0-or-later
"""A published picture is pixels and nothing else: every place where a file keeps its past is refused (T13)."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import Malformed, OmbudsError
from ombuds.core.pictures import LARGEST_PICTURE, MOST_PIECES, Shape, jpeg_of, shape_of
from ombuds.core.pictures import PNG as SIGNATURE
from tests.core.pictures import CODES, JPEG, chunk, divisors, jpeg, png

PNG = png()
JPEG_FRAME = bytes.fromhex("ffc00011080008000803012200021101031101")
EXIF = bytes.fromhex("ffe1000a") + b"Exif\0\0MM"
AGAIN = bytes.fromhex("ffda000c03010002110311003f00") + b"\x12\x13"


@pytest.mark.parametrize(("content", "shape"), [(JPEG, Shape("jpeg", 8, 8)), (PNG, Shape("png", 1, 1))])
def test_pixels_are_taken(content: bytes, shape: Shape) -> None:
    """A picture of pixels alone gives its type and its sides."""
    assert shape_of(content) == shape


def test_stuffed_bytes_are_taken() -> None:
    """A scan in which a zero stands behind each byte of ones is taken whole."""
    assert shape_of(JPEG[:-2] + b"\xff\x00\xff\x00" + JPEG[-2:]).width == 8


@given(st.integers(1, 100), st.sampled_from([0x11, 0x21, 0x22]))
def test_each_quality_is_taken(quality: int, sampling: int) -> None:
    """A JPEG with the known tables is taken in each quality and each usual sampling of colours."""
    assert shape_of(jpeg(divisors(quality, 0), divisors(quality, 1), sampling=sampling)).height == 8


def test_tables_in_one_segment_are_taken() -> None:
    """The known tables may stand in one segment of each kind, as some encoders write them."""
    known = bytes.fromhex("ffdb0084") + divisors(85, 0)[4:] + divisors(85, 1)[4:]
    assert shape_of(jpeg(known, b"", (bytes.fromhex("ffc401a2") + b"".join(table[4:] for table in CODES),))).width == 8


@given(st.integers(0, 1), st.integers(5, 68), st.integers(0, 255))
def test_a_bent_divisor_is_refused(number: int, place: int, value: int) -> None:
    """A table of divisors with one byte of somebody's own is refused, or is the known one."""
    tables = [bytearray(divisors(85, each)) for each in (0, 1)]
    tables[number][place] = value
    made = jpeg(bytes(tables[0]), bytes(tables[1]))
    assert made == JPEG or _refused(made)


@given(st.integers(0, 3), st.integers(4, 30), st.integers(0, 255))
def test_a_bent_code_is_refused(number: int, place: int, value: int) -> None:
    """A table of codes with one byte of somebody's own is refused, or is the known one."""
    tables = [bytearray(each) for each in CODES]
    tables[number][place] = value
    made = jpeg(divisors(85, 0), divisors(85, 1), tuple(map(bytes, tables)))
    assert made == JPEG or _refused(made)


def _refused(content: bytes) -> bool:
    with pytest.raises(Malformed):
        shape_of(content)
    return True


# What costs a reader most for its bytes: the smallest pieces there are, up to the limit.
TINY = {
    "empty chunks": SIGNATURE + chunk(b"IHDR", bytes.fromhex("00000001000000010800000000")) + chunk(b"IDAT", b"") * 65_000 + chunk(b"IEND", b""),
    "empty segments": JPEG[:20] + bytes.fromhex("ffdb0002") * 190_000 + JPEG[20:],
    "empty tables of codes": JPEG[:20] + (bytes.fromhex("ffc4fff0") + bytes(65_518)) * 11 + JPEG[20:],
}


@pytest.mark.parametrize("content", TINY.values(), ids=TINY.keys())
def test_tiny_pieces_cost_a_reader_little(content: bytes) -> None:
    """A picture of the largest size in the smallest pieces is refused in a fraction of a second; it took up to half a minute (T20)."""
    began = process_time()
    assert _refused(content) and len(content) <= LARGEST_PICTURE and process_time() - began < 0.5


def test_a_thousand_chunks_are_enough() -> None:
    """A PNG in a thousand chunks is read, and in one more refused."""
    most = png(*[chunk(b"IDAT", b"")] * (MOST_PIECES - 3))
    assert shape_of(most).width == 1 and _refused(png(*[chunk(b"IDAT", b"")] * (MOST_PIECES - 2)))


@pytest.mark.parametrize(("content", "most"), [(PNG, LARGEST_PICTURE), (JPEG, len(JPEG) - 1), (b"", LARGEST_PICTURE)])
def test_where_a_jpeg_is_meant_nothing_else_is_read(content: bytes, most: int) -> None:
    """A PNG, a JPEG that is too long, and nothing at all are refused where a JPEG is meant."""
    with pytest.raises(Malformed):
        jpeg_of(content, most)


PAST = {
    "camera notes in a JPEG": JPEG[:2] + EXIF + JPEG[2:],
    "a profile in a JPEG": JPEG[:2] + bytes.fromhex("ffe20006") + b"ICC_" + JPEG[2:],
    "a comment in a JPEG": JPEG[:2] + bytes.fromhex("fffe0006") + b"copy" + JPEG[2:],
    "notes after the scan of a JPEG": JPEG[:-2] + EXIF + JPEG[-2:],
    "a restart interval in a JPEG": JPEG[:20] + bytes.fromhex("ffdd00044f4b") + JPEG[20:],
    "restarts in the scan of a JPEG": JPEG[:-2] + b"\xff\xd0\x13" + JPEG[-2:],
    "a second scan of a JPEG": JPEG[:-2] + AGAIN + JPEG[-2:],
    "a second frame of a JPEG": JPEG.replace(JPEG_FRAME, JPEG_FRAME * 2),
    "a progressive JPEG": JPEG.replace(b"\xff\xc0", b"\xff\xc2"),
    "a table more in a JPEG": jpeg(divisors(85, 0), divisors(85, 1) + divisors(85, 1)),
    "tables of two qualities in a JPEG": jpeg(divisors(85, 0), divisors(30, 1)),
    "a table too few in a JPEG": jpeg(divisors(85, 0), divisors(85, 1), CODES[:3]),
    "text behind the table of a JPEG": jpeg(bytes.fromhex("ffdb0047") + divisors(85, 0)[4:] + b"copy", divisors(85, 1)),
    "a measure in a JPEG": JPEG[:13] + bytes.fromhex("01004f004b") + JPEG[18:],
    "no sides in a JPEG": JPEG.replace(bytes.fromhex("0800080008"), bytes.fromhex("0800000000")),
    "a thumbnail in a JPEG": JPEG.replace(
        bytes.fromhex("0010 4a46494600 0101 00 0001 0001 0000".replace(" ", "")),
        bytes.fromhex("0013 4a46494600 0101 00 0001 0001 0101 aabbcc".replace(" ", "")),
    ),
    "bytes after the end of a JPEG": JPEG + b"copy 17",
    "a second picture after a JPEG": JPEG + JPEG,
    "bytes between the segments of a JPEG": JPEG[:20] + b"copy" + JPEG[20:],
    "no pixels in a JPEG": JPEG[:2] + JPEG[-2:],
    "text in a PNG": png(chunk(b"tEXt", b"Author\0Anna")),
    "a time in a PNG": png(chunk(b"tIME", bytes(7))),
    "camera notes in a PNG": png(chunk(b"eXIf", b"MM")),
    "a profile in a PNG": png(chunk(b"iCCP", b"x")),
    "a chunk of somebody's own in a PNG": png(chunk(b"prVt", b"x")),
    "a changed byte in a PNG": PNG.replace(b"IDATx", b"IDATy"),
    "bytes after the end of a PNG": PNG + b"copy 17",
    "text behind the pixels of a PNG": png(chunk(b"IDAT", b"copy 17")),
    "rows behind the pixels of a PNG": png(behind=b"copy 17"),
    "text for a byte on sRGB": png(chunk(b"sRGB", b"copy 17")),
    "a palette in a grey PNG": png(chunk(b"PLTE", b"cop")),
    "a PNG that breaks off": PNG[:-5],
    "a JPEG that breaks off": JPEG[:-2],
    "a JPEG that breaks off in a segment": JPEG[:30],
    "a PDF": b"%PDF-1.7",
    "a GIF": b"GIF89a" + bytes(20),
    "nothing": b"",
    "too much": JPEG[:-2] + bytes(LARGEST_PICTURE) + JPEG[-2:],
}


@pytest.mark.parametrize("content", PAST.values(), ids=PAST.keys())
def test_a_past_is_refused(content: bytes) -> None:
    """A file that holds anything but pixels, or is no JPEG or PNG, is refused."""
    with pytest.raises(Malformed):
        shape_of(content)


@given(st.integers(0, len(JPEG)), st.integers(0, len(JPEG)), st.binary(max_size=8))
def test_whatever_is_cut_and_put_in_is_refused_or_shown(start: int, end: int, middle: bytes) -> None:
    """Bytes cut out of or put into a JPEG at any place never make the reader fail in another way than by refusing."""
    try:
        shape_of(JPEG[:start] + middle + JPEG[end:])
    except OmbudsError as refused:
        assert isinstance(refused, Malformed)
