# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining with a photograph and without JavaScript: cleaned, blacked out, shown exactly, and sent exactly so."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from ombuds.core.grid import ACROSS, down, rectangle_of
from ombuds.core.pictures import shape_of
from ombuds.media.badge import Badges, Box
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.refusals import PostRefused
from tests.media.corpus import BLUE, CANARY, RED, avif, bomb, gif, halves, heif, pdf, photo, png, saved, webp
from tests.server.campaigns import begin
from tests.server.institution import found
from tests.server.joining import Joining, hidden, no_cell, shown, trouble, words

INK = 38
NOT_A_KIND = "This is no photograph of a kind"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def moving(kind: str) -> bytes:
    """A film of two pictures."""
    return saved(halves(), kind, save_all=True, append_images=[Image.new("RGB", (200, 100), BLUE)])


BAD = {
    "nothing": (b"", "No photograph was chosen."),
    "html": (HTML, NOT_A_KIND),
    "svg": (SVG, NOT_A_KIND),
    "pdf": (pdf(), NOT_A_KIND),
    "gif": (gif(), NOT_A_KIND),
    "text": (b"x", NOT_A_KIND),
    "truncated": (photo()[:700], "This file is damaged"),
    "html in a jpeg's head": (b"\xff\xd8\xff\xe0" + HTML, "This file is damaged"),
    "film in png": (moving("PNG"), "There are several pictures"),
    "film in webp": (moving("WEBP"), "There are several pictures"),
    "bomb": (bomb(8_000, 8_000), "This photograph has more than 50 million points."),
    "40 MB": (photo() + bytes(40_000_000), "This photograph is larger than 25 MB."),
}


@pytest.fixture(scope="module")
def joining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joining]:
    """Somebody before a campaign that takes photographs; one server for the whole file, because its cells take a second to start."""
    here = found(tmp_path_factory.mktemp("photographs") / "server")
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()
    here.parts.store.close()


def opened(picture: bytes) -> Image.Image:
    """A picture as another program sees it."""
    with Image.open(BytesIO(picture)) as image:
        image.load()
        return image.convert("RGB")


@pytest.mark.parametrize("make", [photo, png, webp, heif, avif])
def test_every_kind_is_shown_cleaned(joining: Joining, make: object) -> None:
    """Each kind of photograph comes back as a fresh JPEG, with nothing of what was written into it but the list."""
    page = joining.post(make(), kind="photo")  # type: ignore[operator]
    picture = shown(page)
    assert opened(picture).size == (1080, 540) or max(opened(picture).size) == 1080
    assert CANARY.encode() not in picture


def test_it_is_told_what_the_file_would_have_told(joining: Joining) -> None:
    """Place and serial number of a camera stand on the next page."""
    text = joining.post(photo(), kind="photo").text
    assert "55.750833, 37.617000" in text and f"SN-{CANARY}" in text and "Place (latitude, longitude)" in text


def test_nothing_is_kept_before_the_last_button(joining: Joining) -> None:
    """Neither the first page nor the result keeps anything."""
    before = joining.names()
    joining.result(joining.post(photo(), kind="photo"), 0)
    assert joining.names() == before


def test_what_was_shown_is_what_is_kept(joining: Joining) -> None:
    """The large picture of the post is the one of the last page, byte by byte, with a small one and a likeness."""
    result = joining.result(joining.post(photo(), kind="photo", own="Shown."), 0, 1, shows="A badge on paper.")
    before = joining.names()
    assert joining.send(result).status_code == 200
    (name,) = joining.names() - before
    pending = joining.kept()[name]
    assert (pending.files[0], pending.post.shows, pending.post.kind) == (shown(result), "A badge on paper.", "photo")
    assert max(opened(pending.files[1]).size) == 400 and len(pending.near) == 16


