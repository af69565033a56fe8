# SPDX-License-Identifier: AGPL-3.0-or-later
"""One inbox with two cases, as when a source wrote again before anything was opened; and one without any."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from ombuds.core.consent import Question, ask
from ombuds.core.publication import Content, Text
from ombuds.core.sealing import NOTHING_SAID
from ombuds.server.store.schema import replies
from tests.server.answers import Case, open_case, reply
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import nonce_in, opened, post_report, sent_of, stored

pytestmark = BOTH

FORGED = "The desk did not write this"


@pytest.fixture
def words(browser: TestClient) -> str:
    """The words of a report that was sent."""
    return sent_of(post_report(browser, {"what": "They took my leave."})).line


@pytest.fixture
def cases(here: Institution, words: str) -> tuple[Case, Case]:
    """Two open cases of one inbox."""
    return open_case(here, words), open_case(here, words)


@pytest.fixture
def question(here: Institution) -> Question:
    """A question of the desk."""
    return ask(here.charter.instance_id, Content(v=1, kind="story", texts=(Text("en", "No leave", "A summary.", "The body."),)))


def _closed(browser: TestClient, words: str) -> str:
    nonce = nonce_in(browser.post("/en/inbox", data={"words": words}))
    return browser.post("/en/inbox/close", data={"words": words, "nonce": nonce}).text


def test_each_case_numbers_for_itself(browser: TestClient, words: str, cases: tuple[Case, Case]) -> None:
    """Two genuine first messages of two cases are both shown, and neither as forged."""
    for case, text in zip(cases, ("From one.", "From the other."), strict=True):
        reply(case, text)
    page = browser.post("/en/inbox", data={"words": words}).text
    assert [said in page for said in ("From one.", "From the other.", FORGED)] == [True, True, False]


def test_a_copy_within_a_case_is_shown_as_forged(here: Institution, browser: TestClient, words: str, cases: tuple[Case, Case]) -> None:
    """The same message once more under another name is told, and its text stands there once."""
    written = reply(cases[0], "From one.")
    with here.parts.store.write() as connection:
        row = connection.execute(select(replies).where(replies.c.id == written)).one()._mapping
        connection.execute(insert(replies).values({**row, "id": "c" * 32}))
    page = browser.post("/en/inbox", data={"words": words}).text
    assert (FORGED in page, page.count("From one.")) == (True, 1)


def test_two_messages_of_one_number_are_both_shown(browser: TestClient, words: str, cases: tuple[Case, Case]) -> None:
    """A member who writes past the log under a number that is taken hides nothing: both texts stand there with a warning, a third without."""
    for text, number in (("From one.", 1), ("Past the others.", 1), ("Later.", 2)):
        reply(cases[0], text, number)
    page = browser.post("/en/inbox", data={"words": words}).text
    shown = [text in page for text in ("From one.", "Past the others.", "Later.", FORGED)]
    assert (shown, page.count("two different messages under one number")) == ([True, True, True, False], 2)


@pytest.mark.parametrize("place", [0, 1])
def test_an_answer_goes_to_the_case_that_asked(browser: TestClient, words: str, cases: tuple[Case, Case], question: Question, place: int) -> None:
    """Whichever of two cases asked, the answer is sealed to that one."""
    reply(cases[place], "", question=question)
    nonce = nonce_in(browser.post("/en/inbox", data={"words": words}))
    browser.post("/en/inbox/consent/answer", data={"words": words, "nonce": nonce, "question": question.id, "answer": "refuse"})
    assert [[message.case for message in case.received()] for case in (cases[place], cases[1 - place])] == [[cases[place].id], []]


def test_a_close_goes_to_every_case(browser: TestClient, words: str, cases: tuple[Case, Case]) -> None:
    """Closing tells every open case of the inbox."""
    _closed(browser, words)
    assert [[message.close for message in case.received()] for case in cases] == [[True], [True]]


def test_a_close_without_a_case_is_kept(here: Institution, browser: TestClient, words: str) -> None:
    """Before a case is open, the wish to close is sealed as a report on the same inbox, as the page says."""
    assert "You closed the case. The desk will be told." in _closed(browser, words)
    assert sorted(opened(here, sealed)[0].text for sealed in stored(here)) == [
        "I close my case. Please publish nothing more from it.",
        "They took my leave.",
    ]


def test_a_message_that_becomes_a_report_answers_no_question(here: Institution, browser: TestClient, words: str) -> None:
    """Neither a problem nor a wish is made up for a source who only wrote from the inbox."""
    nonce = nonce_in(browser.post("/en/inbox", data={"words": words}))
    browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce, "text": "There is more."}, files={"files": ("", b"")})
    assert {opened(here, each)[0].wishes for each in stored(here)} == {NOTHING_SAID}
