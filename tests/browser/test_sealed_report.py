# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report that a browser seals: nothing in clear leaves the page, and nothing written is lost (T02, T08, T10)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ombuds.core.effort import BITS, bits_of
from ombuds.core.encoding import decode
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.source_keys import derive
from ombuds.core.wire import NewReport
from ombuds.core.words import read_words
from tests.browser.browsers import firefox, window
from tests.browser.hands import ChromiumHands
from tests.browser.journey import ADD, BACK, NEXT, SEND, Member, SealingOfficer, batch
from tests.browser.shared import Place
from tests.browser.wire import Wire, leaks

MIB = 1024 * 1024


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Closes every window when the test ends."""
    with ExitStack() as opened:
        yield opened


def _case(stack: ExitStack, browser: Browser, place: Place, text: str) -> Member:
    members = [Member(stack.enter_context(window(browser, False)), address) for address in place.at.desks[:2]]
    for member in members:
        member.enter()
    batch(place.data)
    members[0].ask_to_open()
    members[1].approve()
    members[0].fetch()
    members[0].open_case_with(text)
    return members[0]


def test_nothing_in_clear_leaves_the_page(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """In everything that the browser says on a whole journey stand neither text, file, file name, words nor any key of theirs."""
    who, name = random_id(), f"roster-{random_id()}.pdf"
    file = tmp_path / name
    file.write_bytes(b"a roster " + officer.secret.encode() + random_bytes(2000))
    officer.send({"what": f"Ночью без оплаты {officer.secret}", "who": who}, [file])
    officer.give_back()
    keys = derive(read_words(" ".join(officer.words)), _instance(officer, line))
    twos = [f"{one} {two}" for one, two in zip(officer.words, officer.words[1:], strict=False)]
    secrets: list[str | bytes] = [officer.secret, "Ночью без оплаты", who, name, "roster-", *twos, '","'.join(officer.words[:2])]
    secrets += [keys.entropy, keys.mailbox, keys.identity.seed, keys.mac(0)]
    said = bytes(line.said)
    assert line.counted(b"POST /api/reports ") == 1
    assert [(secret, found) for secret in secrets if (found := leaks(said, secret))] == []


def test_the_browser_works_for_its_report(officer: SealingOfficer, line: Wire) -> None:
    """What the browser hands in brings a number that took work for exactly this report, found while the page could still be used."""
    officer.send({"what": officer.secret}, [])
    head, _, rest = bytes(line.said).split(b"POST /api/reports ")[1].partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    new = decode(rest[:length], NewReport)
    assert bits_of(new.sealed.id, new.sealed.manifest.hash, new.effort) >= BITS


def _instance(officer: SealingOfficer, line: Wire) -> str:
    # The hash of the founding charter stands in the report that was sent.
    return bytes(line.said).split(b'"instance_id":"')[1][:64].decode()


def test_the_search_for_leaks_finds_one(officer: SealingOfficer, line: Wire) -> None:
    """The plain form, sent over the same line, is found to say the text, so that the search can be believed."""
    page = officer.page
    page.add_init_script("delete window.Worker")
    officer.hands.open(f"{officer.server}/en/report")
    officer.hands.write("#what", officer.secret)
    officer.hands.press(SEND)
    assert "as it is" in leaks(bytes(line.said), officer.secret)


def test_the_desk_reads_what_was_written_and_how_it_came(stack: ExitStack, browser: Browser, place: Place, officer: SealingOfficer, tmp_path: Path) -> None:
    """Text under its headings, a file byte for byte, what was chosen, what was skipped, and the mode arrive at a desk."""
    file = tmp_path / "photo.png"
    file.write_bytes(random_bytes(70_000))
    officer.send({"what": officer.secret, "where": "North station", "type": "order"}, [file])
    anna = _case(stack, browser, place, officer.secret)
    page = " ".join(" ".join(anna.hands.texts("main")).split())
    assert f"What happened? {officer.secret} Where? North station" in page
    assert "sealed in the source's browser" in page
    assert "An illegal order" in page and "The source wants: Not said" in page
    assert anna.hands.save(".message a[href*='/files/']", 0) == file.read_bytes()


def test_no_words_before_the_server_has_acknowledged(officer: SealingOfficer, line: Wire) -> None:
    """While the sealed report is on its way there are no words on the page; they come after the answer."""
    officer.begin()
    officer.walk({"what": officer.secret})
    line.hold(b"POST /api/reports ")
    officer.hands.push(SEND)
    assert line.held.wait(30)
    officer.page.wait_for_timeout(500)
    assert not officer.hands.sees(".words li")
    line.release()
    officer.hands.wait(".words li")


def test_a_line_that_breaks_is_waited_out(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """A connection that is lost in the middle of a large file comes back, and only what had not arrived is sent again."""
    file = tmp_path / "film.bin"
    file.write_bytes(bytes(9 * MIB))
    officer.begin()
    officer.walk({"what": officer.secret}, [file])
    line.hold(b"PUT /api/parts/")
    officer.hands.push(SEND)
    assert line.held.wait(30)
    line.cut()
    line.release()
    officer.hands.wait("[data-part=waiting]")
    line.mend()
    officer.hands.wait(".words li")
    # 16 MiB of the ladder are four parts and a short one; the broken one was begun twice or more.
    assert len({each[:32] for each in bytes(line.said).split(b"PUT /api/parts/")[1:]}) == 5


def test_a_pause_is_kept_until_it_ends(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """Paused, nothing more is sent; after Go on the words come."""
    file = tmp_path / "film.bin"
    file.write_bytes(bytes(5 * MIB))
    officer.begin()
    officer.walk({"what": officer.secret}, [file])
    line.hold(b"PUT /api/parts/")
    officer.hands.push(SEND)
    assert line.held.wait(30)
    officer.hands.push("[data-do=pause]")
    line.release()
    officer.page.wait_for_timeout(1500)
    assert officer.hands.sees("[data-part=paused]") and line.counted(b"PUT /api/parts/") == 1
    officer.hands.push("[data-do=resume]")
    officer.hands.wait(".words li")


def test_back_loses_nothing_at_any_step(officer: SealingOfficer) -> None:
    """The browser's own back button leads from the last question to the first, and every field still holds what was written."""
    written = {"what": officer.secret, "type": "overtime", "who": "The chief", "where": "North", "when": "In May"}
    officer.begin()
    officer.walk(written)
    page = officer.page
    places = []
    for _ in range(7):
        page.go_back()
        places.append(page.locator("[data-part=place]").inner_text())
    assert places == [f"Question {number} of 8" for number in range(7, 0, -1)]
    assert {name: page.locator(f"#{name}").input_value() for name in written} == written


