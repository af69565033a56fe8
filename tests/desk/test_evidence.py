# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member asks for safe pictures of what a source sent: what the screens show, in which order, and what is kept where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from httpx2 import Response

from ombuds.desk.pages.evidence import LABELS, WHY
from ombuds.media.answer import NAMES
from ombuds.media.cell import Reason
from tests.desk.desks import PASSPHRASE, World, institution, opened
from tests.desk.screens import Browser, browser_at
from tests.media.corpus import CANARY, locked, pdf, photo, scripted
from tests.media.reading import chunks
from tests.pages.reading import check

HOSTILE = "</h3><script>alert(1)</script>.jpg"
LARGE = b"\xff\xd8\xff" + bytes(64 * 1024 * 1024)
FILES = {
    "photo.jpg": photo(),
    "order.pdf": pdf(3),
    "holiday.png": scripted(),
    "note.txt": b"no picture at all",
    "cut.jpg": photo()[:900],
    "locked.pdf": locked(),
    "film.jpg": LARGE,
    HOSTILE: photo(6),
}


LINK = re.compile(r'action="(/cases/[0-9a-f]{32}/files/[0-9a-f]{32}/picture)"')
PICTURE = re.compile(r'<img src="([^"]+)"')


@dataclass
class Table:
    """A case with files of every sort, and a member in front of it."""

    world: World
    browser: Browser
    places: dict[str, str]

    def makes(self, name: str, page: int = 1) -> Response:
        """Press the button of a file."""
        return self.browser.press(self.places[name], {"page": str(page)})

    def picture(self, name: str, page: int = 1) -> Response:
        """Make a safe picture and load it as the browser does."""
        found = PICTURE.search(self.makes(name, page).text)
        assert found, "no picture on the screen"
        return self.browser.open(found[1].replace("&amp;", "&"))


def table_of(world: World, files: dict[str, bytes], team: tuple[str, ...] = ()) -> Table:
    """Open a case for a team, and let its source send files."""
    source = world.source()
    case = opened(world, source, team=team)
    source.writes("see the files", list(files.items()))
    world.sync()
    browser = browser_at(world, world["anna"])
    return Table(world, browser, dict(zip(files, LINK.findall(browser.open(f"/cases/{case}").text), strict=True)))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """A case with a file of every sort."""
    with institution(tmp_path_factory.mktemp("table")) as world:
        yield table_of(world, FILES)


def test_the_screen_opens_nothing(table: Table) -> None:
    """To look at a file's screen makes no picture: only the button does."""
    page = table.browser.open(table.places["photo.jpg"])
    assert page.status_code == 200 and "<img" not in page.text and "Make a safe picture" in page.text


def test_the_original_is_named_with_its_hash(table: Table) -> None:
    """The screen has the original's size and SHA-256 before and after a picture was made."""
    for page in (table.browser.open(table.places["photo.jpg"]), table.makes("photo.jpg")):
        assert sha256(FILES["photo.jpg"]).hexdigest() in page.text and str(len(FILES["photo.jpg"])) in page.text


def test_a_photograph_becomes_a_picture(table: Table) -> None:
    """The button leads to a screen with a PNG of points alone."""
    answer = table.picture("photo.jpg")
    assert answer.headers["content-type"] == "image/png" and chunks(answer.content) == ["IHDR", "IDAT", "IEND"]


def test_the_original_is_not_touched(table: Table) -> None:
    """After a picture was made, the file that is saved is the file that was sent."""
    table.makes("photo.jpg")
    saved = table.browser.open(table.places["photo.jpg"].removesuffix("/picture"))
    assert saved.content == FILES["photo.jpg"]


def test_a_file_says_what_it_says_of_itself(table: Table) -> None:
    """Camera and place are shown beside the picture, with the warning that anybody can write them."""
    page = table.makes("photo.jpg").text
    assert f"Acme Zeta {CANARY}" in page and "55.750833, 37.617000" in page and "Anybody can write anything into a file." in page


