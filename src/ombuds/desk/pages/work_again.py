# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form of the work on a case that was refused, once more: what happened, what to do next, and all that was typed.

What has no text of its own, as giving a case to somebody, is told on the page of the case. Nothing was done when one of these
pages is shown, and none of them writes anything: working.py does. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import get_args

from starlette.responses import Response

from ombuds.core.casework import Verdict
from ombuds.core.content import ClaimKind
from ombuds.desk.log import read_case
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.case import show_case
from ombuds.desk.pages.visit import Visit
from ombuds.pages.desk_values import Fact, Field, SmallForm
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark
from ombuds.pages.values import Choice, Trouble


def again(visit: Visit, kind: str, trouble: Trouble, status: int) -> Response:
    """Answer with a refused form and what was typed into it, or with the case where nothing was. Raises NotHere."""
    if kind not in FORMS:
        return show_case(visit, visit.names["case"], trouble=trouble)
    form = FORMS[kind](visit, trouble)
    return page(visit.room.renderer.form(visit.shell("/cases"), form), status)


def _recusal(visit: Visit, trouble: Trouble) -> SmallForm:
    joins = visit.form.one("do") == "again"
    return SmallForm(
        title=mark("Take part again") if joins else mark("Step back"),
        text="",
        action=f"{_case(visit)}/recusal",
        button=mark("Take part again") if joins else mark("Step back"),
        fields=(
            Field(name="do", kind="hidden", value="again" if joins else "back"),
            _typed(
                visit,
                "reason",
                mark("Why you take part again") if joins else mark("Why you step back"),
                hint=mark("Who steps back verifies nothing in this case and signs nothing of it. The team reads the reason."),
            ),
        ),
        facts=_facts(visit),
        back=_back(visit),
        trouble=trouble,
    )


def _task(visit: Visit, trouble: Trouble) -> SmallForm:
    case = read_case(visit.desk, visit.names["case"])
    team = case.opened.team if case.opened else ()
    free = (Choice(value=name, label=name) for name in team if name not in case.work.stepped_back)
    return SmallForm(
        title=mark("Add a task"),
        text="",
        action=f"{_case(visit)}/task",
        button=mark("Add the task"),
        fields=(
            _typed(visit, "text", mark("What is to be done")),
            _chosen(visit, "whom", mark("By whom"), (Choice(value="", label=mark("whoever comes to it")), *free), required=False),
            Field(name="due", label=mark("Until which day"), hint=mark("May stay empty."), kind="date", value=visit.form.one("due"), required=False),
        ),
        facts=_facts(visit),
        back=_back(visit),
        trouble=trouble,
    )


def _claim(visit: Visit, trouble: Trouble) -> SmallForm:
    # What another member replaced meanwhile cannot be replaced once more: the text is then offered as a new claim.
    standing = {each.said.id for each in read_case(visit.desk, visit.names["case"]).work.claims if not each.replaced_by}
    replaces = visit.form.one("replaces") if visit.form.one("replaces") in standing else ""
    hint = mark("A changed text is a new claim, and nobody has verified it yet.") if replaces else mark("One sentence that can be checked.")
    return SmallForm(
        title=mark("Change its text") if replaces else mark("Write a claim"),
        text="",
        action=f"{_case(visit)}/claim",
        button=mark("Put this in its place") if replaces else mark("Write the claim"),
        fields=(
            *((Field(name="replaces", kind="hidden", value=replaces),) if replaces else ()),
            _typed(visit, "says", mark("Sentence"), hint=hint),
            _typed(visit, "known", mark("How we know it"), kind="long"),
            _chosen(visit, "kind", mark("What it is"), tuple(Choice(value=word, label=label_of("claim", word)) for word in get_args(ClaimKind))),
        ),
        facts=_facts(visit, replaces),
        back=_back(visit),
        trouble=trouble,
    )


def _check(visit: Visit, trouble: Trouble) -> SmallForm:
    claim = visit.form.one("claim")
    verdicts = (Choice(value=word, label=label_of("verdict", word)) for word in get_args(Verdict))
    return SmallForm(
        title=mark("Check this claim"),
        text="",
        action=f"{_case(visit)}/check",
        button=mark("Sign this check"),
        fields=(
            Field(name="claim", kind="hidden", value=claim),
            _typed(visit, "how", mark("What you did to check it"), kind="long"),
            _chosen(visit, "verdict", mark("What came of it"), (Choice(value="", label=mark("Choose")), *verdicts)),
        ),
        facts=_facts(visit, claim),
        back=_back(visit),
        trouble=trouble,
    )


def _note(visit: Visit, trouble: Trouble) -> SmallForm:
    field = _typed(visit, "text", mark("Note for the team"), kind="long")
    return _line(visit, "note", (mark("Add the note"), mark("Add the note")), field, trouble)


def _status(visit: Visit, trouble: Trouble) -> SmallForm:
    field = _typed(visit, "text", mark("Status"), hint=mark("Where the case stands, in a few words."))
    return _line(visit, "status", (mark("Change the status"), mark("Change the status")), field, trouble)


def _close(visit: Visit, trouble: Trouble) -> SmallForm:
    field = _typed(visit, "reason", mark("Why it is closed"))
    return _line(visit, "close", (mark("Close the case"), mark("Close the case")), field, trouble)


def _line(visit: Visit, kind: str, named: tuple[str, str], field: Field, trouble: Trouble) -> SmallForm:
    """Return a form of one text, with its title and its button."""
    title, button = named
    return SmallForm(
        title=title, text="", action=f"{_case(visit)}/{kind}", button=button, fields=(field,), facts=_facts(visit), back=_case(visit), trouble=trouble
    )


FORMS: Mapping[str, Callable[[Visit, Trouble], SmallForm]] = MappingProxyType(
    {"recusal": _recusal, "task": _task, "claim": _claim, "check": _check, "note": _note, "status": _status, "close": _close}
)


def _typed(visit: Visit, name: str, label: str, kind: str = "text", hint: str = "") -> Field:
    return Field(name=name, label=label, hint=hint, kind=kind, value=visit.form.one(name))


def _chosen(visit: Visit, name: str, label: str, choices: tuple[Choice, ...], required: bool = True) -> Field:
    return Field(name=name, label=label, kind="choice", value=visit.form.one(name), choices=choices, required=required)


def _facts(visit: Visit, claim: str = "") -> tuple[Fact, ...]:
    """Return which case a form is about, and which claim."""
    name = visit.names["case"]
    title = visit.desk.vault.matter(name).title
    said = (each.said.says for each in read_case(visit.desk, name).work.claims if each.said.id == claim)
    named = (Fact(label=mark("Case"), value=title),) if title else ()
    return (*named, *(Fact(label=mark("Claim"), value=says) for says in said))


def _case(visit: Visit) -> str:
    return f"/cases/{visit.names['case']}"


def _back(visit: Visit) -> str:
    return f"{_case(visit)}#work"
