# SPDX-License-Identifier: AGPL-3.0-or-later
"""A published picture is pixels and nothing else: every place where a file keeps its past is refused (T13)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import Malformed, OmbudsError
from ombuds.core.pictures import LARGEST_PICTURE, Shape, shape_of
from tests.core.pictures import JPEG, chunk, png

PNG = png()
EXIF = bytes.fromhex("ffe1000a") + b"Exif\0\0MM"
RESTART = bytes.fromhex("ffda0008010100003f003f") + b"\x12\xff\x00\xff\xd0\x13"


@pytest.mark.parametrize(("content", "shape"), [(JPEG, Shape("jpeg", 8, 8)), (PNG, Shape("png", 1, 1))])
def test_pixels_are_taken(content: bytes, shape: Shape) -> None:
    """A picture of pixels alone gives its type and its sides."""
    assert shape_of(content) == shape


def test_several_scans_are_taken() -> None:
    """A JPEG that refines its pixels in a second scan, with stuffed bytes and restarts, is taken."""
    assert shape_of(JPEG[:-2] + RESTART + JPEG[-2:]).width == 8


PAST = {
    "camera notes in a JPEG": JPEG[:2] + EXIF + JPEG[2:],
    "a profile in a JPEG": JPEG[:2] + bytes.fromhex("ffe20006") + b"ICC_" + JPEG[2:],
    "a comment in a JPEG": JPEG[:2] + bytes.fromhex("fffe0006") + b"copy" + JPEG[2:],
    "notes after the scan of a JPEG": JPEG[:-2] + EXIF + JPEG[-2:],
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
