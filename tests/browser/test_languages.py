# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages in a language from the right, and in one that is longer than any, in a real browser at the width of a phone.

The pages are the samples, with every text in them, so that none depends on what somebody published. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from ombuds.pages.bundle import Bundle
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from tests.browser.browsers import window
from tests.browser.tour import SHOWN
from tests.pages import desk_samples, pseudo, samples
from tests.pages.campaign_samples import SCRIPTS

PLACE = "http://pages.example"
ENGLISH, ARABIC = "Overtime at night: nine months, no pay", "عمل إضافي في الليل: تسعة أشهر بلا أجر"
# An element that reaches over an edge of the window and is not hidden beyond it on purpose, as the way to skip is.
OVER = """() => [...document.querySelectorAll("main *, footer *, header *")].filter(it => {
  const place = it.getBoundingClientRect();
  return place.width > 1 && !it.closest("pre") && (place.left < -1 || place.right > innerWidth + 1);
}).map(it => it.outerHTML.slice(0, 120))"""
LEFT = """() => [...document.querySelectorAll("code, .fingerprint, .words, input[name^=word_], #words")]
  .filter(it => getComputedStyle(it).direction !== "ltr").map(it => it.outerHTML.slice(0, 120))"""


def arabic() -> dict[str, bytes]:
    """Every page of the public side in Arabic: with an English text in it, and with nothing."""
    renderer = Renderer(Press(bundle=Bundle(b""), joining=SCRIPTS))
    pages = samples.reading_pages(renderer, "ar", ENGLISH) | samples.source_pages(renderer, "ar", ARABIC)
    return pages | {f"{name}, empty": page for name, page in samples.empty_pages(renderer, "ar").items()}


def longer() -> dict[str, bytes]:
    """Every page and screen in the language that nobody speaks."""
    press = Press({"en": pseudo.language()}, Bundle(b""), joining=SCRIPTS)
    renderer = Renderer(press)
    pages = samples.reading_pages(renderer, "en", ENGLISH) | samples.source_pages(renderer, "en", ENGLISH) | samples.empty_pages(renderer, "en")
    desk = DeskRenderer(press)
    screens = desk_samples.screens("en", ENGLISH, renderer, desk) | desk_samples.empty_screens("en", desk)
    return pages | {f"desk {name}": page for name, page in screens.items()}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of Chromium as wide as a phone."""
    with window(browser, True, 360) as hands:
        yield hands.page


def shown(page: Page, pages: Mapping[str, bytes]) -> Iterator[str]:
    """Show each page with its stylesheet, and then each screen that a script would put into it."""
    style = Press().style
    here = {"page": b""}

    def answer(route: Route) -> None:
        if "style.css" in route.request.url:
            route.fulfill(body=style, content_type="text/css")
        elif route.request.url == f"{PLACE}/page":
            route.fulfill(body=here["page"], content_type="text/html; charset=utf-8")
        else:
            route.abort()

    page.route("**/*", answer)
    for name, here["page"] in pages.items():
        page.goto(f"{PLACE}/page")
        yield name
        for screen in page.evaluate("[...document.querySelectorAll('template')].map(it => it.id.replace('screen-', ''))"):
            page.evaluate(SHOWN, screen)
            yield f"{name}, {screen}"
            page.evaluate("document.getElementById('shown').remove()")


@pytest.mark.parametrize("pages", [arabic, longer])
def test_nothing_reaches_over_the_edge_of_a_phone(page: Page, pages: object) -> None:
    """At 360 points no page must be scrolled sideways, and nothing on it lies beyond an edge, on the left neither."""
    assert callable(pages)
    wide = {name: found for name in shown(page, pages()) if (found := page.evaluate(OVER)) or page.evaluate("document.documentElement.scrollWidth") > 360}
    assert wide == {}


def test_arabic_pages_break_no_rule_of_accessibility(page: Page) -> None:
    """axe finds nothing to object to on the pages that are written from the right, light and dark."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name in shown(page, arabic()):
        if ", " not in name:  # the rest has a desk without a name, or a screen that stands below its page
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                broken = Axe().run(page).response["violations"]
                found |= {(name, scheme, it["id"]): [node["html"] for node in it["nodes"]] for it in broken}
    assert found == {}


def test_what_is_compared_runs_from_the_left(page: Page) -> None:
    """Hashes, addresses, fingerprints and the twelve words run from the left on every Arabic page."""
    assert {name: found for name in shown(page, arabic()) if (found := page.evaluate(LEFT))} == {}


def test_the_page_is_mirrored(page: Page) -> None:
    """On an Arabic page the name of the desk stands on the right, and the way to its inbox on the left of the one to report."""
    _name = next(iter(shown(page, {"home": arabic()["home"]})))
    brand, report, inbox = (page.locator(it).bounding_box() for it in (".brand", ".bar a:first-child", ".bar a:last-child"))
    assert brand and report and inbox and brand["x"] + brand["width"] > 300 and inbox["x"] + inbox["width"] <= report["x"]
