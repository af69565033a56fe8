# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visitor who is gone in the middle of a file: a real socket is closed, and nothing of the half report stays."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ombuds.server import tick
from ombuds.server.store.schema import forms, parts, reports, shares
from tests.server.institution import Institution, found
from tests.server.programs import HOST, running

SECONDS = 20
PIECE = bytes(1024 * 1024)
PROMISED = 1024 * len(PIECE)
HEAD = b'--x\r\nContent-Disposition: form-data; name="what"\r\n\r\nText.\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'


@dataclass(frozen=True)
class Served:
    """A desk and the port of its running program."""

    here: Institution
    port: int

    def files(self) -> list[Path]:
        """Every stored part."""
        return [path for path in (self.here.folder / "blobs").rglob("*") if path.is_file()]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A desk whose real program runs."""
    here = found(tmp_path / "server", datetime.now(UTC).date())
    with running(here.folder) as (_, port):
        yield Served(here, port)
    here.parts.store.close()


def _begin(served: Served) -> socket.socket:
    """Send the beginning of a report of a gibibyte, until some of it is on the disk."""
    sender = socket.create_connection((HOST, served.port), timeout=SECONDS)
    request = f"POST /en/report HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {PROMISED}\r\n\r\n"
    sender.sendall(request.encode() + HEAD)
    while not served.files():
        sender.sendall(PIECE)
    return sender


def _within_seconds(wanted: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not wanted():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("linger", [None, 0], ids=["closed", "torn"])
def test_nothing_of_a_half_report_stays(served: Served, linger: int | None) -> None:
    """When the connection is closed or torn in the middle of a file, no part and no row of the report is left."""
    sender = _begin(served)
    if linger is not None:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, linger))
    sender.close()
    assert _within_seconds(lambda: not served.files())
    tick.run(served.here.parts, datetime.now(UTC).hour)
    with served.here.parts.store.read() as connection:
        rows = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (reports, shares, forms, parts)]
    assert (rows, served.files()) == ([0, 0, 0, 0], [])
