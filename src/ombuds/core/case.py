# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case as a fold over its events: the rules are the table below, so that three vaults agree without talking.

Each event is signed by a member, names everything before it, and is sealed to the case identity; the server keeps the order
and reads nothing. An event that the table does not allow is refused; what a desk does with a refused one stands in slots.py.
This file does not fetch, store or send. See spec/case.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

import msgspec

from ombuds.core.casework import Step, Work, WorkKind, work_on
from ombuds.core.charter import InForce
from ombuds.core.consent import Answer, Consent, Question, check_consent, read_answer
from ombuds.core.encoding import convert, decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import NoConsent, NotAMember, OrderWrong, Tampered
from ombuds.core.keys import Hash, Id, MemberName, SigningKey
from ombuds.core.messages import Message, Thread
from ombuds.core.original import Opened as Opened
from ombuds.core.original import read_opened
from ombuds.core.publication import Content
from ombuds.core.sealing import Body, Manifest

EVENT_TYPE = "application/vnd.ombuds.event+json"

State = Literal["none", "open", "asked", "agreed", "refused", "published", "closed"]
Kind = Literal["opened", "note", "status", "sent", "received", "draft", "asked", "agreed", "refused", "revoked", "published", "closed", WorkKind]

Reason = Literal["large", "sealed", "unreadable", "stranger", "forged", "place", "refused", "body"]
"""Why a slot of the log is void; spec/case.md has the sentence for each."""

QUIET: tuple[Kind, ...] = ("note", "status", "sent", "received", "draft", *get_args(WorkKind))
"""Daily work: allowed in every state but none, and changes no state."""

TABLE: dict[tuple[State, Kind], State] = {
    ("none", "opened"): "open",
    ("open", "asked"): "asked",
    ("open", "published"): "published",
    ("open", "closed"): "closed",
    ("asked", "agreed"): "agreed",
    ("asked", "refused"): "refused",
    ("asked", "revoked"): "refused",
    ("asked", "asked"): "asked",
    ("asked", "closed"): "closed",
    ("agreed", "published"): "published",
    ("agreed", "revoked"): "refused",
    ("agreed", "refused"): "refused",
    ("agreed", "asked"): "asked",
    ("agreed", "closed"): "closed",
    ("refused", "asked"): "asked",
    ("refused", "revoked"): "refused",
    ("refused", "closed"): "closed",
    ("published", "asked"): "asked",
    ("published", "published"): "published",
    ("published", "revoked"): "published",
    ("published", "closed"): "closed",
    ("closed", "received"): "open",
    ("closed", "asked"): "asked",
    ("open", "revoked"): "open",
    ("open", "refused"): "open",
    ("published", "refused"): "published",
    ("closed", "revoked"): "closed",
    ("closed", "refused"): "closed",
    ("closed", "published"): "closed",
    ("open", "agreed"): "agreed",
    ("published", "agreed"): "agreed",
    ("closed", "agreed"): "agreed",
}
"""A no is final for its question: who wants to agree after it is asked anew, so that no old agreement can be replayed, and
none that the server held back can overtake. A source may say no in every state that has a question, and close every case.
A yes counts once, wherever a member's own steps have moved the case: no close or publication that a member logs voids it (T05).
"""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a case: who did what, after which step, on which day."""

    v: Literal[1]
    case: Id
    member: MemberName
    seq: int
    prev: str
    kind: Kind
    day: date
    body: msgspec.Raw


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note, a status or a reason, in the member's words."""

    text: str


class Exchanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message that was sent or received, and where its files are."""

    message: Message
    files: Manifest


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became public: the subject, its version and the hash of the entry's leaf."""

    subject: Id
    version: int
    leaf: Hash


class Said(msgspec.Struct, frozen=True):
    """One line of the conversation, with the event that brought it."""

    seq: int
    day: date
    member: MemberName
    message: Message
    files: Manifest


class Noted(msgspec.Struct, frozen=True):
    """One note, with who wrote it when."""

    seq: int
    day: date
    member: MemberName
    text: str


class Void(msgspec.Struct, frozen=True):
    """A slot of the log that holds no event of this case: its number, why, and who signed it, if somebody did."""

    seq: int
    reason: Reason
    member: str = ""


class Case(msgspec.Struct, frozen=True):
    """Everything that the events so far say."""

    id: Id
    state: State = "none"
    seq: int = 0
    head: str = ""
    opened: Opened | None = None
    report: Body | None = None
    status: str = ""
    notes: tuple[Noted, ...] = ()
    said: tuple[Said, ...] = ()
    draft: Content | None = None
    question: Question | None = None
    answer: Envelope | None = None
    published: tuple[Published, ...] = ()
    withdrawn: bool = False  # the source closed the case since it was last asked: what it allowed before is over
    void: tuple[Void, ...] = ()
    work: Work = Work()

    @property
    def body(self) -> Body:
        """The report. Raises OrderWrong before it was opened."""
        if self.report is None:
            raise OrderWrong("not opened yet")
        return self.report

    @property
    def thread(self) -> Thread:
        """The shared secret of the conversation. Raises OrderWrong before the case was opened."""
        contact = self.body.contact
        generation = self.opened.generation if self.opened else 0
        return Thread(self.body.instance_id, contact.mailbox, generation, contact.mac)

    @property
    def next_number(self) -> int:
        """The number of the desk's next message."""
        return 1 + max((line.message.number for line in self.said if line.message.direction == "desk"), default=0)

    @property
    def received(self) -> tuple[Id, ...]:
        """The ids of the source's messages that arrived."""
        return tuple(dict.fromkeys(line.message.id for line in self.said if line.message.direction == "source"))

    def consent_to(self, content: Content) -> Consent:
        """Return the source's consent to exactly this content. Raises NoConsent."""
        if self.question is None or self.answer is None:
            raise NoConsent
        if self.withdrawn:
            raise NoConsent("the source closed the case")
        contact = self.body.contact
        return check_consent(self.question, self.answer, contact.mailbox, contact.consent_key, content)


