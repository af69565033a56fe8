# SPDX-License-Identifier: AGPL-3.0-or-later
"""A paper to print fits its page, is the same each time, and tells nothing but what stands on it. See spec/cards.md."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from PIL import Image, ImageChops, features

from ombuds.core.errors import Malformed, NotHere
from ombuds.media.lettering import Lettering
from ombuds.media.printed import A4, A4_ACROSS, A5
from ombuds.media.sharing import Paper, draw
from ombuds.pages.qr import rows

ADDRESS = "https://a-long-name-of-a-desk.example/ru/campaigns/" + "0123456789abcdef" * 2
TITLES = {
    "one word": ("ltr", "Boots", "#Boots"),
    "long": ("ltr", "The head of the third department made people work for fourteen hours without pay, night after night, " * 2, "#" + "Long" * 20),
    "one long word": ("ltr", "Donaudampfschifffahrt" * 12, "#Donaudampfschifffahrt"),
    "russian": ("ltr", "Свободу капитану Орлову, который рассказал правду о ночных сменах", "#СвободуОрлову"),
    "arabic": ("rtl", "الحرية للنقيب أورلوف الذي قال الحقيقة عن نوبات الليل", "#الحرية_لأورلوف"),
}
SIZES = {"poster": A5, "sign": A4_ACROSS, "badges": A4}
SCALE = 2
# What exiftool says of a PDF in which nothing is said of who made it, or when, or of what.
BARE = {"SourceFile", "ExifTool", "System", "File", "PDF"}
BARE_TAGS = {"PDFVersion", "Linearized", "PageCount"}


def paper(kind: str, **more: object) -> Paper:
    """A paper of a campaign."""
    begun = Paper(kind="poster", direction="ltr", title="Free Orlov", tags=("#FreeOrlov",), desk="Desk of Examples", address=ADDRESS, code=rows(ADDRESS))
    return msgspec.structs.replace(begun, kind=kind, **more)


def image(content: bytes) -> Image.Image:
    """Look at the one page of a PDF."""
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    page: Image.Image = document[0].render(scale=SCALE).to_pil()
    return page.convert("RGB")


def test_a_hashtag_that_is_too_long_is_left_out_whole() -> None:
    """Where a second hashtag would be cut, the poster is the one of the first alone."""
    first, second = "#FreedomForLieutenantOrlov", "#" + "WhoSpokeOfUnpaidNights" * 3
    assert draw(paper("poster", tags=(first, second))) == draw(paper("poster", tags=(first,)))
    assert draw(paper("poster", tags=("#Free", "#Orlov"))) != draw(paper("poster", tags=("#Free",)))


def test_a_hashtag_on_a_badge_is_not_broken() -> None:
    """A hashtag that smaller letters write in one line stands in one line under each badge."""
    sheet = image(draw(paper("badges", tags=("#СвободуСефуАрлену",)))).convert("L")
    strip = sheet.crop((SCALE * 40, SCALE * 196, SCALE * 205, SCALE * 226))
    dark = [min(strip.crop((0, y, strip.width, y + 1)).tobytes()) < 100 for y in range(strip.height)]
    assert sum(now and not before for before, now in zip([False, *dark], dark, strict=False)) == 1


def test_a_hashtag_begins_with_its_mark() -> None:
    """In a line that is read from the right a hashtag that is read from the left keeps its # on the left, and the other way round."""
    lettering = Lettering(features.check("raqm") is True)
    assert [piece.text for piece in lettering.line("#الحرية #Free", 40, 700, "rtl").pieces] == ["#Free", "#الحرية "]
    assert [piece.text for piece in lettering.line("#Free #الحرية", 40, 700, "ltr").pieces] == ["#Free ", "#الحرية"]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("number", ["", "12 480"])
