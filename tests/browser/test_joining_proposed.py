# SPDX-License-Identifier: AGPL-3.0-or-later
"""On a telephone without JavaScript, where a program proposes what to black out: unticked by keyboard, numbered over the picture, accessible."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser

from ombuds.media.badge import Detection
from ombuds.server.campaign.photograph import Photographs
from tests.browser.browsers import window
from tests.browser.campaigning import KEPT, Running, own_words, running
from tests.browser.hands import ChromiumHands
from tests.browser.test_joining_plain import SEND, confirmed, cover
from tests.media.corpus import saved
from tests.media.drawings import with_face


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A campaign on a server that looks for faces and writing."""
    with running(tmp_path_factory.mktemp("looking") / "server") as made:
        state = made.campaign.here.app.state
        state.photographs.close()
        state.photographs = Photographs(detection=Detection())
        yield made
        state.photographs.close()


@pytest.fixture
def proposed(browser: Browser, looking: Running, tmp_path: Path) -> Iterator[tuple[ChromiumHands, str]]:
    """A supporter before the boxes, and the sentence that they wrote."""
    path, own = tmp_path / "face.jpg", own_words()
    path.write_bytes(saved(with_face(420, 60, 10, (1080, 810)), "JPEG", quality=90))
    with window(browser, False, 360) as made:
        made.open(looking.server + looking.path)
        cover(made, own, path)
        yield made, own


def test_what_is_unticked_by_keyboard_stays(looking: Running, proposed: tuple[ChromiumHands, str]) -> None:
    """With the space bar the one box is taken out, and the face is in what moderators get, which is what was confirmed."""
    hands, own = proposed
    box = hands.page.get_by_role("checkbox", name="1. A face, top left", exact=True)
    assert box.is_checked()
    box.focus()
    hands.page.keyboard.press("Space")
    hands.press("form[action$=result] button")
    hands.wait(SEND)
    shown = confirmed(hands)
    hands.press(SEND)
    hands.wait(KEPT)
    [pending] = looking.of(own)
    with Image.open(BytesIO(shown)) as image:
        skin = image.convert("RGB").getpixel((270, 225))
    assert pending.files[0] == shown and isinstance(skin, tuple) and max(skin) > 100


def test_numbers_stand_where_the_boxes_are(proposed: tuple[ChromiumHands, str]) -> None:
    """The box over the picture lies where the face is, and does not catch the finger that ticks squares."""
    page = proposed[0].page
    image, box = page.locator(".covering img").bounding_box(), page.locator(".covering rect").first.bounding_box()
    assert image and box
    left, above = (box["x"] - image["x"]) / image["width"], (box["y"] - image["y"]) / image["height"]
    page.locator(".cells [value='15']").click()
    assert 0.02 < left < 0.2 and 0 <= above < 0.2 and page.locator(".cells :checked").count() == 1


def test_the_page_with_boxes_is_accessible(browser: Browser, looking: Running, proposed: tuple[ChromiumHands, str]) -> None:
    """The same page, opened where a script may look at it, gives axe nothing to say."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(f"{looking.server}/robots.txt")
        page.set_content(proposed[0].page.content())
        page.wait_for_load_state("networkidle")
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    finally:
        context.close()
