# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser makes of a photograph holds fresh points alone: no trace of the file, of what lay under a box, or of chance (T13)."""

from __future__ import annotations

import base64
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from ombuds.core.keys import hash_of
from ombuds.core.pictures import shape_of
from ombuds.core.posts import Post, PostPicture, check_files
from ombuds.media.answer import Drawn
from ombuds.media.likeness import differing, likeness
from tests.media.corpus import CANARY, chunk, photo, png, saved
from tests.web.browser import given
from tests.web.browser import told as answer
from tests.web.photographs import base64_of, box, decoded, finished, scene, segments

SEED = bytes(range(32))
SEEDS = st.binary(min_size=32, max_size=32)
APP0, DQT, SOF0, DHT, SOS = 0xE0, 0xDB, 0xC0, 0xC4, 0xDA
CORPUS = {
    "photograph": photo(),
    "PNG with texts": png(),
    "CMYK": saved(scene().convert("CMYK"), "JPEG"),
    "progressive": saved(scene(1700, 900), "JPEG", progressive=True),
    "transparent": saved(Image.new("RGBA", (200, 200), (200, 10, 10, 0)), "PNG"),
    "archive behind a PNG": png() + b"PK\x03\x04" + CANARY.encode(),
    "unknown chunks": png()[:33] + chunk(b"caNb", CANARY.encode()) + png()[33:],
}


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_of_the_file_is_left(name: str) -> None:
    """Of each file comes a JPEG with a plain header, tables, a size and points; no text, thumbnail, profile or trailer."""
    made = finished(CORPUS[name], seed=SEED)
    assert [marker for marker, _ in segments(made)] == [APP0, DQT, SOF0, DHT, SOS]
    assert CANARY.encode() not in made and made.count(b"\xff\xd8\xff") == 1 and made.index(b"\xff\xd9") == len(made) - 2


@pytest.mark.parametrize("verb", ["finished", "preview"])
def test_every_file_has_the_same_tables(verb: str) -> None:
    """No table tells one camera, program or kind from another."""
    jobs = [answer(verb, file=base64_of(file), boxes=[], seed=SEED.hex()) for file in CORPUS.values()]
    tables = {sha256(b"".join(part for marker, part in segments(base64.b64decode(job.gives)) if marker in (APP0, DQT, DHT))).digest() for job in jobs}
    assert len(tables) == 1


@pytest.mark.parametrize("name", [*CORPUS, "noise"])
def test_both_pictures_are_such_as_a_post_may_have(name: str) -> None:
    """The large and the small picture have points alone and the standard's tables, and neither is larger than a post's may be, even of noise."""
    file = CORPUS[name] if name in CORPUS else saved(Image.effect_noise((1200, 1200), 200).convert("RGB"), "PNG")
    large, small = (base64.b64decode(given(verb, file=base64_of(file), boxes=[], seed=SEED.hex())) for verb in ("finished", "small"))
    shape = shape_of(large)
    post = Post(1, "a" * 32, 1, "photo", "en", "One.", picture=PostPicture(hash_of(large), hash_of(small), shape.width, shape.height))
    check_files(post, (large, small))
    assert (max(shape.width, shape.height), len(large) <= 360_000, len(small) <= 25_000) == (1080, True, True)


@pytest.mark.parametrize("name", ["CMYK", "progressive"])
def test_a_likeness_is_the_servers(name: str) -> None:
    """Of the same points a browser takes the same likeness as the server, so that desks find copies whatever way they came."""
    drawn = decoded(CORPUS[name])
    points = Drawn(drawn.width, drawn.height, drawn.tobytes(), (), 1)
    assert differing(likeness(points), int(given("likeness", file=base64_of(CORPUS[name])), 16)) <= 1


def test_a_softened_picture_is_the_mean_of_its_neighbours() -> None:
    """Softened, a picture differs by no more than two steps of a colour from Pillow's mean of the same neighbours."""
    image = scene(90, 60)
    made = given("softer", width=90, height=60, points=base64_of(image.tobytes()), reach=2)
    ours = Image.frombytes("RGB", (90, 60), base64.b64decode(made["points"]))
    difference = ImageChops.difference(ours, image.filter(ImageFilter.BoxBlur(2)))
    assert max(most for _, most in difference.getextrema()) <= 2  # type: ignore[misc]


@pytest.mark.parametrize(("width", "height"), [(400, 300), (300, 400), (2000, 1500), (64, 64), (800, 100)])
def test_the_longer_side_is_always_the_same(width: int, height: int) -> None:
    """Small or large, upright or not, the longer side has 1,080 points, and the other keeps the picture's shape."""
    with Image.open(BytesIO(finished(saved(scene(width, height), "PNG"), seed=SEED))) as image:
        assert max(image.size) == 1080 and image.width / image.height == pytest.approx(width / height, rel=0.04)