def test_back_from_sending_returns_to_the_form(officer: SealingOfficer, line: Wire, tmp_path: Path) -> None:
    """Back while a file is on its way stops it; sent again, it is one report with the same file."""
    file = tmp_path / "film.bin"
    file.write_bytes(bytes(5 * MIB))
    officer.begin()
    officer.walk({"what": officer.secret}, [file])
    line.hold(b"PUT /api/parts/")
    officer.hands.push(SEND)
    assert line.held.wait(30)
    officer.page.go_back()
    officer.hands.wait(SEND)
    line.release()
    assert line.counted(b"POST /api/reports ") == 0
    officer.hands.push(SEND)
    officer.hands.wait(".words li")
    assert line.counted(b"POST /api/reports ") == 1


def test_back_from_the_words_does_not_lose_them(officer: SealingOfficer) -> None:
    """Back from the question to the words shows the words; once they are given back, back shows them no more."""
    officer.send({"what": officer.secret})
    page = officer.page
    officer.hands.push(NEXT)
    page.go_back()
    assert officer.hands.texts(".words li") == officer.words
    page.go_back()
    assert officer.hands.texts(".words li") == officer.words
    officer.give_back()
    page.go_back()
    assert officer.hands.sees(".steps") and not officer.hands.sees(".words li")


def test_wrong_words_are_asked_again(officer: SealingOfficer) -> None:
    """A wrong answer is named, costs nothing, and the right one still counts."""
    officer.send({"what": officer.secret})
    officer.hands.push(NEXT)
    for field in officer.page.locator("main form input").all():
        field.fill("zoo")
    officer.hands.push("main form button:not([type])")
    officer.hands.wait(".trouble")
    officer.hands.push(BACK)
    officer.give_back()


