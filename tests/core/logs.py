# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs of a case in memory, for the tests of core: honest slots, each kind of junk, and what a desk makes of them.

Every slot is sealed, signed and read by core itself. It decides nothing and asserts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import msgspec

from ombuds.core.age import Identity, seal
from ombuds.core.attachments import Manifest
from ombuds.core.case import EVENT_TYPE, Case, Exchanged, Kind, Line, Opened, Reason, advance, sign_event, write_event
from ombuds.core.casework import LONGEST_LINE, Assigned, Checked, NewClaim, NewTask, Recused, TaskDone
from ombuds.core.consent import Heard, answer, ask
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, sign
from ombuds.core.keys import hash_of
from ombuds.core.messages import Thread, write_message
from ombuds.core.sealing import padded
from ombuds.core.slots import Reader, head_after, take
from tests.core import builders as b

DESK, REPORT = b.sealed_of()
SOURCE = b.source_of(DESK)
IDENTITY = b.identity_of("case")
READER = Reader((IDENTITY,), b.card_of(DESK, REPORT), (DESK.charter,))
EMPTY = Case("c" * 32)
THREAD = Thread(DESK.charter.instance_id, SOURCE.mailbox_hash, 0, SOURCE.mac(0))
NO_FILES = Manifest(b.NOBODY, ())
START = Opened(REPORT.manifest.hash, 0, ("anna", "boris", "carla"), b.opened(DESK, REPORT, "anna", "boris").original)
TASK, CLAIM, LATER = "5" * 32, "6" * 32, "7" * 32
QUESTION = ask(DESK.charter.instance_id, b.story())
replaced = msgspec.structs.replace


def exchanged(side: str, number: int, **parts: object) -> Exchanged:
    """A message as it stands in the log."""
    return Exchanged(replaced(write_message(THREAD, side, number, "Hello."), **parts), NO_FILES)  # type: ignore[arg-type]


HONEST: tuple[tuple[Kind, object], ...] = (
    ("opened", START),
    ("note", Line("Seen.")),
    ("received", exchanged("source", 0)),
    ("asked", exchanged("desk", 1, question=QUESTION)),
    ("agreed", answer(QUESTION, SOURCE.mailbox_hash, "agree", (), SOURCE.consent)),
    ("sent", exchanged("desk", 2, heard=Heard(QUESTION.hash, "agree", (), b.TODAY))),
    ("status", Line("Asked the ministry.")),
    ("assigned", Assigned("carla")),
    ("task", NewTask(TASK, "Ask the hospital", "carla", b.TODAY)),
    ("claim", NewClaim(CLAIM, "fact", "He was made to sign three times.", "The source says so.", None)),
    ("task_done", TaskDone(TASK)),
    ("recused", Recused("My brother serves there.", ended=False)),
    ("checked", Checked(CLAIM, "does-not-hold", "I read the paper: it was twice.")),
    ("claim", NewClaim(LATER, "fact", "He was made to sign twice.", "The paper of the source says so.", CLAIM)),
    ("recused", Recused("He left the service.", ended=True)),
    ("checked", Checked(LATER, "holds", "I compared the dates.")),
    ("checked", Checked(LATER, "holds", "I asked the clerk.")),
    ("closed", Line("Done.")),
)
"""What the team writes in a case, in this order."""

WRITERS = tuple({"a": "anna", "b": "boris", "c": "carla"}[each] for each in "ababaababacbcabbca")
"""Who writes each of them."""

