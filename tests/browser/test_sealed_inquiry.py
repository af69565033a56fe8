# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions about a published text or of the press, and names for a campaign, that a browser seals: nothing of them leaves in clear (T02, T10)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from ombuds.pages.inquiries import begun
from tests.browser.browsers import watch
from tests.browser.journey import SealingOfficer
from tests.browser.wire import Wire, leaks

SEALS, SEND = "#inquiry .seen + .seen", "#inquiry button"
# What the page gives to the worker that seals is kept for the test.
KEEPS = """window.given = []; const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (said, ...more) { window.given.push(said); return post.call(this, said, ...more); };"""
GIVEN = "window.given.filter((it) => it.order === 'send').map((it) => it.report.text)"
BREAKS = "window.Worker = class extends Worker { constructor(_, how) { super('/static/none.js', how); } };"
KINDS = ("story", "complaint", "press", "named")


@dataclass
class Asking:
    """Somebody before one of the forms."""

    officer: SealingOfficer
    path: str
    said: str
    fields: dict[str, str]

    @property
    def sealed(self) -> str:
        """What the desk is to read, as the server would seal it."""
        lines = f"Name: {self.fields['#name']}\nRole: {self.fields['#role']}\nNo portrait.\n\n" if "#name" in self.fields else ""
        return begun(self.said, self.path, lines + self.fields["#text"])

    def open(self, script: str = "") -> None:
        """Come to the form with a browser to which something was done."""
        if script:
            self.officer.page.add_init_script(script)
        self.officer.hands.open(f"{self.officer.server}/en{self.path}{'?read=1' if self.path.endswith('/named') else ''}")

    def fill(self) -> None:
        """Fill everything in."""
        for field, text in self.fields.items():
            self.officer.hands.write(field, text)


@pytest.fixture(params=KINDS)
def asking(request: pytest.FixtureRequest, officer: SealingOfficer) -> Asking:
    """Each of the forms, not opened yet."""
    hands, text = officer.hands, {"#text": f"Это обо мне, снимок у окна. {officer.secret}"}
    if request.param == "press":
        return Asking(officer, "/press/write", "Question of the press", text)
    hands.open(f"{officer.server}/en/")
    place = "stories" if request.param == "story" else "campaigns"
    shown = next(name for name in hands.names(f"main a[href*='/{place}/']", "href") if re.fullmatch(rf"/en/{place}/[0-9a-f]{{32}}", name))
    hands.open(officer.server + shown)
    title = hands.texts("h1")[0]
    if request.param == "named":
        named = {"#name": f"Мария {officer.secret}", "#role": "Lawyer at the eastern court"}
        return Asking(officer, shown.removeprefix("/en") + "/named", f"Wants to support with a name: {title}", named | text)
    return Asking(officer, shown.removeprefix("/en") + "/correction", f"Correction asked for: {title}", text)


def test_nothing_of_it_leaves_the_page_in_clear(asking: Asking, line: Wire) -> None:
    """Nothing that was typed and none of the words stands in what the browser says, and the desk gets what the server would have sealed."""
    officer = asking.officer
    asking.open(KEEPS)
    officer.hands.wait(SEALS)
    seen = watch(officer.page)
    asking.fill()
    officer.hands.push(SEND)
    officer.hands.wait(".words li")
    officer.words = officer.hands.texts(".words li")
    given = officer.page.evaluate(GIVEN)
    officer.give_back()
    keys = derive(read_words(" ".join(officer.words)), bytes(line.said).split(b'"instance_id":"')[1][:64].decode())
    twos = [f"{one} {two}" for one, two in zip(officer.words, officer.words[1:], strict=False)]
    secrets: list[str | bytes] = [officer.secret, "обо мне", "Мария", "eastern court", *twos, keys.entropy, keys.mailbox, keys.mac(0)]
    assert given == [asking.sealed]
    assert (line.counted(b"POST /api/reports "), line.counted(b"POST /en/")) == (1, 0)
    assert [(secret, found) for secret in secrets if (found := leaks(bytes(line.said), secret))] == []
    assert ([said for said in seen.said if "error" in said], seen.hosts()) == ([], {line.address.split("//")[1]})


def test_a_browser_that_cannot_seal_is_found_to_say_it(asking: Asking, line: Wire) -> None:
    """The plain form, sent over the same line, is found to say what was typed, so that the search can be believed."""
    asking.open("delete window.Worker")
    asking.fill()
    asking.officer.hands.press(SEND)
    assert len(asking.officer.hands.texts(".words li")) == 12 and asking.officer.secret.encode() in bytes(line.said)


def test_a_worker_that_breaks_gives_the_plain_form(asking: Asking, line: Wire) -> None:
    """When the worker breaks, a sentence says what the server will see, and the plain form sends all that was written."""
    hands = asking.officer.hands
    asking.open(BREAKS)
    hands.wait(".trouble:has-text('could not seal what you wrote by itself')")
    asking.fill()
    hands.press(SEND)
    assert len(hands.texts(".words li")) == 12 and asking.officer.secret.encode() in bytes(line.said)


def test_keys_that_were_changed_stop_it(asking: Asking, line: Wire) -> None:
    """When what the server says of the members' keys was changed on the way, nothing is sent and all that was written is still there."""
    hands = asking.officer.hands
    asking.open()
    hands.wait(SEALS)
    asking.fill()
    line.answers = lambda piece: piece.replace(b'"payloadType"', b'"payloadKind"')
    hands.push(SEND)
    hands.wait(".trouble:has-text('Nothing was sent')")
    assert {field: asking.officer.page.locator(field).input_value() for field in asking.fields} == asking.fields
    assert line.counted(b"POST ") == 0


def test_the_form_is_for_everybody(asking: Asking) -> None:
    """Nothing on the form that seals is broken for those who cannot see it, before and with the words."""
    hands = asking.officer.hands
    asking.open()
    hands.wait(SEALS)
    before = [each["id"] for each in Axe().run(asking.officer.page).response["violations"]]
    asking.fill()
    hands.push(SEND)
    hands.wait(".words li")
    assert before == [each["id"] for each in Axe().run(asking.officer.page).response["violations"]] == []


@pytest.mark.parametrize("asking", ["story", "complaint", "press"], indirect=True)
def test_what_stands_before_the_form_is_said_once(asking: Asking) -> None:
    """What explains the form goes with it: beside the words and behind them it is not said again."""
    hands, page = asking.officer.hands, asking.officer.page
    asking.open()
    hands.wait(SEALS)
    first = page.locator("main > .opening").is_visible()
    asking.fill()
    hands.push(SEND)
    hands.wait(".words li")
    assert (first, page.locator("main > .opening").is_visible()) == (True, False)
