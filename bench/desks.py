# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's list of cases."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure

ROWS = ("desk.list", "desk.list.growth", "desk.search")
class Lists:
    def __init__(self, folder: Path) -> None: ...
    def measure(self, seconds: float) -> Iterator[Figure]:
        yield from ()
    def close(self) -> None: ...