CROOKED: tuple[tuple[str, Kind, object], ...] = (
    ("anna", "opened", START),
    ("anna", "claim", NewClaim(CLAIM, "assessment", "It was no accident.", "Two of three say so.", None)),
    ("anna", "claim", NewClaim(CLAIM, "fact", "A name that is taken.", "It is.", None)),
    ("anna", "checked", Checked(CLAIM, "holds", "I wrote it.")),
    ("boris", "task", NewTask(TASK, "Ask the clerk", "boris", None)),
    ("boris", "task", NewTask(TASK, "A name that is taken", None, None)),
    ("boris", "recused", Recused("He has not stepped back.", ended=True)),
    ("boris", "recused", Recused("My brother serves there.", ended=False)),
    ("boris", "recused", Recused("He stepped back already.", ended=False)),
    ("boris", "checked", Checked(CLAIM, "holds", "He stepped back.")),
    ("carla", "assigned", Assigned("boris")),
    ("carla", "task", NewTask("9" * 32, "For one who stepped back", "boris", None)),
    ("carla", "task_done", TaskDone(TASK)),
    ("carla", "task_done", TaskDone(TASK)),
    ("carla", "claim", NewClaim(LATER, "inference", "It was meant.", "From the order.", CLAIM)),
    ("carla", "claim", NewClaim("9" * 32, "fact", "In place of one that was replaced.", "It was.", CLAIM)),
    ("boris", "checked", Checked(CLAIM, "does-not-hold", "It was replaced.")),
)
"""Work that is allowed, and after each piece of it what is not: whoever writes it, only the slots in ``BENT`` are void."""

BENT = (3, 4, 6, 7, 9, 10, 11, 12, 14, 16, 17)


def sealed_of(envelope: Envelope, identity: Identity = IDENTITY) -> bytes:
    """An event's envelope as a slot holds it; the padding is left out where it would only fill the vectors."""
    return seal(encode(envelope), [identity.recipient])


@cache
def honest(case: Case, kind: Kind, place: int) -> bytes:
    """The slot in which a member writes the honest event of this place, after everything that a desk was shown."""
    member = WRITERS[place]
    signed = sign_event(write_event(case, member, kind, HONEST[place][1], b.TODAY), b.key_of(member))
    return seal(padded(encode(signed)), [IDENTITY.recipient]) if place == 0 else sealed_of(signed)


def _line(case: Case, member: str = "boris", kind: Kind = "note") -> Envelope:
    return sign_event(write_event(case, member, kind, Line("junk"), b.TODAY), b.key_of(member))


def _signed_by(name: str) -> Callable[[Case], bytes]:
    return lambda case: sealed_of(sign_event(write_event(case, "boris", "note", Line("junk"), b.TODAY), b.key_of(name)))


def _moved(**parts: object) -> Callable[[Case], bytes]:
    return lambda case: sealed_of(sign_event(replaced(write_event(case, "boris", "note", Line("junk"), b.TODAY), **parts), b.key_of("boris")))


def _kept(kind: Kind, body: object) -> Callable[[Case], bytes]:
    return lambda case: sealed_of(sign_event(write_event(case, "boris", kind, body, b.TODAY), b.key_of("boris")))


def _forged(case: Case) -> bytes:
    signed = _line(case)
    return sealed_of(replaced(signed, payload=signed.payload.replace(b"junk", b"gold")))


def _twice(case: Case) -> bytes:
    event = write_event(case, "boris", "note", Line("junk"), b.TODAY)
    return sealed_of(sign(EVENT_TYPE, encode(event), b.key_of("boris"), b.key_of("anna")))


