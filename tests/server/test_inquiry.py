# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever a text is about, and the press, ask by a form of their own: it names the story, is sealed, and is answered (T02, T08)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from ombuds.pages.inquiries import Inquiry, inquiry_of
from ombuds.pages.languages import SHIPPED
from tests.server.acts import drafted, publish, said, takedown
from tests.server.institution import Institution, found
from tests.server.postgres import BOTH
from tests.server.visits import confirm, nonce_in, only_body, opened, sent_of, stored

WRONG = "The shift ended at six, not at eight."


def out(here: Institution, kind: str = "story") -> str:
    """Publish a text and return its path without the language."""
    draft = drafted(here, said(kind=kind))
    assert publish(here, draft).status_code == 200
    return f"/{'updates' if kind == 'update' else 'stories'}/{draft.proposal.subject}"


def ask(browser: TestClient, path: str, text: str = WRONG, language: str = "en") -> Response:
    """Fill the form in and send it."""
    address = f"/{language}{path}"
    return browser.post(address, data={"nonce": nonce_in(browser.get(address)), "text": text, "words_language": "en"})


@pytest.mark.parametrize("kind", ["story", "update"])
def test_a_page_leads_to_its_own_form(here: Institution, browser: TestClient, kind: str) -> None:
    """A story and an update link the form that says which of them it concerns, and that form links back."""
    path = out(here, kind)
    assert f'href="/en{path}/correction"' in browser.get(f"/en{path}").text
    assert f'<a href="/en{path}" lang="en" dir="auto">Night shifts</a>' in browser.get(f"/en{path}/correction").text


@BOTH
def test_a_correction_names_its_story_in_its_sealed_text(here: Institution, browser: TestClient) -> None:
    """What members open begins with the title, then the address of the story, then what was written; nothing else in the store says so."""
    path = out(here)
    sent_of(ask(browser, f"{path}/correction"))
    body = only_body(here)
    assert body.text == f"Correction asked for: Night shifts\n{path}/correction\n\n{WRONG}"
    assert inquiry_of(body.text) == Inquiry(about="correction", subject=path.rpartition("/")[2])


def test_it_is_in_the_words_of_who_asks(here: Institution, browser: TestClient) -> None:
    """The heading is in the language of the form, and the title in it too where there is one."""
    path = out(here)
    sent_of(ask(browser, f"{path}/correction", language="ru"))
    assert only_body(here).text.startswith(f"Просьба об исправлении: Night shifts по-русски\n{path}/correction\n")


def test_it_gives_an_inbox(here: Institution, browser: TestClient) -> None:
    """Twelve words come back, two are asked, and the words open an inbox, as with a report."""
    sent = sent_of(ask(browser, f"{out(here)}/correction"))
    asked = confirm(browser, sent)
    inbox = browser.post("/en/inbox", data={"words": sent.line})
    assert (len(sent.words), asked.status_code, inbox.status_code) == (12, 200, 200)


def test_its_pages_speak_to_who_asks(here: Institution, browser: TestClient) -> None:
    """From the form to what happens next nobody is spoken to as a whistleblower; also when the two words are wrong."""
    path = out(here)
    form = browser.get(f"/en{path}/correction")
    words = ask(browser, f"{path}/correction")
    sent = sent_of(words)
    hidden = {"nonce": sent.nonce, "check": sent.check, "inquiry": "1"}
    assert '<input type="hidden" name="inquiry" value="1">' in words.text
    wrong = browser.post("/en/report/confirm", data={**hidden, **{f"word_{place}": "wrong" for place in sent.asked}})
    right = browser.post("/en/report/confirm", data={**hidden, **{f"word_{place}": sent.words[place - 1] for place in sent.asked}})
    mains = [re.sub(r"<nav.*?</nav>", "", page.text, flags=re.DOTALL).partition("<main")[2].partition("</main>")[0] for page in (form, words, wrong, right)]
    assert [found for main in mains for found in re.findall(r"(?i)\byour report\b|superiors|collect", main)] == []


@pytest.mark.parametrize("language", SHIPPED)
def test_the_press_has_a_form(here: Institution, browser: TestClient, language: str) -> None:
    """Where the members name no contact, the press page leads to a form for journalists, whose text says that it is one."""
    assert f'href="/{language}/press/write"' in browser.get(f"/{language}/press").text
    sent_of(ask(browser, "/press/write", "By Friday, please.", language))
    assert inquiry_of(only_body(here).text) == Inquiry(about="press")


