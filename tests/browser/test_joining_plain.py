# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign is joined in browsers that run no scripts: what moderators open is what its supporter confirmed on the last page (T13, T14)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from ombuds.server.campaign.alike import SHORTEST
from tests.browser.browsers import firefox, window
from tests.browser.campaigning import FORM, KEPT, Running, own_words
from tests.browser.hands import ChromiumHands, Hands
from tests.browser.wire import wire

SQUARE, SHOWN, SEND = ".cells [value='30']", "figure img", "form[action$=send] button:not(.quiet)"
LENGTH = re.compile(rb"(?is)POST \S+/join/(?:result|send) HTTP/1\.1\r\n(?:[^\r]+\r\n)*?content-length: (\d+)")
PREFIX = "data:image/jpeg;base64,"


@pytest.fixture
def plain(browser: Browser, campaign: Running) -> Iterator[ChromiumHands]:
    """A supporter with a telephone on which nothing runs."""
    with window(browser, False, 360) as made:
        made.open(campaign.server + campaign.path)
        yield made


def cover(hands: Hands, own: str, photograph: Path) -> None:
    """Fill in the form with a photograph, and come to the squares."""
    hands.tick("[name=kind][value=photo]")
    hands.attach("#photograph", [photograph])
    hands.write("#own", own)
    hands.press(FORM)
    hands.wait(".covering img")


def confirmed(hands: Hands) -> bytes:
    """The picture that the last page shows."""
    [address] = hands.names(SHOWN, "src")
    assert address.startswith(PREFIX)
    return b64decode(address.removeprefix(PREFIX))


def test_a_badge_is_joined_by_keyboard_alone(campaign: Running, plain: ChromiumHands) -> None:
    """With keys alone a badge, colours and words are chosen, and the post is sent as they say."""
    page, own = plain.page, own_words()
    page.locator("[name=shape]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    chosen = [int(page.locator(f"[name={name}]:checked").get_attribute("value") or "") for name in ("shape", "colour")]
    page.locator("#own").focus()
    page.keyboard.type(own)
    page.locator(FORM).focus()
    page.keyboard.press("Enter")
    plain.wait(KEPT)
    [pending] = campaign.of(own)
    assert pending.post.badge == chosen[1] * 12 + chosen[0] and pending.mode == "no-javascript"


def test_squares_are_ticked_by_keyboard(campaign: Running, plain: ChromiumHands, photograph: Path) -> None:
    """A square that has the focus is seen, has a name, and is ticked by the space bar."""
    cover(plain, own_words(), photograph)
    square = plain.page.locator(SQUARE)
    square.focus()
    plain.page.keyboard.press("Space")
    assert plain.page.locator(".cells :checked").count() == 1
    assert plain.page.get_by_role("checkbox", name="Row 3, column 7", exact=True).is_checked()


def test_a_square_is_as_large_as_a_finger_needs(plain: ChromiumHands, photograph: Path) -> None:
    """On a telephone each square over the photograph is at least twenty-four points wide and high."""
    cover(plain, own_words(), photograph)
    frame = plain.page.locator(SQUARE).bounding_box()
    assert frame and min(frame["width"], frame["height"]) >= 24


def test_the_unused_half_of_the_form_is_not_shown(plain: ChromiumHands) -> None:
    """While the badge is marked no file is asked for, and while the photograph is, no badge."""
    before = plain.sees("#photograph"), plain.sees("[alt=Shield]")
    plain.tick("[name=kind][value=photo]")
    assert (before, plain.sees("#photograph"), plain.sees(".with-badge [alt=Shield]")) == ((False, True), True, False)


def test_a_browser_sends_forms_of_one_length(browser: Browser, campaign: Running, photograph: Path) -> None:
    """Whatever is typed before, the forms that carry a photograph leave a browser as long as the shortest form; words of the squares' page come on top."""
    lengths = []
    for own in ("Ещё здесь ~ * ! 'да' (50 % & больше)", "x"):
        with wire(campaign.server) as line, window(browser, False, 360) as hands:
            hands.open(line.address + campaign.path)
            cover(hands, own, photograph)
            hands.press("form[action$=result] button")
            hands.wait(SEND)
            hands.press(SEND)
            hands.wait("#onward-text")
            lengths.append([int(length) for length in LENGTH.findall(bytes(line.said))])
    assert lengths == [[SHORTEST + len("&shows="), SHORTEST]] * 2


def test_firefox_joins_without_javascript(campaign: Running, tmp_path: Path, photograph: Path) -> None:
    """Firefox with JavaScript off joins with a photograph, and the moderators get exactly the picture of its last page."""
    own = own_words()
    with firefox(tmp_path / "fox", javascript__enabled=False) as hands:
        hands.open(campaign.server + campaign.path)
        cover(hands, own, photograph)
        hands.tick(SQUARE)
        hands.press("form[action$=result] button")
        hands.wait(SEND)
        shown = confirmed(hands)
        hands.press(SEND)
        hands.wait("#onward-text")
    [pending] = campaign.of(own)
    assert (pending.files[0], pending.mode) == (shown, "no-javascript")


@pytest.mark.parametrize("at", ["cover", "exactly", "joined", "withdraw"])
def test_each_page_is_accessible(at: str, browser: Browser, campaign: Running, plain: ChromiumHands, photograph: Path) -> None:
    """The same pages, opened where a script may look at them, give axe nothing to say."""
    if at == "withdraw":
        plain.open(f"{campaign.server}/en/withdraw")
    else:
        cover(plain, own_words(), photograph)
    if at in ("exactly", "joined"):
        plain.press("form[action$=result] button")
        plain.wait(SEND)
    if at == "joined":
        plain.press(SEND)
        plain.wait(KEPT)
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(f"{campaign.server}/robots.txt")
        page.set_content(plain.page.content())
        page.wait_for_load_state("networkidle")
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    finally:
        context.close()
