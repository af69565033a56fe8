# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox that the browser opens itself: its words and everything in it stay in the page (T02, T08, T19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ombuds.cli.drive import Walk
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.source_keys import derive
from ombuds.core.words import new_entropy, read_words, to_words
from tests.browser.browsers import firefox, window
from tests.browser.journey import INBOX, Member, SealingOfficer, batch
from tests.browser.shared import Place
from tests.browser.wire import Wire, leaks

WRITE = "main form button:not([type]):not([data-do])"


@dataclass
class Talk:
    """An officer whose case is open, and the member who answers."""

    officer: SealingOfficer
    anna: Member
    case: str


@pytest.fixture
def talk(browser: Browser, place: Place, officer: SealingOfficer) -> Iterator[Talk]:
    """A report that was sealed in the browser and opened by a desk."""
    with ExitStack() as stack:
        members = [Member(stack.enter_context(window(browser, False)), address) for address in place.at.desks[:2]]
        for member in members:
            member.enter()
        officer.send({"what": officer.secret})
        officer.give_back()
        batch(place.data)
        members[0].ask_to_open()
        members[1].approve()
        members[0].fetch()
        yield Talk(officer, members[0], members[0].open_case_with(officer.secret))


def test_a_whole_talk_stays_between_source_and_desk(talk: Talk, place: Place, line: Wire, tmp_path: Path) -> None:
    """The desk's reply is read and answered with a file; neither words, texts, file nor any key but the inbox's secret leaves the page."""
    officer, reply, told, name = talk.officer, f"We read it {random_id()}.", random_id(), f"more-{random_id()}.pdf"
    file = tmp_path / name
    file.write_bytes(b"more " + told.encode())
    talk.anna.reply(talk.case, reply)
    batch(place.data)
    officer.look()
    assert any(reply in text for text in officer.hands.texts(".message"))
    officer.hands.attach("#files", [file])
    officer.answer(f"There is more. {told}")
    batch(place.data)
    talk.anna.fetch()
    talk.anna.hands.open(talk.case)
    assert any(told in text for text in talk.anna.hands.texts(".message"))
    keys = derive(read_words(" ".join(officer.words)), bytes(line.said).split(b'"instance_id":"')[1][:64].decode())
    twos = [f"{one} {two}" for one, two in zip(officer.words, officer.words[1:], strict=False)]
    secrets: list[str | bytes] = [reply, told, name, *twos, keys.entropy, keys.identity.seed, keys.mac(0)]
    assert [(secret, found) for secret in secrets if (found := leaks(bytes(line.said), secret))] == []


def test_a_file_of_a_reply_is_saved_as_it_was_sent(officer: SealingOfficer, walked: Walk) -> None:
    """A file that the desk sent is opened in the browser and saved byte for byte, under its name."""
    officer.words = walked.words.split()
    officer.look()
    with officer.page.expect_download() as saved:
        officer.hands.push("[data-do=save]")
    assert (saved.value.suggested_filename, Path(saved.value.path()).read_bytes()) == ("advice.txt", b"Keep a copy of every roster.")


def test_unknown_words_look_like_an_empty_inbox(officer: SealingOfficer) -> None:
    """Words that nobody knows open an ordinary empty inbox that can be written to."""
    officer.words = list(to_words(new_entropy(), "ru"))
    officer.look()
    assert officer.hands.sees(".empty") and officer.hands.sees("#text")


def test_misspelt_words_are_named_and_not_sent(officer: SealingOfficer, line: Wire) -> None:
    """A word that is in no list is named to whoever typed it, what was typed stays in the field, and nothing was sent."""
    words = ["qqqqq", *to_words(new_entropy(), "en")[1:]]
    officer.type_words(" ".join(words))
    officer.hands.wait(".trouble:has-text('qqqqq')")
    assert officer.page.locator("#words").input_value() == " ".join(words)
    assert leaks(bytes(line.said), "qqqqq") == [] and line.counted(b"POST ") == 0


def test_a_deleted_message_is_gone(talk: Talk, place: Place) -> None:
    """A message that was deleted is not shown on the next visit, and the others are."""
    for number in (1, 2):
        talk.anna.reply(talk.case, f"Reply {number}")
    batch(place.data)
    talk.officer.look()
    talk.officer.page.locator("[data-do=delete]").first.click()
    talk.officer.hands.wait("[data-done=deleted]")
    talk.officer.look()
    shown = " ".join(talk.officer.hands.texts(".message"))
    # The newest stands first.
    assert "Reply 1" in shown and "Reply 2" not in shown


