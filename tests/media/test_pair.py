# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the small file of a photograph is the large one made small: true pairs of both ways hold, and what was put in its place is told (T26)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from statistics import median
from time import process_time

import pytest
from PIL import Image, ImageDraw, ImageFilter

from ombuds.media.answer import Drawn
from ombuds.media.badge import Badges, Box, Compared, NoPicture
from ombuds.media.compared import asked
from ombuds.media.likeness import ALIKE, differing
from ombuds.media.pair import answer
from tests.media.corpus import saved
from tests.web.browser import given
from tests.web.photographs import base64_of, scene

Change = Callable[[Image.Image], Image.Image]
SEED = bytes(range(32))
MOST_MILLISECONDS = 100.0


@pytest.fixture(scope="module")
def badges() -> Iterator[Badges]:
    """The warm cells."""
    lent = Badges()
    yield lent
    lent.close()


def checked(side: int, light: str = "white", dark: str = "black") -> Image.Image:
    """A board of squares of two colours: the hardest to make small."""
    image = Image.new("RGB", (1600, 1200), light)
    pen = ImageDraw.Draw(image)
    for x in range(0, 1600, side):
        for y in range(x // side % 2 * side, 1200, 2 * side):
            pen.rectangle((x, y, x + side - 1, y + side - 1), fill=dark)
    return image


def leaves() -> Image.Image:
    """Something with fine detail everywhere, as leaves have."""
    rough = Image.merge("RGB", [Image.effect_noise((1600, 1200), 90) for _ in range(3)])
    return Image.blend(scene(1600, 1200), rough, 0.6)


SCENES: dict[str, Callable[[], Image.Image]] = {
    "scene": lambda: scene(1600, 1200),
    "upright": lambda: scene(900, 1600),
    "small": lambda: scene(400, 300),
    "wide": lambda: scene(1600, 500),
    "dark": lambda: scene(1600, 1200).point(lambda value: value // 5),
    "coloured squares": lambda: checked(40, "red", "blue"),
    "writing": lambda: lettered(scene(1600, 1200), (255, 255, 255), 60),
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


def lettered(image: Image.Image, ink: tuple[int, int, int], high: int) -> Image.Image:
    """A picture with words of this height over it."""
    made = image.copy()
    ImageDraw.Draw(made).text((image.width // 40, image.height // 3), "THEY LIE", fill=ink, font_size=high)
    return made


def under(image: Image.Image, changed: Image.Image, high: int) -> Image.Image:
    """A picture that shows another one through words of this height."""
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).text((image.width // 40, image.height // 2 - high // 2), "THEY LIE", fill=255, font_size=high)
    return Image.composite(changed, image, mask)


def lit(image: Image.Image, steps: int) -> Image.Image:
    """A picture with all of it some steps lighter or darker."""
    return image.point(lambda value: min(255, max(0, value + steps)))


def striped(image: Image.Image, width: int, steps: int) -> Image.Image:
    """A picture under stripes that are lighter and darker in turn, so that their mean is the picture."""
    mask = Image.new("L", image.size)
    for x in range(0, image.width, 2 * width):
        ImageDraw.Draw(mask).rectangle((x, 0, x + width - 1, image.height), fill=255)
    return Image.composite(lit(image, steps), lit(image, -steps), mask)


def tinted(image: Image.Image) -> Image.Image:
    """A picture with a tint over all of it that leaves its brightness nearly as it is."""
    red, green, blue = image.split()
    return Image.merge("RGB", (lit(red, 60), lit(green, -30), blue))


def pasted(image: Image.Image) -> Image.Image:
    """A picture with a small patch of something else."""
    image.paste((220, 20, 20), (100, 100, 130, 130))
    return image


@cache
def of_a_browser() -> tuple[bytes, bytes]:
    """A true pair of a browser."""
    return browsers(scene(1600, 1200))


def changed(badges: Badges, of_large: Change | None, of_small: Change | None, whole_colours: bool = False) -> Compared:
    """A true pair of the server or of a browser, of which one file was changed and packed again in the same way."""
    packing = {"quality": 82, "subsampling": 0} if whole_colours else {"quality": 80, "subsampling": 2}
    files = []
    for file, change in zip(of_a_browser() if whole_colours else ours(badges, scene(1600, 1200)), (of_large, of_small), strict=True):
        image = Image.open(BytesIO(file)).convert("RGB")
        files.append(saved(change(image), "JPEG", **packing) if change else file)
    return badges.compared(*files)


OF_SMALL: dict[str, Change] = {
    "another picture": lambda image: scene(image.width, image.height).rotate(180),
    "turned over": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "grey": lambda image: Image.new("RGB", image.size, (128, 128, 128)),
    "with a patch": pasted,
    "softened": lambda image: image.filter(ImageFilter.GaussianBlur(2.5)),
    "too small": lambda image: image.resize((image.width // 2, image.height // 2)),
    "of another shape": lambda image: image.resize((image.width, image.height - 8)),
    "a large tint in letters": lambda image: under(image, tinted(image), 36),
    **{f"black {high} high": lambda image, high=high: lettered(image, (0, 0, 0), high) for high in (12, 14, 20, 48)},  # type: ignore[misc]
    **{f"darker {high} high": lambda image, high=high: under(image, lit(image, -70), high) for high in (14, 28, 48)},  # type: ignore[misc]
    **{f"grey {high} high": lambda image, high=high: under(image, lit(image, -30), high) for high in (28, 48)},  # type: ignore[misc]
}
OF_LARGE: dict[str, Change] = {
    **{f"grey {high} high": lambda image, high=high: under(image, lit(image, -30), high) for high in (60, 120, 200)},  # type: ignore[misc]
    **{f"dark {high} high": lambda image, high=high: under(image, lit(image, -80), high) for high in (30, 60, 120, 200)},  # type: ignore[misc]
    **{f"stripes of 2, {high} high": lambda image, high=high: under(image, striped(image, 2, 90), high) for high in (60, 120, 200)},  # type: ignore[misc]
    **{f"stripes of 4, {high} high": lambda image, high=high: under(image, striped(image, 4, 90), high) for high in (40, 60, 120, 200)},  # type: ignore[misc]
}


@pytest.mark.parametrize("whole_colours", [False, True])
@pytest.mark.parametrize("name", OF_SMALL)
def test_another_small_picture_is_told(badges: Badges, name: str, whole_colours: bool) -> None:
    """A small file that shows something else than the large one, even in one part or in pale letters, is not taken for the same."""
    assert not changed(badges, None, OF_SMALL[name], whole_colours).same


@pytest.mark.parametrize("name", OF_LARGE)
def test_another_large_picture_is_told(badges: Badges, name: str) -> None:
    """A large file with writing that the small one lacks is not taken for the same, though the writing is pale or made of stripes."""
    assert not changed(badges, OF_LARGE[name], None).same


@pytest.mark.parametrize("whole_colours", [False, True])
def test_packing_anew_alone_is_not_told(badges: Badges, whole_colours: bool) -> None:
    """A true pair that was only packed again holds, so that what the others are told for is what was changed."""
    assert changed(badges, None, lambda image: image, whole_colours).same and changed(badges, lambda image: image, None, whole_colours).same


def test_a_small_picture_is_not_softer_than_it_must_be(badges: Badges) -> None:
    """Where the small file is light enough as it is, a softer one is none of the ways' and hides what the large one shows."""
    written = lettered(scene(1600, 1200), (255, 255, 255), 60)
    large, small = ours(badges, written)
    soft = Image.open(BytesIO(small)).convert("RGB").filter(ImageFilter.GaussianBlur(4.0))
    assert badges.compared(large, small).same and not badges.compared(large, saved(soft, "JPEG", quality=80, subsampling=2)).same


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
    """Comparing and taking the likeness takes at most a tenth of a second of a processor a photograph, on a slow machine too."""
    pair, times = ours(badges, leaves()), list[float]()
    for _ in range(15):
        begin = process_time()
        answer(asked(*pair))
        times.append((process_time() - begin) * 1000)
    assert median(times) <= MOST_MILLISECONDS
