# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was passed over in the log of a case: void slots, and slots in which the server showed first one thing, then another.

Each is told at the look that finds it, stands in its place in the case, and is shown by Today until the member has looked.
It judges nothing: log.py does. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from ombuds.core.case import Case
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import EventVoid, OmbudsError, ShownOtherwise
from ombuds.core.keys import Id
from ombuds.desk.parts import Desk

SWAPPED = "swapped"


@dataclass(frozen=True)
class Passed:
    """One slot that was passed over: why, and who signed it, if somebody did."""

    seq: int
    reason: str
    member: str = ""


@dataclass(frozen=True)
class Run:
    """Slots that were passed over one after another: all why, and all who signed one of them."""

    first: int
    last: int
    reasons: tuple[str, ...]
    members: tuple[str, ...]

    @property
    def slots(self) -> str:
        """Their numbers."""
        return str(self.first) if self.first == self.last else f"{self.first}\u2013{self.last}"


def swapped(desk: Desk, case: Id) -> tuple[int, ...]:
    """Return the slots of a case in which the server showed this desk first one thing and then another."""
    return decode(desk.vault.note(f"swapped:{case}") or b"[]", tuple[int, ...])


def keep_swapped(desk: Desk, case: Id, slots: Iterable[int]) -> None:
    """Remember that the server showed this desk other bytes in these slots before."""
    wanted = set(slots)
    told = swapped(desk, case) if wanted else ()
    fresh = sorted(wanted - set(told))
    if not fresh:
        return
    matter = desk.vault.matter(case)
    with desk.vault.together():
        desk.vault.keep_note(f"swapped:{case}", encode((*told, *fresh)))
        # Today shows it even if the member had seen what stood there before.
        desk.vault.keep_note(f"read:{case}", str(min(seen(desk, case), fresh[0] - 1)).encode())
        desk.vault.keep_matter(msgspec.structs.replace(matter, void=matter.void + len(fresh)))


def seen(desk: Desk, case: Id) -> int:
    """Return up to which slot this member has looked at a case."""
    return int(desk.vault.note(f"read:{case}") or b"0")


def unseen(desk: Desk, case: Case) -> int:
    """Return how many slots were passed over that this member has not looked at."""
    last = seen(desk, case.id)
    return len({seq for seq in (*swapped(desk, case.id), *(one.seq for one in case.void)) if seq > last})


def passed_over(desk: Desk, case: Id) -> frozenset[Passed]:
    """Return what was passed over in a case, slot by slot."""
    voids = (slot.void for slot in desk.vault.slots.void(case))
    return frozenset((*(Passed(void.seq, void.reason, void.member) for void in voids if void), *(Passed(seq, SWAPPED) for seq in swapped(desk, case))))


def runs(passed: Iterable[Passed]) -> list[Run]:
    """Return slots as runs of those that follow each other, so that thousands of junk are one line (T05); swapped ones stand by themselves."""
    found: list[Run] = []
    for swap in (False, True):
        whys: list[Passed] = []
        for one in sorted((one for one in passed if (one.reason == SWAPPED) is swap), key=lambda one: one.seq):
            if whys and one.seq > whys[-1].seq + 1:
                found.append(_run(whys))
                whys = []
            whys.append(one)
        found += [_run(whys)] if whys else []
    return found


def troubles(passed: Iterable[Passed]) -> list[OmbudsError]:
    """Return what was passed over as troubles, one for each run."""
    return [(ShownOtherwise if SWAPPED in run.reasons else EventVoid)(f"{run.slots} {', '.join(run.members)}".strip()) for run in runs(passed)]


def _run(whys: list[Passed]) -> Run:
    reasons, members = ({one.reason for one in whys}, {one.member for one in whys if one.member})
    return Run(whys[0].seq, whys[-1].seq, tuple(sorted(reasons)), tuple(sorted(members)))