def test_two_tabs_are_two_reports(stack: ExitStack, browser: Browser, line: Wire) -> None:
    """Two forms in two tabs, filled in by turns, become two reports with words of their own."""
    one, two = (SealingOfficer(ChromiumHands(page), line.address) for page in _tabs(stack, browser))
    for officer in (one, two):
        officer.begin()
        officer.walk({"what": officer.secret})
    for officer in (one, two):
        officer.hands.push(SEND)
        officer.hands.wait(".words li")
        officer.words = officer.hands.texts(".words li")
    assert line.counted(b"POST /api/reports ") == 2 and one.words != two.words


def _tabs(stack: ExitStack, browser: Browser) -> list[Page]:
    context = browser.new_context()
    stack.callback(context.close)
    return [context.new_page(), context.new_page()]


def test_a_second_press_sends_nothing_more(officer: SealingOfficer, line: Wire) -> None:
    """Two presses of the button in one moment are one report."""
    officer.begin()
    officer.walk({"what": officer.secret})
    officer.page.evaluate("() => { const it = document.querySelector('#report button:not([type])'); it.click(); it.click(); }")
    officer.hands.wait(".words li")
    assert line.counted(b"POST /api/reports ") == 1


def test_the_longest_text_is_taken_and_one_letter_more_is_not(officer: SealingOfficer, line: Wire) -> None:
    """A text of 100,000 characters that was pasted is sealed; one more is refused with everything still there, and nothing is sent."""
    officer.begin()
    officer.walk({"what": "я" * 100_001})
    officer.hands.push(SEND)
    officer.hands.wait(".trouble")
    assert line.counted(b"POST /api/reports ") == 0
    while not officer.hands.sees("#what"):
        officer.hands.push(BACK)
    assert len(officer.page.locator("#what").input_value()) == 100_001
    officer.hands.write("#what", "я" * 100_000)
    officer.walk({})
    officer.hands.push(SEND)
    officer.hands.wait(".words li")


def test_files_can_be_added_and_removed(officer: SealingOfficer, tmp_path: Path) -> None:
    """Files that are added one after the other stand in a list with their sizes, and one that was removed is not in the form."""
    files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for number, file in enumerate(files, start=1):
        file.write_bytes(bytes(number * 1024))
    officer.begin()
    while not officer.hands.sees(ADD):
        officer.hands.push(NEXT)
    for file in files:
        officer.hands.attach("#files", [file])
    assert officer.hands.texts(".chosen [data-part=name]") == ["a.txt (1 kB)", "b.txt (2 kB)", "c.txt (3 kB)"]
    officer.page.locator("[data-do=remove]").nth(1).click()
    assert officer.page.evaluate("[...document.querySelector('#files').files].map(it => it.name)") == ["a.txt", "c.txt"]


def test_words_are_left_alone_by_translators(officer: SealingOfficer) -> None:
    """What a browser translates does not hold the words."""
    officer.send({"what": officer.secret})
    assert officer.page.locator(".notranslate[translate=no] .words li").count() == 12


def test_nothing_stays_in_the_browser(officer: SealingOfficer) -> None:
    """After a whole report there is no cookie, nothing in any storage, and nothing of it in the address."""
    officer.send({"what": officer.secret})
    officer.give_back()
    page = officer.page
    stored = page.evaluate("async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length]")
    assert (page.context.cookies(), stored, page.url) == ([], [0, 0, 0, 0], f"{officer.server}/en/report")


def test_firefox_that_resists_fingerprinting_seals(place: Place, line: Wire, tmp_path: Path) -> None:
    """A browser set as Tor Browser is, with JavaScript, seals a report with a file and says nothing in clear."""
    with firefox(tmp_path / "fox", privacy__resistFingerprinting=True) as fox:
        officer = SealingOfficer(fox, line.address)
        officer.report(tmp_path)
        officer.give_back()
    assert line.counted(b"POST /api/reports ") == 1 and leaks(bytes(line.said), officer.secret) == []
