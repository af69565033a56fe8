# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the source of a case was asked and said, and what of it is public: told by the source's own answers and the checked record.

A member can log any publication; one is believed only if its entry rests on an agreement of this case's source, or goes on
with one that does, or was signed as this case's without a source's consent (T05). It changes nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ombuds.core.case import Case, Event, Exchanged, Published
from ombuds.core.consent import Choice, Item, Question, read_answer
from ombuds.core.encoding import convert, decode
from ombuds.core.envelope import Envelope
from ombuds.core.keys import Hash, Id
from ombuds.core.record import Line
from ombuds.desk.parts import Desk
from ombuds.desk.release.judging import case_named
from ombuds.desk.release.signed import signed, text_of


@dataclass(frozen=True)
class Asking:
    """One question: the day it was asked, the source's last word on it with its day, and the hash of the agreement, if there was one."""

    question: Question
    asked: date
    choice: Choice | None = None
    answered: date | None = None
    without: tuple[Item, ...] = ()
    agreement: Hash = ""


def asked_of(desk: Desk, case: Case) -> tuple[Asking, ...]:
    """Return the questions that the source of a case was asked, in their order, each with the last word on it."""
    found: list[Asking] = []
    if case.question is None:
        return ()
    for event in (decode(envelope.payload, Event) for envelope in desk.vault.slots.events(case.id)):
        if event.kind == "asked":
            question = convert(event.body, Exchanged).message.question
            found += [Asking(question, event.day)] if question else []
        elif event.kind in ("agreed", "refused", "revoked") and found:
            found[-1] = _answered(case, found[-1], convert(event.body, Envelope), event.day)
    return tuple(found)


def published_from(desk: Desk, case: Case, asked: tuple[Asking, ...] | None = None) -> tuple[Line, ...]:
    """Return the lines of the checked record that came from a case, oldest first, without takedowns; what a log says alone is not believed."""
    agreed = {one.agreement for one in (asked_of(desk, case) if asked is None else asked) if one.agreement}
    own = [line for line in desk.record.lines if line.parameters and line.parameters.basis.commitment in agreed]
    return tuple(sorted({line.index: line for line in (*own, *_without_consent(desk, case, {line.subject for line in own}))}.values(), key=_place))


def pending(case: Case, asked: tuple[Asking, ...], public: tuple[Line, ...]) -> Asking | None:
    """Return the last question if it waits for the source's answer, or was agreed to and nothing public rests on that yet."""
    last = asked[-1] if asked else None
    if last is None or last.choice in ("refuse", "revoke") or case.withdrawn or is_public(last, public):
        return None
    return last


def is_public(asking: Asking, public: tuple[Line, ...]) -> bool:
    """Say whether something in the record rests on the answer to a question."""
    return bool(asking.agreement) and any(line.parameters is not None and line.parameters.basis.commitment == asking.agreement for line in public)


def _place(line: Line) -> int:
    return line.index


def _without_consent(desk: Desk, case: Case, own: set[Id]) -> Iterator[Line]:
    """Yield what a case's log says became public on another ground than consent, where it goes on with the case's own or was signed as the case's."""
    if not case.published:
        return
    logged, known = frozenset(case.published), signed(desk)
    for line in desk.record.lines:
        said = line.parameters
        if said is None or said.kind == "takedown" or said.basis.kind == "consent" or Published(line.subject, line.version, line.leaf) not in logged:
            continue
        kept = known.get(text_of(line))
        if line.subject in own or (kept is not None and case_named(desk, kept.seen) == case.id):
            own.add(line.subject)
            yield line


def _answered(case: Case, asking: Asking, given: Envelope, day: date) -> Asking:
    contact = case.body.contact
    said = read_answer(given, asking.question, contact.mailbox, contact.consent_key)
    told = replace(asking, choice=said.choice, answered=day, without=said.without)
    return replace(told, agreement=given.hash) if said.choice == "agree" else told