def test_a_square_is_black_in_the_result(joining: Joining) -> None:
    """What stood under a square, and a margin around it, has one colour."""
    cover = joining.post(saved(Image.new("RGB", (1200, 1600), RED), "JPEG"), kind="photo")
    width, height = opened(shown(cover)).size
    cell = 5 + 7 * ACROSS
    box = Box(*rectangle_of(cell, width, height))
    middle = opened(shown(joining.result(cover, cell))).getpixel((box.x + box.width // 2, box.y + box.height // 2))
    assert isinstance(middle, tuple) and max(abs(tone - INK) for tone in middle) < 12


def test_squares_cover_all_of_a_picture() -> None:
    """The squares of a picture lie side by side, and together cover each of its points once."""
    for width, height in ((1080, 810), (810, 1080), (1080, 1080), (607, 1080), (1080, 607), (1, 1600), (1600, 1)):
        boxes = [Box(*rectangle_of(cell, width, height)) for cell in range(ACROSS * down(width, height))]
        assert len(boxes) <= 200
        if min(width, height) >= ACROSS:
            assert sum(box.width * box.height for box in boxes) == width * height


def test_squares_come_back(joining: Joining) -> None:
    """Whoever wants to black out more finds the squares ticked that were ticked."""
    result = joining.result(joining.post(photo(), kind="photo"), 3, 20)
    again = joining.browser.post(f"{joining.path}/cover", data=hidden(result))
    assert again.text.count(" checked") == 2 and 'value="20" checked' in again.text


def test_the_same_step_gives_the_same_picture(joining: Joining) -> None:
    """Asked twice, the same squares of the same form give the same bytes; other squares are moved otherwise."""
    cover = joining.post(photo(), kind="photo")
    pictures = [shown(joining.result(cover, *cells)) for cells in ((1,), (1,), (2,))]
    assert pictures[0] == pictures[1] != pictures[2]


def test_another_form_moves_a_picture_otherwise(joining: Joining) -> None:
    """Two forms with the same photograph give two pictures, so that nobody chooses how it is moved."""
    cover = joining.post(photo(), kind="photo")
    other = joining.browser.post(f"{joining.path}/result", data={**hidden(cover), "nonce": "a" * 32})
    assert shown(joining.result(cover)) != shown(other)


OTHER = [{"cells": "5"}, {"nonce": "b" * 32}, {"check": "0" * 64}, {"check": ""}, {"own": "Other words."}, {"shows": "A face."}, {"rank": "1"}, {"region": "1"}]


@pytest.mark.parametrize("change", OTHER, ids=lambda change: "".join(change))
def test_only_what_was_shown_is_sent(joining: Joining, change: dict[str, Any]) -> None:
    """A page that was changed on the way is told that this was not shown, and keeps nothing."""
    before = joining.names()
    page = joining.send(joining.result(joining.post(photo(), kind="photo"), 1), **change)
    assert (trouble(page), joining.names()) == ("This is not the picture that was shown to you.", before)


def test_confirmed_twice_is_one_post(joining: Joining) -> None:
    """The last button pressed twice keeps one post, and says so."""
    result, before = joining.result(joining.post(photo(), kind="photo")), len(joining.names())
    answers = [joining.send(result) for _ in range(2)]
    assert ([each.status_code for each in answers], len(joining.names())) == ([200, 409], before + 1)


def test_a_photograph_has_a_receipt_too(joining: Joining) -> None:
    """What was ticked on the first page holds on the last."""
    page = joining.send(joining.result(joining.post(photo(), kind="photo", receipt="1")))
    assert len(words(page).split()) == 12


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photograph_has_a_sentence(joining: Joining, name: str) -> None:
    """Each file that cannot be shown is refused with its reason, keeps nothing, and the next photograph works."""
    content, said = BAD[name]
    before = joining.names()
    page = joining.post(content, kind="photo")
    assert (trouble(page)[: len(said)], joining.names()) == (said, before) and page.status_code in (400, 413)
    assert joining.post(photo(), kind="photo").status_code == 200


def test_an_empty_file_is_no_photograph(joining: Joining) -> None:
    """A file of no bytes is told apart from no file."""
    filled = {**joining.form(), "kind": "photo", "sentence": "0"}
    page = joining.browser.post(joining.path, data=filled, files={"photograph": ("empty.jpg", b"")})
    assert trouble(page).startswith(NOT_A_KIND)


def test_a_photograph_beside_a_marked_badge_is_not_opened(joining: Joining) -> None:
    """Who chose both is asked which one, and nothing is kept."""
    before = joining.names()
    page = joining.post(photo(), kind="badge")
    assert (trouble(page), joining.names()) == ("You chose a photograph, but the drawn badge is marked.", before)


@pytest.mark.parametrize("picture", [HTML, b"", photo(), png(), b"\xff\xd8\xff\xe0" + HTML])
def test_what_comes_back_is_opened_as_hostile(joining: Joining, picture: bytes) -> None:
    """A page whose picture was put in another's place is refused before anything of it is shown."""
    data = {**hidden(joining.post(photo(), kind="photo")), "picture": urlsafe_b64encode(picture).decode()}
    page = joining.browser.post(f"{joining.path}/result", data=data)
    assert page.status_code == 400 and "data:image/jpeg" not in page.text


@pytest.mark.parametrize("size", [(1081, 8), (8, 1081), (1600, 900), (5000, 5000)], ids=str)
def test_a_picture_that_was_never_handed_out_gets_no_cell(joining: Joining, size: tuple[int, int]) -> None:
    """A small form with a picture of pixels alone, but larger than those that are handed out here, is refused before a cell has work."""
    out = BytesIO()
    Image.new("RGB", size, RED).save(out, "JPEG", quality=80, subsampling=2)
    data, state = {**hidden(joining.post(photo(), kind="photo")), "picture": urlsafe_b64encode(out.getvalue()).decode()}, joining.campaign.here.app.state
    before, state.photographs = state.photographs, Photographs(Badges(walled=no_cell))
    page = joining.browser.post(f"{joining.path}/result", data=data)
    state.photographs = before
    assert (shape_of(out.getvalue()).type, page.status_code) == ("jpeg", 400) and "This server cannot open photographs safely" not in page.text


def test_a_forged_step_gets_no_cell(joining: Joining) -> None:
    """The last button with a forged check, or with a sentence or a list that no form has, is answered without a cell."""
    result, state = joining.result(joining.post(photo(), kind="photo")), joining.campaign.here.app.state
    before, state.photographs = state.photographs, Photographs(Badges(walled=no_cell))
    answers = [joining.send(result, **each).text for each in ({"check": "1" * 64}, {"own": "x" * 281}, {"rank": "9"}, {"version": "7"}, {"kind": "badge"})]
    state.photographs = before
    assert not [each for each in answers if "This server cannot open photographs safely" in each]


def test_a_campaign_that_ends_meanwhile_takes_nothing(joining: Joining) -> None:
    """A result that was shown on the last day is not kept on the day after."""
    result, before = joining.result(joining.post(photo(), kind="photo")), joining.names()
    joining.campaign.here.calendar.pass_days(31)
    page = joining.send(result)
    joining.campaign.here.calendar.pass_days(-31)
    assert (trouble(page), joining.names()) == ("This campaign takes no posts now.", before)


def test_one_photograph_at_a_time() -> None:
    """While one photograph is worked on, others wait, and are told when it takes too long."""

    async def both() -> list[str]:
        cells = Photographs(patience=0.05)
        slow = asyncio.create_task(cells.in_turn(_slowly))
        await asyncio.sleep(0.1)
        try:
            await cells.in_turn(lambda: None)
        except PostRefused as refused:
            return [refused.trouble.sentence, await slow]
        return []

    # In a thread of its own: a browser's tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, both()).result() == ["Other photographs are being worked on.", "done"]


def test_memory_is_given_back(joining: Joining) -> None:
    """After photographs of every kind, good and bad, nothing is held."""
    joining.post(photo(), kind="photo")
    joining.post(photo() + bytes(30_000_000), kind="photo")
    assert joining.campaign.here.app.state.photographs.arrivals.held == 0


def test_without_a_cell_a_photograph_is_refused(joining: Joining) -> None:
    """A form that offered photographs, sent where no cell can be built any more, is refused with the reason."""
    form, state = joining.form(), joining.campaign.here.app.state
    before, state.photographs = state.photographs, Photographs(Badges(walled=no_cell))
    page = joining.post(photo(), form=form, kind="photo")
    state.photographs = before
    assert trouble(page) == "This server cannot open photographs safely, so it takes none."


def _slowly() -> str:
    time.sleep(0.5)
    return "done"
