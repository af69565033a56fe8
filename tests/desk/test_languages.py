# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk speaks its member's language: the browser's at first, the chosen one from then on."""

from __future__ import annotations

import pytest

from tests.desk.desks import World
from tests.desk.screens import TOKEN, Browser, browser_at

ENTER = f"/enter?token={TOKEN}"
RUSSIAN = '<html lang="ru"'


@pytest.fixture
def browser(world: World) -> Browser:
    """A browser at Anna's desk, whose settings name no language."""
    return browser_at(world, world.desks["anna"], language="")


def _asks_for(browser: Browser, language: str) -> str:
    browser.client.get(ENTER, headers={"accept-language": language})
    return browser.open("/").text


def test_the_browsers_language_is_spoken(browser: Browser) -> None:
    """Without a setting the screens speak the first shipped language that the browser asks for."""
    assert RUSSIAN in _asks_for(browser, "de, ru;q=0.9, en;q=0.8")


def test_a_chosen_language_stays(browser: Browser) -> None:
    """A language chosen on the first screen stays, also for a browser that asks for another one at the next start."""
    assert RUSSIAN in browser.press("/language", {"language": "ru"}).text
    assert RUSSIAN in _asks_for(browser, "en")


def test_an_unknown_language_is_refused(browser: Browser) -> None:
    """A language that is not shipped is refused and changes nothing."""
    assert browser.press("/language", {"language": "xx"}).status_code == 404
    assert '<html lang="en"' in browser.open("/").text


def test_the_choice_leads_nowhere_else(browser: Browser) -> None:
    """The form cannot be used to send the member to somebody else's page."""
    answer = browser.client.post("/language", data={"token": browser.mark(), "language": "ru", "back": "//evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/"
