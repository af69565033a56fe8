# SPDX-License-Identifier: AGPL-3.0-or-later
"""The check of a whole ledger, as a mirror does it: 10,000 entries, and 1,000 to see that it grows in a straight line."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from bench.figures import Figure
from bench.founding import Founded
from ombuds.mirror.check import read_record

ROWS = ("ledger", "ledger.growth")
SHORT, LONG = 1_000, 10_000


class History:
    """A ledger that is made once and checked every round."""

    def __init__(self, desk: Founded) -> None:
        self._leaves = list(desk.leaves(LONG))

    def check(self) -> Iterator[Figure]:
        """Measure the check of the short and of the long ledger."""
        # Before and after the long one, so that a busy second does not look like growth.
        before, whole, after = _timed(self._leaves[:SHORT]), _timed(self._leaves), _timed(self._leaves[:SHORT])
        short = (before + after) / 2
        yield Figure("ledger", whole, {"us an entry": whole / LONG * 1e6})
        yield Figure("ledger.growth", (whole / LONG) / (short / SHORT))


def _timed(leaves: list[bytes]) -> float:
    begin = perf_counter()
    record = read_record(leaves)
    spent = perf_counter() - begin
    if record.size != len(leaves):
        raise RuntimeError("the check ended early")
    return spent
