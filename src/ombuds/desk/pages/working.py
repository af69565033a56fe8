# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member does in a case beside talking: note, status, close, give it to somebody, step back, tasks and claims.

What a form lacks is said in a sentence; what the rules of the work refuse is refused by the case log. Whatever was typed stands in
the page that says so, also while the server is silent. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import cast, get_args

from starlette.responses import Response

from ombuds.core.casework import LONGEST_LINE, LONGEST_TEXT, Verdict
from ombuds.core.content import ClaimKind
from ombuds.core.errors import OmbudsError, RemoteSilent
from ombuds.desk.casework.claims import add_claim, check_claim
from ombuds.desk.casework.notes import close, note, status
from ombuds.desk.casework.tasks import add_task, finish_task
from ombuds.desk.casework.team import assign, step_back, take_part
from ombuds.desk.pages.answers import go, status_of
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.visit import Visit
from ombuds.desk.pages.work_again import FORMS, again
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

EMPTY = Trouble(sentence=mark("A field is empty."), help=mark("Fill it in. Nothing was done; what you entered stands here."))
TOO_LONG = Trouble(
    sentence=mark("A text here is longer than it may be."), help=mark("Make it shorter. Nothing was done; what you entered stands here.")
)
NO_DAY = Trouble(
    sentence=mark("This is not a day."),
    help=mark("Write it as 2026-03-31, or leave the field empty. Nothing was done; what you entered stands here."),
)
NOT_CHOSEN = Trouble(sentence=mark("Nothing was chosen."), help=mark("Choose something. Nothing was done; what you entered stands here."))

UNSENT = Trouble(
    sentence=RemoteSilent().sentence,
    help=mark("What you entered stands here. Look at the case once the connection is back: if it is not there yet, send it from here."),
)


def add_note(visit: Visit) -> Response:
    """Add a note for the team. Raises NotHere."""
    return _done(visit, "note", lambda case: note(visit.desk, case, visit.form.one("text")), _empty(visit, "text"), "")


def set_status(visit: Visit) -> Response:
    """Say where the case stands. Raises NotHere."""
    return _done(visit, "status", lambda case: status(visit.desk, case, visit.form.one("text")), _empty(visit, "text"), "")


def end(visit: Visit) -> Response:
    """Close the case with a reason. Raises NotHere."""

    def write(case: str) -> None:
        close(visit.desk, case, visit.form.one("reason"))
        visit.say(mark("The case is closed. A message of the source opens it again."))

    return _done(visit, "close", write, _empty(visit, "reason"), "")


def give(visit: Visit) -> Response:
    """Give the case to a member of its team, or to nobody. Raises NotHere."""
    return _done(visit, "assign", lambda case: assign(visit.desk, case, visit.form.one("member")))


def recuse(visit: Visit) -> Response:
    """Step back from judging the case, or take part again. Raises NotHere."""
    do = take_part if visit.form.one("do") == "again" else step_back
    return _done(visit, "recusal", lambda case: do(visit.desk, case, visit.form.one("reason")), _lacks(visit, "reason"))


def add(visit: Visit) -> Response:
    """Add a task. Raises NotHere."""
    typed = visit.form.one("due").strip()
    try:
        due, lacks = date.fromisoformat(typed) if typed else None, _lacks(visit, "text", longest=LONGEST_LINE)
    except ValueError:
        due, lacks = None, NO_DAY
    return _done(visit, "task", lambda case: add_task(visit.desk, case, visit.form.one("text"), visit.form.one("whom"), due), lacks)


def finish(visit: Visit) -> Response:
    """Say that a task is done. Raises NotHere."""
    return _done(visit, "task/done", lambda case: finish_task(visit.desk, case, visit.form.one("task")))


def claim(visit: Visit) -> Response:
    """Write a claim, new or in place of an earlier one. Raises NotHere."""
    kind, texts = visit.form.one("kind"), (visit.form.one("says"), visit.form.one("known"))
    lacks = _lacks(visit, "says", longest=LONGEST_LINE) or _lacks(visit, "known") or _chosen(kind, get_args(ClaimKind))
    return _done(visit, "claim", lambda case: add_claim(visit.desk, case, cast(ClaimKind, kind), texts, visit.form.one("replaces")), lacks)


def check(visit: Visit) -> Response:
    """Say whether a claim holds, and what was done to check it. Raises NotHere."""
    verdict, which, how = (visit.form.one(name) for name in ("verdict", "claim", "how"))
    lacks = _lacks(visit, "how") or _chosen(verdict, get_args(Verdict))
    return _done(visit, "check", lambda case: check_claim(visit.desk, case, which, cast(Verdict, verdict), how), lacks)


def _done(visit: Visit, kind: str, write: Callable[[str], object], lacks: Trouble | None = None, where: str = "#work") -> Response:
    """Write something into the case and lead back to it; what lacks, or what the rules or a silent server refuse, keeps all that was typed."""
    case = my_matter(visit.desk, visit.names["case"]).id
    if lacks:
        return again(visit, kind, lacks, 400)
    try:
        write(case)
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return again(visit, kind, UNSENT if kind in FORMS else Trouble.of(silent), 503)
    except OmbudsError as wrong:
        if visit.room.desk is not visit.desk:
            raise  # locked meanwhile: what was typed is kept beside the passphrase
        return again(visit, kind, Trouble.of(wrong, detailed=True), status_of(wrong))
    return go(f"/cases/{case}{where}")


def _empty(visit: Visit, name: str) -> Trouble | None:
    return None if visit.form.one(name).strip() else EMPTY


def _lacks(visit: Visit, name: str, longest: int = LONGEST_TEXT) -> Trouble | None:
    """Return what is wrong with a field in which people write, or nothing."""
    return _empty(visit, name) or (TOO_LONG if len(visit.form.one(name).strip()) > longest else None)


def _chosen(word: str, words: Collection[str]) -> Trouble | None:
    return None if word in words else NOT_CHOSEN
