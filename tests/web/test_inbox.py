# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox in the browser: the desk's replies are read, what the source writes is read by the desk, and forgeries show (T08, T19)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from ombuds.core.attachments import FileOpener
from ombuds.core.consent import Choice, Question, allowed, ask, check_consent
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import NoConsent
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.publication import Content, Text
from ombuds.core.source_keys import derive
from ombuds.core.wire import InboxAsked, InboxSeen, Kept, NewMessage, PartAsked, Refusal, RepliesDeleted
from ombuds.core.words import new_entropy, read_words, to_words
from tests.server.answers import Case, open_case, reply, tell
from tests.server.institution import Institution
from tests.web.browser import Told, given, told

STORY = Content(1, "story", (Text("en", "No leave for months", "A summary.", "The body."),), "leave", "North", "sergeant", tags=("leave",))


@dataclass
class Visit:
    """Somebody with twelve words at a browser."""

    here: Institution
    browser: TestClient
    words: str

    def does(self, verb: str, **job: Any) -> Told:
        """Fetch the inbox and do something with it."""
        keys = derive(read_words(self.words), self.here.charter.instance_id)
        seen = self.browser.post("/api/inbox", content=encode(InboxAsked(1, keys.mailbox))).text
        sealing = self.browser.get("/api/sealing").text
        return told(verb, sealing=sealing, today=str(self.here.calendar.day), words=self.words, seen=seen, **job)

    def hands_in(self, answer: Told) -> NewMessage:
        """Send what the browser sealed, and return it."""
        new = decode(answer.gives["handed"].encode(), NewMessage)
        assert encode(new) == answer.gives["handed"].encode()
        for part, content in answer.gives["parts"].items():
            assert self.browser.put(f"/api/parts/{part}", content=base64.b64decode(content)).status_code == 204
        kept = self.browser.post("/api/inbox/messages", content=answer.gives["handed"].encode())
        assert decode(kept.content, Kept).id == new.message.id, kept.text
        return new


@pytest.fixture(params=["en", "ru"])
def visit(here: Institution, browser: TestClient, request: pytest.FixtureRequest) -> Visit:
    """A visitor with fresh words, of each list."""
    return Visit(here, browser, " ".join(to_words(new_entropy(), request.param)))


@pytest.fixture
def case(visit: Visit) -> Case:
    """An open case of these words."""
    return open_case(visit.here, visit.words)


def _texts(answer: Told) -> list[tuple[int, str | None]]:
    return [(each["number"], each["text"]) for each in answer.gives["replies"]]


def test_replies_are_read(visit: Visit, case: Case) -> None:
    """Replies that the desk sealed are read in the order of their numbers, without what fills the empty slots."""
    reply(case, "second", 2)
    reply(case, "first", 1)
    assert _texts(visit.does("look")) == [(1, "first"), (2, "second")]


def test_an_unknown_inbox_is_empty(visit: Visit) -> None:
    """Words of no inbox show no reply and no case."""
    gives = visit.does("look").gives
    assert (gives["replies"], gives["cases"]) == ([], [])


def test_a_forged_reply_is_shown_as_one(visit: Visit, case: Case) -> None:
    """A reply with another secret has no text and is not hidden."""
    reply(case, "genuine", 1)
    case.forger = bytes(32)
    reply(case, "forged", 2)
    assert _texts(visit.does("look")) == [(1, "genuine"), (2, None)]


def test_two_messages_of_one_number_are_both_read(visit: Visit, case: Case) -> None:
    """Two different messages of the desk under one number are both read, each with the warning, and another one without."""
    for text, number in (("one", 1), ("other", 1), ("later", 2)):
        reply(case, text, number)
    shown = [(each["number"], each["text"], each["twice"]) for each in visit.does("look").gives["replies"]]
    assert (shown[1], {each[1:] for each in shown}, shown[2][0]) == ((2, "later", False), {("one", True), ("other", True), ("later", False)}, 3)


def test_a_card_that_ran_out_opens_no_case(visit: Visit, case: Case) -> None:
    """Once its card has run out there is no case to write to."""
    visit.here.calendar.pass_days(21)
    answer = visit.does("followup", text="too late", files=[])
    assert (answer.fails, visit.does("look").gives["cases"]) == ("OrderWrong", [])


def test_a_message_reaches_the_desk(visit: Visit, case: Case) -> None:
    """What the source writes is what the team reads, with the highest number that the source has seen."""
    reply(case, "write to us", 7)
    visit.hands_in(visit.does("followup", text="Ещё одно 👮", files=[]))
    (message,) = case.received()
    assert (message.text, message.case, message.number, message.direction) == ("Ещё одно 👮", case.id, 7, "source")


