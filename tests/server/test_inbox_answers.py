# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a question stands in the inbox without JavaScript: by what the desk wrote, and never by a record of earlier visits (T08)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pytest
from starlette.testclient import TestClient

from ombuds.core.consent import Choice, Question, ask
from ombuds.core.content import Content, Text
from tests.server.answers import Case, open_case, reply, tell
from tests.server.institution import Institution
from tests.server.visits import post_report, sent_of

BUTTON = re.compile(r'name="answer" value="(\w+)"')
UNHEARD = "The desk has confirmed no answer to this yet."


@dataclass
class Asked:
    """A source at a browser, whose inbox holds a question."""

    browser: TestClient
    words: str
    case: Case
    question: Question

    def inbox(self) -> str:
        """Open the inbox."""
        return self.browser.post("/en/inbox", data={"words": self.words}).text

    def page(self) -> str:
        """Open the page of the question."""
        return self.browser.post("/en/inbox/consent", data={"words": self.words, "question": self.question.id}).text

    def answers(self, button: str) -> None:
        """Press a button of that page."""
        nonce = re.search(r'name="nonce" value="(\w+)"', self.page())
        fields = {"words": self.words, "nonce": nonce[1] if nonce else "", "question": self.question.id, "answer": button}
        assert self.browser.post("/en/inbox/consent/answer", data=fields).status_code == 200


@pytest.fixture
def asked(here: Institution, browser: TestClient) -> Asked:
    """A source of an open case who was asked about a text."""
    words = sent_of(post_report(browser, {"what": "They took my leave."})).line
    case = open_case(here, words)
    text = Text("en", "No leave for months", "A summary.", "The body of the story.")
    question = ask(here.charter.instance_id, Content(v=1, kind="story", texts=(text,), problem="leave", region="North", rank="sergeant"))
    reply(case, "May this become public?", question=question)
    return Asked(browser, words, case, question)


def test_an_answer_leaves_no_trace_at_the_server(asked: Asked) -> None:
    """On the visit after an answer the question stands as before, for what a source sent is not readable again."""
    nonces = re.compile(r'name="nonce" value="\w+"')
    before = nonces.sub("", asked.inbox())
    asked.answers("agree")
    assert UNHEARD in before and nonces.sub("", asked.inbox()) == before


@pytest.mark.parametrize(
    ("what", "without", "said"),
    [
        ("agree", (), "Consent given"),
        ("agree", ("region",), "Consent given, without some items"),
        ("refuse", (), "Consent refused"),
        ("revoke", (), "Consent taken back"),
    ],
)
def test_an_answer_that_the_desk_has_is_told(asked: Asked, what: Choice, without: tuple[str, ...], said: str) -> None:
    """Beside the question, and where the desk wrote it, stands the answer that the desk has."""
    tell(asked.case, 2, asked.question, what, without)
    page = asked.inbox()
    assert (page.count(f'<span class="chip"><bdi>{said}</bdi></span>'), UNHEARD in page, "The desk has your answer, of " in page) == (2, False, True)


def test_a_publication_is_told_with_its_day(asked: Asked) -> None:
    """Beside the question stands since when its text is public."""
    tell(asked.case, 2, asked.question, "agree")
    tell(asked.case, 3, asked.question, "published")
    page = asked.inbox()
    assert ("Public since " in page, "What you agreed to is public." in page) == (True, True)


def test_the_last_word_counts(asked: Asked) -> None:
    """Of two answers that the desk told of, the later one stands beside the question."""
    tell(asked.case, 2, asked.question, "agree")
    tell(asked.case, 3, asked.question, "revoke")
    assert "Consent taken back" in asked.page()


@pytest.mark.parametrize(
    ("what", "offered"),
    [("", {"agree", "partly", "refuse", "revoke"}), ("agree", {"revoke"}), ("published", {"agree", "partly", "refuse", "revoke"}), ("refuse", {"refuse"})],
)
def test_what_can_still_be_answered_is_offered(asked: Asked, what: Choice | Literal["published", ""], offered: set[str]) -> None:
    """After a yes only taking back is offered, after a no nothing but another no, and without word of an answer all of it."""
    if what:
        tell(asked.case, 2, asked.question, what)
    assert set(BUTTON.findall(asked.page())) == offered


def test_a_word_on_another_question_says_nothing_of_this_one(asked: Asked) -> None:
    """What the desk has heard on an earlier text is not told of the later one."""
    tell(asked.case, 2, ask(asked.question.instance_id, asked.question.content), "agree")
    assert UNHEARD in asked.inbox()


def test_a_forged_word_is_shown_as_forged(asked: Asked) -> None:
    """A confirmation that the desk did not write changes nothing and is named."""
    asked.case.forger = bytes(32)
    tell(asked.case, 2, asked.question, "agree")
    page = asked.inbox()
    assert UNHEARD in page and "The desk did not write this" in page
