# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real server program over a test's folder, on a port of this machine; all its processes die together, as in a power cut."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

HOST = "127.0.0.1"


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the program, wait until it answers, and give its process and port."""
    port = _free_port()
    start = "from ombuds.cli.server import app; app()"
    command = [sys.executable, "-c", start, "run", "--data", str(folder), "--port", str(port)]
    # A group of its own: parent and workers die together.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for(process, port)
        yield process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(400):
        try:
            httpx2.get(f"http://{HOST}:{port}/en/report", timeout=2)
            return
        except httpx2.HTTPError:
            assert process.poll() is None, "the server ended by itself"
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