def test_the_newest_message_stands_first(talk: Talk, place: Place) -> None:
    """As without JavaScript, the messages begin with the newest and end with the oldest."""
    for number in (3, 4):
        talk.anna.reply(talk.case, f"Reply {number}")
    batch(place.data)
    talk.officer.look()
    numbers = [int(number) for number in re.findall(r"Message (\d+) from the desk", " ".join(talk.officer.hands.texts(".message h2")))]
    assert len(numbers) > 1 and numbers == sorted(numbers, reverse=True)


def test_closing_reaches_the_desk(talk: Talk, place: Place) -> None:
    """Close my case is told to the desk as the source's own act."""
    talk.officer.look()
    talk.officer.hands.push("main summary")
    talk.officer.hands.push("[data-do=close]")
    talk.officer.hands.wait("[data-done=closed]")
    batch(place.data)
    talk.anna.fetch()
    talk.anna.hands.open(talk.case)
    assert re.search("closed", " ".join(talk.anna.hands.texts("main")), re.IGNORECASE)


def test_without_a_case_a_message_is_a_new_report(officer: SealingOfficer, line: Wire) -> None:
    """What is written into an inbox without an open case goes to the desk as a sealed report on the same inbox."""
    officer.words = list(to_words(new_entropy(), "en"))
    officer.look()
    officer.answer(f"I begin with my own words. {officer.secret}")
    assert line.counted(b"POST /api/reports ") == 1 and leaks(bytes(line.said), officer.secret) == []


def test_consent_to_a_text_without_its_region(talk: Talk, place: Place, line: Wire) -> None:
    """The exact text is read and agreed to without the region in the browser; the desk has the answer, says so, and nothing of it leaves in clear."""
    talk.anna.draft(talk.case, f"Night shifts {random_id()[:8]}", "consent")
    batch(place.data)
    talk.officer.look()
    talk.officer.hands.push("[data-do=ask]")
    talk.officer.hands.wait("[data-do=answer][value=agree]")
    shown = " ".join(talk.officer.hands.texts("[data-part=exact]"))
    assert "For nine months the night shifts of a whole station were not paid." in shown and "North" in shown
    talk.officer.page.locator("main fieldset input").first.uncheck()
    talk.officer.hands.push("[data-do=answer][value=partly]")
    talk.officer.hands.wait("[data-done=answered]")
    batch(place.data)
    talk.anna.fetch()
    talk.anna.hands.open(talk.case)
    assert re.search("agreed|agrees|without", " ".join(talk.anna.hands.texts("main")), re.IGNORECASE)
    assert leaks(bytes(line.said), "For nine months the night") == []
    batch(place.data)
    talk.officer.look()
    told = " ".join(talk.officer.hands.texts("main"))
    assert told.count("Consent given, without some items") == 2 and told.count("The desk has your answer") == 2 and "has confirmed no answer" not in told
    talk.officer.hands.push("[data-do=ask]")
    talk.officer.hands.wait("[data-do=answer][value=revoke]")
    assert not talk.officer.hands.sees("[data-do=answer][value=agree]") and not talk.officer.hands.sees("[data-do=answer][value=refuse]")


def test_a_question_is_shown_as_readers_will_see_it(talk: Talk, place: Place) -> None:
    """The text has its headings, lists and quotations, codes are words, and below every character stands as it was typed."""
    talk.anna.draft(talk.case, f"Night shifts {random_id()[:8]}", "consent")
    batch(place.data)
    officer = talk.officer
    officer.look()
    officer.hands.push("[data-do=ask]")
    officer.hands.wait("[data-do=unasked]")
    article = officer.page.locator("[data-part=exact] article")
    facts = dict(zip(officer.hands.texts("[data-part=exact] > dl dt"), officer.hands.texts("[data-part=exact] > dl dd"), strict=True))
    drawn = [article.locator(tag).count() for tag in ("h2", "blockquote", "li")]
    typed = officer.page.locator("[data-part=exact] details dd").text_content() or ""
    assert (drawn, "##" in article.inner_text(), "##" in typed) == ([2, 1, 1], False, True)
    assert (facts["kind"], facts["about"]) == ("Story", "Unpaid overtime")


def test_consent_is_taken_back_after_a_yes(talk: Talk, place: Place) -> None:
    """Before any answer the way to take consent back is folded away; right after a yes it stands open, and after a no it is gone."""
    talk.anna.draft(talk.case, f"Night shifts {random_id()[:8]}", "consent")
    batch(place.data)
    talk.officer.look()
    seen = []
    for answer in ("", "agree", "revoke"):
        talk.officer.hands.push("[data-do=ask]")
        talk.officer.hands.wait("[data-do=unasked]")
        if answer:
            seen.append(talk.officer.hands.sees("[value=revoke]"))
            talk.officer.hands.push(f"[value={answer}]")
            talk.officer.hands.wait("[data-done=answered]")
            continue
        seen.append(talk.officer.hands.sees("[value=revoke]"))
        talk.officer.hands.push("[data-do=unasked]")
    talk.officer.hands.push("[data-do=ask]")
    talk.officer.hands.wait("[data-do=unasked]")
    seen.append(talk.officer.hands.sees("[value=revoke]"))
    assert seen == [False, False, True, False]


