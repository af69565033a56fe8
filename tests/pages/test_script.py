# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of an installation that has the script that seals in the browser. See spec/browser.md; T24."""

from __future__ import annotations

import gzip
from base64 import b64encode
from hashlib import sha256

import pytest

from ombuds.pages.bundle import POST, Bundle, Joining
from ombuds.pages.languages import SHIPPED
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from tests.pages import samples
from tests.pages.reading import Reading, check

BUNDLE = Bundle(b"// a script")
JOINING = Joining(Bundle(b"// posts", POST), Bundle(b"// pictures", "join.js"), {"en": Bundle(b"0a", "words-en.txt")}, Bundle(b"// buttons", "copy.js"))
SCRIPTED = {"report", "inbox_enter", "voice", "inquiry", "named", "join"}
COPIED = {"share", "joined"}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer of such an installation."""
    return Renderer(Press(bundle=BUNDLE, joining=JOINING))


def _pages(renderer: Renderer, language: str = "en") -> dict[str, Reading]:
    pages = samples.reading_pages(renderer, language, "plain") | samples.source_pages(renderer, language, "plain")
    return {name: check(page) for name, page in pages.items()}


def test_only_eight_pages_load_a_script(renderer: Renderer) -> None:
    """The report form, the page for the words, the forms for a note, a question and a name, a campaign's form and its texts to copy alone have a script."""
    assert {name for name, page in _pages(renderer).items() if page.named("script")} == SCRIPTED | COPIED


def test_buttons_to_copy_wait_for_their_script(renderer: Renderer) -> None:
    """Each button is hidden until its script shows it, and names a field that is there without it."""
    for name in COPIED:
        page = _pages(renderer)[name]
        fields = {tag.attributes.get("id") for tag in page.named("textarea")}
        buttons = [tag.attributes for tag in page.named("button") if "data-copy" in tag.attributes]
        assert buttons and all("hidden" in each and each["data-copy"] in fields for each in buttons)


def test_the_script_is_named_by_its_content(renderer: Renderer) -> None:
    """The address of the script holds its hash, and the page lets a browser run these bytes and no others."""
    [tag] = _pages(renderer)["report"].named("script")
    digest = sha256(BUNDLE.content)
    expected = f"/static/report-{digest.hexdigest()[:16]}.js", "sha256-" + b64encode(digest.digest()).decode()
    assert (tag.attributes["src"], tag.attributes["integrity"]) == expected


def test_a_campaign_has_its_own_script(renderer: Renderer) -> None:
    """A campaign's form names its own script by its hash, its worker for photographs, and its lists of words with their hashes."""
    page = _pages(renderer)["join"]
    [tag], [form] = page.named("script"), [tag for tag in page.named("form") if tag.attributes.get("id") == "join"]
    lists = {tag.attributes["data-list"]: tag.attributes["data-sha256"] for tag in page.named("span") if "data-list" in tag.attributes}
    assert (tag.attributes["src"], tag.attributes["integrity"]) == (f"/static/{JOINING.script.name}", JOINING.script.integrity)
    assert (form.attributes["data-worker"], lists) == (f"/static/{JOINING.pictures.name}", {"en": JOINING.lists["en"].sha256})


def test_no_script_stands_in_the_page_itself(renderer: Renderer) -> None:
    """The element of the script is empty, so that a policy without inline scripts lets it run."""
    assert not [text for inside, text in _pages(renderer)["report"].texts if "script" in inside]


@pytest.mark.parametrize("language", SHIPPED)
def test_pages_with_the_script_read_well(renderer: Renderer, language: str) -> None:
    """The forms with the texts of their screens are well formed and labelled."""
    pages = _pages(renderer, language)
    assert {name for name, page in pages.items() if page.named("template")} == SCRIPTED


def test_the_form_with_its_screens_is_light() -> None:
    """A form with the texts of every screen and its stylesheet weighs at most 15 KB, in the heavier language."""
    press = Press(bundle=BUNDLE, joining=JOINING)
    renderer, text = Renderer(press), "Сверхурочные без оплаты"
    pages = samples.source_pages(renderer, "ru", text) | samples.reading_pages(renderer, "ru", text)
    assert max(len(gzip.compress(pages[name])) for name in SCRIPTED) + len(gzip.compress(press.style)) <= 15 * 1024


def test_check_us_shows_the_hash_of_the_script(renderer: Renderer) -> None:
    """Whoever builds the scripts can compare them with the numbers on "Check us"."""
    said = {text for _inside, text in _pages(renderer)["ledger"].texts}
    assert {BUNDLE.sha256, JOINING.script.sha256, JOINING.pictures.sha256, Bundle(b"// buttons").sha256} <= said


def test_without_a_script_nothing_speaks_of_one() -> None:
    """An installation that built none serves the plain forms, without the texts of screens that nobody will see."""
    pages = samples.source_pages(Renderer(Press()), "en", "plain")
    assert [name for name, page in pages.items() if b"<template" in page or b"<script" in page] == []
