# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report form for somebody with a slow connection, or with a keyboard alone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.browsers import watch, window
from tests.browser.shared import Place

HEAVIEST, MOST_REQUESTS = 15 * 1024, 2
CONTROLS = "form[action$='/report'] :is(input:not([type=hidden]), textarea, select, button, a)"
HERE = "it => it.id || it.value || it.getAttribute('href') || it.textContent.trim()"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    with window(browser, False, 360) as hands:
        yield hands.page


def test_the_report_form_is_light(page: Page, place: Place) -> None:
    """The form with all it loads weighs at most 15 KB when packed."""
    loaded: list[Response] = []
    page.on("response", lambda it: loaded.append(it))
    page.goto(f"{place.at.server}/en/report")
    assert sum(len(gzip.compress(it.body())) for it in loaded if it.url.startswith("http")) <= HEAVIEST


def test_the_report_form_needs_two_requests(page: Page, place: Place) -> None:
    """The form loads itself and one stylesheet, nothing else."""
    seen = watch(page)
    page.goto(f"{place.at.server}/en/report")
    assert len([it for it in seen.asked if it.startswith("http")]) <= MOST_REQUESTS


def test_the_tab_key_reaches_every_control_in_order(page: Page, place: Place) -> None:
    """Somebody who only presses Tab comes past every control of the form, in the order in which they stand there."""
    page.goto(f"{place.at.server}/en/report")
    wanted = [it.evaluate(HERE) for it in page.locator(CONTROLS).all()]
    page.focus("#what")
    reached = [page.locator(":focus").evaluate(HERE)]
    for _ in wanted[1:]:
        page.keyboard.press("Tab")
        reached.append(page.locator(":focus").evaluate(HERE))
    assert reached == wanted


def test_the_skip_link_leads_to_the_text(page: Page, place: Place) -> None:
    """The first Tab and Enter jump over the header into the main part."""
    page.goto(f"{place.at.server}/en/report")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_no_control_is_hidden_behind_the_bar(page: Page, place: Place) -> None:
    """On a phone, whatever control has the focus can be seen: the bar at the foot never covers it whole."""
    page.goto(f"{place.at.server}/en/report")
    page.set_viewport_size({"width": 360, "height": 640})
    page.focus("#what")
    covered = []
    for _ in page.locator(CONTROLS).all()[1:]:
        page.keyboard.press("Tab")
        box, bar = page.locator(":focus").bounding_box(), page.locator(".bar").bounding_box()
        assert box is not None and bar is not None
        covered += [page.locator(":focus").evaluate(HERE)] if bar["y"] <= box["y"] < bar["y"] + bar["height"] else []
    assert covered == []