def test_a_question_stands_alone_on_its_screen(officer: SealingOfficer, walked: Walk) -> None:
    """While the exact text is read nothing else of the inbox can be seen, and all of it is there again afterwards."""
    officer.words = walked.words.split()
    officer.look()
    officer.hands.push("[data-do=ask]")
    officer.hands.wait("[data-do=unasked]")
    alone = [officer.hands.sees(other) for other in ("#text", ".message", INBOX)]
    officer.hands.push("[data-do=unasked]")
    assert (alone, officer.hands.sees("#text")) == ([False] * 3, True)


def test_an_answer_without_a_case_is_refused_plainly(officer: SealingOfficer, walked: Walk, line: Wire) -> None:
    """When the server shows no card, an answer is not sent, and a sentence says why and what can be done."""
    officer.words = walked.words.split()
    line.answers = lambda piece: re.sub(rb'"cards":\[.*?\],"replies"', lambda found: b'"cards":[],"replies"'.ljust(len(found[0])), piece)
    officer.look()
    officer.hands.push("[data-do=ask]")
    officer.hands.wait("[data-do=unasked]")
    # Which answers can be given depends on what the desk has heard; any of them needs a case.
    if not officer.hands.sees("[data-do=answer]"):
        officer.hands.push("[data-part=earlier] summary")
    officer.hands.push("[data-do=answer]")
    officer.hands.wait(".trouble:has-text('cannot take this step today')")


def test_back_closes_the_inbox(officer: SealingOfficer, walked: Walk) -> None:
    """After one step back neither messages nor words are on the page."""
    officer.words = walked.words.split()
    officer.look()
    officer.page.go_back()
    officer.hands.wait("#words")
    assert officer.page.locator("#words").input_value() == "" and not officer.hands.sees(INBOX) and not officer.hands.sees(".message")


def test_a_line_that_breaks_loses_no_message(talk: Talk, line: Wire, tmp_path: Path) -> None:
    """A connection that is lost while a file is on its way is waited out, and the message is kept."""
    file = tmp_path / "film.bin"
    file.write_bytes(random_bytes(1024) * 6 * 1024)
    talk.officer.look()
    talk.officer.hands.attach("#files", [file])
    talk.officer.hands.write("#text", "A film.")
    line.hold(b"PUT /api/parts/")
    talk.officer.hands.push(WRITE)
    assert line.held.wait(30)
    line.cut()
    line.release()
    talk.officer.hands.wait("[data-part=waiting]")
    assert not talk.officer.hands.sees("#text")
    line.mend()
    talk.officer.hands.wait("[data-done=sent]")


def test_an_empty_message_is_refused_with_everything_there(officer: SealingOfficer) -> None:
    """With nothing written and no file nothing is sent, and the inbox stays open."""
    officer.words = list(to_words(new_entropy(), "en"))
    officer.look()
    officer.hands.push(WRITE)
    officer.hands.wait(".trouble")
    assert officer.hands.sees("#text")


def test_a_browser_that_cannot_open_it_keeps_the_plain_form(officer: SealingOfficer, walked: Walk) -> None:
    """When the worker breaks, the plain form comes back with the words in it and says what the server sees; it opens the inbox."""
    page = officer.page
    page.context.route("**/api/sealing", lambda route: route.fulfill(status=404, body="", content_type="text/html"))
    officer.type_words(walked.words)
    officer.hands.wait(".trouble:has-text('could not open the inbox by itself')")
    assert "the server opens your inbox for you" in " ".join(officer.hands.texts("#inbox .seen"))
    assert page.locator("#words").input_value() == walked.words
    officer.hands.press("#inbox button")
    assert officer.hands.sees("form[action$='/inbox/reply']")


def test_firefox_that_resists_fingerprinting_opens_it(line: Wire, walked: Walk, tmp_path: Path) -> None:
    """A browser set as Tor Browser is, with JavaScript, opens an inbox and says nothing of its words."""
    with firefox(tmp_path / "fox", privacy__resistFingerprinting=True) as fox:
        officer = SealingOfficer(fox, line.address, words=walked.words.split())
        officer.look()
        assert any("We have read your report." in text for text in fox.texts(".message"))
    words = walked.words.split()
    assert [pair for pair in zip(words, words[1:], strict=False) if leaks(bytes(line.said), " ".join(pair))] == []