def test_a_signed_contact_comes_first(here: Institution, browser: TestClient) -> None:
    """Where the members signed a contact for the press, the page leads there and not to the form."""
    contact = [{"title": "Anna", "url": "mailto:press@desk.example"}]
    publish(here, drafted(here, said(kind="update", tags=["presscontact"], sources=contact)))
    page = browser.get("/en/press").text
    assert ("mailto:press@desk.example" in page, "/press/write" in page) == (True, False)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_form_comes_back(here: Institution, browser: TestClient, text: str) -> None:
    """Without a text nothing is kept and the form comes back."""
    answer = ask(browser, f"{out(here)}/correction", text)
    assert (answer.status_code, 'name="text"' in answer.text, stored(here)) == (400, True, [])


def test_what_is_too_long_is_refused(tmp_path: Path) -> None:
    """A text beyond the limit comes back with everything that was typed, and nothing is kept."""
    small = found(tmp_path / "small", largest_text=1000)
    answer = ask(small.client(), "/press/write", "word " * 201)
    kept = stored(small)
    small.parts.store.close()
    assert (answer.status_code, ("word " * 201).strip() in answer.text, kept) == (413, True, [])


def test_a_long_text_of_wide_letters_is_taken(here: Institution, browser: TestClient) -> None:
    """A text within the limit is taken whole in any script, however many bytes a browser makes of it."""
    sent_of(ask(browser, "/press/write", "ж" * 90_000))
    assert only_body(here).text.endswith("ж" * 90_000)


def test_the_same_form_is_one_request(here: Institution, browser: TestClient) -> None:
    """A form that was sent and confirmed is not taken again, and says so in its own words."""
    path = f"/en{out(here)}/correction"
    fields = {"nonce": nonce_in(browser.get(path)), "text": WRONG, "words_language": "en"}
    confirm(browser, sent_of(browser.post(path, data=fields)))
    again = browser.post(path, data=fields)
    assert (again.status_code, "This was received already." in again.text, len(stored(here))) == (409, True, 1)


def test_there_is_no_form_for_what_is_not_public(here: Institution, browser: TestClient) -> None:
    """Nobody asks about a text that never was, or that was taken down."""
    path = out(here)
    publish(here, takedown(here, path.rpartition("/")[2]))
    assert [browser.get(f"/en{each}/correction").status_code for each in (path, f"/stories/{'0' * 32}", "/stories/x")] == [404, 404, 404]


def test_a_silent_desk_takes_nothing(here: Institution, browser: TestClient) -> None:
    """A desk whose members have not renewed their keys takes no inquiry, and says so."""
    path = out(here)
    here.calendar.day += timedelta(days=30)
    assert (browser.get(f"/en{path}/correction").status_code, browser.get("/en/press/write").status_code) == (503, 503)


def test_nothing_of_it_is_readable_in_the_store(here: Institution, browser: TestClient) -> None:
    """Neither the words nor which story it concerns lie readable in the database."""
    path = out(here)
    sent_of(ask(browser, f"{path}/correction", "A canary of nine letters"))
    (sealed,) = stored(here)
    opened(here, sealed)
    there = b"".join(file.read_bytes() for file in here.folder.rglob("*") if file.is_file())
    assert (b"canary of nine" in there, b"/correction" in there) == (False, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Said\n/stories/{'a' * 32}\n\nMore", Inquiry(about="too", subject="a" * 32)),
        (f"Said\n/updates/{'a' * 32}/correction\n\nMore", Inquiry(about="correction", subject="a" * 32)),
        ("Said\n/press/write\n\nMore", Inquiry(about="press")),
        (f"Said\n\n/stories/{'a' * 32}", None),
        (f"Said /stories/{'a' * 32}\n\nMore", None),
        ("What happened?\nThey cut it.\n\nWhere?\nThere", None),
        ("", None),
    ],
)
def test_only_a_line_of_the_first_block_says_what_it_is_about(text: str, told: Inquiry | None) -> None:
    """An address somewhere in a report is a report's own business."""
    assert inquiry_of(text) == told
