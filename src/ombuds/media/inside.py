# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frame of a program in the cell: limits first, then the greeting, then the file, then one answer, then the end.

What it lowers can never be raised again by this process (T12). It reads no file by name and decides nothing about the
content. Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from typing import NamedTuple

from ombuds.media.answer import GREETING, Drawn, write

MEMORY = 512 * 1024 * 1024
PROCESSOR_SECONDS = 10
LIMITS = (
    (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_NOFILE, 16),
    (resource.RLIMIT_CORE, 0),
)


class Refused(Exception):
    """There is no picture, for one of the reasons in the list of outcomes."""

    def __init__(self, outcome: str, pages: int = 0) -> None:
        super().__init__(outcome)
        self.outcome, self.pages = outcome, pages


class Job(NamedTuple):
    """One file, which kind its first bytes say it is, and which page is wanted, counted from one."""

    content: bytes
    kind: str
    page: int


Draw = Callable[[Job], Drawn]


def limit(processes: int, memory: int = MEMORY) -> None:
    """Lower what this process may use, for good."""
    for what, most in (*LIMITS, (resource.RLIMIT_AS, memory), (resource.RLIMIT_NPROC, processes)):
        resource.setrlimit(what, (most, most))


def serve(draw: Draw, processes: int = 0) -> None:
    """Answer the one job of this process, which begins as many more processes and threads as are named: none."""
    limit(processes)
    os.write(1, GREETING)
    kind, page = sys.argv[1], int(sys.argv[2])
    with open(0, "rb", closefd=False) as given:
        content = given.read()
    answer = write(attempt(draw, Job(content, kind, page)))
    with open(1, "wb", closefd=False) as out:
        out.write(answer)


def attempt(draw: Draw, job: Job) -> Drawn:
    """Draw, or say why there is no picture: whatever a decoder throws, the file is broken."""
    try:
        return draw(job)
    except Refused as refused:
        return Drawn(outcome=refused.outcome, pages=refused.pages)
    except MemoryError:
        return Drawn(outcome="spent")
    except Exception:  # noqa: BLE001 - decoders throw anything at all over a hostile file
        return Drawn(outcome="broken")
