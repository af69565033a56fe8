# SPDX-License-Identifier: AGPL-3.0-or-later
"""A photograph in the browser becomes the points that a person saw, or is refused before a point is decoded (T12, T13)."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from tests.media.corpus import chunk, gif, halves, heif, pdf, photo, png, saved, told
from tests.web.browser import asked
from tests.web.browser import told as answer
from tests.web.photographs import base64_of, decoded, deep, head, interlaced, scene

NOISE = Image.frombytes("RGB", (60, 40), random.Random(5).randbytes(60 * 40 * 3))
UNKNOWN = b"\xff\xf7\x00\x06noes"

GOOD = {
    "JPEG": saved(scene(), "JPEG", quality=95),
    "JPEG in full colour": saved(scene(), "JPEG", quality=95, subsampling=0),
    "progressive JPEG": saved(scene(), "JPEG", quality=95, progressive=True),
    "JPEG with restarts": saved(scene(401, 299), "JPEG", quality=95, restart_marker_blocks=3),
    "grey JPEG with restarts": saved(scene(401, 299).convert("L"), "JPEG", quality=95, restart_marker_blocks=7),
    "CMYK JPEG": saved(scene().convert("CMYK"), "JPEG", quality=95),
    "JPEG in red, green and blue": saved(scene(), "JPEG", quality=95, keep_rgb=True),
    "PNG": saved(scene(), "PNG"),
    "grey PNG": saved(scene().convert("L"), "PNG"),
    "black and white PNG": saved(scene(403, 301).convert("1"), "PNG"),
    "PNG of 16 colours": saved(scene(403, 301).quantize(16), "PNG", bits=4),
    "PNG of 4 colours": saved(scene(403, 301).quantize(4), "PNG", bits=2),
    "PNG of 200 colours": saved(scene().quantize(200), "PNG"),
    "16-bit PNG": deep(scene(120, 90)),
    "interlaced PNG": interlaced(scene(123, 91)),
    "interlaced PNG of noise": interlaced(NOISE),
    "smallest interlaced PNG": interlaced(scene(33, 32)),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_is_decoded(name: str) -> None:
    """Each kind of JPEG and PNG gives the points that Pillow sees, but for what decoders of JPEG round differently."""
    with Image.open(BytesIO(GOOD[name])) as image:
        assert _difference(decoded(GOOD[name]), image.convert("RGB")) < (2.0 if "JPEG" in name else 0.01)


def test_the_decoder_sees_what_it_needs() -> None:
    """A segment of which the decoder knows nothing never reaches it."""
    file = GOOD["JPEG"]
    assert _difference(decoded(file[:20] + UNKNOWN + file[20:]), decoded(file)) == 0


@pytest.mark.parametrize("held", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_stands_upright(kind: str, held: int) -> None:
    """However the camera was held, the picture is turned as Pillow turns it."""
    file = saved(scene(), kind, exif=told(held))
    with Image.open(BytesIO(file)) as image:
        assert _difference(decoded(file), ImageOps.exif_transpose(image)) < 2.0


def test_what_is_transparent_is_gone() -> None:
    """Colours that lie hidden under full transparency come out white, and half of them half white."""
    image = Image.new("RGBA", (40, 40), (200, 10, 10, 0))
    image.paste((0, 0, 0, 128), (0, 0, 40, 20))
    shown = decoded(saved(image, "PNG"))
    assert [shown.getpixel((20, y)) for y in (5, 35)] == [(127, 127, 127), (255, 255, 255)]


def test_transparent_colours_are_gone() -> None:
    """A palette's transparent entries, a transparent colour and a transparent grey come out white."""
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([0, 0, 0, 200, 10, 10])
    files = [
        saved(palette, "PNG", transparency=b"\xff\x00"),
        saved(Image.new("RGB", (40, 40), (200, 10, 10)), "PNG", transparency=(200, 10, 10)),
        saved(Image.new("L", (40, 40), 77), "PNG", transparency=77),
        saved(Image.new("LA", (40, 40), (77, 0)), "PNG"),
    ]
    assert [decoded(file).getcolors() for file in files] == [[(1600, (255, 255, 255))]] * 4


