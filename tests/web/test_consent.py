# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a source is asked about is the same text in the browser, field by field, whatever of it is filled (T19)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ombuds.core.consent import Question, allowed, ask, items_of
from ombuds.core.content import Answer, Claim, Content, Outcome, Picture, Press, PublicSource, RightOfReply, Said, Text
from ombuds.core.encoding import encode
from tests.web.browser import asked, given

BOTH = (Said("en", "In words."), Said("ru", "Словами 👮"))
DAY = date(2026, 11, 24)
FULL = Content(
    v=1,
    kind="story",
    texts=(Text("en", "Leave was sold", "In short.", "At *length*.\n\nAnd on."), Text("ru", "Отпуска", "Кратко.", "Подробно.")),
    problem="leave",
    region="North",
    rank="sergeant",
    status="answered",
    tags=("leave", "отпуск"),
    sources=(PublicSource("The gazette", "https://gazette.example"),),
    since=DAY,
    awaited=BOTH,
    claims=(Claim("fact", BOTH, BOTH, 2), Claim("inference", BOTH, BOTH, 0)),
    quotes=(BOTH, BOTH),
    replies=(RightOfReply(BOTH, DAY, DAY), RightOfReply(BOTH, DAY, DAY, Answer(DAY, "en", "No comment."))),
    outcome=Outcome(BOTH, "source"),
    press=(Press("The gazette", DAY, "en", "Leave for sale", "https://gazette.example", "As printed.", BOTH, "Somebody"),),
    pictures=(Picture("ab" * 32, "jpeg", 640, 480, "The desk", BOTH), Picture("cd" * 32, "png", 1, 10_000, "", BOTH)),
    story="ab" * 16,
    correction=BOTH,
)
BARE = Content(1, "update", (Text("en", "The lawyer is on the way", "", ""),))
ITEMS = items_of(FULL)


def _question(content: Content) -> Question:
    return ask("ab" * 32, content)


@pytest.mark.parametrize("content", [FULL, BARE], ids=["every field", "no field"])
def test_a_question_has_the_same_hash(content: Content) -> None:
    """A question with every field filled, and one with none, is written again in the browser to the same bytes."""
    question = _question(content)
    assert given("question", question=encode(question).decode()) == question.hash


def test_every_field_is_filled() -> None:
    """What is compared leaves no field at its default but a campaign's terms, of which no source is asked: the browser forgets no new field."""
    empty = {field.name: field.default for field in msgspec.structs.fields(Content) if not field.required}
    assert [name for name, default in empty.items() if getattr(FULL, name) == default] == ["campaign"]


def test_each_item_leaves_the_same_text() -> None:
    """With any one item left out, and with all of them, the browser shows the text that could be published."""
    question, choices = _question(FULL), [*((item,) for item in ITEMS), ITEMS]
    shown = asked({"do": "allowed", "question": encode(question).decode(), "without": list(without)} for without in choices)
    assert [answer.gives for answer in shown] == [encode(allowed(FULL, without)).decode() for without in choices]


def test_an_unknown_field_is_not_shown_as_nothing() -> None:
    """A question with a field that the browser does not know is malformed, and never shown without it."""
    strange = encode(_question(BARE)).replace(b'"status":', b'"hidden":"text","status":')
    assert [answer.fails for answer in asked([{"do": "question", "question": strange.decode()}])] == ["Malformed"]
