# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of the work on cases Today shows a member: overdue tasks, those due soon, claims to check, and doubts of claims of theirs.

A deadline is compared with the desk's own day. It opens no log: waiting.py keeps a line for each case. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ombuds.core.keys import Id
from ombuds.desk.pages.work import state_of
from ombuds.desk.parts import Desk
from ombuds.desk.waiting import Waiting, waiting_work
from ombuds.pages.desk_values import TodayItem
from ombuds.pages.languages import counted, mark

OVERDUE = mark("This task of a case is overdue.")
SOON = mark("This task of a case is due soon.")


def work_items(desk: Desk) -> Iterator[TodayItem]:
    """Yield what of the work needs this member: tasks by their deadline, the earliest first, then claims."""
    waiting = waiting_work(desk)
    yield from _tasks(waiting, desk.today)
    for case, found in waiting.items():
        title = desk.vault.matter(case).title
        if found.to_check:
            text = counted("%(num)s claim waits for a second member's check.", "%(num)s claims wait for a second member's check.", found.to_check)
            yield TodayItem(title=title, text=text, link=f"/cases/{case}#claims", action=mark("Check it"), kind="look")
        if found.doubted:
            text = counted("A member says that %(num)s claim of yours does not hold.", "Members say that %(num)s claims of yours do not hold.", found.doubted)
            yield TodayItem(title=title, text=text, link=f"/cases/{case}#claims", action=mark("Look at it"), kind="look")


def assigned_cases(desk: Desk) -> frozenset[Id]:
    """Return the cases that are this member's."""
    return frozenset(case for case, found in waiting_work(desk).items() if found.mine)


def _tasks(waiting: dict[Id, Waiting], today: date) -> Iterator[TodayItem]:
    dated = [(due.day, case, due.text) for case, found in waiting.items() for due in found.tasks if due.day and state_of(due.day, today)]
    for day, case, text in sorted(dated):
        said = OVERDUE if state_of(day, today) == "overdue" else SOON
        yield TodayItem(title=text, text=said, link=f"/cases/{case}#tasks", action=mark("To the case"), kind="overdue", day=day)
