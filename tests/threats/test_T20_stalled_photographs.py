# SPDX-License-Identifier: AGPL-3.0-or-later
"""T20: photographs that stall on their way, and forms of their later steps, hold nobody up for much longer than half a minute.

Real sockets come to a real server program. Who gives way, by which speed, is tried with a clock in tests/server/test_arriving.py.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from ombuds.server.campaign.arriving import MOST_HELD, Patience
from ombuds.server.campaign.photograph import LARGEST
from tests.media.corpus import photo
from tests.server.campaigns import Campaign, begin
from tests.server.institution import found
from tests.server.programs import HOST, running
from tests.threats.memory import taken

FIELDS = {"kind": "photo", "sentence": "own", "own": "Still here.", "version": "1"}
BUSY = "Other photographs are being worked on."


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Campaign, int, int]]:
    """A campaign whose server is a real program, its port and its process."""
    today = datetime.now(UTC).date()
    here = found(tmp_path / "server", today)
    campaign = begin(here, begins=today, ends=today + timedelta(days=9))
    # One process, so that all come to the same memory.
    (here.folder / "settings.toml").write_text("workers = 1\n")
    with running(here.folder) as (process, port):
        yield campaign, port, process.pid
    here.parts.store.close()


@pytest.fixture
def campaign(served: tuple[Campaign, int, int]) -> tuple[Campaign, int]:
    """The campaign and the port."""
    return served[:2]


def _stalled(stack: ExitStack, campaign: Campaign, port: int, size: int) -> socket.socket:
    """Somebody who promises a photograph of the largest size, sends so much of it, and then nothing."""
    typed = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in FIELDS.items())
    head = f'{typed}--x\r\nContent-Disposition: form-data; name="photograph"; filename="a.jpg"\r\n\r\n'.encode()
    promised = f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(head) + LARGEST + 9}\r\n"
    line = stack.enter_context(socket.create_connection((HOST, port), timeout=60))
    line.sendall(f"POST /en/campaigns/{campaign.id}/join HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{promised}\r\n".encode() + head)
    line.sendall(bytes(size))
    return line


def _joined(campaign: Campaign, port: int) -> str:
    """What somebody is answered who sends a photograph now."""
    address = f"http://{HOST}:{port}/en/campaigns/{campaign.id}/join"
    return httpx2.post(address, data=FIELDS, files={"photograph": ("a.jpg", photo() + bytes(1_000_000))}, timeout=60).text


def _rest(line: socket.socket, size: int) -> str:
    """Send the rest of a photograph after all, and read what is answered."""
    line.sendall(bytes(LARGEST - size) + b"\r\n--x--\r\n")
    return b"".join(iter(lambda: line.recv(65_536), b"")).decode()


def test_many_that_stall_early_hold_nobody_up(campaign: tuple[Campaign, int]) -> None:
    """Beside sixty uploads that stall after a megabyte, a photograph is shown cleaned at once."""
    with ExitStack() as stack:
        for _ in range(60):
            _stalled(stack, *campaign, size=1_000_000)
        answer = _joined(*campaign)
    assert "Tick each square" in answer


def test_the_largest_that_stall_give_way(campaign: tuple[Campaign, int]) -> None:
    """Four that stall just before the end give way after half a minute, and lose no word: who goes on gets the form back with all that was typed."""
    size = LARGEST - 1
    with ExitStack() as stack:
        stalled = [_stalled(stack, *campaign, size=size) for _ in range(MOST_HELD)]
        until = time.monotonic() + 4 * Patience().span
        while BUSY in (answer := _joined(*campaign)) and time.monotonic() < until:
            time.sleep(1)
        answers = [_rest(line, size) for line in stalled]
    told = [each for each in answers if BUSY in each]
    assert "Tick each square" in answer and len(told) == 1
    assert re.search(r"<textarea[^>]*>\s*Still here\.", told[0])


def _later(stack: ExitStack, campaign: Campaign, port: int, size: int) -> None:
    """Somebody who promises the form of a later step, sends so much of it, and then nothing."""
    line = stack.enter_context(socket.create_connection((HOST, port), timeout=60))
    promised = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {size + 500}\r\n"
    line.sendall(f"POST /en/campaigns/{campaign.id}/join/cover HTTP/1.1\r\nHost: {HOST}\r\n{promised}\r\npicture=".encode() + b"A" * (size - 8))


def test_later_steps_that_stall_are_counted(served: tuple[Campaign, int, int]) -> None:
    """Four hundred forms of a later step that stall before their end take the room of all photographs together and no more, and who comes later is served."""
    campaign, port, process = served
    assert "Tick each square" in _joined(campaign, port)
    before = taken(process)
    with ExitStack() as stack:
        for _ in range(400):
            _later(stack, campaign, port, 630_000)
        time.sleep(3)
        grown = taken(process) - before
        until = time.monotonic() + 4 * Patience().span
        while BUSY in (answer := _joined(campaign, port)) and time.monotonic() < until:
            time.sleep(1)
    # What is counted, and twice as much for what the allocator and four hundred lines take beside it; uncounted it was 450 MB.
    assert grown < 3 * MOST_HELD * LARGEST
    assert "Tick each square" in answer