def test_the_same_seed_gives_the_same_file() -> None:
    """The same file, boxes and seed give the same bytes; another seed gives others."""
    file = saved(scene(), "PNG")
    one, again, other = (sha256(finished(file, seed=seed)).hexdigest() for seed in (SEED, SEED, bytes(32)))
    assert one == again != other


def test_another_program_makes_the_same_picture() -> None:
    """Pillow, told the same cut, turn and stretch, makes nearly the same points."""
    file = saved(scene(2000, 1500), "PNG")
    with Image.open(BytesIO(finished(file, [box(0.4, 0.4, 0.5, 0.5)], SEED))) as image:
        ours = image.convert("RGB")
    covered = scene(2000, 1500)
    ImageDraw.Draw(covered).rectangle((784, 584, 1015, 765), fill=(0, 0, 0))
    small = covered.resize((1130, 848), Image.Resampling.BOX)
    assert max(ImageStat.Stat(ImageChops.difference(ours, _moved(small, ours.size))).mean) < 2.0


def _moved(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    says = given("movement", seed=SEED.hex())
    wide, high = image.width * (1 - says["cutAcross"]), image.height * (1 - says["cutDown"])
    turn = complex(1, says["degrees"] * 0.0174532925199433)
    turn /= abs(turn)
    steep = abs(turn.imag)
    fits = min(wide / (wide * turn.real + high * steep), high / (wide * steep + high * turn.real))
    middle = complex((image.width - wide) * says["fromLeft"] + wide / 2, (image.height - high) * says["fromTop"] + high / 2)
    across, down = wide * fits / size[0], high * fits / size[1]
    corner = middle + turn * complex(-wide * fits / 2, -high * fits / 2)
    plan = (turn.real * across, -turn.imag * down, corner.real, turn.imag * across, turn.real * down, corner.imag)
    return image.transform(size, Image.Transform.AFFINE, plan, Image.Resampling.BILINEAR)


@pytest.mark.parametrize(("width", "height", "side"), [(40, 30, 13), (33, 41, 20), (64, 8, 63), (10, 10, 10), (100, 37, 3)])
def test_a_smaller_picture_is_the_mean_of_its_points(width: int, height: int, side: int) -> None:
    """Made smaller, a picture differs by no more than one step of a colour from the mean that Pillow finds on a finer grid."""
    image = scene(width, height)
    made = given("smaller", width=width, height=height, points=base64_of(image.tobytes()), side=side)
    ours = Image.frombytes("RGB", (made["width"], made["height"]), base64.b64decode(made["points"]))
    theirs = image.resize((width * ours.width, height * ours.height), Image.Resampling.NEAREST).reduce((width, height))
    assert max(ours.size) == side and max(most for _, most in ImageChops.difference(ours, theirs).getextrema()) <= 1  # type: ignore[misc]


@drawn(SEEDS)
@settings(max_examples=200)
def test_a_movement_stays_within_its_bounds(seed: bytes) -> None:
    """Whatever the seed, 1 to 3 % are cut each way, the turn has 0.3 to 0.8 degrees, and the stretch at most 1.5 %."""
    says = given("movement", seed=seed.hex())
    assert 0.01 <= says["cutAcross"] <= 0.03 and 0.01 <= says["cutDown"] <= 0.03
    assert 0.3 <= abs(says["degrees"]) <= 0.8 and abs(says["stretch"]) <= 0.015
    assert 0 <= says["fromLeft"] < 1 and 0 <= says["fromTop"] < 1


@drawn(SEEDS, st.sampled_from([(1130, 848), (848, 1130), (256, 32), (1000, 1000)]))
@settings(max_examples=200)
def test_no_corner_is_empty(seed: bytes, size: tuple[int, int]) -> None:
    """Whatever the seed, all four corners of the part that is taken lie inside of what the cut left."""
    part, says = (given(verb, width=size[0], height=size[1], seed=seed.hex()) for verb in ("part", "movement"))
    turn, middle = complex(part["cosine"], part["sine"]), complex(part["x"], part["y"])
    corners = [middle + turn * complex(part["wide"] * across, part["high"] * down) / 2 for across in (-1, 1) for down in (-1, 1)]
    left, above = (size[0] * says["cutAcross"] * says["fromLeft"], size[1] * says["cutDown"] * says["fromTop"])
    right, below = left + size[0] * (1 - says["cutAcross"]), above + size[1] * (1 - says["cutDown"])
    assert abs(turn) == pytest.approx(1) and part["wide"] / part["high"] == pytest.approx((right - left) / (below - above))
    assert all(left - 1e-6 <= each.real <= right + 1e-6 and above - 1e-6 <= each.imag <= below + 1e-6 for each in corners)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_half_a_seed_makes_no_picture(length: int) -> None:
    """A seed that is not 32 bytes makes no picture."""
    failed = answer("finished", file=base64_of(photo()), boxes=[], seed=bytes(length).hex())
    assert (failed.fails, failed.detail) == ("NoPicture", "unclean")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_lies_under_a_box_changes_nothing(kind: str) -> None:
    """Two photographs that differ under a box alone become the same bytes, though JPEG mixes the points beside it."""
    one, other = scene(800, 600), scene(800, 600)
    other.paste((255, 0, 255), (203, 101, 397, 299))
    files = [saved(image, kind, quality=60) if kind == "JPEG" else saved(image, kind) for image in (one, other)]
    made = {sha256(finished(file, [box(203 / 800, 101 / 600, 397 / 800, 299 / 600)], SEED)).hexdigest() for file in files}
    assert len(set(files)) == 2 and len(made) == 1


def test_a_box_lies_where_the_person_saw_it() -> None:
    """On a photograph that was turned, a box covers what the person covered in the upright picture, and nothing far from it."""
    file = photo(6, 400, 300)
    made = finished(file, [box(0, 0, 0.25, 0.25)], SEED)
    with Image.open(BytesIO(made)) as image:
        corners = [image.getpixel((int(image.width * x), int(image.height * y))) for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9))]
    assert corners[0] == (0, 0, 0) and all(max(each) > 200 for each in corners[1:])  # type: ignore[arg-type]


