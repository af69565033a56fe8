# SPDX-License-Identifier: AGPL-3.0-or-later
"""A note under "this happened to me too" that a browser seals: it leaves apart from its voice, and nothing of it in clear (T02, T10)."""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route

from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from tests.browser.browsers import watch
from tests.browser.journey import SealingOfficer
from tests.browser.shared import Place
from tests.browser.wire import Wire, leaks

SEND = "form[action$='/too'] button"
SEALS = "#voice .seen + .seen"


@pytest.fixture
def form(officer: SealingOfficer) -> str:
    """The address of the form below the newest story that has one, opened in the browser that seals."""
    officer.hands.open(f"{officer.server}/en/stories")
    addresses = [f"{officer.server}{story}/too" for story in officer.hands.names(".item a[href*='/stories/']", "href")]
    address = next(each for each in addresses if officer.page.request.get(each).ok)
    officer.hands.open(address)
    officer.hands.wait(SEALS)
    return address


def _sent(officer: SealingOfficer, note: str) -> None:
    with officer.page.expect_response(lambda it: it.url.endswith("/too") and it.request.method == "POST"):
        officer.hands.write("#note", note)
        officer.hands.push(SEND)
        officer.hands.wait(".words li")
    officer.words = officer.hands.texts(".words li")


def _voices(line: Wire) -> list[dict[str, list[str]]]:
    bodies = [piece.split(b"\r\n\r\n", 1)[1] for piece in re.split(rb"(?=POST /)", bytes(line.said)) if re.match(rb"POST \S+/too ", piece)]
    return [parse_qs(re.split(rb"GET |OPTIONS ", body)[0].decode()) for body in bodies]


def test_nothing_of_a_note_leaves_the_page_in_clear(officer: SealingOfficer, line: Wire, form: str) -> None:
    """In everything that the browser says stand neither the note nor its words nor any key of theirs, and the words open an inbox."""
    note = f"Со мной тоже, на северном посту. {officer.secret}"
    _sent(officer, note)
    officer.give_back()
    keys = derive(read_words(" ".join(officer.words)), bytes(line.said).split(b'"instance_id":"')[1][:64].decode())
    twos = [f"{one} {two}" for one, two in zip(officer.words, officer.words[1:], strict=False)]
    secrets: list[str | bytes] = [officer.secret, "Со мной тоже", "северном", *twos, keys.entropy, keys.mailbox, keys.identity.seed, keys.mac(0)]
    assert line.counted(b"POST /api/reports ") == 1
    assert [(secret, found) for secret in secrets if (found := leaks(bytes(line.said), secret))] == []


def test_a_browser_that_cannot_seal_is_found_to_say_the_note(officer: SealingOfficer, line: Wire, form: str) -> None:
    """The plain form, sent over the same line, is found to say the note, so that the search can be believed."""
    officer.page.add_init_script("delete window.Worker")
    officer.hands.open(form)
    officer.hands.write("#note", officer.secret)
    officer.hands.press(SEND)
    assert len(officer.hands.texts(".words li")) == 12 and "as it is" in leaks(bytes(line.said), officer.secret)


def test_a_voice_says_nothing_of_its_note(officer: SealingOfficer, line: Wire, form: str) -> None:
    """The voice is the form's nonce and check and nothing else, and the report goes under a name that has nothing to do with them."""
    _sent(officer, officer.secret)
    [voice] = _voices(line)
    report = bytes(line.said).split(b"POST /api/reports ", 1)[1].split(b"POST /", 1)[0]
    assert set(voice) == {"nonce", "check"}
    assert [name for name, [value] in voice.items() if value.encode() in report] == []


def test_voice_and_note_are_kept_apart(officer: SealingOfficer, place: Place, form: str) -> None:
    """On the server's disk the voice is counted for its story, and no value of its row stands in any other table but the day."""
    disk = f"file:{place.data / 'server' / 'ombuds.db'}?mode=ro"
    _sent(officer, officer.secret)
    with sqlite3.connect(disk, uri=True) as connection:
        rows = list(connection.iterdump())
    forms = {match[1] for row in rows if (match := re.match(r"""INSERT INTO "voices" VALUES\('([0-9a-f]{64})'""", row))}
    found = [row for row in rows if not row.startswith('INSERT INTO "voices"') and any(form in row for form in forms)]
    assert forms
    assert found == []


def test_a_voice_without_a_note_is_thanked(officer: SealingOfficer, line: Wire, form: str) -> None:
    """Without a note the form goes as it is, makes no report, and the page thanks."""
    officer.hands.press(SEND)
    assert ("counted together with others" in " ".join(officer.hands.texts("main")), line.counted(b"POST /api/reports ")) == (True, 0)


def test_a_voice_that_was_not_counted_is_told(officer: SealingOfficer, form: str) -> None:
    """When the server refuses the voice after the note was kept, the words are there and a sentence says what happened."""

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=400, body="")
        else:
            route.continue_()

    officer.page.route("**/too", refuse)
    _sent(officer, officer.secret)
    officer.hands.wait(".trouble:has-text('your voice could not be counted')")
    assert officer.hands.sees(".words li")


def test_back_from_sending_keeps_the_note(officer: SealingOfficer, line: Wire, form: str) -> None:
    """Back while the sealed note is held on its way stops it: the note stands in its field, and neither report nor voice was made."""
    line.hold(b"GET /api/sealing")
    officer.hands.write("#note", officer.secret)
    officer.hands.push(SEND)
    assert line.held.wait(30)
    officer.page.go_back()
    officer.hands.wait("#note")
    line.release()
    assert (officer.page.locator("#note").input_value(), line.counted(b"POST ")) == (officer.secret, 0)


def test_the_form_of_a_note_asks_nobody_else(officer: SealingOfficer, form: str) -> None:
    """A whole note is sent without a word on the console and without another host."""
    seen = watch(officer.page)
    _sent(officer, officer.secret)
    assert ([line for line in seen.said if "error" in line], seen.hosts()) == ([], {officer.server.split("//")[1]})
