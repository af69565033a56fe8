# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work on a case as its screen shows it: who has it, tasks with the overdue ones first, claims with every check.

Whether a deadline has passed is told by the desk's own day; whether a claim is verified, by the fold. It changes nothing:
working.py does. See spec/desk.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

from ombuds.core.case import Case
from ombuds.core.casework import LONGEST_LINE, LONGEST_TEXT, VERIFIERS, Claim, Task, Verdict, Work
from ombuds.desk.parts import Desk
from ombuds.pages.desk_work import BackLine, ClaimLine, StepLine, TaskLine, WorkView

SOON = timedelta(days=3)


def work_view(desk: Desk, case: Case) -> WorkView:
    """Return the work on a case as its screen shows it."""
    work = case.work
    team = case.opened.team if case.opened else ()
    free = tuple(name for name in team if name not in work.stepped_back)
    opened = sorted((task for task in work.tasks if not task.done), key=lambda task: (task.asked.due or date.max, task.seq))
    return WorkView(
        me=desk.name if desk.name in team else "",
        free=free,
        assigned=work.assigned,
        back=tuple(BackLine(author=one.member, day=one.day, reason=one.reason) for one in work.recused),
        out=desk.name in work.stepped_back,
        tasks=tuple(_task(task, desk.today) for task in opened),
        done=tuple(_task(task, desk.today) for task in reversed(work.tasks) if task.done),
        claims=tuple(_claim(work, claim, desk.name) for claim in work.claims if not claim.replaced_by),
        replaced=tuple(_claim(work, claim, desk.name) for claim in work.claims if claim.replaced_by),
        small=len(free) <= VERIFIERS,
        needed=VERIFIERS,
        longest=LONGEST_LINE,
        longest_text=LONGEST_TEXT,
    )


def state_of(due: date | None, today: date) -> str:
    """Return whether a deadline has passed or comes soon, or nothing."""
    if due is None or due > today + SOON:
        return ""
    return "overdue" if due < today else "soon"


def _task(task: Task, today: date) -> TaskLine:
    return TaskLine(
        id=task.asked.id,
        text=task.asked.text,
        author=task.member,
        day=task.day,
        whom=task.asked.whom or "",
        due=task.asked.due,
        state="" if task.done else state_of(task.asked.due, today),
        done_by=task.done.member if task.done else "",
        done=task.done.day if task.done else None,
    )


def _claim(work: Work, claim: Claim, name: str) -> ClaimLine:
    can: tuple[Verdict, ...] = () if claim.replaced_by or name in work.stepped_back else get_args(Verdict)
    return ClaimLine(
        id=claim.said.id,
        kind=claim.said.kind,
        says=claim.said.says,
        known=claim.said.known,
        author=claim.member,
        day=claim.day,
        state=_state(work, claim),
        verified=len(work.verifiers(claim)),
        steps=tuple(StepLine(author=check.member, day=check.day, verdict=check.verdict, how=check.how) for check in claim.checks),
        may=tuple(verdict for verdict in can if verdict != "holds" or name != claim.member),
    )


def _state(work: Work, claim: Claim) -> str:
    if claim.replaced_by:
        return "replaced"
    if claim in work.verified:
        return "verified"
    return "doubted" if claim.doubted else "unverified"
