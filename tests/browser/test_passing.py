# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page with which a campaign is passed on, in a real browser: accessible, narrow enough, alone, and usable without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.browsers import watch, window
from tests.browser.campaigning import Running, running

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A campaign on a server."""
    with running(tmp_path_factory.mktemp("campaign") / "server") as made:
        yield made


def address(campaign: Running, language: str) -> str:
    """Where the page lies."""
    return f"{campaign.server}/{language}/campaigns/{campaign.campaign.id}/share"


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_the_page_is_accessible_and_narrow(browser: Browser, campaign: Running, language: str) -> None:
    """On a phone and on a wide screen, light and dark, with every part unfolded, axe objects to nothing and nothing is scrolled sideways."""
    found = {}
    with window(browser, True) as hands:
        hands.page.goto(address(campaign, language))
        for fold in hands.page.locator("details").all():
            fold.locator("summary").click()
        for width, scheme in ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")):
            hands.page.set_viewport_size({"width": width, "height": 800})
            hands.page.emulate_media(color_scheme=SCHEMES[scheme == "dark"])
            broken = [each["id"] for each in Axe().run(hands.page).response["violations"]]
            found[width, scheme] = (broken, hands.page.evaluate("document.documentElement.scrollWidth") > width)
    assert set(map(str, found.values())) == {str(([], False))}


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_the_frame_shows_the_number_whole(browser: Browser, campaign: Running, language: str) -> None:
    """At the size that the page offers, another site's frame shows the number with a title of two lines, and nothing of it is cut."""
    with window(browser, True) as hands:
        hands.page.goto(address(campaign, language))
        offered = hands.page.input_value("#embed")
        width, height = (int(re.search(rf'{name}="(\d+)"', offered)[1]) for name in ("width", "height"))  # type: ignore[index]
        hands.page.set_viewport_size({"width": width, "height": height})
        hands.page.goto(address(campaign, language).replace("/share", "/embed"))
        hands.page.locator("h1").evaluate("it => { it.textContent = 'Свободу лейтенанту Орлову, который сказал о ночных сменах' }")
        lines, needed = hands.page.evaluate("[document.querySelector('h1').getClientRects()[0].height, document.documentElement.scrollHeight]")
        assert lines > 40 and needed <= height


def test_the_page_asks_for_nothing_but_itself_and_its_style(browser: Browser, campaign: Running) -> None:
    """Two requests show everything, without a script."""
    with window(browser, False) as hands:
        seen = watch(hands.page)
        hands.page.goto(address(campaign, "en"))
        hands.page.wait_for_load_state()
        assert (len(seen.asked), seen.said, len(seen.hosts())) == (2, [], 1)


def test_a_text_is_copied_by_keyboard_without_a_script(browser: Browser, campaign: Running) -> None:
    """In a field one selects all, and nothing that is typed changes it."""
    with window(browser, False) as hands:
        hands.page.goto(address(campaign, "en"))
        field = hands.page.locator("textarea").nth(1)
        before = field.input_value()
        field.focus()
        hands.page.keyboard.press("Control+A")
        hands.page.keyboard.type("x")
        assert (field.input_value(), "Free Orlov" in before) == (before, True)


def test_a_text_is_copied_by_a_button(browser: Browser, campaign: Running) -> None:
    """By keyboard alone a button copies the text before it, says so where it is announced, and asks the server for nothing."""
    with window(browser, True) as hands:
        hands.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        hands.page.goto(address(campaign, "en"))
        hands.page.wait_for_load_state()
        seen, button = watch(hands.page), hands.page.locator("[data-copy='x-bluesky-en']")
        text = hands.page.locator("#x-bluesky-en").input_value()
        button.focus()
        hands.page.keyboard.press("Enter")
        hands.page.locator("[role=status]:has-text('Copied')").wait_for()
        assert (hands.page.evaluate("navigator.clipboard.readText()"), seen.asked, seen.said) == (text, [], [])


def test_a_text_is_copied_where_a_page_may_not_write_the_clipboard(browser: Browser, campaign: Running) -> None:
    """Where the browser has no clipboard for the page, the text is selected, and the button says what to do."""
    with window(browser, True) as hands:
        hands.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false")
        hands.page.goto(address(campaign, "en"))
        hands.page.locator("[data-copy=address]").click()
        hands.page.locator("[role=status]:has-text('It is selected')").wait_for()
        assert hands.page.evaluate("document.activeElement.id + getSelection().type") == "addressRange"


def test_without_a_script_no_button_is_seen(browser: Browser, campaign: Running) -> None:
    """A button that would do nothing does not show."""
    with window(browser, False) as hands:
        hands.page.goto(address(campaign, "en"))
        assert not any(each.is_visible() for each in hands.page.locator("[data-copy]").all())


@pytest.mark.parametrize("link", ["a[href*='.poster.']", "a[href*='.sign.']", "a[href$='pack.zip']"])
def test_what_is_saved_comes_as_a_file(browser: Browser, campaign: Running, link: str, tmp_path: Path) -> None:
    """A paper and the pack are saved by a press."""
    with window(browser, False) as hands:
        hands.page.goto(address(campaign, "en"))
        with hands.page.expect_download() as coming:
            hands.page.locator(link).first.click()
        coming.value.save_as(tmp_path / "it")
    assert (tmp_path / "it").read_bytes()[:4] in (b"%PDF", b"PK\x03\x04")
