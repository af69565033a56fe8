# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's door takes the photographs that telephones write and refuses the rest with a reason; what they would have told is told."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest
from PIL import Image

from ombuds.media.badge import MOST_BYTES, Badges, told
from ombuds.media.cell import NoPicture
from tests.media.corpus import BLUE, CANARY, RED, avif, bomb, film, gif, halves, heif, pdf, photo, png, png_of, saved, several, webp
from tests.media.reading import near, point
from tests.media.test_render import ABOVE, BELOW, GOOD, LEFT, RIGHT


@pytest.fixture(scope="module")
def badges() -> Iterator[Badges]:
    """One set of warm cells for the whole file."""
    made = Badges()
    yield made
    made.close()


TAKEN = {name: file for name, file in GOOD.items() if "GIF" not in name and name != "PDF"}
TAKEN |= {"WEBP of a telephone": webp(), "JPEG with a second picture": several()}


@pytest.mark.parametrize("name", TAKEN)
def test_what_telephones_write_is_taken(badges: Badges, name: str) -> None:
    """Each kind of photograph that is promised gives points, though a child can load nothing any more."""
    drawn = badges.cleaned(TAKEN[name])
    assert (drawn.width, drawn.height) == (200, 100)


@pytest.mark.parametrize("name", [name for name in TAKEN if "grey" not in name and "16-bit" not in name and "white" not in name and "CMYK" not in name])
def test_colours_are_where_they_belong(badges: Badges, name: str) -> None:
    """Red stays on the left and blue on the right."""
    drawn = badges.cleaned(TAKEN[name])
    assert near(point(drawn, 0.2, 0.5), RED) and near(point(drawn, 0.8, 0.5), BLUE)


@pytest.mark.parametrize(("orientation", "where"), [(1, LEFT), (2, RIGHT), (3, RIGHT), (4, LEFT), (5, ABOVE), (6, ABOVE), (7, BELOW), (8, BELOW)])
def test_a_photograph_stands_upright(badges: Badges, orientation: int, where: tuple[float, float]) -> None:
    """The camera's word on how it was held is obeyed."""
    assert near(point(badges.cleaned(photo(orientation)), *where), RED)


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "kind"),
    "a page of HTML with a picture's name": (b"<html><script>alert(1)</script>", "kind"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "kind"),
    "a PDF": (pdf(), "kind"),
    "a GIF": (gif(), "kind"),
    "a TIFF": (b"II*\x00" + bytes(60), "kind"),
    "a PNG that moves": (film("PNG"), "moving"),
    "a WebP that moves": (film("WEBP"), "moving"),
    "an AVIF that moves": (film("AVIF"), "moving"),
    "forty megabytes": (b"\xff\xd8\xff" + bytes(40_000_000), "large"),
    "a bomb of 144 million points": (bomb(12_000, 12_000), "points"),
    "fifty-one million points": (bomb(8_000, 6_376), "points"),
    "a strip of more than 12,000 points": (bomb(12_001, 2), "points"),
    "a header that claims four thousand million points": (png_of(65_000, 65_000, b""), "points"),
    "a JPEG that breaks off": (photo()[:1500], "broken"),
    "a PNG that breaks off": (png()[:-60], "broken"),
    "a WebP that breaks off": (webp()[:-200], "broken"),
    "a HEIF that breaks off": (heif()[:-100], "broken"),
    "an AVIF that breaks off": (avif()[:-60], "broken"),
    "the beginning of a HEIF alone": (b"\0\0\0\x18ftypheic", "broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_rest_is_refused_with_a_reason(badges: Badges, name: str) -> None:
    """A file of this sort is refused with the reason that fits, within a few seconds."""
    content, reason = REFUSED[name]
    began = monotonic()
    with pytest.raises(NoPicture, match=f"^{reason}"):
        badges.cleaned(content)
    assert monotonic() - began < 10


def test_forty_megabytes_are_too_many() -> None:
    """The limit lies where the specification says, below forty megabytes."""
    assert MOST_BYTES == 25 * 1024 * 1024


def test_the_largest_photograph_is_taken(badges: Badges) -> None:
    """Forty-eight million points, as the largest telephones write them, come out at 1,600."""
    drawn = badges.cleaned(saved(Image.new("RGB", (8064, 5952), BLUE), "JPEG"))
    assert (drawn.width, drawn.height) == (1600, 1181)


@pytest.mark.parametrize("file", [photo(), png(), webp(), heif(), avif()], ids=["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_what_the_file_would_have_told_is_told(badges: Badges, file: bytes) -> None:
    """Place, serial number, owner's name, day and camera come as a list, the worst first."""
    found = [finding.name for finding in told(badges.cleaned(file)) if finding.name in ("place", "serial", "author", "date", "camera")]
    assert found == ["place", "serial", "author", "date", "camera"]


def test_a_plain_picture_tells_nothing(badges: Badges) -> None:
    """Of a picture without a past the list is empty."""
    assert told(badges.cleaned(saved(halves(), "JPEG"))) == ()


def test_a_finding_is_what_the_file_says(badges: Badges) -> None:
    """A finding gives the file's own words."""
    assert f"SN-{CANARY}" in [finding.value for finding in told(badges.cleaned(photo()))]