def test_files_of_a_message_reach_the_desk(visit: Visit, case: Case) -> None:
    """A file beside a message opens with the case's identity to the same bytes."""
    content = random_bytes(70_000)
    file = {"name": "a.jpg", "type": "image/jpeg", "content": base64.b64encode(content).decode(), "cut": 9_999}
    answer = visit.does("followup", text="", files=[file])
    stored = visit.hands_in(answer).message.files.files[0]
    opener = FileOpener(case.received()[0].files[0], case.identity)
    assert b"".join(opener.write(base64.b64decode(answer.gives["parts"][part.id])) for part in stored.parts) + opener.finish() == content


@pytest.fixture
def question(here: Institution, case: Case) -> Question:
    """A question that lies in the inbox."""
    asked = ask(here.charter.instance_id, STORY)
    reply(case, "May this become public?", question=asked)
    return asked


def test_the_question_shows_the_exact_text(visit: Visit, case: Case, question: Question) -> None:
    """The browser reads from the question the bytes that would become public, and the case that it belongs to."""
    untold = {"answer": None, "public": None}
    assert visit.does("look").gives["questions"] == [{"content": encode(question.content).decode(), "case": case.id, "standing": untold}]


def test_how_a_question_stands_is_the_desk_s_word(visit: Visit, case: Case, question: Question) -> None:
    """Of what the desk told of this question the browser reads the last answer and the publication, and nothing told of another one."""
    told = [tell(case, 2, question, "agree", ("region",)), tell(case, 3, question, "published"), tell(case, 4, question, "revoke")]
    tell(case, 5, ask(question.instance_id, STORY), "refuse")
    (seen,) = visit.does("look").gives["questions"]
    assert seen["standing"] == {"answer": json.loads(encode(told[2])), "public": json.loads(encode(told[1]))}


@pytest.mark.parametrize("without", [(), ("region",), ("tags", "rank")])
def test_agreement_is_consent_to_exactly_that_text(visit: Visit, case: Case, question: Question, without: tuple[str, ...]) -> None:
    """An answer from the browser is the source's consent to the asked text without the items left out."""
    visit.hands_in(visit.does("respond", choice="agree", without=list(without)))
    answer = case.received()[0].answer
    assert answer is not None
    content = allowed(question.content, tuple(without))
    assert given("allowed", question=encode(question).decode(), without=list(without)) == encode(content).decode()
    assert check_consent(question, answer, case.keys.mailbox_hash, case.keys.consent.public.text, content).content == content


@pytest.mark.parametrize("choice", ["refuse", "revoke"])
def test_a_refusal_is_none(visit: Visit, case: Case, question: Question, choice: Choice) -> None:
    """A refusal or a revocation from the browser is no consent."""
    visit.hands_in(visit.does("respond", choice=choice, without=[]))
    answer = case.received()[0].answer
    assert answer is not None
    with pytest.raises(NoConsent):
        check_consent(question, answer, case.keys.mailbox_hash, case.keys.consent.public.text, question.content)


def test_what_is_said_to_the_server_is_canonical() -> None:
    """Each request of a browser is byte for byte what Python writes."""
    secret, reply_id, part = random_bytes(32), random_id(), random_id()
    wanted = [InboxAsked(1, secret), PartAsked(1, secret, reply_id, part), RepliesDeleted(1, secret, (reply_id, part))]
    assert given("said", mailbox=base64.b64encode(secret).decode(), ids=[reply_id, part]) == [encode(each).decode() for each in wanted]


def test_what_the_server_says_is_read() -> None:
    """An acknowledgement and a refusal are read field by field."""
    kept, refusal = Kept(1, random_id()), Refusal("TooLarge", "This is larger than the desk accepts.", "Send fewer files.")
    heard = given("heard", kept=encode(kept).decode(), refusal=encode(refusal).decode())
    assert heard == [{"v": 1, "id": kept.id}, {"error": refusal.error, "sentence": refusal.sentence, "help": refusal.help}]


def test_the_whole_answer_of_an_inbox_is_read(visit: Visit, case: Case) -> None:
    """The whole answer of the server, padded as it is, is what Python reads."""
    reply(case, "one")
    keys = case.keys
    seen = visit.browser.post("/api/inbox", content=encode(InboxAsked(1, keys.mailbox))).content
    assert (len(decode(seen, InboxSeen).replies), visit.does("look").gives["mailbox"]) == (16, base64.b64encode(keys.mailbox).decode())