def test_a_document_is_leafed_through(table: Table) -> None:
    """From the first page of a document the next one is a press away, and the last one leads no further."""
    first, last = table.makes("order.pdf").text, table.makes("order.pdf", 3).text
    assert ("Next page" in first, "Previous page" in first, "Page 1 of 3." in first) == (True, False, True)
    assert ("Next page" in last, "Previous page" in last, "Page 3 of 3." in last) == (False, True, True)


def test_a_file_that_is_not_what_its_name_says_is_told(table: Table) -> None:
    """A PDF with the name of a picture is shown as what it is, with a warning."""
    page = table.makes("holiday.png").text
    assert "This file is not what its name says." in page and "<img" in page and "plan.exe" in page


def test_a_hostile_name_stays_text(table: Table) -> None:
    """A name with marks in it is shown as letters, and the page stays well-formed."""
    assert check(table.makes(HOSTILE).content).named("script") == []


REFUSED = {"note.txt": "kind", "cut.jpg": "broken", "locked.pdf": "locked", "film.jpg": "large"}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_a_picture_is_told_plainly(table: Table, name: str) -> None:
    """A file that cannot be shown gets its sentence and a way on, and the next file is shown."""
    refused = table.makes(name)
    trouble = WHY[REFUSED[name]]  # type: ignore[index]
    assert refused.status_code == 409 and trouble.sentence in refused.text and trouble.help in refused.text and "<img" not in refused.text
    assert table.makes("photo.jpg").status_code == 200


def test_a_page_that_is_not_there_is_told_plainly(table: Table) -> None:
    """A page behind the last gets its sentence."""
    assert WHY["page"].sentence in table.makes("order.pdf", 4).text


def test_the_page_loads_pictures_from_the_desk_alone(table: Table) -> None:
    """The screen with the picture forbids scripts and everything from elsewhere; the picture itself forbids all."""
    policy = table.makes("photo.jpg").headers["content-security-policy"]
    assert "img-src 'self' data:;" in policy and "default-src 'none'" in policy and "script" not in policy
    assert table.picture("photo.jpg").headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_the_browser_keeps_no_picture(table: Table) -> None:
    """The picture may not be kept by the browser."""
    assert table.picture("photo.jpg").headers["cache-control"] == "no-store"


def test_few_pictures_are_kept(table: Table) -> None:
    """Only the pictures made last are in memory; an older one is made anew by the button."""
    table.makes("photo.jpg")
    for number in (1, 2, 3):
        table.makes("order.pdf", number)
    table.makes("holiday.png")
    assert "<img" not in table.browser.open(table.places["photo.jpg"]).text


def test_a_picture_that_was_not_made_is_not_there(table: Table) -> None:
    """The address of a picture gives nothing before the button was pressed."""
    assert table.browser.open(table.places["cut.jpg"] + ".png").status_code == 404


def test_locking_forgets_the_pictures(tmp_path: Path) -> None:
    """After the desk was locked and opened again, a picture must be made anew."""
    with institution(tmp_path) as world:
        table = table_of(world, {"photo.jpg": FILES["photo.jpg"]})
        table.makes("photo.jpg")
        table.browser.press("/lock", {})
        table.browser.client.post("/unlock", data={"token": table.browser.mark("/"), "passphrase": PASSPHRASE})
        assert "<img" not in table.browser.open(table.places["photo.jpg"]).text


def test_a_member_who_is_not_on_the_case_makes_no_picture(tmp_path: Path) -> None:
    """Whoever has no part in a case gets neither the screen nor the picture."""
    with institution(tmp_path) as world:
        place = table_of(world, {"photo.jpg": FILES["photo.jpg"]}, ("anna", "boris")).places["photo.jpg"]
        vera = browser_at(world, world["vera"])
        assert [vera.open(place).status_code, vera.press(place, {"page": "1"}).status_code, vera.open(f"{place}.png").status_code] == [404] * 3


def test_every_finding_has_its_words() -> None:
    """Each kind of finding has a label of its own."""
    assert set(LABELS) == set(NAMES)


def test_every_reason_has_its_sentence() -> None:
    """Each reason for which there is no picture has a sentence and says what to do."""
    assert set(WHY) == set(get_args(Reason)) and all(trouble.sentence and trouble.help for trouble in WHY.values())
