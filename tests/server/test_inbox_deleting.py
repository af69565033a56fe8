# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deleting and saving in an inbox: a form means the messages that stood on its page, whatever came or went since."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.server.answers import Case, open_case, reply
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import post_report, sent_of

pytestmark = BOTH


@pytest.fixture
def words(browser: TestClient) -> str:
    """The words of a report that was sent."""
    return sent_of(post_report(browser, {"what": "They took my leave."})).line


@pytest.fixture
def case(here: Institution, words: str) -> Case:
    """An open case of this inbox."""
    return open_case(here, words)


def _look(browser: TestClient, words: str) -> Response:
    return browser.post("/en/inbox", data={"words": words})


def _all_in(page: Response) -> str:
    """What the form that deletes everything names."""
    found: list[str] = re.findall(r'name="message" value="([0-9a-f ]+)"', page.text)
    return found[-1]


def test_a_deleted_reply_is_gone(here: Institution, browser: TestClient, words: str, case: Case) -> None:
    """A deleted reply is in the inbox no more, and neither is its file on the disk."""
    name = reply(case, "Secret.", file=b"content")
    page = browser.post("/en/inbox/delete", data={"words": words, "message": name})
    assert "Secret." not in page.text
    assert [path for path in Path(here.folder / "blobs").rglob("*") if path.is_file()] == []


def test_all_can_be_deleted(browser: TestClient, words: str, case: Case) -> None:
    """Everything in an inbox can be deleted at once."""
    reply(case, "One.", 1)
    reply(case, "Two.", 2)
    assert "All messages are deleted." in browser.post("/en/inbox/delete", data={"words": words, "message": _all_in(_look(browser, words))}).text
    assert "Nothing new." in _look(browser, words).text


def test_what_came_since_is_not_deleted(browser: TestClient, words: str, case: Case) -> None:
    """Deleting all deletes what stood on the page, not a reply that came after it was loaded."""
    reply(case, "One.", 1)
    reply(case, "Two.", 2)
    form = _all_in(_look(browser, words))
    reply(case, "Not read yet.", 3)
    page = browser.post("/en/inbox/delete", data={"words": words, "message": form}).text
    assert [text in page for text in ("One.", "Two.", "Not read yet.")] == [False, False, True]


def test_a_form_means_the_message_it_stood_at(browser: TestClient, words: str, case: Case) -> None:
    """A reply that slips in before another one while the page is open does not move which one a form deletes."""
    reply(case, "Read and done.", 2)
    wanted = re.findall(r'name="message" value="([0-9a-f]{32})"', _look(browser, words).text)
    reply(case, "Came first after all.", 1)
    page = browser.post("/en/inbox/delete", data={"words": words, "message": wanted[0]}).text
    assert [text in page for text in ("Read and done.", "Came first after all.")] == [False, True]


def test_a_file_of_the_message_that_was_meant(browser: TestClient, words: str, case: Case) -> None:
    """A file is saved from the message at which its form stood, though another reply came before it."""
    reply(case, "See.", 2, file=b"the file")
    found = re.search(r'name="message" value="([0-9a-f]+)"><input type="hidden" name="file" value="([0-9a-f]+)"', _look(browser, words).text)
    reply(case, "Came first after all.", 1)
    assert found and browser.post("/en/inbox/file", data={"words": words, "message": found[1], "file": found[2]}).content == b"the file"


def test_deleting_twice_says_the_same(browser: TestClient, words: str, case: Case) -> None:
    """A press of the same button once more finds nothing to delete, and says so as before."""
    form = {"words": words, "message": reply(case, "One.")}
    answers = [browser.post("/en/inbox/delete", data=form) for _ in range(2)]
    assert [(answer.status_code, "The message is deleted." in answer.text) for answer in answers] == [(200, True)] * 2
