# SPDX-License-Identifier: AGPL-3.0-or-later
"""The back button without JavaScript: at every step a page that can be read, no words and no message out of the browser's memory (T08)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error

from tests.browser.browsers import window
from tests.browser.hands import ChromiumHands
from tests.browser.journey import Officer
from tests.browser.shared import Place


@pytest.fixture
def officer(browser: Browser, place: Place) -> Iterator[Officer]:
    """Somebody without JavaScript."""
    with window(browser, False, 360) as hands:
        yield Officer(hands, place.at.server)


def _steps(officer: Officer, way: str) -> str:
    """Go a step and return everything that the browser shows then, fields included."""
    assert isinstance(officer.hands, ChromiumHands)
    page = officer.hands.page
    # A page that came as the answer to a form and may not be kept cannot be shown again: the browser says so itself.
    with suppress(Error):
        _ = page.go_back() if way == "back" else page.go_forward()
    fields = page.locator("input:not([type=hidden]):not([type=file]), textarea")
    return page.inner_text("body") + " ".join(field.input_value() for field in fields.all())


def _shown(officer: Officer, text: str) -> list[str]:
    found = [word for word in officer.words if word in text.split()]
    # One or two of the twelve may be words that the pages use themselves.
    return found if len(found) > 2 else []


def test_back_from_the_words_leads_to_a_form(officer: Officer) -> None:
    """Back from the page with the words is a form that can be filled in; neither it nor the way forward shows the words again."""
    officer.send({"what": f"Nights without pay {officer.secret}"})
    back, forward = _steps(officer, "back"), _steps(officer, "forward")
    assert len(officer.words) == 12 and (_shown(officer, back), _shown(officer, forward)) == ([], [])
    officer.hands.open(f"{officer.server}/en/report")
    assert officer.hands.sees("#what")


def test_back_from_the_last_page_shows_no_words(officer: Officer) -> None:
    """After the two words were given back, going back step by step shows the twelve nowhere."""
    officer.send({"what": f"Nights without pay {officer.secret}"})
    officer.give_back()
    assert [_shown(officer, _steps(officer, "back")) for _ in range(3)] == [[], [], []]


def test_back_from_the_inbox_shows_no_words(officer: Officer) -> None:
    """Back from an open inbox is the page that asks for the words, empty; the way forward opens nothing by itself."""
    officer.send({"what": f"Nights without pay {officer.secret}"})
    officer.look()
    back, forward = _steps(officer, "back"), _steps(officer, "forward")
    assert ([_shown(officer, text) for text in (back, forward)], "Write to the desk" in forward) == ([[], []], False)


def test_a_sent_report_is_not_sent_again_by_going_back_and_forth(officer: Officer) -> None:
    """The form that the back button shows is a new one: what is sent from it is another report with other words, and either words open an inbox."""
    officer.send({"what": f"First {officer.secret}"})
    first = list(officer.words)
    _steps(officer, "back")
    officer.hands.write("#what", f"Second {officer.secret}")
    officer.hands.press("form[action$='/report'] button")
    second = officer.hands.texts(".words li")
    assert len(second) == 12 and second != first
    for words in (first, second):
        officer.words = words
        officer.look()
        assert "Nothing new." in officer.hands.texts(".empty")[0]
