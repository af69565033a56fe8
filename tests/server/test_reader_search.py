# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readers search in everything public, in any form of a word, and nothing of what they type stays (T08)."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.server.acts import Draftpiece, drafted, publish, record_of, said, takedown
from tests.server.institution import Institution

BODY = "Officers were **ordered** to work at night, see [the paper](https://paper.example/).\n\nThe chief refused to pay for overtime."
RUSSIAN = "Начальник отказался платить за сверхурочные. Ещё двое подали рапорты."


def out(here: Institution, title: str = "Night shifts", draft: Draftpiece | None = None) -> Draftpiece:
    """Publish a story in two languages, or the next version of one."""
    texts = [
        {"language": "en", "title": title, "summary": "A summary.", "body": BODY},
        {"language": "ru", "title": "Ночные смены", "summary": "Кратко.", "body": RUSSIAN},
    ]
    place = record_of(here).place(draft.proposal.subject) if draft else None
    made = drafted(here, said(texts=texts), place)
    assert publish(here, made).status_code == 200
    return made


def search(browser: TestClient, typed: str, language: str = "en", **more: str) -> Response:
    """Look for something."""
    return browser.get(f"/{language}/search", params={"q": typed, **more})


def marked(page: Response) -> list[str]:
    """Return the words that are marked on a page."""
    return re.findall(r"<mark>([^<]*)</mark>", page.text)


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("order", True),
        ("ORDERS nights", True),
        ("рапорт", True),
        ("еще", True),
        ("сверхурочных начальников", True),
        ('"refused to pay"', True),
        ('"pay to refused"', False),
        ("refused-to-pay", True),
        ("over*", True),
        ("overt* chief", True),
        ("zz*", False),
        ("order зарплата", False),
        ("order рапорт", False),
        ("absent", False),
        ("North", True),
        ("#night", True),
    ],
)
def test_words_are_found_in_any_form(here: Institution, browser: TestClient, typed: str, there: bool) -> None:
    """A story is found by any form of its words, by phrases and by beginnings, and not by what one of its texts lacks."""
    subject = out(here).proposal.subject
    assert (f"/en/stories/{subject}" in search(browser, typed).text) == there


def test_found_words_are_marked(here: Institution, browser: TestClient) -> None:
    """Found words are marked in the title and in the passage, as they stand there."""
    out(here)
    assert marked(search(browser, "nights order")) == ["Night", "ordered", "night"]


def test_a_passage_shows_words_alone(here: Institution, browser: TestClient) -> None:
    """A passage shows no mark of the layout and no address of a link."""
    out(here)
    page = search(browser, "paper").text
    assert ("see the <mark>paper</mark>." in page, "paper.example" in page) == (True, False)


def test_a_reader_finds_the_text_of_their_language(here: Institution, browser: TestClient) -> None:
    """What is published in the reader's language is shown in it when that text fits."""
    out(here)
    pages = [search(browser, typed, "ru").text for typed in ("ordered", "рапорты")]
    assert ("Night" in pages[0], "Ночные смены" in pages[0], "Ночные смены" in pages[1]) == (True, False, True)


def test_a_story_is_found_once(here: Institution, browser: TestClient) -> None:
    """A story whose texts all fit is one result."""
    out(here)
    assert "1 found" in search(browser, "north").text


def test_only_the_latest_version_is_found(here: Institution, browser: TestClient) -> None:
    """After a correction the old words find nothing, the new ones do."""
    first = out(here, "Lanterns")
    before = "1 found" in search(browser, "lantern").text
    out(here, "Torches", first)
    assert (before, "1 found" in search(browser, "lantern").text, "1 found" in search(browser, "torch").text) == (True, False, True)


def test_a_takedown_is_found_no_more(here: Institution, browser: TestClient) -> None:
    """What was taken down is not found by any of its words, nor by their beginnings."""
    draft = out(here, "Lanterns")
    search(browser, "lantern")
    publish(here, takedown(here, draft.proposal.subject))
    assert not any(f"/stories/{draft.proposal.subject}" in search(browser, typed).text for typed in ("lantern", "lan*", "north"))


def test_what_is_left_after_a_takedown_is_found(here: Institution, browser: TestClient) -> None:
    """A takedown takes nothing else out of the search."""
    gone, stays = out(here, "Lanterns"), out(here, "Torches")
    search(browser, "order")
    publish(here, takedown(here, gone.proposal.subject))
    page = search(browser, '"ordered to work"').text
    assert ("1 found" in page, stays.proposal.subject in page) == (True, True)


def test_results_go_on(here: Institution, browser: TestClient) -> None:
    """More results than a page holds are on the next one, latest first."""
    made = [out(here).proposal.subject for _ in range(21)]
    first, second = search(browser, "night"), search(browser, "night", page="2")
    assert ("21 found" in first.text, made[0] in first.text, made[0] in second.text, made[20] in first.text) == (True, False, True, True)


@pytest.mark.parametrize("typed", ["x" * 201, '"open', "…", "a*", " ".join("word" for _ in range(21))])
def test_an_unclear_search_says_why(browser: TestClient, typed: str) -> None:
    """A search that cannot be read is answered with a sentence, and the words are still in the field."""
    page = search(browser, typed)
    assert (page.status_code, 'role="alert"' in page.text) == (200, True)


def test_nothing_found_says_so(here: Institution, browser: TestClient) -> None:
    """A search without a result says so and leads on."""
    out(here)
    assert "Nothing that is published has all of these words." in search(browser, "nowhere").text


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_search_shows_the_field(browser: TestClient, typed: str) -> None:
    """Without a word the page shows the field and no result."""
    page = search(browser, typed).text
    assert ('name="q"' in page, "found" in page) == (True, False)


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><img src=x>', "' OR 1=1 --", "\x00\x1f", "%(x)s {{ 7*7 }}"])
def test_a_hostile_search_stays_text(browser: TestClient, typed: str) -> None:
    """What is typed is shown as letters and does nothing."""
    page = search(browser, typed)
    assert (page.status_code, "<script>" in page.text, "<img" in page.text) == (200, False, False)


def test_a_search_is_kept_nowhere(here: Institution, browser: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """What was typed is in no log and in no page in memory, and no browser keeps the answer."""
    out(here)
    before = len(here.app.state.site)
    with caplog.at_level(logging.DEBUG, logger="ombuds"):
        answer = search(browser, "canaryword")
    assert (answer.headers["cache-control"], "etag" in answer.headers, len(here.app.state.site) - before, "canaryword" in caplog.text) == (
        "no-store",
        False,
        0,
        False,
    )


def test_a_flood_of_searches_waits_in_line(here: Institution) -> None:
    """While one search is made, another one waits for its turn and is told to come again; other pages come at once."""
    out(here)
    held = here.app.state.site._finder._lock
    with TestClient(here.app, base_url="http://desk.example") as browser, ThreadPoolExecutor(1) as other:
        held.acquire()
        first = other.submit(search, browser, "night")
        sleep(0.2)
        statuses = (search(browser, "night").status_code, browser.get("/en/stories").status_code)
        held.release()
        assert (*statuses, first.result().status_code) == (503, 200, 200)
