# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox without JavaScript: what the desk wrote is read there, what the source answers is sealed to its case."""

from __future__ import annotations

import re

import msgspec
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from ombuds.core.consent import Question, ask, check_consent
from ombuds.core.content import Content, PublicSource, Text
from ombuds.core.errors import NoConsent
from ombuds.core.words import LANGUAGES, new_entropy, to_words
from ombuds.pages.languages import SHIPPED
from ombuds.server import tick
from tests.server.answers import Case, open_case, reply
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import nonce_in, opened, post_report, sent_of, stored

pytestmark = BOTH

CANARY = "kanarienvogel-7731"


@pytest.fixture
def words(browser: TestClient) -> str:
    """The words of a report that was sent."""
    return sent_of(post_report(browser, {"what": "They took my leave."})).line


@pytest.fixture
def case(here: Institution, words: str) -> Case:
    """The open case of that report."""
    return open_case(here, words)


@pytest.fixture
def question(here: Institution) -> Question:
    """A question of the desk about a text with a region and a rank."""
    text = Text("en", "No leave for months", "A summary.", "The body of the story.")
    return ask(here.charter.instance_id, Content(v=1, kind="story", texts=(text,), region="North", rank="sergeant"))


def _look(browser: TestClient, words: str) -> Response:
    return browser.post("/en/inbox", data={"words": words})


def _send(browser: TestClient, words: str, text: str, file: bytes = b"", nonce: str = "") -> Response:
    nonce = nonce or nonce_in(_look(browser, words))
    chosen = ("a.txt", file) if file else ("", b"")
    return browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce, "text": text}, files=[("files", chosen)])


def _answer(browser: TestClient, words: str, asked: Question, button: str, items: list[str]) -> Response:
    nonce = nonce_in(_look(browser, words))
    return browser.post("/en/inbox/consent/answer", data={"words": words, "nonce": nonce, "question": asked.id, "answer": button, "item": items})


@pytest.mark.parametrize("page", SHIPPED)
@pytest.mark.parametrize("list_of_words", LANGUAGES)
def test_words_open_the_inbox_on_a_page_of_any_language(here: Institution, browser: TestClient, page: str, list_of_words: str) -> None:
    """Words of either list open the inbox, whatever language the page is written in."""
    sent = sent_of(post_report(browser, {"what": "They took my leave.", "words_language": list_of_words}))
    answer = browser.post(f"/{page}/inbox", data={"words": sent.line})
    assert (answer.status_code, f'<html lang="{page}"' in answer.text, 'name="words" value="' in answer.text) == (200, True, True)


def test_a_reply_is_read(browser: TestClient, words: str, case: Case) -> None:
    """The source reads what the desk wrote."""
    reply(case, "We are looking into it.")
    assert "We are looking into it." in _look(browser, words).text


def test_words_may_be_typed_in_capitals(browser: TestClient, words: str, case: Case) -> None:
    """The inbox opens with the words in capital letters and on several lines."""
    reply(case, "We are looking into it.")
    assert "We are looking into it." in _look(browser, words.upper().replace(" ", "\r\n")).text


def test_unknown_words_open_an_empty_inbox(browser: TestClient, words: str) -> None:
    """Words that nobody knows give byte for byte the page of an inbox with nothing in it."""
    pages = []
    for typed in (words, " ".join(to_words(new_entropy(), "en"))):
        page = _look(browser, typed)
        pages.append((page.status_code, page.text.replace(typed, "WORDS").replace(nonce_in(page), "NONCE")))
    assert pages[0] == pages[1]


def test_a_misspelt_word_is_pointed_at(browser: TestClient, words: str) -> None:
    """A word that is in no list is named to the one who typed it."""
    typed = ["qqqqq", *words.split()[1:]]
    page = _look(browser, " ".join(typed))
    assert page.status_code == 400
    assert "1: qqqqq" in page.text


def test_a_forged_reply_is_shown_as_forged(browser: TestClient, words: str, case: Case) -> None:
    """A reply without the shared secret appears as a warning of its own kind, and not as the desk's message."""
    case.forger = bytes(32)
    reply(case, "Send us your name.")
    page = _look(browser, words).text
    assert "Send us your name." not in page
    assert "The desk did not write this" in page
    assert "Message 1 from the desk" not in page


def test_an_answer_reaches_the_case(browser: TestClient, words: str, case: Case) -> None:
    """What the source writes is sealed to the case of a valid card."""
    assert "sealed and kept" in _send(browser, words, "There is more.").text
    assert [message.text for message in case.received()] == ["There is more."]


