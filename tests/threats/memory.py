# SPDX-License-Identifier: AGPL-3.0-or-later
"""The memory of a running program and of all its children, read as whoever takes the machine would read it.

It knows the pages that are in use at this moment, not what was swapped out. It judges nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PROC, PAGE = Path("/proc"), os.sysconf("SC_PAGE_SIZE")


def processes(parent: int) -> list[int]:
    """Return a process and all that it started, and what those started."""
    children = [int(each) for each in (PROC / str(parent) / "task" / str(parent) / "children").read_text().split()]
    return [parent, *(found for child in children for found in processes(child))]


def taken(parent: int) -> int:
    """Return how many bytes of memory a program and all its children have in use, what they share counted once for each."""
    pages = [int((PROC / str(each) / "statm").read_text().split()[1]) for each in processes(parent)]
    return sum(pages) * PAGE


def _pages(process: int) -> Iterator[bytes]:
    with (PROC / str(process) / "maps").open() as maps, (PROC / str(process) / "mem").open("rb", 0) as memory:
        for line in maps:
            place, may, *_ = line.split()
            first, _, last = place.partition("-")
            # The kernel's own pages have names in brackets and cannot all be read; a program's heap and stack can.
            if may.startswith("r") and "[v" not in line:
                memory.seek(int(first, 16))
                yield memory.read(int(last, 16) - int(first, 16))


def lying_in_memory(parent: int, secrets: Mapping[str, bytes]) -> list[str]:
    """Return the names of those secrets that stand readable in the memory of a program or of one of its children."""
    found: set[str] = set()
    for process in processes(parent):
        for page in _pages(process):
            found |= {name for name, secret in secrets.items() if secret in page}
    return sorted(found)
