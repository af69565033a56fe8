# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member had typed when the desk locked itself: it comes back after the passphrase, and nothing was sent meanwhile."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from httpx2 import Response

from ombuds.desk.log import read_case
from tests.desk.desks import PASSPHRASE, World, opened
from tests.desk.screens import Browser, browser_at

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LONG = 'A long text with "quotes" & <brackets>\nand a second line.'
DRAFT = {"do": "save", "kind": "story", "language": "en", "title": "Forty hours", "body": LONG, "basis": "sources"}


@pytest.fixture
def browser(world: World) -> Browser:
    """A browser at the desk of anna."""
    return browser_at(world, world["anna"])


def too_late(browser: Browser, path: str, fields: dict[str, str], files: bool = False) -> Response:
    """Send a form an hour after its screen was opened."""
    form = {"token": browser.mark(), **fields}
    browser.ticks.now += 3600
    return browser.client.post(path, data=form, files=[("files", ("", b"", ""))] if files else None)


def unlocked(browser: Browser, asked: Response, passphrase: str = PASSPHRASE) -> Response:
    """Type the passphrase into the page that asks for it, and send all that is in its form."""
    kept: dict[str, str] = {name: unescape(value) for name, value in HIDDEN.findall(asked.text)}
    return browser.client.post("/unlock", data={**kept, "passphrase": passphrase})


def test_a_draft_comes_back_after_the_passphrase(browser: Browser) -> None:
    """A text sent to a locked desk stands in the editor again once the vault is open."""
    text = unescape(unlocked(browser, too_late(browser, "/publish", DRAFT)).text)
    assert 'value="Forty hours"' in text and f"{LONG}</textarea>" in text


def test_opening_the_desk_sends_nothing(browser: Browser, world: World) -> None:
    """What comes back is neither kept nor sent before a button is pressed."""
    unlocked(browser, too_late(browser, "/publish", DRAFT))
    assert world["anna"].vault.drafts() == []


def test_a_wrong_passphrase_loses_nothing(browser: Browser) -> None:
    """A text is still there after a wrong passphrase and then the right one."""
    wrong = unlocked(browser, too_late(browser, "/publish", DRAFT), "guess")
    assert "Forty hours" in unlocked(browser, wrong).text


def test_what_was_typed_is_on_no_disk(browser: Browser, world: World) -> None:
    """While the desk is locked, nothing of the text stands in the vault's folder."""
    too_late(browser, "/publish", DRAFT)
    assert [path for path in Path(world.folder).rglob("*") if path.is_file() and b"Forty hours" in path.read_bytes()] == []


def test_a_reply_comes_back_and_can_be_sent(browser: Browser, world: World) -> None:
    """A reply to the source that came too late is offered once more, and goes out when the member says so."""
    case = opened(world, world.source())
    text = unlocked(browser, too_late(browser, f"/cases/{case}/reply", {"text": LONG}, files=True)).text
    found = re.search(r"<textarea[^>]*>\n([^<]*)</textarea>", text)
    browser.client.post(f"/cases/{case}/reply", data={"token": browser.mark(), "text": unescape(found[1]) if found else ""}, files=[("files", ("", b"", ""))])
    assert [line.message.text for line in read_case(world["anna"], case).said] == [LONG]


@pytest.mark.parametrize(("step", "field"), [("note", "text"), ("status", "text"), ("close", "reason")])
def test_a_line_about_a_case_comes_back(browser: Browser, world: World, step: str, field: str) -> None:
    """A note, a status and a reason that came too late are offered once more."""
    case = opened(world, world.source())
    text = unlocked(browser, too_late(browser, f"/cases/{case}/{step}", {field: LONG})).text
    assert f'action="/cases/{case}/{step}"' in text and LONG in unescape(text)


def test_an_approval_does_not_come_back(browser: Browser) -> None:
    """An approval is not sent on: the member looks at what is asked and answers anew."""
    answer = unlocked(browser, too_late(browser, "/approve", {"proposal": "ab" * 32, "answer": "approve", "reason": "fine"}))
    assert answer.url.path == "/" and "<h1>Today</h1>" in answer.text


def test_nobody_is_led_elsewhere(browser: Browser) -> None:
    """An address that is not one of the desk's forms leads to Today."""
    token = browser.mark()
    browser.press("/lock", {})
    fields = {"token": token, "passphrase": PASSPHRASE, "back": "//evil.example/", "typed.text": "x"}
    assert browser.client.post("/unlock", data=fields).url.path == "/"