def test_an_answer_brings_files(browser: TestClient, words: str, case: Case) -> None:
    """A file beside an answer is named in the sealed message."""
    _send(browser, words, "See.", b"content")
    assert [(note.name, note.size) for message in case.received() for note in message.files] == [("a.txt", 7)]


def test_an_answer_tells_the_highest_number(browser: TestClient, words: str, case: Case) -> None:
    """A source's message carries the highest number of the desk that was in the inbox."""
    reply(case, "First.", 1)
    reply(case, "Second.", 2)
    _send(browser, words, "Yes.")
    assert [message.number for message in case.received()] == [2]


def test_the_same_answer_twice_is_one_message(browser: TestClient, words: str, case: Case) -> None:
    """Pressing the button twice sends one message."""
    nonce = nonce_in(_look(browser, words))
    _send(browser, words, "Yes.", b"content", nonce)
    _send(browser, words, "Yes.", b"content", nonce)
    assert len(case.received()) == 1


def test_a_changed_answer_is_sent_too(browser: TestClient, words: str, case: Case) -> None:
    """Going back and sending another text with the same form sends that one as well."""
    nonce = nonce_in(_look(browser, words))
    _send(browser, words, "Yes.", nonce=nonce)
    _send(browser, words, "No.", nonce=nonce)
    assert {message.text for message in case.received()} == {"Yes.", "No."}