JUNK: dict[str, tuple[Reason, str, Callable[[Case], bytes]]] = {
    "bytes that are not sealed": ("sealed", "", lambda _: b"not an age file"),
    "no bytes": ("sealed", "", lambda _: b""),
    "sealed to another key": ("sealed", "", lambda case: sealed_of(_line(case), b.identity_of("somebody"))),
    "sealed and cut short": ("sealed", "", lambda case: sealed_of(_line(case))[:-1]),
    "sealed bytes that are no envelope": ("unreadable", "", lambda _: seal(padded(b"{}"), [IDENTITY.recipient])),
    "an envelope of another type": ("unreadable", "", lambda case: sealed_of(b.retyped(_line(case), "text/plain"))),
    "an envelope with two signatures": ("unreadable", "", _twice),
    "a payload that is no event": ("unreadable", "", lambda _: sealed_of(sign(EVENT_TYPE, b"{}", b.key_of("boris")))),
    "a name that no charter lists": ("stranger", "", lambda case: sealed_of(_line(case, "stranger"))),
    "another member's name": ("stranger", "", _signed_by("anna")),
    "changed after it was signed": ("forged", "", _forged),
    "an event of another case": ("place", "boris", _moved(case="d" * 32)),
    "a number that is taken": ("place", "boris", _moved(seq=0)),
    "a number to come": ("place", "boris", _moved(seq=99)),
    "written after something else": ("place", "boris", _moved(prev="1" * 64)),
    "a step that the table does not allow": ("refused", "boris", _kept("agreed", Line("junk"))),
    "a message of the other side": ("refused", "boris", _kept("received", exchanged("desk", 1))),
    "a number that leaves others out": ("refused", "boris", _kept("sent", exchanged("desk", 2**53 - 1))),
    "work for somebody who is not of the team": ("refused", "boris", _kept("assigned", Assigned("dora"))),
    "a task that is not there": ("refused", "boris", _kept("task_done", TaskDone("4" * 32))),
    "a check of a claim that is not there": ("refused", "boris", _kept("checked", Checked("4" * 32, "holds", "junk"))),
    "a claim in place of none": ("refused", "boris", _kept("claim", NewClaim("4" * 32, "fact", "junk", "junk", "3" * 32))),
    "a claim of two lines": ("body", "boris", _kept("claim", NewClaim("4" * 32, "fact", "junk\njunk", "junk", None))),
    "a claim that is too long": ("body", "boris", _kept("claim", NewClaim("4" * 32, "fact", "j" * (LONGEST_LINE + 1), "junk", None))),
    "a blank task": ("body", "boris", _kept("task", NewTask("4" * 32, " ", None, None))),
    "a day that is none": ("body", "boris", _kept("task", {"id": "4" * 32, "text": "junk", "whom": None, "due": "2026-02-30"})),
    "a body of another kind": ("body", "boris", _kept("note", START)),
    "a body with a field too many": ("body", "boris", _kept("note", {"text": "junk", "more": "junk"})),
}
"""Every kind of junk: why it is void, whose name it bears, and how it is made for a case as it stands."""


def read(slots: Iterable[bytes], reader: Reader = READER) -> Case:
    """Return the case that a desk reads from these slots."""
    case = EMPTY
    for sealed in slots:
        case = take(case, sealed, reader).case
    return case


def crooked() -> tuple[bytes, ...]:
    """Write ``CROOKED``, each piece after everything that was written before it."""
    slots, case = list[bytes](), EMPTY
    for member, kind, body in CROOKED:
        slots.append(sealed_of(sign_event(write_event(case, member, kind, body, b.TODAY), b.key_of(member))))
        case = take(case, slots[-1], READER).case
    return tuple(slots)


@dataclass(frozen=True)
class Told:
    """A log, the case that it comes to, and the case as it would be without the junk."""

    slots: tuple[bytes, ...]
    case: Case
    clean: Case


def written(junk: Iterable[tuple[int, str]] = (), events: int = len(HONEST)) -> Told:
    """Write the honest events, with junk before those of the given places; writers go on after what they were shown."""
    before, slots, case, clean = tuple(junk), list[bytes](), EMPTY, EMPTY
    for place, (kind, body) in enumerate(HONEST[:events]):
        for name in (name for at, name in before if at == place):
            slots.append(JUNK[name][2](case))
            case = take(case, slots[-1], READER).case
        slots.append(honest(case, kind, place))
        case = take(case, slots[-1], READER).case
        event = write_event(clean, WRITERS[place], kind, body, b.TODAY)
        clean = advance(clean, event, head_after(clean.head, hash_of(encode(event))))
    return Told(tuple(slots), case, clean)
