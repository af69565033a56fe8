# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds inbox``: opened on the source's own machine, with the same words as the inbox without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ombuds.core.consent import Question, ask, check_consent
from ombuds.core.errors import NotHere, OrderWrong, SettingWrong, WordsWrong
from ombuds.core.keys import random_bytes
from ombuds.core.publication import Content, Text
from ombuds.core.sealing import NOTHING_SAID
from ombuds.core.words import new_entropy, to_words
from tests.cli.terminal import Terminal
from tests.server.answers import Case, open_case, reply, tell
from tests.server.institution import Institution
from tests.server.visits import opened, post_report, sent_of, stored

CANARY = "kanarienvogel-7731"


@pytest.fixture
def words(person: Terminal) -> str:
    """The words of a report that was sent from the terminal."""
    return person.sends()


@pytest.fixture
def case(here: Institution, words: str) -> Case:
    """The open case of that report."""
    return open_case(here, words)


@pytest.fixture
def question(here: Institution, case: Case) -> Question:
    """A question about a text with a region and a rank, that lies in the inbox."""
    text = Text("en", "No leave for months", "A summary.", "The body of the story.")
    asked = ask(here.charter.instance_id, Content(1, "story", (text,), "leave", "North", "sergeant"))
    reply(case, "May this become public?", question=asked)
    return asked


def said(person: Terminal, capsys: pytest.CaptureFixture[str], words: str) -> str:
    """What the inbox shows."""
    capsys.readouterr()
    person.looks(words)
    return capsys.readouterr().out


