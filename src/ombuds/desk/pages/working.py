# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member does in a case beside talking: give it to somebody, step back, write tasks and claims, check a claim.

What a form lacks is said in a sentence; what the rules of the work refuse is refused by the case log. See spec/desk.md.
"""

from __future__ import annotations

from datetime import date
from typing import cast, get_args

from starlette.responses import Response

from ombuds.core.casework import LONGEST_LINE, LONGEST_TEXT, Verdict
from ombuds.core.content import ClaimKind
from ombuds.desk.casework.claims import add_claim, check_claim
from ombuds.desk.casework.tasks import add_task, finish_task
from ombuds.desk.casework.team import assign, step_back, take_part
from ombuds.desk.pages.answers import go
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.visit import Visit, mistake
from ombuds.pages.languages import mark

EMPTY = mark("A field is empty.")
TOO_LONG = mark("A text here is longer than it may be.")
NO_DAY = mark("This is not a day.")
NOT_CHOSEN = mark("Nothing was chosen.")


def give(visit: Visit) -> Response:
    """Give the case to a member of its team, or to nobody."""
    assign(visit.desk, _mine(visit), visit.form.one("member"))
    return _back(visit)


def recuse(visit: Visit) -> Response:
    """Step back from judging the case, or take part again."""
    lacks = _lacks(visit, "reason")
    if lacks:
        return mistake(visit, lacks)
    if visit.form.one("do") == "again":
        take_part(visit.desk, _mine(visit), visit.form.one("reason"))
    else:
        step_back(visit.desk, _mine(visit), visit.form.one("reason"))
    return _back(visit)


def add(visit: Visit) -> Response:
    """Add a task."""
    lacks = _lacks(visit, "text", longest=LONGEST_LINE)
    if lacks:
        return mistake(visit, lacks)
    typed = visit.form.one("due").strip()
    try:
        due = date.fromisoformat(typed) if typed else None
    except ValueError:
        return mistake(visit, NO_DAY)
    add_task(visit.desk, _mine(visit), visit.form.one("text"), visit.form.one("whom"), due)
    return _back(visit)


def finish(visit: Visit) -> Response:
    """Say that a task is done."""
    finish_task(visit.desk, _mine(visit), visit.form.one("task"))
    return _back(visit)


def claim(visit: Visit) -> Response:
    """Write a claim, new or in place of an earlier one."""
    kind = visit.form.one("kind")
    lacks = _lacks(visit, "says", longest=LONGEST_LINE) or _lacks(visit, "known")
    if lacks or kind not in get_args(ClaimKind):
        return mistake(visit, lacks or NOT_CHOSEN)
    texts = (visit.form.one("says"), visit.form.one("known"))
    add_claim(visit.desk, _mine(visit), cast(ClaimKind, kind), texts, visit.form.one("replaces"))
    return _back(visit)


def check(visit: Visit) -> Response:
    """Say whether a claim holds, and what was done to check it."""
    verdict = visit.form.one("verdict")
    lacks = _lacks(visit, "how")
    if lacks or verdict not in get_args(Verdict):
        return mistake(visit, lacks or NOT_CHOSEN)
    check_claim(visit.desk, _mine(visit), visit.form.one("claim"), cast(Verdict, verdict), visit.form.one("how"))
    return _back(visit)


def _lacks(visit: Visit, name: str, longest: int = LONGEST_TEXT) -> str:
    """Return what is wrong with a field in which people write, or nothing."""
    text = visit.form.one(name).strip()
    return EMPTY if not text else TOO_LONG if len(text) > longest else ""


def _mine(visit: Visit) -> str:
    return my_matter(visit.desk, visit.names["case"]).id


def _back(visit: Visit) -> Response:
    return go(f"/cases/{visit.names['case']}#work")
