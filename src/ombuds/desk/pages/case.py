# SPDX-License-Identifier: AGPL-3.0-or-later
"""One case as its team sees it: the conversation, the files, what is known, how far its text has come, and notes.

A file is offered to be saved and is never shown: whatever it is, the browser does not read it here (T12, T24). A message
that does not hold is listed as such, without its text. See spec/desk.md.
"""

from __future__ import annotations

from starlette.responses import Response

from ombuds.core.case import Case, Said
from ombuds.core.sealing import FileNote
from ombuds.desk.casework.receiving import CLOSED_BY_SOURCE
from ombuds.desk.casework.talk import waiting_to_send
from ombuds.desk.kept import Flagged
from ombuds.desk.log import mark_read, read_case
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.inquiry import about, kinds_of
from ombuds.desk.pages.standing import standing
from ombuds.desk.pages.unread import unread_trouble
from ombuds.desk.pages.visit import Visit
from ombuds.desk.pages.work import work_view
from ombuds.desk.parts import Desk
from ombuds.desk.passed import Run, passed_over, runs
from ombuds.host.files import safe_name
from ombuds.pages.desk_values import CaseMessage, CaseView, DeskFile, Evidence, Fact, Note
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark, name_of
from ombuds.pages.values import Sentence, Trouble

ALWAYS = ("reply", "note", "status")
MODES = {
    "browser": mark("sealed in the source's browser"),
    "command-line": mark("sealed by the source's own program"),
    "no-javascript": mark("sealed by the server while it arrived"),
}


def case(visit: Visit) -> Response:
    """Show a case and note that this member has seen it."""
    return show_case(visit, visit.names["case"])


def show_case(visit: Visit, name: str, kept: str = "", trouble: Trouble | None = None) -> Response:
    """Show a case, with a reply that could not be sent still in its field. Raises NotHere."""
    desk = visit.desk
    my_matter(desk, name)
    mark_read(desk, name)
    view = case_view(desk, read_case(desk, name), kept)
    return page(visit.room.renderer.case(visit.shell(trouble=trouble or unread_trouble(desk, name)), view), 409 if trouble else 200)


def case_view(desk: Desk, case: Case, kept: str = "") -> CaseView:
    """Return a case as its screen shows it; of one that did not open yet, only what was passed over."""
    if case.opened is None:
        told = tuple(line for _, line in sorted(_passed_over(desk, case), key=lambda one: one[0]))
        return CaseView(id=case.id, title=desk.vault.matter(case.id).title, state="new", messages=told)
    body, team, stands = case.body, case.opened.team, standing(desk, case)
    return CaseView(
        id=case.id,
        title=desk.vault.matter(case.id).title,
        state=stands.state,
        facts=_facts(case),
        wishes=() if kinds_of(case) else (body.wishes.help,),
        about=about(desk, case),
        team=team,
        messages=_messages(desk, case),
        notes=tuple(Note(author=note.member, text=note.text, day=note.day) for note in case.notes),
        drafts=stands.drafts,
        signing=stands.signing,
        published=stands.published,
        evidence=_evidence(case),
        consent=stands.consent,
        work=work_view(desk, case),
        may=(*ALWAYS, stands.next, *(("close",) if case.state != "closed" else ())),
        kept=kept,
        plain=body.mode == "no-javascript",
    )


def file_link(case: str, file: str) -> str:
    """Return where a file can be saved from."""
    return f"/cases/{case}/files/{file}"


def _facts(case: Case) -> tuple[Fact, ...]:
    body = case.body
    facts = [
        *kinds_of(case),
        Fact(label=mark("Problem"), value=Sentence(text=label_of("problem", body.wishes.problem))),
        Fact(label=mark("How it came"), value=Sentence(text=MODES[body.mode])),
        Fact(label=mark("Language"), value=name_of(body.language)),
    ]
    if case.status:
        said = Sentence(text=case.status) if case.status == CLOSED_BY_SOURCE else case.status
        facts.insert(0, Fact(label=mark("Status"), value=said))
    if body.wishes.exclude:
        facts.append(Fact(label=mark("Must not read it"), value=", ".join(body.wishes.exclude)))
    return tuple(facts)


def _messages(desk: Desk, case: Case) -> tuple[CaseMessage, ...]:
    lines = [(0, CaseMessage(direction="in", number=1, author="", text=case.body.text, files=_files(case, case.body.files)))]
    waiting = waiting_to_send(desk, case.id)
    came = 1
    for line in case.said:
        if line.message.direction == "source":
            came += 1
            lines.append((line.seq, _from_source(case, line, came)))
        else:
            lines.append((line.seq, _from_desk(case, line, line.message.id in waiting)))
    told = [one for _, one in sorted([*lines, *_passed_over(desk, case)], key=lambda one: one[0])]
    told += [_forged(flagged, came + place) for place, flagged in enumerate(desk.vault.flagged(case.id), start=1)]
    return tuple(told)


def _passed_over(desk: Desk, case: Case) -> list[tuple[int, CaseMessage]]:
    """Return what holds no event of the case, each with its place in the log."""
    return [(run.first, _void(run)) for run in runs(passed_over(desk, case.id))]


def _void(run: Run) -> CaseMessage:
    last = run.last if run.last > run.first else 0
    return CaseMessage(direction="void", number=run.first, last=last, author=", ".join(run.members), text="", state=run.reasons[0], more=run.reasons[1:])


def _from_source(case: Case, line: Said, number: int) -> CaseMessage:
    message = line.message
    return CaseMessage(
        direction="in",
        number=number,
        author="",
        text=message.text,
        day=line.day,
        files=_files(case, message.files),
        answers=message.answer is not None,
        closes=message.close,
    )


def _from_desk(case: Case, line: Said, waits: bool) -> CaseMessage:
    message = line.message
    return CaseMessage(
        direction="out",
        number=message.number,
        author=line.member,
        text=message.text,
        day=line.day,
        files=_files(case, message.files, own=True),
        state="waiting" if waits else "",
        asks=message.question is not None,
        tells=message.heard.what if message.heard else "",
    )


def _forged(flagged: Flagged, number: int) -> CaseMessage:
    return CaseMessage(direction="in", number=number, author="", text="", day=flagged.day, state="forged")


def _files(case: Case, notes: tuple[FileNote, ...], own: bool = False) -> tuple[DeskFile, ...]:
    # A file that went out is sealed to the source alone: this desk cannot open it again.
    return tuple(DeskFile(name=safe_name(note.name), size=note.size, save_link="" if own else file_link(case.id, note.id)) for note in notes)


def _evidence(case: Case) -> tuple[Evidence, ...]:
    came = [*case.body.files, *(note for line in case.said if line.message.direction == "source" for note in line.message.files)]
    return tuple(_piece(note, file_link(case.id, note.id)) for note in came)


def _piece(note: FileNote, link: str) -> Evidence:
    return Evidence(id=note.id, name=safe_name(note.name), size=note.size, hash=note.sha256, save_link=link, picture_link=f"{link}/picture")
