# SPDX-License-Identifier: AGPL-3.0-or-later
"""What in each case waits for this member: their open tasks with the deadlines, claims to check, claims of theirs that were doubted.

Kept in the vault beside the case whenever the case changes, so that Today reads one line for each case that needs somebody and
opens no log. It decides nothing: core/casework.py does. See spec/desk.md.
"""

from __future__ import annotations

from datetime import date

import msgspec

from ombuds.core.case import Case
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Id
from ombuds.desk.parts import Desk

WAITING = "work:"


class Due(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An open task of this member, and its deadline, if it has one."""

    text: str
    day: date | None


class Waiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What in one case waits for this member, and whether the case is theirs."""

    v: int
    case: Id
    mine: bool
    tasks: tuple[Due, ...]
    to_check: int
    doubted: int


def keep_waiting(desk: Desk, case: Case) -> None:
    """Remember what of a case waits for this member now, in place of what waited before."""
    found = _waiting(case, desk.name)
    if found.mine or found.tasks or found.to_check or found.doubted:
        desk.vault.keep_note(f"{WAITING}{case.id}", encode(found))
    else:
        desk.vault.drop_note(f"{WAITING}{case.id}")


def waiting_work(desk: Desk) -> dict[Id, Waiting]:
    """Return what waits for this member, by case."""
    return {found.case: found for found in (decode(kept, Waiting) for kept in desk.vault.notes(WAITING).values())}


def _waiting(case: Case, name: str) -> Waiting:
    work = case.work
    if case.state == "closed":
        return Waiting(1, case.id, False, (), 0, 0)
    tasks = tuple(Due(task.asked.text, task.asked.due) for task in work.tasks_of(name))
    doubted = sum(1 for claim in work.claims if claim.member == name and claim.doubted not in ("", name) and not claim.replaced_by)
    return Waiting(1, case.id, work.assigned == name, tasks, len(work.to_check(name)), doubted)
