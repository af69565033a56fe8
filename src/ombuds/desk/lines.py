# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a case's event, or of a draft, can be searched: its text, by kind, and the names of its files.

A case's title is the first sentence of its report, so it is found with it. Answers and publications have no text of their
own. It keeps nothing; index.py does. See spec/vault.md.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from ombuds.core.case import Event, Exchanged, Line, Opened
from ombuds.core.casework import Checked, NewClaim, NewTask, Recused
from ombuds.core.content import Content, spoken
from ombuds.core.encoding import convert, decode
from ombuds.core.envelope import Envelope
from ombuds.core.original import read_original
from ombuds.core.sealing import FileNote
from ombuds.desk.kept import KeptDraft

LineKind = Literal["report", "received", "sent", "note", "status", "draft", "file", "task", "claim"]


class Said(NamedTuple):
    """One text that can be found: whose case, which place in it, what kind, when."""

    holder: str
    place: str
    kind: LineKind
    day: date
    text: str


def said_in(envelope: Envelope) -> tuple[Said, ...]:
    """Return what an event of a case says. Raises Malformed, and what a report that does not open raises."""
    event = decode(envelope.payload, Event)
    place = str(event.seq)
    match event.kind:
        case "opened":
            report = read_original(convert(event.body, Opened).original)
            return _filled(event, place, ("report", report.text), ("file", _names(report.files)))
        case "note":
            return _filled(event, place, ("note", convert(event.body, Line).text))
        case "status" | "closed":
            return _filled(event, place, ("status", convert(event.body, Line).text))
        case "recused":
            return _filled(event, place, ("note", convert(event.body, Recused).reason))
        case "task":
            return _filled(event, place, ("task", convert(event.body, NewTask).text))
        case "claim":
            claim = convert(event.body, NewClaim)
            return _filled(event, place, ("claim", f"{claim.says}\n{claim.known}"))
        case "checked":
            return _filled(event, place, ("claim", convert(event.body, Checked).how))
        case "draft":
            return _filled(event, place, ("draft", words_of(convert(event.body, Content))))
        case "sent" | "asked" | "received":
            message = convert(event.body, Exchanged).message
            asked = words_of(message.question.content) if message.question else ""
            kind: LineKind = "received" if event.kind == "received" else "sent"
            # Two desks may log one message: by its id it is kept once.
            return _filled(event, message.id, (kind, f"{message.text}\n{asked}"), ("file", _names(message.files)))
    return ()


def said_by(draft: KeptDraft) -> Said:
    """Return what a draft says."""
    return Said(draft.case, draft.id, "draft", draft.day, words_of(draft.content))


def words_of(content: Content) -> str:
    """Return all words of a text to be published."""
    written = [part for text in content.texts for part in (text.title, text.summary, text.body)]
    beside = [content.region, content.rank, *content.tags, *(source.title for source in content.sources)]
    return "\n".join(part for part in (*written, *beside, *spoken(content)) if part)


def _names(files: tuple[FileNote, ...]) -> str:
    return "\n".join(file.name for file in files)


def _filled(event: Event, place: str, *texts: tuple[LineKind, str]) -> tuple[Said, ...]:
    return tuple(Said(event.case, place, kind, event.day, text) for kind, text in texts if text.strip())
