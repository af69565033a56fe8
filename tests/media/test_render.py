# SPDX-License-Identifier: AGPL-3.0-or-later
"""Good files become the picture that a person would see, upright, on white, in the colours that were meant; and say what they say."""

from __future__ import annotations

import pytest
from PIL import Image, ImageCms

from ombuds.media.cell import NoPicture, draw
from tests.media.corpus import BLUE, CANARY, GREEN, RED, WHITE, avif, filled, gif, halves, heif, pdf, photo, png, saved, scripted
from tests.media.reading import near, point, said

GOOD = {
    "JPEG": photo(),
    "grey JPEG": saved(halves().convert("L"), "JPEG"),
    "CMYK JPEG": saved(halves().convert("CMYK"), "JPEG", quality=95),
    "progressive JPEG": saved(halves(), "JPEG", progressive=True, quality=95),
    "PNG": png(),
    "palette PNG": saved(halves().quantize(4), "PNG"),
    "black and white PNG": saved(halves().convert("1"), "PNG"),
    "16-bit PNG": saved(halves().convert("L").convert("I;16"), "PNG"),
    "interlaced palette GIF": saved(halves().quantize(4), "GIF", interlace=1),
    "GIF": gif(),
    "WEBP": saved(halves(), "WEBP", quality=95),
    "lossless WEBP": saved(halves(), "WEBP", lossless=True),
    "HEIF": heif(),
    "AVIF": avif(),
    "PDF": pdf(),
}
COLOURED = ("JPEG", "progressive JPEG", "PNG", "palette PNG", "interlaced palette GIF", "GIF", "WEBP", "lossless WEBP", "HEIF", "AVIF", "PDF")


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_is_shown(name: str) -> None:
    """Each kind of picture and document that is promised gives points."""
    drawn = draw(GOOD[name])
    assert drawn.width == 2 * drawn.height and max(drawn.width, drawn.height) <= 1600


@pytest.mark.parametrize("name", COLOURED)
def test_colours_are_where_they_belong(name: str) -> None:
    """Red stays on the left and blue on the right."""
    drawn = draw(GOOD[name])
    assert near(point(drawn, 0.2, 0.5), RED) and near(point(drawn, 0.8, 0.5), BLUE)


LEFT, RIGHT, ABOVE, BELOW = (0.2, 0.5), (0.8, 0.5), (0.5, 0.2), (0.5, 0.8)


@pytest.mark.parametrize(("orientation", "where"), [(1, LEFT), (2, RIGHT), (3, RIGHT), (4, LEFT), (5, ABOVE), (6, ABOVE), (7, BELOW), (8, BELOW)])
def test_a_photograph_stands_upright(orientation: int, where: tuple[float, float]) -> None:
    """The camera's word on how it was held is obeyed: red lies where the photographer saw it."""
    assert near(point(draw(photo(orientation)), *where), RED)


def test_a_large_picture_becomes_smaller() -> None:
    """A photograph of twelve million points comes out with 1,600 at its longer side."""
    drawn = draw(saved(halves(4000, 3000), "JPEG"))
    assert (drawn.width, drawn.height) == (1600, 1200)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (1601, 1600)])
def test_odd_sizes_are_shown(size: tuple[int, int]) -> None:
    """A picture of one point, or of one row, has at least one point and no side above 1,600."""
    drawn = draw(saved(Image.new("RGB", size, GREEN), "PNG"))
    assert 1 <= min(drawn.width, drawn.height) and max(drawn.width, drawn.height) <= 1600


def test_what_is_transparent_is_gone() -> None:
    """Colours that lie hidden under full transparency come out white."""
    hidden = Image.new("RGBA", (20, 20), (200, 10, 10, 0))
    assert point(draw(saved(hidden, "PNG")), 0.5, 0.5) == WHITE


def test_a_colour_profile_is_applied() -> None:
    """A picture whose profile says that its red is what others call blue is shown blue."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"wait").replace(b"bXYZ", b"rXYZ").replace(b"wait", b"bXYZ")
    assert near(point(draw(saved(halves(), "PNG", icc_profile=swapped)), 0.2, 0.5), BLUE)


def test_a_broken_profile_is_left_out() -> None:
    """A profile that is none does not keep the picture from being shown."""
    assert near(point(draw(saved(halves(), "PNG", icc_profile=b"nonsense" * 40)), 0.2, 0.5), RED)


def test_only_the_first_frame_is_shown() -> None:
    """Of a moving picture the first frame is shown, and how many there are is told."""
    drawn = draw(gif())
    assert near(point(drawn, 0.2, 0.5), RED) and said(drawn)["frames"] == ["2"]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_of_a_document_is_shown(page: int) -> None:
    """Each page of a document can be asked for, and how many there are is told."""
    assert draw(pdf(3), page).pages == 3


@pytest.mark.parametrize("page", [-1, 0, 4, 10**9])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    """A page before the first or behind the last is not shown."""
    with pytest.raises(NoPicture, match="^page"):
        draw(pdf(3), page)


def test_a_picture_has_one_page() -> None:
    """There is no second page of a photograph."""
    with pytest.raises(NoPicture, match="^page"):
        draw(photo(), 2)


EXPECTED = {
    "camera": [f"Acme Zeta {CANARY}"],
    "software": [f"Editor {CANARY}"],
    "author": [f"Officer {CANARY}"],
    "date": ["2026:03:04 14:05:06"],
    "serial": [f"SN-{CANARY}"],
    "place": ["55.750833, 37.617000"],
    "size": ["200 x 100"],
}


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("file", [photo(), png(), heif(), avif()], ids=["JPEG", "PNG", "HEIF", "AVIF"])
def test_what_a_camera_wrote_is_a_finding(file: bytes, name: str) -> None:
    """Maker, program, author, day, serial number and place are told as the file has them."""
    assert said(draw(file))[name] == EXPECTED[name]


def test_texts_of_a_png_are_findings() -> None:
    """What somebody wrote into a PNG is told, as text."""
    assert f"Author: {CANARY}" in said(draw(png()))["comment"]


def test_a_comment_of_a_jpeg_is_a_finding() -> None:
    """What somebody wrote behind the header of a JPEG is told."""
    assert said(draw(photo()))["comment"] == [CANARY]


def test_what_a_document_says_is_a_finding() -> None:
    """Title, author, producer and day of a document are told as the document has them."""
    found = said(draw(pdf()))
    assert (found["title"], found["author"], found["producer"]) == ([CANARY], [CANARY], [f"Press {CANARY}"])


def test_what_a_document_carries_is_a_finding() -> None:
    """A script and an attached file of a document are told, with the file's name."""
    found = said(draw(scripted()))
    assert found["script"] and found["attachment"] == ["plan.exe"]


def test_what_was_filled_into_a_form_is_shown() -> None:
    """What somebody wrote into the fields of a document is drawn, and that it is a form is told."""
    drawn = draw(filled())
    assert near(point(drawn, 0.2, 0.5), GREEN) and said(drawn)["form"] == ["yes"]


def test_what_is_two_things_is_a_finding() -> None:
    """An archive behind a photograph, and a page of HTML in a PNG, are told."""
    assert (said(draw(photo()))["looks"], said(draw(png()))["looks"]) == (["ZIP"], ["HTML"])
