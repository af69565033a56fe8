# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of the public site say what stands in them, and keep what was asked of them in another language."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ombuds.pages.labels import label_of
from tests.server.acts import publish, record_of, takedown
from tests.server.institution import Institution
from tests.server.test_site import mended, out


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/en/stories?region=North&status=&page=1", "/ru/stories?region=North&amp;page=1"),
        ("/en/search?q=night+%22shift%22", "/ru/search?q=night+%22shift%22"),
        ("/en/ledger?before=2", "/ru/ledger?before=2"),
        ("/en/?utm=x", "/ru/"),
    ],
)
def test_another_language_keeps_what_was_asked(here: Institution, browser: TestClient, asked: str, kept: str) -> None:
    """Whoever switches the language keeps the filters of a list, the query of a search and the place in the ledger, and nothing else."""
    out(here)
    assert f'<a href="{kept}" lang="ru" hreflang="ru">' in browser.get(asked).text


def test_the_address_that_is_passed_on_has_no_filter(here: Institution, browser: TestClient) -> None:
    """The one address of a list stays the one without filters."""
    out(here)
    assert '<link rel="canonical" href="http://desk.example/en/stories">' in browser.get("/en/stories?region=North").text


def test_languages_have_names(here: Institution, browser: TestClient) -> None:
    """The filter by language names each language in itself, also one that is not shipped, and one that nobody knows by its code."""
    text = {"summary": "", "body": "Text."}
    out(here, texts=[{"language": code, "title": code, **text} for code in ("ru", "de", "zz-unknown")])
    options = re.findall(r'<option value="([^"]+)">([^<]+)</option>', browser.get("/en/stories").text.partition('name="language"')[2])
    assert options == [("de", "Deutsch"), ("ru", "Русский"), ("zz-unknown", "zz-unknown")]


def test_a_line_of_the_ledger_says_what_it_is(here: Institution, browser: TestClient) -> None:
    """A line tells kind, title, day and version, leads to the page, and holds its whole hash."""
    draft = out(here)
    mended(here, draft, title="Day shifts", correction="It was by day.")
    line = record_of(here).lines[-1]
    shown = browser.get("/ru/ledger").text.partition(f'id="entry-{line.index}"')[2].partition("</li>")[0]
    told = ("Исправление", f'href="/ru/stories/{line.subject}"', "Day shifts по-русски", "4 марта 2026 года", "Версия 2.", f"{line.leaf[:12]}…", line.leaf)
    assert [each for each in told if each not in shown] == []


def test_the_ledger_names_nothing_that_was_taken_down(here: Institution, browser: TestClient) -> None:
    """No line of a subject that was taken down tells its title; each leads to the tombstone."""
    draft = out(here)
    publish(here, takedown(here, draft.proposal.subject))
    page = browser.get("/en/ledger").text
    assert ("Night shifts" in page, page.count(f'href="/en/stories/{draft.proposal.subject}"')) == (False, 2)


def test_a_hashtag_shows_its_feeds(here: Institution, browser: TestClient) -> None:
    """The page of a hashtag links its own feeds where a reader sees them."""
    out(here)
    page = browser.get("/en/tags/night").text.partition("<main")[2]
    assert ('<a href="/en/tags/night/feed.atom"' in page, '<a href="/en/tags/night/feed.json"' in page) == (True, True)


def test_a_status_has_one_word(here: Institution, browser: TestClient) -> None:
    """A story that nobody answered yet has one name, in the record's word and in the page's."""
    out(here)
    assert ("Still open" in browser.get("/en/stories").text, label_of("status", "open")) == (True, label_of("status", "published"))