def test_an_empty_inbox_says_so(person: Terminal, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a reply there is one line that says so."""
    assert said(person, capsys, words) == "no replies\n"


def test_unknown_words_look_like_an_empty_inbox(person: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    """Words that belong to no inbox show the same line."""
    assert said(person, capsys, " ".join(to_words(new_entropy(), "en"))) == "no replies\n"


def test_wrong_words_are_refused_here(person: Terminal) -> None:
    """Words that are no inbox's words are refused before the server is asked for an inbox."""
    with pytest.raises(WordsWrong):
        person.looks("one two three")
    assert not any(b"/api/inbox" in body for body in person.bodies)


def test_a_reply_is_read(person: Terminal, case: Case, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A reply is shown with its number and the names of its files."""
    reply(case, "We have read it.", file=b"advice")
    assert said(person, capsys, words) == "[1] We have read it.\n    file: answer.pdf (6 bytes)\n"


def test_a_reply_does_not_steer_the_terminal(person: Terminal, case: Case, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters in a reply are shown as signs."""
    reply(case, "clear\x1b[2J")
    assert "\x1b" not in said(person, capsys, words)


def test_a_forged_reply_is_named(person: Terminal, case: Case, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A reply that the desk did not write is shown as that."""
    case.forger = random_bytes(32)
    reply(case, "come to the station")
    shown = said(person, capsys, words)
    assert "not written by the desk" in shown and "station" not in shown


def test_the_same_words_open_both_inboxes(here: Institution, person: Terminal, case: Case, words: str) -> None:
    """A report from the terminal has its replies in the inbox without JavaScript too."""
    reply(case, "We have read it.")
    assert "We have read it." in here.client().post("/en/inbox", data={"words": words}).text


def test_a_report_of_the_form_is_read_at_the_terminal(here: Institution, person: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    """A report from the form has its replies at the terminal too."""
    words = sent_of(post_report(here.client(), {"what": "They took my leave."})).line
    reply(open_case(here, words), "We have read it.")
    assert "We have read it." in said(person, capsys, words)


def test_files_are_saved_by_an_explicit_act(person: Terminal, case: Case, words: str, tmp_path: Path) -> None:
    """A file of a reply is saved whole, and a second time beside the first."""
    reply(case, "see the file", file=b"advice")
    for _ in range(2):
        person.looks(words, save=tmp_path)
    assert [(tmp_path / name).read_bytes() for name in ("answer.pdf", "answer (2).pdf")] == [b"advice"] * 2


def test_nothing_is_saved_unasked(person: Terminal, case: Case, words: str) -> None:
    """Looking writes no file."""
    reply(case, "see the file", file=b"advice")
    before = sorted(person.folder.rglob("*"))
    person.looks(words)
    assert sorted(person.folder.rglob("*")) == before


def test_a_message_goes_to_the_case(person: Terminal, case: Case, words: str) -> None:
    """What is written at the terminal reaches the open case with its file."""
    person.looks(words, "more follows", reply=True, attach=[person.file("a.txt", b"x")])
    (message,) = case.received()
    assert (message.text, [note.name for note in message.files]) == ("more follows", ["a.txt"])


def test_a_message_that_becomes_a_report_answers_no_question(here: Institution, person: Terminal, words: str) -> None:
    """Neither a problem nor a wish is made up for a source who only wrote from the inbox."""
    person.looks(words, "more follows", reply=True)
    assert NOTHING_SAID in {opened(here, each)[0].wishes for each in stored(here)}


def test_a_message_without_a_case_is_a_new_report(here: Institution, person: Terminal, words: str) -> None:
    """Without an open case the message becomes a new report on the same inbox."""
    person.looks(words, "more follows", reply=True)
    assert len({one.mailbox for one in stored(here)}) == 1 and len(stored(here)) == 2


def test_a_message_is_not_readable_on_the_line(person: Terminal, case: Case, words: str) -> None:
    """Neither the message nor the words stand in anything that is sent."""
    person.looks(words, CANARY, reply=True)
    heard = b"\n".join(person.bodies)
    assert CANARY.encode() not in heard and words.encode() not in heard


def test_a_question_is_shown_whole(person: Terminal, question: Question, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The exact text, its region and rank, and the code of the question are shown."""
    shown = said(person, capsys, words)
    assert all(text in shown for text in ("No leave for months", "The body of the story.", "region: North", "rank: sergeant", question.hash[:16]))


def test_an_agreement_is_for_the_exact_text(person: Terminal, case: Case, question: Question, words: str) -> None:
    """An agreement given with the code of the question is one that the desk can publish with."""
    person.looks(words, agree=question.hash[:16])
    given = case.received()[0].answer
    assert given is not None
    keys = case.keys
    assert check_consent(question, given, keys.mailbox_hash, keys.consent.public.text, question.content).content == question.content


def test_an_agreement_can_leave_something_out(person: Terminal, case: Case, question: Question, words: str) -> None:
    """An agreement without the region is an agreement to the text without it."""
    person.looks(words, agree=question.hash[:16], without=["region"])
    given = case.received()[0].answer
    assert given is not None and b'"without":["region"]' in given.payload


@pytest.mark.parametrize("choice", ["refuse", "revoke"])
def test_a_question_is_refused_or_taken_back(person: Terminal, case: Case, question: Question, words: str, choice: str) -> None:
    """A refusal and a revocation are signed as what they are."""
    person.looks(words, **{choice: question.hash[:16]})
    given = case.received()[0].answer
    assert given is not None and re.search(rb'"choice":"(\w+)"', given.payload)[1].decode() == choice  # type: ignore[index]


def test_an_answer_that_the_desk_has_is_told(person: Terminal, case: Case, question: Question, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the question, and where the desk wrote it, stand the answer and its day; before, that none is confirmed."""
    before = said(person, capsys, words)
    told = tell(case, 2, question, "agree", ("region",))
    after = said(person, capsys, words)
    line = f"the desk has your answer: yes without region, of {told.day}"
    assert ("has confirmed no answer" in before, "has confirmed no answer" in after, after.count(line)) == (True, False, 2)


def test_a_publication_is_told_with_its_day(person: Terminal, case: Case, question: Question, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the question stands the day on which its text became public."""
    tell(case, 2, question, "agree")
    day = tell(case, 3, question, "published").day
    assert f"    published on {day}\n" in said(person, capsys, words)


def test_nothing_is_agreed_to_after_a_no(person: Terminal, case: Case, question: Question, words: str) -> None:
    """Once the desk has a no, an agreement to the same text is refused here instead of being lost there."""
    tell(case, 2, question, "revoke")
    with pytest.raises(OrderWrong):
        person.looks(words, agree=question.hash[:16])


def test_another_text_is_not_agreed_to(person: Terminal, question: Question, words: str) -> None:
    """A code that belongs to no text here agrees to nothing."""
    with pytest.raises(NotHere):
        person.looks(words, agree="0" * 16)


def test_what_was_not_asked_cannot_be_left_out(person: Terminal, question: Question, words: str) -> None:
    """Leaving out something that the question does not offer is refused."""
    with pytest.raises(SettingWrong):
        person.looks(words, agree=question.hash[:16], without=["tags"])


def test_a_case_is_closed(person: Terminal, case: Case, words: str) -> None:
    """Closing tells the desk so."""
    person.looks(words, close=True)
    assert [message.close for message in case.received()] == [True]


def test_nothing_is_closed_without_a_case(person: Terminal, words: str) -> None:
    """Without an open case there is nothing to close."""
    with pytest.raises(OrderWrong):
        person.looks(words, close=True)


def test_a_reply_is_deleted(person: Terminal, case: Case, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A deleted reply is not shown again."""
    reply(case, "first", 1)
    reply(case, "second", 2)
    person.looks(words, delete=["1"])
    assert said(person, capsys, words) == "[2] second\n"
