# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real server program over the folder of a test's world, on a port of this machine, that can be killed and started again.

The members' desks are turned to it, and every process of it dies at once, as in a power cut. It judges nothing.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

from tests.desk.desks import World

HOST = "127.0.0.1"


@dataclass
class Served:
    """A running server program."""

    process: subprocess.Popen[bytes]
    address: str

    def kill(self) -> None:
        """Kill every process of it at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @contextmanager
    def killed_after(self, seconds: float) -> Iterator[None]:
        """Let it be killed some moment after the work inside has begun, whatever that is doing then."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        try:
            yield
        finally:
            timer.join()


@contextmanager
def serving(world: World) -> Iterator[Served]:
    """Start a server program over a world's folder, and turn the members' desks to it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    # A group of its own, so that parent and workers die together.
    command = [sys.executable, "-m", "ombuds", "server", "run", "--data", str(world.parts.settings.folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    served = Served(process, f"http://{HOST}:{port}")
    try:
        with httpx2.Client(timeout=20, trust_env=False) as client:
            _wait(client, served)
            _turn(world, client, served.address)
            yield served
    finally:
        served.kill()


def _wait(client: httpx2.Client, served: Served) -> None:
    for _ in range(600):
        try:
            client.get(f"{served.address}/api/charter")
        except httpx2.HTTPError:
            assert served.process.poll() is None, "the server ended by itself"
            time.sleep(0.02)
        else:
            return


def _turn(world: World, client: httpx2.Client, address: str) -> None:
    for desk in world.desks.values():
        desk.remote._client, desk.remote.address = client, address
