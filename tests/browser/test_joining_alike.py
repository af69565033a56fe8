# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wants a receipt for a post looks on the line like who wants none: the same requests in the same order, each way of the same size (T10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browsers import window
from tests.browser.campaigning import EXACT, FORM, Running
from tests.browser.hands import ChromiumHands
from tests.browser.wire import wire

REQUEST = re.compile(rb"(?:GET|POST|PUT|DELETE) /\S* HTTP/1\.1\r\n")
WITHDRAW = "details:has([name=receipt]) summary"
SQUARE = ".cells [value='30']"


@dataclass
class Visit:
    """What somebody on the line sees of one supporter: each request from the button on, how much was said, and how much was answered."""

    requests: list[str]
    said: int
    answered: int
    words: int


def _visit(browser: Browser, campaign: Running, how: tuple[bool, str, str], photograph: Path | None = None) -> Visit:
    scripted, language, receipt = how
    heard = bytearray()

    def hear(piece: bytes) -> bytes:
        heard.extend(piece)
        return piece

    with wire(campaign.server) as line, window(browser, scripted, 360) as hands:
        line.answers = hear
        hands.open(line.address + campaign.path.replace("/en/", f"/{language}/"))
        if scripted:
            hands.wait("#join .before > .seen + .seen")
        _filled(hands, receipt, photograph)
        before, already = len(line.said), len(heard)
        if scripted:
            hands.push(FORM)
            hands.wait(EXACT)
            hands.push(EXACT)
            hands.page.locator("#join").wait_for(state="detached")
        else:
            _plainly(hands, photograph)
        said = bytes(line.said[before:])
        words = [word for word in hands.texts(".words li") if word]
        return Visit([each.decode().strip() for each in REQUEST.findall(said)], len(said), len(heard) - already, len(words))


def _filled(hands: ChromiumHands, receipt: str, photograph: Path | None) -> None:
    hands.page.locator("[name=shape][value='3']").check()
    hands.page.locator("[name=colour][value='1']").check()
    hands.push(WITHDRAW)
    if receipt:
        hands.tick("[name=receipt][value='1']")
    if receipt and hands.page.locator("select[name=words_language]").count():
        hands.page.select_option("select[name=words_language]", receipt)
    if photograph:
        hands.tick("[name=kind][value=photo]")
        hands.attach("#photograph", [photograph])


def _plainly(hands: ChromiumHands, photograph: Path | None) -> None:
    hands.press(FORM)
    if photograph:
        hands.tick(SQUARE)
        hands.press("form[action$=result] button")
        hands.press("form[action$=send] button:not(.quiet)")
    hands.wait("#onward")


def _alike(*visits: Visit) -> None:
    [without, *others] = visits
    assert without.words == 0 and {each.words for each in others} == {12}
    for each in others:
        assert (each.requests, each.said, each.answered) == (without.requests, without.said, without.answered)


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_a_receipt_does_not_show_when_the_browser_seals(browser: Browser, campaign: Running, language: str) -> None:
    """With JavaScript a post with a receipt, in any list of words, asks for the same and sends as much as one without."""
    lists = ["en", "ru"] if language == "ar" else [language]
    _alike(*(_visit(browser, campaign, (True, language, receipt)) for receipt in ("", *lists)))


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_a_receipt_does_not_show_when_the_server_seals(browser: Browser, campaign: Running, language: str) -> None:
    """Without JavaScript form and thanks with twelve words, in any list, are as long as without."""
    lists = ["en", "ru"] if language == "ar" else [language]
    _alike(*(_visit(browser, campaign, (False, language, receipt)) for receipt in ("", *lists)))


def test_a_receipt_does_not_show_on_the_way_of_a_photograph(browser: Browser, campaign: Running, photograph: Path) -> None:
    """Without JavaScript each step of a photograph sends as much with a receipt as without."""
    first, other = (_visit(browser, campaign, (False, "en", receipt), photograph) for receipt in ("", "en"))
    # The pictures between the steps were moved by chance: their own sizes differ, and the lengths on the line do not.
    assert (first.words, other.words) == (0, 12)
    assert (first.requests, first.said, first.answered) == (other.requests, other.said, other.answered)
