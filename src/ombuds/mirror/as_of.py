# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a checked copy as of a day: each subject's version then, the commitments to its text, and who bears witness to it.

Against the accusation of false news it shows what the desk said on that day, also where it said more later (T17). The days
are those that the members signed; it cannot know at which hour a reader could see a page. It checks nothing: check.py did.
See spec/verify.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ombuds.core.record import Line, Record


@dataclass(frozen=True)
class Stood:
    """What stood about one subject on a day; ``witnessed`` is the day of the first confirmation of the members that covers it."""

    line: Line
    witnessed: date | None
    later: int  # how many entries about this subject the copy holds that came after the day


def as_of(record: Record, day: date) -> tuple[Stood, ...]:
    """Return what stood about each subject on a day, in the order of the ledger; what came later is not in it."""
    last: dict[str, Line] = {}
    later: dict[str, int] = {}
    for line in record.lines:
        if line.parameters is None or line.day is None:
            continue
        # A version stands on the one before it: where that one came later, so did this one, whatever day it bears.
        if line.day > day or line.subject in later:
            later[line.subject] = later.get(line.subject, 0) + 1
        else:
            last[line.subject] = line
    stood = sorted(last.values(), key=lambda line: line.index)
    return tuple(Stood(line, _witnessed(record, line.index), later.get(line.subject, 0)) for line in stood)


def _witnessed(record: Record, index: int) -> date | None:
    return next((said.day for said in record.confirmations if said.size > index), None)
