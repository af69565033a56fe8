# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that a measurement starts, on loopback alone: started, watched in /proc, and ended by their own number.

Linux only, as the rest of the measurements. It ends nothing that it did not start.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

HERE = "127.0.0.1"
PATIENCE = 20.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1e6


@dataclass(frozen=True)
class Running:
    """A server that answered its first request `started_in` seconds after its start."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def tree(self) -> list[int]:
        """The numbers of the process and of all that it started."""
        return _tree(self.process.pid)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], port: int, path: str) -> Iterator[Running]:
    """Start a server, wait for its first 200, and end it however the block ends."""
    with tempfile.TemporaryFile() as said:
        begin = monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={**os.environ, **environment})
        try:
            _wait(process, port, path, begin)
            yield Running(process, port, monotonic() - begin)
        except Exception:
            said.seek(0)
            print(said.read()[-4000:].decode(errors="replace"), file=sys.stderr)
            raise
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End one process, first kindly."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port


def begin_part(module: str, asked: Mapping[str, object]) -> subprocess.Popen[bytes]:
    """Start one of our own modules in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", module, json.dumps(asked)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def part_ended(process: subprocess.Popen[bytes], seconds: float) -> dict[str, float]:
    """Return what a module of ours printed."""
    try:
        said, _ = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            end(process)
    if process.returncode:
        raise RuntimeError("a measuring process failed")
    figures: dict[str, float] = json.loads(said)
    return figures


def pss(numbers: Sequence[int]) -> float:
    """Return the memory of these processes in MB, shared pages counted once among all who share them."""
    return sum(_field(f"/proc/{number}/smaps_rollup", "Pss:") for number in numbers) * 1024 / MB


def rss(numbers: Sequence[int]) -> float:
    """Return the memory of these processes in MB, shared pages counted for each: cheap to read, good for growth."""
    total = 0
    for number in numbers:
        try:
            total += int(Path(f"/proc/{number}/statm").read_text().split()[1])
        except OSError:
            continue
    return total * PAGE / MB


def worked(numbers: Sequence[int]) -> float:
    """Return how many seconds of processor these processes have used."""
    total = 0
    for number in numbers:
        try:
            words = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(words[11]) + int(words[12])
    return total / TICKS


def busy() -> float:
    """Return how many seconds of processor the whole machine has used."""
    words = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(words) - words[3] - words[4]) / TICKS


class Watch:
    """Looks at the memory of some processes every 20 ms while the block runs; `growth` is the highest figure above the first."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.first = self.highest = rss(numbers)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def growth(self) -> float:
        """By how many MB the memory grew at its highest."""
        return self.highest - self.first

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self.highest = max(self.highest, rss(self._numbers))


def _wait(process: subprocess.Popen[bytes], port: int, path: str, begin: float) -> None:
    while monotonic() - begin < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        connection = http.client.HTTPConnection(HERE, port, timeout=5)
        try:
            connection.request("GET", path)
            status = connection.getresponse().status
        except OSError:
            sleep(0.005)
            continue
        finally:
            connection.close()
        if status == 200:
            return
        raise RuntimeError(f"the first answer was {status}")
    raise RuntimeError("the server did not answer")


def _tree(number: int) -> list[int]:
    try:
        below = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return []
    return [number, *(one for child in below for one in _tree(int(child)))]


def _field(path: str, name: str) -> int:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
