# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox with five hundred messages: page by page, the newest first, and as easily emptied as one with two."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from ombuds.core.keys import Id
from ombuds.core.words import new_entropy, to_words
from ombuds.server.inbox.pages import A_PAGE
from tests.pages.reading import check
from tests.server.answers import Case, open_case, reply
from tests.server.institution import Institution
from tests.server.test_inbox_unknown import asked
from tests.server.visits import nonce_in, post_report, sent_of

MANY = 500
# A page of twenty short messages, with the names of all five hundred in the form that deletes them.
HEAVIEST = 80_000
FROM_DESK = re.compile(r"Message (\d+) from the desk")


@pytest.fixture
def words(browser: TestClient) -> str:
    """The words of a report that was sent."""
    return sent_of(post_report(browser, {"what": "They took my leave."})).line


@pytest.fixture
def case(here: Institution, words: str) -> Case:
    """An open case in whose inbox five hundred messages lie."""
    case = open_case(here, words)
    for number in range(1, MANY + 1):
        reply(case, f"Sentence {number}.", number)
    return case


def _look(browser: TestClient, words: str, number: int | str = "") -> Response:
    return browser.post("/en/inbox", data={"words": words, "page": str(number)})


def _numbers(page: Response) -> list[int]:
    return [int(number) for number in FROM_DESK.findall(page.text)]


def _all_in(page: Response) -> str:
    """What the form that deletes everything names."""
    found: list[str] = re.findall(r'name="message" value="([0-9a-f ]+)"', page.text)
    return found[-1]


def test_the_newest_come_first(browser: TestClient, words: str, case: Case) -> None:
    """The first page holds the newest twenty messages, and says how many there are."""
    page = _look(browser, words)
    assert _numbers(page) == list(range(MANY, MANY - A_PAGE, -1)) and "Messages 1 to 20 of 500, the newest first." in page.text


def test_the_page_stays_light(browser: TestClient, words: str, case: Case) -> None:
    """A page of five hundred messages weighs no more than its twenty messages and the names of all of them."""
    assert len(_look(browser, words).content) < HEAVIEST


def test_every_message_stands_on_one_page(browser: TestClient, words: str, case: Case) -> None:
    """Walking to the oldest page by the buttons, every message comes once."""
    seen, page = _numbers(_look(browser, words)), _look(browser, words)
    while older := re.search(r'name="page" value="(\d+)"><button class="plain">Older messages', page.text):
        page = _look(browser, words, older[1])
        seen += _numbers(page)
    assert seen == list(range(MANY, 0, -1))


def test_a_page_is_read_by_keyboard_alone(browser: TestClient, words: str, case: Case) -> None:
    """A page in the middle reads strictly: every control has a label and its place in the order, and a link leads past the messages to the answer."""
    page = _look(browser, words, 3)
    check(page.content)
    assert page.text.index('<a href="#text">') < page.text.index('<section class="message"') < page.text.index('<textarea id="text"')


def test_many_messages_cost_no_more_questions(here: Institution, browser: TestClient, words: str, case: Case) -> None:
    """An inbox of five hundred asks the store exactly what an unknown inbox asks."""
    assert asked(here, browser, words) == asked(here, browser, " ".join(to_words(new_entropy(), "en")))


def test_all_are_deleted_at_once(browser: TestClient, words: str, case: Case) -> None:
    """One press on any page deletes all five hundred."""
    form = _all_in(_look(browser, words, 7))
    page = browser.post("/en/inbox/delete", data={"words": words, "page": "7", "message": form})
    assert "All messages are deleted." in page.text and "Nothing new." in _look(browser, words).text


def test_what_came_since_is_told(browser: TestClient, words: str, case: Case) -> None:
    """When a message came while everything was deleted, the page does not say that nothing is left."""
    form = _all_in(_look(browser, words))
    reply(case, "Not read yet.", MANY + 1)
    page = browser.post("/en/inbox/delete", data={"words": words, "message": form}).text
    assert ["All messages are deleted." in page, "Not read yet." in page] == [False, True]


def test_deleting_one_stays_on_its_page(browser: TestClient, words: str, case: Case) -> None:
    """After one message of the third page was deleted, the third page is shown without it."""
    name = re.findall(r'name="message" value="([0-9a-f]{32})"', _look(browser, words, 3).text)[0]
    page = browser.post("/en/inbox/delete", data={"words": words, "page": "3", "message": name})
    assert _numbers(page) == list(range(459, 439, -1))


@pytest.mark.parametrize("number", ["0", "-1", "26", "999999", "9999999999", "x", "١"])
def test_a_page_that_is_not_there_is_the_nearest(browser: TestClient, words: str, case: Case, number: str) -> None:
    """Whatever stands in the field of the page, some page of the inbox is shown."""
    assert _look(browser, words, number).status_code == 200 and len(_numbers(_look(browser, words, number))) == A_PAGE


def test_forged_messages_push_nothing_away(browser: TestClient, words: str, case: Case) -> None:
    """Forged replies, however many, stand behind everything that the desk wrote."""
    forging = Case(case.here, case.keys, case.identity, case.id, forger=bytes(32))
    names: list[Id] = [reply(forging, "Send us your name.", number) for number in range(1, 60)]
    assert names and _numbers(_look(browser, words)) == list(range(MANY, MANY - A_PAGE, -1))


@pytest.mark.parametrize("number", ["", "3"])
def test_unknown_words_look_the_same_on_every_page(browser: TestClient, number: str) -> None:
    """Words that nobody knows give byte for byte the page of an empty inbox, whichever page is asked for (T08)."""
    known = sent_of(post_report(browser, {"what": "Text."})).line
    pages = []
    for typed in (known, " ".join(to_words(new_entropy(), "en"))):
        page = _look(browser, typed, number)
        pages.append(page.text.replace(typed, "WORDS").replace(nonce_in(page), "NONCE"))
    assert pages[0] == pages[1]
