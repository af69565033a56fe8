# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page and screen keeps in a real browser: accessible, no wider than its window, silent, alone (T24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from ombuds.cli.drive import Walk
from tests.browser.browsers import Seen, watch, window
from tests.browser.shared import Place
from tests.browser.tour import desk, public, sealed, source

Tour = Callable[[Page, Walk, Place], Iterator[str]]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TOURS: dict[str, Tour] = {
    "public": lambda page, walk, place: public(page, walk.server, "en"),
    "source": lambda page, walk, place: source(page, walk, "en"),
    "sealed": lambda page, walk, place: sealed(page, walk, "en"),
    "desk": lambda page, walk, place: desk(page, place.at.desks[1]),
}
OTHERS: dict[str, Tour] = {
    "public-ru": lambda page, walk, place: public(page, walk.server, "ru"),
    "source-ru": lambda page, walk, place: source(page, walk, "ru"),
    "sealed-ru": lambda page, walk, place: sealed(page, walk, "ru"),
    "public-ar": lambda page, walk, place: public(page, walk.server, "ar"),
    "source-ar": lambda page, walk, place: source(page, walk, "ar"),
    "sealed-ar": lambda page, walk, place: sealed(page, walk, "ar"),
}


def _prepare(page: Page, tour: str) -> None:
    if tour.startswith("source"):
        # axe needs scripts, and the form stays plain where a browser has no workers.
        page.add_init_script("delete window.Worker")


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with JavaScript on, so that whatever could run would run; in a browser that cannot seal for the plain form's tours."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    with window(browser, True) as hands:
        _prepare(hands.page, str(parameters.get("tour", "")))
        yield hands.page


@pytest.mark.parametrize("tour", [*TOURS, "public-ar", "sealed-ar"])
def test_no_page_breaks_a_rule_of_accessibility(page: Page, walked: Walk, place: Place, tour: str) -> None:
    """On a phone and on a wide screen, light and dark, axe finds nothing to object to."""
    found: dict[tuple[str, int, str, str], list[str]] = {}
    for name in {**TOURS, **OTHERS}[tour](page, walked, place):
        for width, scheme in ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=SCHEMES[scheme == "dark"])
            broken = Axe().run(page).response["violations"]
            found |= {(name, width, scheme, it["id"]): [node["html"] for node in it["nodes"]] for it in broken}
    assert found == {}


@pytest.mark.parametrize("tour", [*TOURS, *OTHERS])
def test_no_page_is_wider_than_its_window(page: Page, walked: Walk, place: Place, tour: str) -> None:
    """Nothing must be scrolled sideways at 360, 768 and 1440 points."""
    wide: dict[tuple[str, int], int] = {}
    for name in {**TOURS, **OTHERS}[tour](page, walked, place):
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            needed = page.evaluate("document.documentElement.scrollWidth")
            wide |= {(name, width): needed} if needed > width else {}
    assert wide == {}


@pytest.fixture(scope="module")
def seen(browser: Browser, walked: Walk, place: Place) -> Seen:
    """What all pages of all tours did besides showing themselves."""
    noted = Seen()
    for name, tour in TOURS.items():
        with window(browser, True) as hands:
            _prepare(hands.page, name)
            one = watch(hands.page)
            for _name in tour(hands.page, walked, place):
                hands.page.wait_for_load_state()
            # A browser reports the status of the pages that the tour asks for although they do not exist.
            noted.said += [line for line in one.said if "Failed to load resource: the server responded with a status of 40" not in line]
            noted.asked += one.asked
    return noted


def test_pages_say_nothing_on_the_console(seen: Seen) -> None:
    """No page has an error, a warning or a breach of its own policy to report."""
    assert seen.said == []


def test_pages_ask_nobody_else(seen: Seen, walked: Walk, place: Place) -> None:
    """Every request of every page goes to the server or desk that showed it."""
    here = {address.split("//")[1].split("/")[0] for address in (walked.server, place.at.desks[1])}
    assert seen.hosts() == here


def test_the_public_site_sets_no_cookie(page: Page, walked: Walk) -> None:
    """After every public page and a whole report the browser holds no cookie and has stored nothing."""
    for _name in chain(public(page, walked.server, "en"), sealed(page, walked, "en")):
        page.wait_for_load_state()
    assert (page.context.cookies(), page.evaluate("localStorage.length + sessionStorage.length")) == ([], 0)
