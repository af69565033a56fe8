# SPDX-License-Identifier: AGPL-3.0-or-later
"""The long screens: cases and sealed reports fifty a page, the search, and what an approver outside the team is told."""

from __future__ import annotations

import html
import re

import msgspec
import pytest

from ombuds.core.keys import Id, random_id
from ombuds.core.sealing import Sealed
from ombuds.desk.casework.notes import note
from ombuds.desk.release.prepare import propose_story
from tests.desk.desks import World, opened, story
from tests.desk.screens import Browser, browser_at, silence
from tests.desk.test_release import agreed


@pytest.fixture
def case(world: World) -> Id:
    """An open case with a note."""
    case = opened(world, world.source(), "He was beaten in custody.\nTwo officers saw it.")
    note(world["anna"], case, "Write to the hospital <b>tomorrow</b>")
    return case


@pytest.fixture
def browser(world: World, case: Id) -> Browser:
    """A browser at the desk of anna, who works on the case."""
    return browser_at(world, world["anna"])


def test_a_search_leads_to_the_case(browser: Browser, case: Id) -> None:
    """A search by other forms of two words shows the kind of text, links to its case and marks the words."""
    text = browser.open("/search?query=officer+seeing").text
    assert f'href="/cases/{case}"' in browser.open("/search?query=officer").text and "Nothing found." in text
    assert "<mark>officers</mark>" in browser.open("/search?query=officer+two").text


def test_found_markup_stays_text(browser: Browser) -> None:
    """Markup inside a found text is shown as text."""
    text = browser.open("/search?query=hospital+tomorrow").text
    assert "&lt;b&gt;<mark>tomorrow</mark>&lt;/b&gt;" in text


def test_an_empty_search_looks_for_nothing(browser: Browser) -> None:
    """Without words the screen shows the field alone."""
    text = browser.open("/search").text
    assert 'name="query"' in text and "Nothing found." not in text and "<mark>" not in text


def test_an_unclear_search_says_why(browser: Browser) -> None:
    """A search that cannot be read is shown again with the reason."""
    answer = browser.open("/search?query=%22open")
    assert answer.status_code == 400 and "A quotation mark is not closed." in answer.text and 'value="&#34;open"' in answer.text


@pytest.mark.parametrize("place", ["older=x", "newer=-1", "older=99999999999999999999", "older=0"])
def test_a_strange_page_of_results_is_the_first(browser: Browser, place: str) -> None:
    """A place in the results that cannot be leads to the first page."""
    assert "<mark>officers</mark>" in browser.open(f"/search?query=officers&{place}").text


@pytest.mark.parametrize("place", ["older=x", "newer=2026-99-99.a", "state=nothing", "sealed=2026-03-04", "older=.", "newer=2026-03-04"])
def test_a_strange_page_of_cases_is_the_first(browser: Browser, case: Id, place: str) -> None:
    """A place or a state in the list of cases that cannot be leads to the first page."""
    assert f"/cases/{case}" in browser.open(f"/cases?{place}").text


def test_the_search_works_without_the_server(world: World, browser: Browser, case: Id) -> None:
    """While the server does not answer, the search finds what it found before."""
    silence(world["anna"])
    assert f"/cases/{case}" in browser.open("/search?query=beaten").text


def test_the_list_goes_back_and_forth(world: World, browser: Browser, case: Id) -> None:
    """From a list of more than fifty cases a link leads to the older ones, and from there one back to the newer ones."""
    vault = world["anna"].vault
    known = vault.matter(case)
    with vault.together():
        for _ in range(60):
            vault.keep_matter(msgspec.structs.replace(known, id=random_id(), state="refused"))
    first = browser.open("/cases?state=refused").text
    older = browser.open(_way(first, "next")).text
    newer = browser.open(_way(older, "prev")).text
    assert [page.count('<li class="item">') for page in (first, older, newer)] == [50, 10, 50]


def test_sealed_reports_come_in_pages(world: World, browser: Browser) -> None:
    """Of many sealed reports fifty are shown, with a link to the others, and the count is of all."""
    world.source().reports("sealed")
    world.sync()
    vault = world["anna"].vault
    (kept,) = vault.reports()
    with vault.together():
        for _ in range(60):
            sealed: Sealed = msgspec.structs.replace(kept.sealed, id=random_id())
            vault.keep_report(sealed, kept.day)
    first = browser.open("/cases").text
    found = re.search(r'href="(/cases\?sealed=[^"]+)"', first)
    rest = browser.open(html.unescape(found[1])).text if found else ""
    assert "61 reports wait to be opened." in first and [page.count('name="report"') for page in (first, rest)] == [50, 11]


def test_who_is_not_on_the_team_reads_whose_word_the_consent_is(world: World) -> None:
    """An approver outside the team reads that only the team can tell whose consent it is; one on the team reads that the desk checked it."""
    case = agreed(world, world.source(), story(), team=("anna", "boris"))
    propose_story(world["anna"], case, story(), "consent")
    world.sync("boris", "vera")
    told, own = ("only its team can tell that it was the source" in browser_at(world, world[name]).open("/approve").text for name in ("vera", "boris"))
    assert (told, own) == (True, False)


def _way(text: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return html.unescape(found[1]) if found else ""
