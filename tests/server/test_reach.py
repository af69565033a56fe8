# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other places of the desk, its contacts and its numbers come from what the members signed, and from nowhere else."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ombuds.pages.languages import SHIPPED
from tests.server.acts import Draftpiece, drafted, publish, record_of, said, takedown
from tests.server.institution import Institution

PLACES = [
    {"title": "Telegram", "url": "https://t.me/desk"},
    {"title": "E-mail", "url": "mailto:desk@desk.example"},
]


def out(here: Institution, after: Draftpiece | None = None, **changed: object) -> Draftpiece:
    """Publish a text, or the next version of one."""
    place = record_of(here).place(after.proposal.subject) if after else None
    draft = drafted(here, said(**changed), place)  # type: ignore[arg-type]
    assert publish(here, draft).status_code == 200
    return draft


def numbers(browser: TestClient) -> dict[str, str]:
    """Read the fact sheet."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", browser.get("/en/press").text))


@pytest.mark.parametrize(("page", "tag"), [("follow", "followus"), ("press", "PressContact")])
def test_places_are_those_that_were_signed(here: Institution, browser: TestClient, page: str, tag: str) -> None:
    """The places that an update under the hashtag names are linked, with the update itself; an address that runs something is not."""
    update = out(here, kind="update", tags=[tag], sources=PLACES).proposal.subject
    text = browser.get(f"/en/{page}").text
    links = re.findall(r'<a href="([^"]+)" rel="me', text)
    assert (links, f"/en/updates/{update}" in text) == (["https://t.me/desk", "mailto:desk@desk.example"], True)


def test_the_latest_list_counts(here: Institution, browser: TestClient) -> None:
    """A later list takes the place of an earlier one; an update under the hashtag without places does not."""
    out(here, kind="update", tags=["followus"], sources=PLACES)
    out(here, kind="update", tags=["followus"], sources=[{"title": "Mastodon", "url": "https://social.example/@desk"}])
    browser.get("/en/follow")
    assert re.findall(r'<a href="([^"]+)" rel="me', browser.get("/en/follow").text) == ["https://social.example/@desk"]


def test_a_list_that_was_taken_down_counts_no_more(here: Institution, browser: TestClient) -> None:
    """After a takedown the page names no place and says so."""
    draft = out(here, kind="update", tags=["followus"], sources=PLACES)
    publish(here, takedown(here, draft.proposal.subject))
    page = browser.get("/en/follow").text
    assert ("t.me" in page, "signed no list" in page) == (False, True)


def test_a_story_names_no_places(here: Institution, browser: TestClient) -> None:
    """The sources of a story are no places of the desk, whatever its hashtags."""
    out(here, tags=["followus", "presscontact"], sources=PLACES)
    assert not any("t.me" in browser.get(f"/en/{page}").text for page in ("follow", "press"))


def test_the_fact_sheet_counts(here: Institution, browser: TestClient) -> None:
    """Each number of the fact sheet is what the ledger holds at that moment."""
    before = numbers(browser)
    solved = out(here)
    out(here, solved, status="fixed")
    out(here, out(here), correction="It was by day.")
    out(here, status="asked")
    out(here, kind="update")
    publish(here, takedown(here, out(here).proposal.subject))
    after = numbers(browser)
    names = ("Stories", "of them solved", "of them answered", "of them waiting for an answer", "Updates", "Corrections", "Publications taken down", "Members")
    assert ([before[name] for name in names], [after[name] for name in names]) == (list("00000003"), list("31011113"))


@pytest.mark.parametrize("page", ["follow", "press"])
@pytest.mark.parametrize("language", SHIPPED)
def test_a_desk_without_places_says_so(browser: TestClient, page: str, language: str) -> None:
    """A desk that signed no places has both pages from the first day, and they say what is not there."""
    answer = browser.get(f"/{language}/{page}")
    assert (answer.status_code, 'class="empty"' in answer.text) == (200, True)


def test_the_press_finds_what_was_written(here: Institution, browser: TestClient) -> None:
    """What the press wrote about a story is gathered with outlet, quotation and translator, and goes with the story."""
    piece = {
        "outlet": "The Gazette",
        "day": "2026-03-01",
        "language": "de",
        "title": "Nachts ohne Lohn",
        "url": "https://gazette.example/1",
        "quotation": "Niemand zahlt.",
        "translations": [{"language": "en", "text": "Nobody pays."}],
        "translator": "M. Weber",
    }
    draft = out(here, press=[piece])
    names = ("https://gazette.example/1", "The Gazette", "Niemand zahlt.", "Nobody pays.", "M. Weber")
    before = [name in browser.get("/en/press").text for name in names]
    publish(here, takedown(here, draft.proposal.subject))
    after = [name in browser.get("/en/press").text for name in names]
    assert (before, after) == ([True] * 5, [False] * 5)
