# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole journey by hand in Chromium with and without JavaScript, and the officer's side in Firefox without it (T11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browsers import firefox, window
from tests.browser.journey import Member, Officer, SealingOfficer, batch, story_called
from tests.browser.shared import Place


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Closes every window when the test ends."""
    with ExitStack() as opened:
        yield opened


def _people(stack: ExitStack, browser: Browser, place: Place, scripts: bool) -> tuple[Officer, list[Member]]:
    officer = (SealingOfficer if scripts else Officer)(stack.enter_context(window(browser, scripts)), place.at.server)
    members = [Member(stack.enter_context(window(browser, scripts)), address) for address in place.at.desks]
    for member in members:
        member.enter()
    return officer, members


def _opened(officer: Officer, members: list[Member], place: Place, folder: Path) -> str:
    officer.report(folder)
    officer.give_back()
    batch(place.data)
    members[0].ask_to_open()
    members[1].approve()
    members[0].fetch()
    return members[0].open_case_with(officer.secret)


@pytest.mark.parametrize("scripts", [False, True], ids=["without-javascript", "with-javascript"])
def test_the_whole_journey_in_chromium(stack: ExitStack, browser: Browser, place: Place, tmp_path: Path, scripts: bool) -> None:
    """A report becomes a public story through the hands of an officer and three members in Chromium."""
    officer, (anna, _boris, vera) = _people(stack, browser, place, scripts)
    case = _opened(officer, [anna, _boris], place, tmp_path)
    anna.reply(case, f"We have read your report {officer.secret[:8]}.")
    title = f"Night shifts are not paid {officer.secret[:6]}"
    anna.draft(case, title, "consent")
    batch(place.data)
    officer.agree()
    batch(place.data)
    anna.fetch()
    anna.draft(case, title, "propose")
    vera.approve()
    anna.fetch()
    story_called(officer.hands, place.at.server, title)
    assert "For nine months the night shifts of a whole station were not paid." in officer.hands.texts(".text")[0]


@pytest.mark.parametrize("scripts", [False, True], ids=["without-javascript", "with-javascript"])
def test_saved_files_are_what_was_sent(stack: ExitStack, browser: Browser, place: Place, tmp_path: Path, scripts: bool) -> None:
    """A photograph and a PDF that a browser sent come out of another browser byte for byte."""
    officer, members = _people(stack, browser, place, scripts)
    _opened(officer, members, place, tmp_path)
    link = ".message a[href*='/files/']"
    saved = [members[0].hands.save(link, number) for number in range(len(members[0].hands.names(link, "href")))]
    assert saved == [file.read_bytes() for file in officer.files(tmp_path)]


def test_firefox_without_javascript(stack: ExitStack, browser: Browser, place: Place, tmp_path: Path) -> None:
    """An officer in Firefox without JavaScript reports, is opened by a member in that Firefox too, and reads the reply."""
    fox = stack.enter_context(firefox(tmp_path / "fox", javascript__enabled=False))
    anna = Member(stack.enter_context(window(browser, False)), place.at.desks[0])
    boris, officer = Member(fox, place.at.desks[1]), Officer(fox, place.at.server)
    anna.enter()
    boris.enter()
    case = _opened(officer, [anna, boris], place, tmp_path)
    anna.reply(case, f"We have read your report {officer.secret[:8]}.")
    batch(place.data)
    officer.look()
    assert any(f"We have read your report {officer.secret[:8]}." in said for said in fox.texts(".message"))


def test_firefox_that_resists_fingerprinting(stack: ExitStack, place: Place, tmp_path: Path) -> None:
    """A browser set as Tor Browser is, without JavaScript, sends a report and opens the inbox with its words."""
    fox = stack.enter_context(firefox(tmp_path / "fox", javascript__enabled=False, privacy__resistFingerprinting=True))
    officer = Officer(fox, place.at.server)
    officer.report(tmp_path)
    officer.give_back()
    officer.look()
    assert fox.names("form[action$='/inbox/reply']", "method") == ["post"]
