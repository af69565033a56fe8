# SPDX-License-Identifier: AGPL-3.0-or-later
"""T10: somebody watches the network: one host and no other, addresses that tell no source from another, and sizes of one ladder.

A real Chromium walks a source's whole way over a line that keeps what it says. That nothing written is readable in it is
tried in tests/browser; this looks at hosts, addresses, headers and lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from ombuds.host.clock import today
from tests.browser.browsers import Seen, watch, window
from tests.browser.hands import ChromiumHands
from tests.browser.journey import Member, Officer, SealingOfficer, batch
from tests.browser.shared import Place
from tests.browser.wire import Wire, wire
from tests.cli.terminal import Terminal, terminal
from tests.server.answers import open_case
from tests.server.institution import found

REQUEST = re.compile(rb"(GET|POST|PUT|HEAD|OPTIONS|DELETE) (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n", re.DOTALL)
LENGTH = re.compile(rb"(?i)^content-length: (\d+)", re.MULTILINE)
TELLING = re.compile(rb"(?im)^(cookie|referer|authorization|etag|if-none-match|if-modified-since): ")
# A part of a file has a random name of its own, which says nothing of whose it is; the stylesheet and the script bear their hash.
PART, OURS = re.compile(r"(?<=/parts/)[0-9a-f]{32}$"), re.compile(r"^/static/\S+$")
TELLTALE = re.compile(r"[0-9a-f]{8}|[?]")


@dataclass(frozen=True)
class Watched:
    """A source whose browser and line are watched."""

    officer: Officer
    seen: Seen
    line: Wire


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Closes every window when the test ends."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture(params=[False, True], ids=["without-javascript", "with-javascript"])
def source(request: pytest.FixtureRequest, stack: ExitStack, browser: Browser, place: Place) -> Watched:
    """A source with and without JavaScript, at the end of a line to the server."""
    return _watched(stack, browser, stack.enter_context(wire(place.at.server)), request.param)


def _watched(stack: ExitStack, browser: Browser, line: Wire, scripts: bool) -> Watched:
    hands = stack.enter_context(window(browser, scripts))
    assert isinstance(hands, ChromiumHands)
    return Watched((SealingOfficer if scripts else Officer)(hands, line.address), watch(hands.page), line)


def _requests(line: Wire) -> list[tuple[str, str, bytes]]:
    """Return method, address and headers of everything that was asked over the line."""
    return [(method.decode(), address.decode(), headers) for method, address, headers in REQUEST.findall(bytes(line.said))]


def _sizes(line: Wire) -> list[tuple[str, int]]:
    """Return where sealed things went, and how long they were."""
    went = [(PART.sub("ID", address), LENGTH.search(headers)) for method, address, headers in _requests(line) if method != "GET"]
    return sorted((address, int(length[1])) for address, length in went if length)


def _whole_way(stack: ExitStack, browser: Browser, place: Place, officer: Officer, folder: Path) -> None:
    officer.hands.open(f"{officer.server}/en/")
    officer.report(folder)
    officer.give_back()
    members = [Member(stack.enter_context(window(browser, False)), address) for address in place.at.desks[:2]]
    for member in members:
        member.enter()
    batch(place.data)
    members[0].ask_to_open()
    members[1].approve()
    members[0].fetch()
    case = members[0].open_case_with(officer.secret)
    members[0].reply(case, "We have read your report.")
    members[0].draft(case, f"Night shifts {officer.secret[:6]}", "consent")
    batch(place.data)
    officer.agree()
    officer.look()
    officer.answer("Thank you.")


def test_a_whole_way_tells_nobody(stack: ExitStack, browser: Browser, place: Place, source: Watched, tmp_path: Path) -> None:
    """From the first page to the consent a browser asks one host alone, with no cookie or referrer, at addresses that name no report, inbox or case."""
    _whole_way(stack, browser, place, source.officer, tmp_path)
    asked = _requests(source.line)
    told = sorted({address for _, address, _ in asked if not OURS.match(address) and TELLTALE.search(PART.sub("ID", address))})
    headers = [name for _, _, headers in asked for name in TELLING.findall(headers)]
    assert (len(asked) > 10, source.seen.hosts(), told, headers) == (True, {urlsplit(source.line.address).netloc}, [], [])


def test_a_browser_sends_steps_of_the_ladder(stack: ExitStack, browser: Browser, place: Place, tmp_path: Path) -> None:
    """A short text with a file of one byte and a long text with one of sixty thousand are as long on the wire; a larger file is one step more."""
    sizes = []
    for number, (text, size) in enumerate((("x", 1), ("They took my leave. " * 300, 60_000), ("x", 70_000))):
        file = tmp_path / f"{'n' * (1 + 20 * number)}.bin"
        file.write_bytes(bytes(size))
        with wire(place.at.server) as line:
            _watched(stack, browser, line, True).officer.send({"what": text}, [file])
            sizes.append([(address, size) for address, size in _sizes(line) if address.startswith("/api/")])
    short, long, larger = sizes
    assert short and short == long and [address for address, _ in larger] == [address for address, _ in short] and larger != short


def test_the_command_line_sends_steps_of_the_ladder(tmp_path: Path) -> None:
    """What `ombuds send` and `ombuds inbox` say is as long for a short text and a small file as for longer ones."""
    lengths = []
    for number, (text, size) in enumerate((("x", 1), ("They took my leave. " * 300, 60_000))):
        (folder := tmp_path / f"{number}").mkdir()
        here = found(folder / "server", today())
        with terminal(here, folder) as person:
            words = person.sends(text, (person.file("n" * (1 + 20 * number), bytes(size)),))
            open_case(here, words)
            person.looks(words, text, reply=True)
        lengths.append(_heard(person))
        here.parts.store.close()
    assert "/api/inbox/messages" in dict(lengths[0]) and lengths[0] == lengths[1]


def _heard(person: Terminal) -> list[tuple[str, int]]:
    lines = [body.split(b"\n", 1) for body in person.bodies]
    return [(PART.sub("ID", urlsplit(address.decode()).path), len(body)) for address, body in lines]
