# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a browser cannot seal, or the desk cannot be verified: the plain form with all that was written, or nothing (T18, T19)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import Seen, watch
from tests.browser.journey import NEXT, SEND, SealingOfficer
from tests.browser.wire import Wire

# From the seventh new screen on, a part of the browser that the script needs is broken.
BREAKS = """{
  let left = 6;
  const push = history.pushState;
  history.pushState = (...all) => {
    if (!left--) throw new Error("broken");
    push.apply(history, all);
  };
}"""
PLAIN, UNSAFE = "could not seal the report by itself", "could not make sure"


def _plainly(officer: SealingOfficer) -> None:
    """Send the plain form that came back, and note the words."""
    officer.hands.press(SEND)
    officer.words = officer.hands.texts(".words li")


def _breaks_the_worker(officer: SealingOfficer) -> None:
    # The same file is asked for twice: by the page, and by the worker.
    asked: list[str] = []

    def answer(route) -> None:  # type: ignore[no-untyped-def]
        asked.append(route.request.url)
        if len(asked) == 1:
            route.continue_()
        else:
            route.fulfill(body="throw new Error('broken')", content_type="text/javascript")

    officer.page.context.route("**/static/report-*.js", answer)


def test_a_worker_that_breaks_gives_the_plain_form(officer: SealingOfficer) -> None:
    """When the worker does not start, a plain sentence says what the server will see, and the plain form still sends."""
    _breaks_the_worker(officer)
    officer.hands.open(f"{officer.server}/en/report")
    officer.hands.wait(f".trouble:has-text('{PLAIN}')")
    assert "The server seals the report while it arrives" in officer.hands.texts(".before")[0]
    officer.hands.write("#what", officer.secret)
    _plainly(officer)
    assert len(officer.words) == 12


def test_a_script_that_throws_half_way_loses_nothing(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """When the script breaks at the sixth question, everything that was written and every file stand in the plain form, which sends them."""
    page = officer.page
    page.add_init_script(BREAKS)
    file = tmp_path / "roster.pdf"
    file.write_bytes(b"a roster")
    officer.begin()
    officer.walk({"what": officer.secret, "who": "The chief"}, [file])
    officer.hands.wait(f".trouble:has-text('{PLAIN}')")
    assert page.evaluate("[...document.querySelector('#files').files].map(it => it.name)") == ["roster.pdf"]
    assert (page.locator("#what").input_value(), page.locator("#who").input_value()) == (officer.secret, "The chief")
    _plainly(officer)
    assert len(officer.words) == 12 and b'filename="roster.pdf"' in line.said


def test_a_browser_without_workers_keeps_the_plain_form(officer: SealingOfficer) -> None:
    """A browser that lacks what is needed shows the plain form, unchanged."""
    page = officer.page
    page.add_init_script("delete window.Worker")
    officer.hands.open(f"{officer.server}/en/report")
    page.wait_for_load_state("load")
    assert page.locator(".question").count() == page.locator(".question >> visible=true").count()
    assert not officer.hands.sees(NEXT)


def test_a_changed_script_does_not_run(officer: SealingOfficer) -> None:
    """A script that is not the one that the page names by its hash is not run, and the plain form stays."""
    page = officer.page
    page.context.route("**/static/report-*.js", lambda route: route.fulfill(body="document.title = 'changed'", content_type="text/javascript"))
    officer.hands.open(f"{officer.server}/en/report")
    page.wait_for_load_state("load")
    assert page.title() != "changed" and officer.hands.sees(SEND)


def test_an_older_server_gives_the_plain_form(officer: SealingOfficer, line: Wire) -> None:
    """A server without the door for sealed reports is told plainly, and gets the form by the plain way."""
    page = officer.page
    page.context.route("**/api/sealing", lambda route: route.fulfill(status=404, body="<html></html>", content_type="text/html"))
    officer.hands.open(f"{officer.server}/en/report")
    officer.hands.wait(f".trouble:has-text('{PLAIN}')")
    officer.hands.write("#what", officer.secret)
    _plainly(officer)
    assert len(officer.words) == 12


def test_another_program_of_the_future_gives_the_plain_form(officer: SealingOfficer, line: Wire) -> None:
    """An answer that this script does not understand is no reason to lose a report."""
    line.answers = lambda piece: piece.replace(b'{"charters":', b'{"chartErs":')
    officer.hands.open(f"{officer.server}/en/report")
    officer.hands.wait(f".trouble:has-text('{PLAIN}')")


@pytest.mark.parametrize("field", [b"charters", b"freshness", b"epochs"])
def test_a_desk_that_cannot_be_verified_gets_nothing(officer: SealingOfficer, line: Wire, field: bytes) -> None:
    """With one changed signature of a charter, a confirmation or a key, a plain sentence says so, and there is no button that sends."""
    line.answers = lambda piece: _changed(piece, field)
    officer.hands.open(f"{officer.server}/en/report")
    officer.hands.wait(f".trouble:has-text('{UNSAFE}')")
    assert not officer.hands.sees(SEND)
    officer.page.evaluate("document.querySelector('#report').requestSubmit()")
    officer.page.wait_for_timeout(300)
    assert b"POST " not in line.said


def _changed(piece: bytes, field: bytes) -> bytes:
    """Change one letter of every signature after the field's name."""
    head, name, rest = piece.partition(b'"' + field + b'":')
    return head + name + re.sub(rb'("sig":")(.)', lambda found: found[1] + (b"A" if found[2] != b"A" else b"B"), rest)


def test_a_file_that_is_gone_is_named(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """A file that was changed after it was chosen is said to be unreadable; the text stays, and without the file it is sent."""
    file = tmp_path / "photo.png"
    file.write_bytes(b"first")
    officer.begin()
    officer.walk({"what": officer.secret}, [file])
    file.unlink()
    officer.hands.push(SEND)
    officer.hands.wait(".trouble:has-text('can no longer be read')")
    officer.hands.push("[data-do=remove]")
    officer.walk({})
    officer.hands.push(SEND)
    officer.hands.wait(".words li")


def test_an_empty_report_goes_back_to_its_question(officer: SealingOfficer, line: Wire) -> None:
    """With nothing written and no file, nothing is sent and the first question is shown."""
    officer.begin()
    officer.walk({})
    officer.hands.push(SEND)
    officer.hands.wait(".trouble:has-text('nothing in this report')")
    assert officer.hands.sees("#what") and line.counted(b"POST /api/reports ") == 0


def test_leaving_with_something_written_is_asked_about(officer: SealingOfficer) -> None:
    """A page that holds a text does not let itself be left without a question of the browser's own."""
    page = officer.page
    seen: Seen = watch(page)
    officer.begin()
    page.locator("#what").press_sequentially("We work nights")
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert len(seen.dialogs) == 1


def test_words_are_shown_whatever_breaks_after_the_acknowledgement(officer: SealingOfficer) -> None:
    """When the page breaks once the server has the report, the words are shown all the same."""
    page = officer.page
    page.add_init_script("HTMLFormElement.prototype.reset = () => { throw new Error('broken'); }")
    officer.send({"what": officer.secret})
    assert len(officer.words) == 12


def test_words_are_shown_although_their_screen_is_gone(officer: SealingOfficer) -> None:
    """When something took the screen for the words out of the page meanwhile, they stand there without it."""
    page = officer.page
    officer.begin()
    officer.walk({"what": officer.secret})
    page.evaluate("document.getElementById('screen-words').remove()")
    officer.hands.push(SEND)
    expect(page.locator("main")).to_have_text(re.compile(r"^([a-z]+ ){11}[a-z]+$"))
