# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that stand in the place of a cell's own, who is still running, and machines on which no cell can be made."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from ombuds.media.jail import bubblewrap, warm_program
from ombuds.media.kinds import Kind


def in_place(code: str, kind: Kind) -> list[str]:
    """What starts another program in the place of a cell's own."""
    true = warm_program(kind)
    return [*true[: true.index("-m")], "-c", code]


def marked(mark: str) -> list[int]:
    """The numbers of the processes that have this mark among their words."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [int(place.parent.name)] if mark.encode() in place.read_bytes() else []
    return found


def on_another_machine(ask: str, *walls: str) -> str:
    """Run a few lines on a machine as the walls make it, and return what they print."""
    jail = bubblewrap()
    assert jail, "this test needs bubblewrap"
    around = [jail, "--bind", "/", "/", "--dev", "/dev", *walls, "--", sys.executable, "-c", ask]
    return subprocess.run(around, capture_output=True, text=True, timeout=30, check=True).stdout


WITHOUT_BUBBLEWRAP = ("--ro-bind", "/dev/null", "/usr/bin/bwrap")
WITHOUT_NAMESPACES = ("--proc", "/proc", "--unshare-user", "--disable-userns")
