# SPDX-License-Identifier: AGPL-3.0-or-later
"""One warm cell: a parent behind the walls of a fresh cell that forks a child for each file, and is replaced when it is gone.

It hands over open files and takes what a child says as nothing but bytes. A child that is killed, spins, sleeps or talks for
ever is a refusal of its file, and the next file works. Without walls nothing is started. See spec/media.md.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from select import POLLIN, poll
from signal import SIGKILL, SIGXCPU
from threading import Lock, Thread
from typing import NamedTuple

from ombuds.media.answer import GREETING, LONGEST
from ombuds.media.calls import parent_calls
from ombuds.media.cell import AT_ONCE, NO_START, SECONDS, NoPicture, builder, lent, listen
from ombuds.media.hatch import ENDED
from ombuds.media.jail import walls
from ombuds.media.kinds import Kind

GRACE = 1000
# All children of a parent find their memory laid out alike; a new one now and then lets nobody learn it file by file.
FILES_OF_A_PARENT = 256
OVER_TIME = (SIGKILL, SIGXCPU)


class _Parent(NamedTuple):
    """A process that is warm, the thread that put up its walls, and our end of its line."""

    process: subprocess.Popen[bytes]
    keeper: Thread
    line: socket.socket


class Warm:
    """A warm cell for one program; it is started at the first file, and takes one file at a time."""

    def __init__(self, kind: Kind, command: list[str], walled: Callable[[], str] = builder) -> None:
        self._kind, self._command, self._walled, self._one = kind, command, walled, Lock()
        self._parent: _Parent | None = None
        self._files = 0
        self.memory = self.work = 0
        """The most memory that a child had, in KiB, and how long all of them worked, in microseconds."""

    def run(self, asked: str, content: bytes, seconds: float = SECONDS) -> bytes:
        """Return what a child says after its greeting, at most as much as an answer has. Raises NoPicture."""
        with self._one:
            said = self._said(asked, content, seconds)
            if not said.startswith(GREETING):
                # The parent was gone before any child began with this file, so the file has done nothing yet.
                said = self._said(asked, content, seconds)
            if not said.startswith(GREETING):
                raise NoPicture("cell", NO_START)
            return said[len(GREETING) :]

    def close(self) -> None:
        """End the parent, and with it whatever is inside."""
        with self._one:
            self._end()

    def _said(self, asked: str, content: bytes, seconds: float) -> bytes:
        parent = self._parent or self._start()
        heard, told = os.pipe()
        try:
            fcntl.fcntl(told, fcntl.F_SETPIPE_SZ, AT_ONCE)
            try:
                with lent(content) as given, suppress(OSError):
                    socket.send_fds(parent.line, [asked.encode()], [given, told])
            finally:
                os.close(told)
            said = listen(heard, seconds)
            ended = self._ended(parent.line) if len(said) <= len(GREETING) + LONGEST else None
        except BaseException:
            self._end()
            raise
        finally:
            os.close(heard)
        self._files += 1
        if ended is None or self._files >= FILES_OF_A_PARENT:
            self._end()
        if ended in OVER_TIME:
            raise NoPicture("spent")
        return said

    def _ended(self, line: socket.socket) -> int | None:
        """Hear which signal ended a child, or none, 0; nothing when the parent itself is gone."""
        waiting = poll()
        waiting.register(line, POLLIN)
        told = b""
        with suppress(OSError):
            told = line.recv(ENDED.size) if waiting.poll(GRACE) else b""
        if len(told) != ENDED.size:
            return None
        ended, memory, work = ENDED.unpack(told)
        self.memory, self.work = max(self.memory, memory), self.work + work
        return max(0, -os.waitstatus_to_exitcode(ended))

    def _start(self) -> _Parent:
        jail = self._walled()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, lent(parent_calls()) as filtered:
            command, started = [jail, *walls(self._kind, filtered), *self._command], SimpleQueue[subprocess.Popen[bytes]]()
            # The walls fall with the thread that put them up, so it is one that does nothing else.
            keeper = Thread(target=_keep, args=(command, theirs.fileno(), filtered, started), daemon=True)
            keeper.start()
            process = started.get()
        self._parent = _Parent(process, keeper, ours)
        return self._parent

    def _end(self) -> None:
        if self._parent is not None:
            self._parent.line.close()
            self._parent.process.kill()
            self._parent.keeper.join()
            self._parent, self._files = None, 0


def _keep(command: list[str], line: int, filtered: int, started: SimpleQueue[subprocess.Popen[bytes]]) -> None:
    process = subprocess.Popen(  # noqa: S603 - a fixed program with arguments of ours
        command, stdin=line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[filtered], env={}
    )
    started.put(process)
    process.wait()