def test_a_box_grows() -> None:
    """Sixteen points on each side of a box are covered as well."""
    file = saved(Image.new("RGB", (400, 400), (255, 255, 255)), "PNG")
    with Image.open(BytesIO(finished(file, [box(0.25, 0.25, 0.75, 0.75)], SEED))) as image:
        across = sum(image.getpixel((x, image.height // 2))[0] < 128 for x in range(image.width))  # type: ignore[index]
    assert across / image.width == pytest.approx(232 / 400, abs=0.025)


def test_a_box_at_the_edge_reaches_it() -> None:
    """A box that leads out of the picture covers it up to the edge."""
    file = saved(Image.new("RGB", (400, 300), (255, 255, 255)), "PNG")
    with Image.open(BytesIO(finished(file, [box(-1, -1, 2, 2)], SEED))) as image:
        assert image.convert("RGB").getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("wrong", [box(0.5, 0.1, 0.5, 0.2), box(0.6, 0.1, 0.5, 0.2), box(0.1, 0.9, 0.2, 0.1), {"left": 0.1}])
def test_a_box_that_is_none_stops_everything(wrong: dict[str, float]) -> None:
    """A box without a size, or with half its sides, is never left out in silence."""
    failed = answer("finished", file=base64_of(photo()), boxes=[wrong], seed=SEED.hex())
    assert (failed.fails, failed.detail) == ("NoPicture", "unclean")


def test_the_preview_shows_the_whole_picture() -> None:
    """What the person draws on is the upright picture, neither cut nor turned, with at most 1,600 points on its longer side."""
    with Image.open(BytesIO(base64.b64decode(given("preview", file=base64_of(photo(6, 2000, 1500)))))) as image:
        assert image.size == (1200, 1600)


CLEAN = finished(photo(), seed=SEED)
WIDTH, HEIGHT = decoded(CLEAN).size
UNCLEAN = {
    "EXIF": CLEAN[:20] + b"\xff\xe1\x00\x08Exif\0\0" + CLEAN[20:],
    "a comment": CLEAN[:20] + b"\xff\xfe\x00\x04hi" + CLEAN[20:],
    "a trailer": CLEAN + b"PK",
    "a thumbnail": CLEAN[:4] + b"\x00\x13" + CLEAN[6:18] + b"\x01\x01abc" + CLEAN[20:],
    "no header": CLEAN[:2] + CLEAN[20:],
    "a profile": CLEAN[:20] + b"\xff\xe2\x00\x0eICC_PROFILE\0" + CLEAN[20:],
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_a_file_that_holds_more_is_not_given_away(name: str) -> None:
    """The last look refuses a file of ours with anything beside points."""
    failed = answer("clean", file=base64_of(UNCLEAN[name]), width=WIDTH, height=HEIGHT)
    assert (failed.fails, failed.detail) == ("NoPicture", "unclean")


def test_the_last_look_lets_a_clean_file_pass() -> None:
    """A clean file passes with its own size, and with no other."""
    passed = [answer("clean", file=base64_of(CLEAN), width=WIDTH + more, height=HEIGHT).detail for more in (0, 1)]
    assert passed == ["", "unclean"]
