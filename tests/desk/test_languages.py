# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk speaks its member's language: the browser's at first, the chosen one from then on."""

from __future__ import annotations

import pytest

from ombuds.core.sealing import NOTHING_SAID
from tests.desk.desks import World, opened
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


def test_a_language_of_readers_alone_is_not_offered(browser: Browser) -> None:
    """Arabic is written for readers and sources: the desk neither offers nor takes it, and speaks English to who asks for it alone."""
    assert '<html lang="en"' in _asks_for(browser, "ar")
    assert ('value="ar"' in browser.open("/").text, browser.press("/language", {"language": "ar"}).status_code) == (False, 404)


def test_a_setting_that_names_no_language_of_the_desk_is_passed_over(world: World) -> None:
    """Where the settings name a language in which the screens are not written, they speak the browser's."""
    assert RUSSIAN in _asks_for(browser_at(world, world.desks["anna"], language="ar"), "ru")


@pytest.mark.parametrize(("language", "said"), [("en", "Not said"), ("ru", "Не сказано")])
def test_what_the_source_skipped_is_told_as_not_said(world: World, language: str, said: str) -> None:
    """The case of a source who chose neither problem nor help says so at both places, in the desk's language."""
    case = opened(world, world.source(), asks=NOTHING_SAID)
    assert browser_at(world, world["anna"], language).open(f"/cases/{case}").text.count(said) == 2
