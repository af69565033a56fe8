# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the small file of a photograph is the large one made small: true pairs of both ways hold, and what was put in its place is told (T26)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from io import BytesIO
from statistics import median
from time import perf_counter

import pytest
from PIL import Image, ImageDraw

from ombuds.media.answer import Drawn
from ombuds.media.badge import Badges, Box, Compared, NoPicture
from ombuds.media.likeness import ALIKE, differing
from tests.media.corpus import saved
from tests.web.browser import given
from tests.web.photographs import base64_of, scene

SEED = bytes(range(32))
MOST_MILLISECONDS = 40.0


@pytest.fixture(scope="module")
def badges() -> Iterator[Badges]:
    """The warm cells."""
    lent = Badges()
    yield lent
    lent.close()


def checked(side: int) -> Image.Image:
    """A board of black and white squares: the hardest to make small."""
    image = Image.new("RGB", (1600, 1200), "white")
    pen = ImageDraw.Draw(image)
    for x in range(0, 1600, side):
        for y in range(x // side % 2 * side, 1200, 2 * side):
            pen.rectangle((x, y, x + side - 1, y + side - 1), fill="black")
    return image


def leaves() -> Image.Image:
    """Something with fine detail everywhere, as leaves have."""
    rough = Image.merge("RGB", [Image.effect_noise((1600, 1200), 90) for _ in range(3)])
    return Image.blend(scene(1600, 1200), rough, 0.6)


SCENES: dict[str, Callable[[], Image.Image]] = {
    "scene": lambda: scene(1600, 1200),
    "upright": lambda: scene(900, 1600),
    "small": lambda: scene(400, 300),
    "leaves": leaves,
    "noise": lambda: Image.effect_noise((1600, 1200), 200).convert("RGB"),
    "fine squares": lambda: checked(16),
    "squares": lambda: checked(40),
}


def ours(badges: Badges, image: Image.Image, seed: bytes = SEED) -> tuple[bytes, bytes]:
    """The two files that the server makes."""
    made = badges.finished(Drawn(image.width, image.height, image.tobytes(), (), 1), [Box(10, 10, 60, 60)], seed)
    return made.large_jpeg, made.small_jpeg


def browsers(image: Image.Image) -> tuple[bytes, bytes]:
    """The two files that a browser makes."""
    file = base64_of(saved(image, "JPEG", quality=92))
    large, small = (base64.b64decode(given(verb, file=file, boxes=[], seed=SEED.hex())) for verb in ("finished", "small"))
    return large, small


@pytest.mark.parametrize("name", SCENES)
def test_pairs_of_the_server_hold(badges: Badges, name: str) -> None:
    """What the server makes of a photograph is one picture in two sizes, also where it had to be softened."""
    assert badges.compared(*ours(badges, SCENES[name]())).same


@pytest.mark.parametrize("name", SCENES)
def test_pairs_of_a_browser_hold(badges: Badges, name: str) -> None:
    """What a browser makes of a photograph is one picture in two sizes, also where it had to be softened."""
    assert badges.compared(*browsers(SCENES[name]())).same


@pytest.mark.parametrize("name", SCENES)
def test_pairs_with_more_covered_hold(badges: Badges, name: str) -> None:
    """What a desk makes of a photograph with more of it covered is one picture in two sizes."""
    made = badges.covered(ours(badges, SCENES[name]())[0], lambda width, height: [Box(width // 2, height // 2, 90, 90)])
    assert badges.compared(made.large, made.small).same


def other(change: Callable[[Image.Image], Image.Image], badges: Badges) -> Compared:
    """A true pair whose small file was changed."""
    large, small = ours(badges, scene(1600, 1200))
    return badges.compared(large, saved(change(Image.open(BytesIO(small)).convert("RGB")), "JPEG", quality=85))


def written(image: Image.Image) -> Image.Image:
    """A picture with a word over it that can be read."""
    ImageDraw.Draw(image).text((30, 100), "COWARDS", fill="white", font_size=50)
    return image


def pasted(image: Image.Image) -> Image.Image:
    """A picture with a small patch of something else."""
    image.paste((220, 20, 20), (100, 100, 130, 130))
    return image


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "another picture": lambda image: scene(image.width, image.height).rotate(180),
    "turned over": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "grey": lambda image: Image.new("RGB", image.size, (128, 128, 128)),
    "written over": written,
    "with a patch": pasted,
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_small_picture_is_told(badges: Badges, name: str) -> None:
    """A small file that shows something else than the large one, even in one part, is not taken for the same."""
    assert not other(CHANGES[name], badges).same


@pytest.mark.parametrize("spoilt", [(b"", b""), (b"\xff\xd8\xff", b"\xff\xd8\xff"), (b"GIF89a", b"x" * 70_000)])
def test_what_cannot_be_drawn_is_no_pair(badges: Badges, spoilt: tuple[bytes, bytes]) -> None:
    """Bytes that no decoder takes end their child, and the next pair is compared."""
    with pytest.raises(NoPicture):
        badges.compared(*spoilt)
    assert badges.compared(*ours(badges, scene())).same


def test_copies_have_nearly_one_likeness(badges: Badges) -> None:
    """The likeness that a desk takes of what two supporters made of one photograph, by either way, calls them alike."""
    image = scene(1600, 1200)
    found = [badges.compared(*pair).near for pair in (ours(badges, image), ours(badges, image, bytes(32)), browsers(image))]
    elsewhere = badges.compared(*ours(badges, image.rotate(180))).near
    assert max(differing(found[0], each) for each in found) <= ALIKE < differing(found[0], elsewhere)


def test_a_look_takes_little_time(badges: Badges) -> None:
    """Comparing and taking the likeness takes a desk at most forty milliseconds a photograph."""
    pair, times = ours(badges, leaves()), list[float]()
    for _ in range(15):
        begin = perf_counter()
        badges.compared(*pair)
        times.append((perf_counter() - begin) * 1000)
    assert median(times) <= MOST_MILLISECONDS
