# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who has a case, and who steps back from judging it.

Nobody steps back for another, and nobody is brought back by another (core/casework.py). Each is one signed event of the case
log; log.py adds it. See spec/case.md.
"""

from __future__ import annotations

from ombuds.core.case import Case
from ombuds.core.casework import Assigned, Recused
from ombuds.core.errors import OrderWrong
from ombuds.core.keys import Id
from ombuds.desk.log import append, read_case
from ombuds.desk.parts import Desk


def assign(desk: Desk, case: Id, member: str) -> Case:
    """Give a case to a member of its team, or to nobody. Raises OrderWrong for who is not of it or stepped back, NotHere, RemoteSilent."""
    return append(desk, case, "assigned", lambda _: Assigned(member or None))


def step_back(desk: Desk, case: Id, reason: str) -> Case:
    """Step back from judging a case; its tasks wait for others. Raises OrderWrong without a reason or if it was done, NotHere, RemoteSilent."""
    return append(desk, case, "recused", lambda _: Recused(_reason(reason), ended=False))


def take_part(desk: Desk, case: Id, reason: str) -> Case:
    """Take part again after stepping back. Raises OrderWrong without a reason or if it was done, NotHere, RemoteSilent."""
    return append(desk, case, "recused", lambda _: Recused(_reason(reason), ended=True))


def stepped_back(desk: Desk, case: str) -> bool:
    """Say whether this member stepped back from a case, if it is one of theirs."""
    return bool(case) and bool(desk.vault.identities(case)) and desk.name in read_case(desk, case).work.stepped_back


def check_takes_part(desk: Desk, case: str) -> None:
    """Check that this member has not stepped back from a case. Raises OrderWrong."""
    if stepped_back(desk, case):
        raise OrderWrong("you stepped back from this case")


def _reason(text: str) -> str:
    if not text.strip():
        raise OrderWrong("there is no reason")
    return text.strip()