def write_event(case: Case, member: MemberName, kind: Kind, body: object, day: date) -> Event:
    """Write the next event of a case."""
    return Event(1, case.id, member, case.seq + 1, case.head, kind, day, msgspec.Raw(encode(body)))


def sign_event(event: Event, key: SigningKey) -> Envelope:
    """Sign an event as its member."""
    return sign(EVENT_TYPE, encode(event), key)


def read_event(envelope: Envelope, charter: InForce) -> Event:
    """Check who wrote an event. Raises NotAMember, BadSignature, Malformed."""
    event = decode_canonical(envelope.payload, Event)
    if not signers(envelope, EVENT_TYPE, {event.member: charter.charter.keys()[charter.charter.member(event.member).name]}):
        raise NotAMember
    return event


def check_place(case: Case, event: Event) -> None:
    """Check that an event follows everything before it. Raises Tampered."""
    if event.case != case.id or event.seq != case.seq + 1 or event.prev != case.head:
        raise Tampered("an event does not follow the one before")


def advance(case: Case, event: Event, head: Hash) -> Case:
    """Return the case after one more event; ``head`` commits to the log up to it. Raises OrderWrong, Tampered, NoConsent, Malformed."""
    check_place(case, event)
    key = (case.state, event.kind)
    quiet = event.kind in QUIET and case.state != "none"
    if key not in TABLE and not quiet:
        raise OrderWrong(f"{event.kind} after {case.state}")
    moved = msgspec.structs.replace(case, state=TABLE.get(key, case.state), seq=event.seq, head=head)
    return _apply(moved, event, case.state)


def pass_over(case: Case, head: Hash, void: Void) -> Case:
    """Return the case after a slot that holds no event of it: nothing changes but the count and the head."""
    return msgspec.structs.replace(case, seq=void.seq, head=head, void=(*case.void, void))


def pass_over_all(case: Case, passed: Iterable[tuple[Hash, Void]]) -> Case:
    """Return the case after slots that hold no event of it, each with the head after it: the cost does not grow with those before."""
    run = tuple(passed)
    return msgspec.structs.replace(case, seq=run[-1][1].seq, head=run[-1][0], void=(*case.void, *(void for _, void in run))) if run else case


def _apply(case: Case, event: Event, before: State) -> Case:
    change = msgspec.structs.replace
    match event.kind:
        case "opened":
            opened = convert(event.body, Opened)
            return change(case, opened=opened, report=read_opened(opened))
        case "note":
            return change(case, notes=(*case.notes, Noted(event.seq, event.day, event.member, convert(event.body, Line).text)))
        case "status":
            return change(case, status=convert(event.body, Line).text)
        case "sent" | "received" | "asked":
            return _exchanged(case, event, before)
        case "draft":
            return change(case, draft=convert(event.body, Content))
        case "agreed" | "refused" | "revoked":
            return _answered(case, event)
        case "published":
            return change(case, published=(*case.published, convert(event.body, Published)))
        case "closed":
            return change(case, status=convert(event.body, Line).text)
        case "assigned" | "recused" | "task" | "task_done" | "claim" | "checked":
            team = case.opened.team if case.opened else ()
            return change(case, work=work_on(case.work, event.kind, event.body, Step(event.seq, event.day, event.member), team))


def _exchanged(case: Case, event: Event, before: State) -> Case:
    body = convert(event.body, Exchanged)
    line = Said(event.seq, event.day, event.member, body.message, body.files)
    if (body.message.direction == "source") != (event.kind == "received"):
        raise OrderWrong("a message of the other side")
    if body.message.direction == "source" and any((line.message, line.files) == (body.message, body.files) for line in case.said):
        # Two desks fetched the same message at once: the second event changes nothing. Other words under its id stand beside it.
        return msgspec.structs.replace(case, state=before)
    if body.message.direction == "desk" and not 1 <= body.message.number <= case.next_number:
        # A number near the largest one would leave none for those who write after it.
        raise OrderWrong("a number was left out")
    said = msgspec.structs.replace(case, said=(*case.said, line))
    if event.kind == "asked":
        if body.message.question is None:
            raise OrderWrong("a question without a text")
        if any(earlier.message.question == body.message.question for earlier in case.said):
            raise OrderWrong("this was asked before, and the answer to it stands")
        return msgspec.structs.replace(said, question=body.message.question, answer=None, withdrawn=False)
    if body.message.close:
        return msgspec.structs.replace(said, state=before, withdrawn=True)
    return said


def _answered(case: Case, event: Event) -> Case:
    if case.question is None:
        raise OrderWrong("an answer without a question")
    if event.kind == "agreed" and (case.answer is not None or case.withdrawn):
        raise OrderWrong("the source answered this, or closed the case: who wants to agree is asked anew")
    given = convert(event.body, Envelope)
    contact = case.body.contact
    said: Answer = read_answer(given, case.question, contact.mailbox, contact.consent_key)
    if {"agree": "agreed", "refuse": "refused", "revoke": "revoked"}[said.choice] != event.kind:
        raise OrderWrong("the answer says something else")
    return msgspec.structs.replace(case, answer=given)