@pytest.mark.parametrize("kind", SIZES)
def test_nothing_leaves_the_margins(kind: str, number: str, title: str) -> None:
    """Whatever stands on a paper, its size is right and its margins are empty, so that any printer prints all of it."""
    direction, text, tag = TITLES[title]
    picture = image(draw(paper(kind, direction=direction, title=text, tags=(tag, "#WeServeToo"), number=number, caption="posts on the wall" * (number != ""))))
    found = ImageChops.difference(picture, Image.new("RGB", picture.size, "#ffffff")).getbbox()
    size, edge = SIZES[kind], 34 * SCALE
    assert picture.size == (size.wide * SCALE, size.high * SCALE)
    assert found and min(found[:2]) >= edge and found[2] <= picture.width - edge and found[3] <= picture.height - edge, found


@pytest.mark.parametrize("title", TITLES)
def test_a_poster_keeps_its_parts_apart(title: str) -> None:
    """Between a poster's text and its code there is a white line over the whole page, however long the text is."""
    direction, text, tag = TITLES[title]
    picture = image(draw(paper("poster", direction=direction, title=text, tags=(tag,), number="12 480", caption="posts on the wall"))).convert("L")
    top = picture.height - round((290 + 900) / 8 * SCALE)
    band = picture.crop((0, top - 12, picture.width, top - 4))
    assert band.getextrema() == (255, 255)


@pytest.mark.parametrize("kind", SIZES)
def test_a_paper_is_the_same_each_time(kind: str) -> None:
    """The same words give the same bytes, in two processes."""
    assert draw(paper(kind)) == draw(paper(kind))


@pytest.mark.parametrize("kind", SIZES)
def test_a_paper_tells_nothing_of_its_making(kind: str, tmp_path: Path) -> None:
    """A stranger's program finds no date, no program, no identifier and no name in a paper."""
    (tmp_path / "a.pdf").write_bytes(draw(paper(kind)))
    (said,) = json.loads(subprocess.run(["exiftool", "-j", "-a", "-u", "-ee", "-G1", str(tmp_path / "a.pdf")], capture_output=True, check=True).stdout)
    groups = {name.partition(":")[0] for name in said}
    assert (groups - BARE, {name.partition(":")[2] for name in said if name.startswith("PDF:")} - BARE_TAGS) == (set(), set())


def test_a_paper_is_light() -> None:
    """A paper is sent over slow lines too."""
    assert max(len(draw(paper(kind, number="12 480", caption="posts"))) for kind in SIZES) < 150_000


def test_a_code_stands_on_the_poster_as_it_was_ordered() -> None:
    """Each square of a code is black where its order says so, and white elsewhere."""
    order = paper("poster")
    picture = image(draw(order)).convert("L")
    wide, left, top = 900 / 8 * SCALE / len(order.code), 290 / 8 * SCALE, picture.height - (290 + 900) / 8 * SCALE
    middles = ((x, y, (round(left + (x + 0.5) * wide), round(top + (y + 0.5) * wide))) for y, row in enumerate(order.code) for x, _ in enumerate(row))
    wrong = [(x, y) for x, y, at in middles if (picture.getpixel(at) < 128) != (order.code[y][x] == "1")]  # type: ignore[operator]
    assert (len(order.code) > 20, wrong) == (True, [])


def test_a_paper_without_letters_is_not_drawn() -> None:
    """A title in a script that the fonts do not hold has no paper."""
    with pytest.raises(NotHere):
        draw(paper("sign", title="夜勤"))


@pytest.mark.parametrize("changed", [{"title": " "}, {"tags": ()}, {"tags": ("#a",) * 9}, {"code": ("01",)}, {"code": ("0x", "11")}, {"title": "x" * 3000}])
def test_a_paper_is_checked_when_it_is_ordered(changed: dict[str, object]) -> None:
    """An order without a title or a hashtag, with a whole text or with a code that is no square, is none."""
    fields: dict[str, object] = {"kind": "poster", "direction": "ltr", "title": "Title", "tags": ("#a",)} | changed
    with pytest.raises(Malformed):
        Paper(**fields)  # type: ignore[arg-type]