def _sized(width: int, height: int) -> bytes:
    """A small JPEG whose header says another size."""
    file = saved(scene(), "JPEG")
    at = file.index(b"\xff\xc0") + 5
    return file[:at] + struct.pack(">HH", height, width) + file[at + 4 :]


def _packed(width: int, height: int, packed: bytes) -> bytes:
    return head(width, height, 2) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


WHOLE = saved(scene(), "JPEG")
REFUSED = {
    "nothing": (b"", "kind"),
    "HEIF": (heif(), "kind"),
    "GIF": (gif(), "kind"),
    "WEBP": (saved(halves(), "WEBP"), "kind"),
    "PDF": (pdf(), "kind"),
    "half a JPEG": (WHOLE[: len(WHOLE) // 2], "broken"),
    "a JPEG without its end": (WHOLE[:-2], "broken"),
    "the beginning of a JPEG": (WHOLE[:20], "broken"),
    "half a PNG": (png()[:400], "broken"),
    "a JPEG without tables": (WHOLE.replace(b"\xff\xdb", b"\xff\xe5"), "broken"),
    "a JPEG of two frames": (WHOLE[:2] + WHOLE[WHOLE.index(b"\xff\xc0") : WHOLE.index(b"\xff\xc4")] + WHOLE[2:], "broken"),
    "arithmetic coding": (WHOLE.replace(b"\xff\xc0", b"\xff\xc9"), "kind"),
    "colours mixed over four points": (WHOLE.replace(b"\x03\x01\x22", b"\x03\x01\x41", 1), "kind"),
    "gigapixel JPEG": (_sized(65_000, 65_000), "points"),
    "gigapixel PNG": (_packed(2**31 - 1, 2**31 - 1, b""), "points"),
    "one side of 12,001": (_sized(12_001, 3_000), "points"),
    "more than 50 megapixels": (_sized(10_000, 5_001), "points"),
    "no width": (_sized(0, 300), "broken"),
    "a line": (_sized(4_000, 20), "shape"),
    "a strip": (_sized(4_000, 400), "shape"),
    "PNG with too few points": (_packed(100, 100, zlib.compress(bytes(100))), "broken"),
    "PNG that unpacks to 64 MB": (_packed(100, 100, zlib.compress(bytes(64_000_000))), "broken"),
    "PNG that is not packed": (_packed(100, 100, b"nonsense"), "broken"),
    "PNG with a filter that there is not": (_packed(32, 32, zlib.compress(bytes([9, *bytes(96)]) * 32)), "broken"),
    "PNG without a palette": (head(32, 32, 3) + chunk(b"IDAT", zlib.compress(bytes(33 * 32))) + chunk(b"IEND", b""), "broken"),
    "PNG of no known depth": (head(32, 32, 2, 4) + chunk(b"IEND", b""), "broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photograph_of_ours_is_refused(name: str) -> None:
    """Other kinds, broken files, too many points and flat pictures are refused with the reason that the page has a sentence for."""
    file, reason = REFUSED[name]
    failed = answer("decoded", file=base64_of(file))
    assert (failed.fails, failed.detail) == ("NoPicture", reason)


def test_fifty_million_points_are_not_too_many() -> None:
    """A size just inside of both limits is not refused for its size."""
    failed = answer("decoded", file=base64_of(_packed(10_000, 5_000, zlib.compress(b""))))
    assert failed.detail == "broken"


def test_spoilt_files_fail_in_a_way_that_has_a_name() -> None:
    """Six hundred spoilt photographs give points or a reason, and nothing else."""
    files = [_spoilt(kind, seed) for kind in (photo(), GOOD["progressive JPEG"], png()) for seed in range(200)]
    answers = asked({"do": verb, "file": base64_of(file)} for file in files for verb in ("told", "preview"))
    assert {each.fails for each in answers} == {"", "NoPicture"}


def _spoilt(file: bytes, seed: int) -> bytes:
    draw, content = random.Random(seed), bytearray(file)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(content))
        content[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, draw.randrange(256)))
    return bytes(content[: draw.choice((len(content), len(content), draw.randrange(1, len(content))))])


def _difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)
