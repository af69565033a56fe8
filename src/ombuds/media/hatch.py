# SPDX-License-Identifier: AGPL-3.0-or-later
"""The warm parent in a cell: it has its libraries loaded, forks one child for each file, waits for it, and never reads a file.

The parent is handed open files through its one socket, passes them to the child and closes them. The child has no socket; it
takes its limits and a narrower filter of calls, greets, reads, answers, and ends, so that no file meets another (T12). Whatever
a child does to itself is gone with it. Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable

from ombuds.media.answer import GREETING
from ombuds.media.calls import child_calls, narrow
from ombuds.media.inside import MEMORY, limit

LONGEST_ASKED = 64
ENDED = struct.Struct(">iII")
"""What a parent says when a child ended: the kernel's word on how, the most memory that it had, in KiB, and its work, in microseconds."""
LENT = 2
FIRST_SPARE, LAST_SPARE = 3, 16
# The walls, the parent, the child and two threads of a decoder.
WITH_THREADS = 5
Answer = Callable[[str, bytes], tuple[bytes, ...]]
"""What a child says to what it is asked about a file: parts, so that points are not copied once more."""


def hatch(answer: Answer, with_threads: tuple[str, ...] = (), memory: int = MEMORY) -> None:
    """Fork a child for each file that is handed over, until nobody asks any more; what is asked with these words may have threads."""
    filters = {False: child_calls(), True: child_calls(threads=True)}
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=0)
    while True:
        said, lent, _, _ = socket.recv_fds(line, LONGEST_ASKED, LENT)
        if not said:
            return
        asked = said.decode()
        threads = asked in with_threads
        child = os.fork()
        if child == 0:
            try:
                _child(answer, asked, lent, (WITH_THREADS if threads else 0, memory, filters[threads]))
            finally:
                # Nothing of the parent's is tidied up in the child, whatever was thrown.
                os._exit(0)
        for one in lent:
            os.close(one)
        _, ended, used = os.wait4(child, 0)
        os.write(0, ENDED.pack(ended, used.ru_maxrss, int((used.ru_utime + used.ru_stime) * 1_000_000)))


def _child(answer: Answer, asked: str, lent: list[int], bounds: tuple[int, int, bytes]) -> None:
    given, out = lent
    os.dup2(given, 0)
    os.dup2(out, 1)
    os.closerange(FIRST_SPARE, LAST_SPARE)
    processes, memory, filter_bytes = bounds
    limit(processes, memory)
    narrow(filter_bytes)
    os.write(1, GREETING)
    with open(0, "rb", closefd=False) as file:
        content = file.read()
    for part in answer(asked, content):
        said = memoryview(part)
        while said:
            said = said[os.write(1, said) :]
