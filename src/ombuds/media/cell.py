# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs one file in one fresh cell, and takes what comes out as nothing but numbers, points and short lines.

Each file has a process of its own, which ends with it, so that no file meets another (T12). Without walls nothing is
opened: there is no second way. It never reads the file beyond its first bytes. See spec/media.md.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from signal import SIGKILL, SIGXCPU
from time import monotonic
from typing import Literal, cast

from ombuds.media.answer import GREETING, LONGEST, AnswerWrong, Drawn, read
from ombuds.media.calls import calls
from ombuds.media.jail import bubblewrap, known_machine, program, walls
from ombuds.media.kinds import HEAD, Kind, kind_of

MOST_BYTES = 64 * 1024 * 1024
SECONDS = 20.0
AT_ONCE = 1024 * 1024
GRACE = 0.2
NO_START = "the cell did not start; this system may forbid user namespaces"
OVER_TIME = (128 + SIGKILL, 128 + SIGXCPU)
Reason = Literal["cell", "kind", "large", "points", "broken", "locked", "page", "spent", "stopped", "moving"]
"""No cell on this machine; no kind of ours; too many bytes, points; broken; a password; no such page; too dear; broken off; several pictures."""


class NoPicture(Exception):
    """There is no picture of this file; the desk has a sentence for each reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


def draw(content: bytes, page: int = 1, seconds: float = SECONDS) -> Drawn:
    """Return one page of a file as points. Raises NoPicture."""
    if len(content) > MOST_BYTES:
        raise NoPicture("large")
    kind = kind_of(content[:HEAD])
    if kind is None:
        raise NoPicture("kind")
    if not 1 <= page < 1_000_000:
        raise NoPicture("page")
    return believed(run(kind, program(kind, page), content, seconds))


def believed(said: bytes) -> Drawn:
    """Return what a cell said, if it is an answer and holds a picture. Raises NoPicture."""
    try:
        drawn = read(said)
    except AnswerWrong:
        raise NoPicture("stopped") from None
    if drawn.outcome != "picture":
        raise NoPicture(cast(Reason, drawn.outcome))
    return drawn


def builder() -> str:
    """Return the program that builds walls on this machine. Raises NoPicture."""
    jail = bubblewrap()
    if jail is None:
        raise NoPicture("cell", "bubblewrap is missing")
    if not known_machine():
        raise NoPicture("cell", "only Linux on x86_64 is known")
    return jail


def run(kind: Kind, command: list[str], content: bytes, seconds: float = SECONDS) -> bytes:
    """Return what a command in a cell says after its greeting, at most as much as an answer has. Raises NoPicture."""
    jail = builder()
    with lent(content) as given, lent(calls(kind.threads)) as filtered:
        process = subprocess.Popen(  # noqa: S603 - a fixed program with arguments of ours
            [jail, *walls(kind, filtered), *command], stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=[filtered], env={}
        )
        try:
            said = listen(process.stdout.fileno() if process.stdout else -1, seconds)
        finally:
            # Whoever said all that it had to say ends by itself; the wait is for the others.
            ended = _end(process)
            if process.stdout is not None:
                process.stdout.close()
    if not said.startswith(GREETING):
        raise NoPicture("cell", NO_START)
    if ended in OVER_TIME:
        raise NoPicture("spent")
    return said[len(GREETING) :]


def listen(line: int, seconds: float) -> bytes:
    """Read until the end or the limit, whichever comes first. Raises NoPicture when the time is over."""
    heard, left_out, until = list[bytes](), len(GREETING) + LONGEST + 1, monotonic() + seconds
    waiting = poll()
    waiting.register(line, POLLIN)
    while left_out:
        left = until - monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise NoPicture("spent")
        piece = os.read(line, min(AT_ONCE, left_out))
        if not piece:
            break
        heard.append(piece)
        left_out -= len(piece)
    return b"".join(heard)


def _end(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextmanager
def lent(content: bytes) -> Iterator[int]:
    """Lend bytes as a file of memory that nobody can change: no pipe to fill, and nothing on the disk."""
    held = os.memfd_create("lent", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(held, "wb", closefd=False) as out:
            out.write(content)
        fcntl.fcntl(held, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
        os.lseek(held, 0, os.SEEK_SET)
        yield held
    finally:
        os.close(held)