def test_a_refusal_after_going_back_is_kept(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """Whoever agreed, went back and refused on the same form has done both."""
    reply(case, "", question=question)
    form = {"words": words, "nonce": nonce_in(_look(browser, words)), "question": question.id}
    for button in ("agree", "refuse"):
        browser.post("/en/inbox/consent/answer", data={**form, "answer": button, "item": ["region", "rank"]})
    assert len(case.received()) == 2


@pytest.mark.parametrize("nonce", ["", "x" * 32, "1" * 31])
def test_a_form_without_its_nonce_takes_no_other_ones_place(here: Institution, browser: TestClient, words: str, nonce: str) -> None:
    """Two sources whose forms came without a nonce of ours both have their follow-ups kept."""
    other = sent_of(post_report(browser, {"what": "And mine."})).line
    for each in (words, other):
        browser.post("/en/inbox/reply", data={"words": each, "nonce": nonce, "text": "More."}, files=[("files", ("", b""))])
    assert len(stored(here)) == 4


def test_a_changed_follow_up_is_kept_too(here: Institution, browser: TestClient, words: str) -> None:
    """Before a case is open, another text with the same form is kept beside the first."""
    nonce = nonce_in(_look(browser, words))
    for text in ("More.", "More.", "And more."):
        _send(browser, words, text, nonce=nonce)
    assert sorted(opened(here, sealed)[0].text for sealed in stored(here)) == ["And more.", "More.", "They took my leave."]


def test_own_messages_are_never_shown(browser: TestClient, words: str, case: Case) -> None:
    """The inbox shows nothing of what the source wrote itself."""
    _send(browser, words, CANARY)
    assert case.received()[0].text == CANARY
    assert CANARY not in _look(browser, words).text


def test_without_a_case_an_answer_is_a_report(here: Institution, browser: TestClient, words: str) -> None:
    """Before a case is open, an answer becomes a second report on the same inbox."""
    _send(browser, words, "There is more.", b"content")
    texts = {opened(here, sealed)[0].text for sealed in stored(here)}
    assert texts == {"They took my leave.", "There is more."}
    assert len({sealed.mailbox for sealed in stored(here)}) == 1


def test_an_expired_card_takes_no_message(here: Institution, browser: TestClient, words: str, case: Case) -> None:
    """When the card has run out and the keys are stale too, an answer is refused and its text given back."""
    here.calendar.pass_days(21)
    page = _send(browser, words, "There is more.")
    assert page.status_code == 503
    assert "There is more." in page.text
    assert case.received() == []


def test_a_file_is_saved(browser: TestClient, words: str, case: Case) -> None:
    """A file of a reply arrives byte for byte, as a thing to save and never to show."""
    content = bytes(range(256)) * 1000
    reply(case, "See.", file=content)
    wanted = re.search(r'name="message" value="([0-9a-f]+)"><input type="hidden" name="file" value="([0-9a-f]+)"', _look(browser, words).text)
    assert wanted
    page = browser.post("/en/inbox/file", data={"words": words, "message": wanted[1], "file": wanted[2]})
    assert page.content == content
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"] == "attachment; filename*=UTF-8''answer.pdf"


def test_consent_to_all_counts(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """When everything stays ticked, the desk may publish exactly the text that was asked."""
    reply(case, "", question=question)
    assert "sealed and kept" in _answer(browser, words, question, "agree", ["region", "rank"]).text
    given = case.received()[0].answer
    assert given is not None
    assert check_consent(question, given, case.keys.mailbox_hash, case.keys.consent.public.text, question.content).answer == given


def test_what_is_unticked_is_left_out(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """An unticked region is not agreed to, even under the button that agrees."""
    reply(case, "", question=question)
    _answer(browser, words, question, "agree", ["rank"])
    given = case.received()[0].answer
    assert given is not None
    with pytest.raises(NoConsent):
        check_consent(question, given, case.keys.mailbox_hash, case.keys.consent.public.text, question.content)


def test_the_whole_text_is_shown_before_consent(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """The page of consent shows title, summary and body."""
    reply(case, "", question=question)
    page = browser.post("/en/inbox/consent", data={"words": words, "question": question.id})
    assert [part for part in ("No leave for months", "A summary.", "The body of the story.") if part not in page.text] == []


def test_every_character_is_shown_before_consent(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """What the page draws as nothing is read on it as it was typed, even from a desk that skips the rule against it (T05)."""
    (first, *rest) = question.content.texts
    hidden = msgspec.structs.replace(first, body="They were told.\n\n[Captain Petrov]: http://x.example\n")
    sources = (PublicSource("Law", "javascript:Ivanov"),)
    asked = msgspec.structs.replace(question, content=msgspec.structs.replace(question.content, texts=(hidden, *rest), sources=sources))
    reply(case, "", question=asked)
    page = browser.post("/en/inbox/consent", data={"words": words, "question": asked.id})
    assert [part for part in ("Every character of it", "[Captain Petrov]: http://x.example", "javascript:Ivanov") if part not in page.text] == []


def test_what_may_be_left_out_is_named_in_words(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """Each part that may be left out is named by a sentence in the reader's language, hashtags too."""
    tagged = msgspec.structs.replace(question, content=msgspec.structs.replace(question.content, tags=("leave",)), items=("tags",))
    reply(case, "", question=tagged)
    page = browser.post("/ru/inbox/consent", data={"words": words, "question": tagged.id})
    assert "Хештеги" in page.text


def test_consent_can_always_be_taken_back(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """The page of a question offers to take consent back on every visit, for the server knows of no earlier answer."""
    reply(case, "", question=question)
    _answer(browser, words, question, "agree", ["region", "rank"])
    page = browser.post("/en/inbox/consent", data={"words": words, "question": question.id})
    assert 'name="answer" value="revoke"' in page.text


def test_a_revocation_reaches_the_case(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """Taking consent back is signed and sealed to the case like any answer."""
    reply(case, "", question=question)
    _answer(browser, words, question, "revoke", [])
    given = case.received()[0].answer
    assert given is not None
    with pytest.raises(NoConsent):
        check_consent(question, given, case.keys.mailbox_hash, case.keys.consent.public.text, question.content)


def test_a_refusal_is_no_consent(browser: TestClient, words: str, case: Case, question: Question) -> None:
    """After a refusal nothing may be published."""
    reply(case, "", question=question)
    _answer(browser, words, question, "refuse", [])
    given = case.received()[0].answer
    assert given is not None
    with pytest.raises(NoConsent):
        check_consent(question, given, case.keys.mailbox_hash, case.keys.consent.public.text, question.content)


def test_closing_tells_the_desk(browser: TestClient, words: str, case: Case) -> None:
    """Closing the case reaches its team."""
    page = browser.post("/en/inbox/close", data={"words": words, "nonce": nonce_in(_look(browser, words))})
    assert page.status_code == 200
    assert [message.close for message in case.received()] == [True]


def test_an_expired_report_leaves_word(here: Institution, browser: TestClient, words: str) -> None:
    """When nobody opened a report in time, its inbox says so."""
    here.calendar.pass_days(61)
    tick.run(here.parts, 12)
    assert "was not opened in time" in _look(browser, words).text


def test_no_cookie_is_set(browser: TestClient, words: str) -> None:
    """No page of the inbox sets a cookie, and none may be kept."""
    page = _look(browser, words)
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
