# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is published: covered for good, the same bytes for the same seed, of few sizes, and hard to tie to a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from operator import mul
from random import Random
from statistics import fmean, median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ombuds.core.keys import hash_of
from ombuds.core.posts import Post, PostPicture, check_files
from ombuds.media.answer import Drawn
from ombuds.media.badge import Badges, Finished, _checked
from ombuds.media.cell import NoPicture
from ombuds.media.order import LENGTHS, Box
from tests.media.corpus import halves, saved, webp

SEED = bytes(range(32))
MADE = Badges()


@pytest.fixture(scope="module", autouse=True)
def badges() -> Iterator[Badges]:
    """One set of warm cells for the whole file."""
    yield MADE
    MADE.close()


def points(image: Image.Image) -> Drawn:
    """The points of a picture, as a cell would have drawn them."""
    return Drawn(image.width, image.height, image.tobytes(), (), 1)


def rough(width: int, height: int, seed: int = 1) -> Image.Image:
    """A picture in which no two points are alike."""
    return Image.frombytes("RGB", (width, height), Random(seed).randbytes(width * height * 3))


def opened(file: bytes) -> Image.Image:
    """A finished file as a reader's browser shows it."""
    return Image.open(BytesIO(file)).convert("RGB")


def all_of(made: Finished) -> tuple[bytes, bytes, bytes, bytes]:
    """The four files."""
    return made.large_jpeg, made.large_webp, made.small_jpeg, made.small_webp


def mark_of(drawn: Drawn, boxes: list[Box], seed: bytes = SEED) -> str:
    """One short mark over every byte of the four files, which a failing test can show."""
    return sha256(b"".join(all_of(MADE.finished(drawn, boxes, seed)))).hexdigest()


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_nothing_under_a_box_is_in_any_byte(drawn: st.DataObject) -> None:
    """Two pictures that differ only under a box give the same bytes, whatever the box, the picture and the seed."""
    width, height = drawn.draw(st.integers(40, 300)), drawn.draw(st.integers(40, 300))
    x, y = drawn.draw(st.integers(0, width - 1)), drawn.draw(st.integers(0, height - 1))
    box = Box(x, y, drawn.draw(st.integers(1, width - x)), drawn.draw(st.integers(1, height - y)))
    one, seed = rough(width, height), drawn.draw(st.binary(min_size=32, max_size=32))
    other = one.copy()
    other.paste(rough(box.width, box.height, 2), (box.x, box.y))
    assert mark_of(points(one), [box], seed) == mark_of(points(other), [box], seed)


@pytest.mark.parametrize("colour", [0, 2], ids=["full colour", "colour at half"])
def test_nothing_of_a_covered_sign_is_left_around_its_box(colour: int) -> None:
    """Two photographs whose files differ in a number under a box give the same bytes: what a JPEG spreads around it is covered too."""
    box, files = Box(203, 151, 90, 41), list[bytes]()
    for number in ("1", "8"):
        image = rough(500, 400).filter(ImageFilter.GaussianBlur(2))
        ImageDraw.Draw(image).rectangle((203, 151, 292, 191), fill=(250, 10, 10) if number == "1" else (0, 60, 255))
        files.append(saved(image, "JPEG", quality=60, subsampling=colour))
    one, other = (MADE.cleaned(file) for file in files)
    assert (one.points == other.points, mark_of(one, [box]) == mark_of(other, [box])) == (False, True)


