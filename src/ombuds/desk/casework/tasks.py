# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tasks of a case: what is to be done, by whom and until when, and that it is done.

A day until which is a deadline; Today counts from the desk's own day. Each is one signed event of the case log; log.py adds
it. See spec/case.md.
"""

from __future__ import annotations

from datetime import date

from ombuds.core.case import Case
from ombuds.core.casework import NewTask, TaskDone
from ombuds.core.errors import OrderWrong
from ombuds.core.keys import Id, random_id
from ombuds.desk.log import append
from ombuds.desk.parts import Desk


def add_task(desk: Desk, case: Id, text: str, whom: str = "", due: date | None = None) -> Case:
    """Add a task for a member of the team or for whoever comes to it. Raises OrderWrong, Malformed if it is too long, NotHere, RemoteSilent."""
    task = NewTask(random_id(), " ".join(text.split()), whom or None, due)
    if not task.text:
        raise OrderWrong("there is no text")
    return append(desk, case, "task", lambda _: task)


def finish_task(desk: Desk, case: Id, task: Id) -> Case:
    """Say that a task is done. Raises OrderWrong if it is done already or not there, NotHere, RemoteSilent."""
    return append(desk, case, "task_done", lambda _: TaskDone(task))
