# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was passed over in the log of a case: void slots, and slots in which the server showed first one thing, then another.

Each is told at the look that finds it, stands in its place in the case, and is shown by Today until the member has looked.
It judges nothing: log.py does. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ombuds.core.case import Case
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import EventVoid, OmbudsError, ShownOtherwise
from ombuds.core.keys import Id
from ombuds.desk.parts import Desk


def swapped(desk: Desk, case: Id) -> tuple[int, ...]:
    """Return the slots of a case in which the server showed this desk first one thing and then another."""
    return decode(desk.vault.note(f"swapped:{case}") or b"[]", tuple[int, ...])


def keep_swapped(desk: Desk, case: Id, slots: Iterable[int]) -> None:
    """Remember that the server showed this desk other bytes in these slots before."""
    told = swapped(desk, case)
    fresh = sorted(set(slots) - set(told))
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


def passed_over(desk: Desk, case: Id) -> dict[str, OmbudsError]:
    """Return what was passed over in a case, each as a trouble under a name of its own."""
    other = {f"{seq} swapped": ShownOtherwise(str(seq)) for seq in swapped(desk, case)}
    voids = [slot.void for slot in desk.vault.slots.void(case) if slot.void]
    return {**{f"{void.seq} {void.reason}": EventVoid(f"{void.seq} {void.member}".strip()) for void in voids}, **other}
