# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration as anybody starts it: what its members publish, that nothing is published twice, and the six steps."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest

from ombuds.cli.drive import ANNA, Addresses, Walk
from ombuds.cli.visitor import Visitor
from ombuds.core.errors import RemoteRefused, RemoteSilent
from ombuds.host.remote import connect
from tests.browser.running import PORTS, demonstration, free_ports, leave

# Four starts, of which two are killed late; the machine may be busy.
pytestmark = pytest.mark.timeout(300)
ALL = 8
"""The publications on the first page: seven texts, of which one was corrected, and the campaign."""


def _entries(server: str) -> int:
    """How many publications the first page shows, if it answers."""
    with connect(server) as client, suppress(RemoteSilent, RemoteRefused):
        return len(re.findall(r'<li class="item', Visitor(client).open("/en/").html))
    return 0


@pytest.fixture(scope="module")
def port() -> int:
    """The port of one demonstration through all its starts."""
    return free_ports(PORTS)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, port: int) -> Path:
    """The folder of a demonstration that was killed, with all its parts, while it published stories, and again while it filled the wall."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    for entries in (2, ALL):
        _kill(folder, port, entries)
    return folder


def _kill(folder: Path, port: int, entries: int) -> None:
    """Start the demonstration, and kill it when so many publications are public."""
    command = [sys.executable, "-m", "ombuds", "demo", "--port", str(port), "--data", str(folder)]
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(3000):
            if _entries(f"http://127.0.0.1:{port}") >= entries:
                break
            sleep(0.02)
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@pytest.fixture(scope="module")
def finished(killed: Path, port: int) -> list[str]:
    """What the first page showed when the killed demonstration had been started again; it has ended since."""
    with demonstration(killed, port) as at:
        return _titles(at)


@pytest.fixture(scope="module")
def again(finished: list[str], killed: Path, port: int) -> Iterator[Addresses]:
    """The same demonstration, started a third time."""
    with demonstration(killed, port) as at:
        yield at


def _titles(at: Addresses) -> list[str]:
    return re.findall(r"<h[23][^>]*><a[^>]*>(.*?)</a>", _home(at), re.DOTALL)


def _home(at: Addresses, language: str = "en") -> str:
    with connect(at.server) as client:
        return Visitor(client).open(f"/{language}/").html


def test_it_was_killed_while_it_published(killed: Path) -> None:
    """The folder says that not everything was told when it was killed."""
    assert b'"untold":"20' in (killed / "demonstration.json").read_bytes()


def test_a_killed_start_goes_on(finished: list[str]) -> None:
    """After the next start every text is public once."""
    assert (len(finished), sum("winter boots" in title for title in finished)) == (ALL, 1)


def test_a_killed_start_fills_the_wall(again: Addresses) -> None:
    """After two kills the wall has exactly 120 posts, one was taken back, three were rejected and four wait."""
    with connect(again.server) as client:
        reader = Visitor(client)
        link = next(link for link in reader.open("/en/").links if "/campaigns/" in link)
        counted = json.loads(reader.fetch(f"{link}/numbers.json"))
    assert [counted[name] for name in ("posts", "accepted", "withdrawn", "waiting")] == [120, 121, 1, 4]
    assert counted["rejected"] == {"advertising": 1, "insult": 1, "off-topic": 1}


def test_a_later_start_publishes_nothing(finished: list[str], again: Addresses) -> None:
    """What was told is not told again."""
    assert _titles(again) == finished


@pytest.mark.parametrize(
    "text", ["1 problem solved", "214 hours of night shifts paid", "سبعة أشهر بلا إجازة", "Pinned", "Correction", "cutting through his door"]
)
def test_the_page_lives(again: Addresses, text: str) -> None:
    """The first page counts what was solved and shows the stories, the pinned one, the correction and the updates."""
    assert text in _home(again)


def test_the_days_are_counted(again: Addresses) -> None:
    """The story that waits has waited for twelve days on the day of the founding."""
    with connect(again.server) as client:
        reader = Visitor(client)
        links = [link for link in reader.open("/en/stories").links if "/stories/" in link]
        assert any("Waiting 12 days" in reader.open(link).html for link in dict.fromkeys(links))


def test_the_public_pages_name_no_way_in(again: Addresses) -> None:
    """The bar names the desks' plain addresses, and neither a page nor a file of the server holds a token."""
    tokens = [address.rpartition("=")[2] for address in again.desks]
    page = _home(again)
    assert all(address.split("enter")[0] in page for address in again.desks)
    assert not any(token in page for token in tokens)


def test_the_steps_tick_themselves_off(again: Addresses, killed: Path) -> None:
    """Each of five steps is ticked at Anna's desk once it was done, and not before."""
    walk = Walk(again, killed)

    def ticked() -> int:
        return walk.desks[ANNA].open("/").html.count('<span class="chip">Done</span>')

    seen = [ticked()]
    walk.the_officer_reports()
    walk._tick()
    walk.one_member_cannot_open()
    seen.append(ticked())
    for step in (walk.two_members_open_together, walk.the_desk_answers, walk.the_desk_asks_for_consent, walk.two_members_publish):
        if step == walk.two_members_publish:
            walk.one_member_cannot_publish()
        step()
        walk._fetch(ANNA)
        seen.append(ticked())
    leave(walk)
    assert seen == [0, 1, 2, 3, 4, 5]