def test_a_box_is_solid() -> None:
    """Inside a box there is one colour, whatever was there."""
    made = opened(MADE.finished(points(rough(800, 600)), [Box(200, 150, 400, 300)], SEED).large_jpeg)
    inner = made.crop((made.width // 2 - 150, made.height // 2 - 100, made.width // 2 + 150, made.height // 2 + 100))
    assert all(high - low <= 3 for low, high in inner.getextrema())  # type: ignore[misc]


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A picture that is finished again with its seed is the same to the last byte, in another process as well."""
    again = Badges()
    try:
        made = b"".join(all_of(again.finished(points(rough(300, 200)), [], SEED)))
        assert sha256(made).hexdigest() == mark_of(points(rough(300, 200)), [])
    finally:
        again.close()


def test_another_seed_gives_other_pixels() -> None:
    """The seed decides what is cut, turned and stretched."""
    image = points(rough(300, 200).filter(ImageFilter.GaussianBlur(2)))
    assert len({mark_of(image, [], bytes([n]) * 32) for n in range(4)}) == 4


SHAPES = {
    (1600, 1200): (1080, 810), (1200, 1600): (810, 1080), (1600, 1066): (1080, 720), (1600, 900): (1080, 608), (900, 1600): (608, 1080),
    (1600, 1600): (1080, 1080), (1600, 1280): (1080, 864), (1600, 1500): (1080, 1080), (1600, 50): (1080, 608),
    (3, 1600): (608, 1080), (1, 1): (1080, 1080), (640, 480): (1080, 810),
}  # fmt: skip


@pytest.mark.parametrize("size", SHAPES)
def test_sizes_are_few(size: tuple[int, int]) -> None:
    """Every picture comes out in one of nine sizes, its longer side 1,080 and 400."""
    made = MADE.finished(points(Image.new("RGB", size, (90, 120, 150))), [], SEED)
    large, small = SHAPES[size], tuple(round(side * 400 / 1080) for side in SHAPES[size])
    assert [opened(file).size for file in all_of(made)] == [large, large, small, small] and (made.width, made.height) == large


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (1600, 60), (333, 500)])
def test_no_edge_is_seen(size: tuple[int, int]) -> None:
    """A picture that was turned has no dark corner, for more is cut than the turn uncovers."""
    for number in range(4):
        made = opened(MADE.finished(points(Image.new("RGB", size, (255, 255, 255))), [], bytes([number]) * 32).large_jpeg)
        assert made.getextrema() == ((255, 255), (255, 255), (255, 255))


def test_the_crop_is_small() -> None:
    """What stands in the middle of a photograph is still there, and nearly all of its width."""
    image = halves(1600, 1200)
    ImageDraw.Draw(image).rectangle((80, 0, 90, 1200), fill=(255, 255, 255))
    ImageDraw.Draw(image).rectangle((1510, 0, 1520, 1200), fill=(255, 255, 255))
    for number in range(4):
        row = opened(MADE.finished(points(image), [], bytes([number]) * 32).large_jpeg).crop((0, 405, 1080, 406)).getchannel("G").tobytes()
        assert max(row[:100]) > 128 < max(row[-100:])


@pytest.mark.parametrize("soft", [0, 3, 200], ids=["noise", "photograph", "one colour"])
def test_a_wall_of_them_is_light(soft: int) -> None:
    """A small picture has at most 25,000 bytes and a large one 400,000, whatever is in it."""
    made = MADE.finished(points(rough(1600, 1600).filter(ImageFilter.GaussianBlur(soft))), [], SEED)
    assert max(map(len, all_of(made)[:2])) <= 400_000 and max(map(len, all_of(made)[2:])) <= 25_000


WRONG = {
    "a box beyond the picture": ([Box(90, 90, 20, 20)], SEED),
    "more boxes than a person draws": ([Box(0, 0, 1, 1)] * 251, SEED),
    "a seed that is too short": ([], bytes(31)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_order_is_refused(name: str) -> None:
    """An order that breaks a rule is refused before any process sees it."""
    boxes, seed = WRONG[name]
    with pytest.raises(ValueError, match="box|seed"):
        MADE.finished(points(rough(100, 100)), boxes, seed)


@pytest.mark.parametrize("box", [(-1, 0, 2, 2), (0, -1, 2, 2), (0, 0, 0, 2), (0, 0, 2, 0), (1599, 0, 2, 1)])
def test_a_box_covers_something(box: tuple[int, int, int, int]) -> None:
    """A box has a place inside the largest picture and covers a point at least."""
    with pytest.raises(ValueError, match="box"):
        Box(*box)


def _said(files: list[bytes]) -> bytes:
    return LENGTHS.pack(*(len(file) for file in files)) + b"".join(files)


Files = list[bytes]
UNTRUE: dict[str, Callable[[Files, Files], bytes]] = {
    "nothing": lambda good, square: b"",
    "more than the lengths say": lambda good, square: _said(good) + b"x",
    "a JPEG with a comment": lambda good, square: _said([good[0][:2] + b"\xff\xfe\x00\x03x" + good[0][2:], *good[1:]]),
    "a JPEG with something behind it": lambda good, square: _said([good[0] + b"PK", *good[1:]]),
    "a WebP with metadata": lambda good, square: _said([good[0], webp(), *good[2:]]),
    "a WebP with something behind it": lambda good, square: _said([good[0], good[1] + b"PK", *good[2:]]),
    "files of two shapes": lambda good, square: _said([*good[:2], *square[2:]]),
    "a large one for a small one": lambda good, square: _said([*good[:2], *good[:2]]),
    "a size that is none of ours": lambda good, square: _said([saved(halves(), "JPEG"), *good[1:]]),
}


@pytest.fixture(scope="module")
def true() -> tuple[Files, Files]:
    """The files of a wide picture and of a square one."""
    return list(all_of(MADE.finished(points(halves()), [], SEED))), list(all_of(MADE.finished(points(halves(100, 100)), [], SEED)))


@pytest.mark.parametrize("name", UNTRUE)
def test_what_the_process_says_is_not_believed(name: str, true: tuple[Files, Files]) -> None:
    """Files with more in them than pixels, or of other sizes than ours, are refused though our own process made them."""
    with pytest.raises(NoPicture, match="^stopped"):
        _checked(UNTRUE[name](*true))


# A sensor's noise, as strong as no telephone's, is put into a smooth picture; an investigator who has it looks for it in what was published.
SPAN, REACH, EDGE = 160, 12, 3


def _residue(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    return ImageChops.subtract(grey, grey.filter(ImageFilter.GaussianBlur(1.5)), 1, 128)


def _found(published: Image.Image, noise: Image.Image) -> float:
    """How far the best of all shifts stands out: the energy of the peak over that of the others."""
    x, y = (published.width - SPAN) // 2, (published.height - SPAN) // 2
    seen = [value - 128 for value in _residue(published).crop((x, y, x + SPAN, y + SPAN)).tobytes()]
    known = _residue(noise.resize(published.size, Image.Resampling.LANCZOS))
    scores: dict[tuple[int, int], int] = {}
    for across in range(-REACH, REACH + 1):
        for down in range(-REACH, REACH + 1):
            scores[across, down] = sum(map(mul, seen, known.crop((x + across, y + down, x + across + SPAN, y + down + SPAN)).tobytes()))
    middle = fmean(scores.values())
    best = max(scores, key=lambda shift: abs(scores[shift] - middle))
    others = [(score - middle) ** 2 for shift, score in scores.items() if max(abs(shift[0] - best[0]), abs(shift[1] - best[1])) > EDGE]
    return (scores[best] - middle) ** 2 / fmean(others)


def test_the_noise_of_a_camera_is_hard_to_find() -> None:
    """What finds a known sensor's noise in a picture that was only made smaller does not find it in what is published."""
    noise = Image.frombytes("L", (1600, 1200), Random(7).randbytes(1600 * 1200))
    smooth = Image.linear_gradient("L").resize((1600, 1200), Image.Resampling.BICUBIC).point(lambda value: 60 + value // 2)
    taken = ImageChops.add(smooth, noise.point(lambda value: value // 16), 1, -8).convert("RGB")
    plain = opened(saved(taken.resize((1080, 810), Image.Resampling.LANCZOS), "JPEG", quality=80))
    published = [_found(opened(MADE.finished(points(taken), [], bytes([n]) * 32).large_jpeg), noise) for n in range(3)]
    assert _found(plain, noise) > 60 > median(published)


def test_covering_more_moves_nothing() -> None:
    """A finished picture that is covered once more keeps its size, is black where it was covered, and shows the same elsewhere."""
    large = MADE.finished(points(halves(1600, 1200)), [], SEED).large_jpeg
    made = MADE.covered(large, lambda width, height: [Box(0, 0, width // 4, height // 4)])
    before, after = opened(large), opened(made.large)
    apart = [max(map(abs, map(int.__sub__, before.getpixel(at), after.getpixel(at)))) for at in ((900, 700), (700, 300), (400, 700))]  # type: ignore[arg-type]
    assert (after.size, sum(after.getpixel((50, 50))) < 150, max(apart) < 12) == (before.size, True, True)  # type: ignore[arg-type]


def test_covering_more_leaves_nothing_to_chance() -> None:
    """The same file and boxes give the same two files, from another set of cells as well."""
    large, other = MADE.finished(points(rough(900, 1200)), [], SEED).large_jpeg, Badges()
    try:
        assert MADE.covered(large, lambda *_: [Box(9, 9, 99, 99)]) == other.covered(large, lambda *_: [Box(9, 9, 99, 99)])
    finally:
        other.close()


@pytest.mark.parametrize("size", [(8, 8), (1080, 3), (401, 1080), (1080, 1080)])
def test_a_covered_picture_of_any_shape_is_a_posts(size: tuple[int, int]) -> None:
    """Whatever shape a browser gave a picture, its covered files are ones that every reader takes."""
    made = MADE.covered(saved(rough(*size), "JPEG"), lambda *_: [Box(0, 0, 1, 1)])
    post = Post(1, "a" * 32, 1, "photo", "en", "So.", picture=PostPicture(hash_of(made.large), hash_of(made.small), *size))
    check_files(post, (made.large, made.small))
    assert (made.width, made.height) == size
