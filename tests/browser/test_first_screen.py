# SPDX-License-Identifier: AGPL-3.0-or-later
"""A question of the report on a small phone: it stands on the first screen with its field, the statement and its button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browsers import window
from tests.browser.journey import BACK, NEXT, SEND, SealingOfficer
from tests.browser.shared import Place

SIZES = ((360, 640), (390, 844))
# Where the lower ends of what is seen lie: the question with its field, the statement, the button.
ENDS = """() => {
  const seen = (all) => [...document.querySelectorAll(all)].find(it => it.offsetParent);
  const end = (all) => Math.round(seen(all).getBoundingClientRect().bottom);
  return {question: end("#report .question"), statement: end("#report .before > summary"), button: end("[data-do=next], #report button:not([type])"),
    scrolled: scrollY, says: seen("#report .before > summary").innerText};
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, of a browser that seals."""
    with window(browser, True, 360) as hands:
        yield hands.page


def _steps(page: Page, address: str) -> Iterator[dict[str, Any]]:
    page.goto(address)
    page.locator(NEXT).wait_for()
    page.fill("#what", "Nights without pay.")
    while True:
        yield page.evaluate(ENDS)
        if not page.locator(NEXT).is_visible():
            return
        page.locator(NEXT).click()


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_each_question_stands_on_the_first_screen(page: Page, place: Place, language: str, size: tuple[int, int]) -> None:
    """Of all questions, field, statement and button are seen without scrolling, and the statement stands before the button."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    steps = list(_steps(page, f"{place.at.server}/{language}/report"))
    low = [(number, it) for number, it in enumerate(steps, start=1) if not it["question"] <= it["statement"] <= it["button"] <= size[1] or it["scrolled"]]
    assert (len(steps), low) == (8, [])


def test_the_statement_says_who_reads_and_what_becomes_public(page: Page, place: Place) -> None:
    """At each question the sentence before the button says both, without being unfolded."""
    said = [it["says"] for it in _steps(page, f"{place.at.server}/en/report")]
    assert [each for each in said if "Who will read this: nobody alone" not in each or "Can it become public: not without you." not in each] == []


def test_nothing_written_is_told_at_the_question(officer: SealingOfficer) -> None:
    """Whoever goes on without a word is told so at the first question, once, and may go on to send files alone."""
    officer.begin()
    officer.hands.push(NEXT)
    officer.hands.wait(".trouble:has-text('You have written nothing yet')")
    here = officer.hands.sees("#what")
    officer.hands.push(NEXT)
    officer.hands.push(BACK)
    officer.hands.wait("#what")
    officer.hands.push(NEXT)
    assert (here, officer.hands.sees("#what"), officer.hands.sees(".trouble")) == (True, False, False)


def test_an_empty_report_leads_back_to_the_question(officer: SealingOfficer) -> None:
    """Sent empty, the form shows the first question with a sentence, and what is written there can be sent."""
    officer.begin()
    officer.walk({})
    officer.hands.push(SEND)
    officer.hands.wait(".trouble")
    assert officer.hands.sees("#what")
    officer.hands.write("#what", officer.secret)
    officer.walk({})
    officer.hands.push(SEND)
    officer.hands.wait(".words li")
