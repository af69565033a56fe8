# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's inbox, opened: each reply checked, the case it may write to, and what it writes, sealed to that case.

One set of rules for the two doors: the command line opens an inbox on the source's own machine, the form without
JavaScript in the server's memory. A reply that the desk did not write is shown as a warning and never hidden: the source
must know that somebody tries (T19). It derives no key and stores nothing. See spec/source.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed
from ombuds.core.attachments import FileNote, FileParts, Manifest
from ombuds.core.cards import Card, check_card
from ombuds.core.charter import InForce
from ombuds.core.consent import Heard, Question
from ombuds.core.envelope import Envelope
from ombuds.core.errors import BadBytes, Expired, Malformed, NotEnough, NotHere, NotSealedForThis, NotThisApproval, Tampered
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.messages import Message, Thread, open_message, seal_message


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One released reply as a server hands it out; without content it is the server's own word that a report expired unopened."""

    id: Id
    content: bytes
    files: Manifest

    @property
    def expired(self) -> bool:
        """Whether this stands for a report that nobody opened in time."""
        return not self.content


class SealedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source's sealed message that waits for the desk."""

    id: Id
    content: bytes
    files: Manifest


@dataclass(frozen=True, repr=False)
class Where:
    """Where a source's messages go now: the case of a valid card and its recipient."""

    card: Card
    recipient: Recipient


@dataclass(frozen=True, repr=False)
class Shown:
    """One reply as the visit sees it; no message means that it expired or is not from the desk, ``twice`` that its number has another one."""

    number: int
    reply: Reply
    message: Message | None
    twice: bool = False


@dataclass(frozen=True)
class Standing:
    """What the desk has said of a question: the last answer that it has, and that what was agreed to is public."""

    answer: Heard | None = None
    public: Heard | None = None


@dataclass(frozen=True, repr=False)
class Opened:
    """All released replies of one inbox, by case and number. The numbers that are shown go on from case to case."""

    replies: tuple[Shown, ...]

    def highest(self, case: str) -> int:
        """Return the highest number that the desk has written in a case, or naming none."""
        return max((each.message.number for each in self.replies if each.message and each.message.case in ("", case)), default=0)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The desk's questions of consent, in the order of their replies."""
        return tuple(each.message.question for each in self.replies if each.message and each.message.question)

    def numbered(self, number: str) -> Shown:
        """Return the reply of a number. Raises NotHere."""
        for each in self.replies:
            if str(each.number) == number:
                return each
        raise NotHere

    def named(self, wanted: str) -> Shown:
        """Return the reply with this id, which stays its own whatever comes or goes meanwhile. Raises NotHere."""
        for each in self.replies:
            if each.reply.id == wanted:
                return each
        raise NotHere

    def question(self, wanted: str) -> Question:
        """Return the question of consent with this id. Raises NotHere."""
        for question in self.questions:
            if question.id == wanted:
                return question
        raise NotHere

    def case_of(self, question: Question) -> str:
        """Return the case that a question was asked in; empty if its message names none."""
        return next((each.message.case for each in self.replies if each.message and each.message.question == question), "")

    def standing(self, question: Question) -> Standing:
        """Return how a question stands by the desk's own messages; what the source sent is not readable here (T08)."""
        heard = [each.message.heard for each in self.replies if each.message and each.message.heard and each.message.heard.question == question.hash]
        answers = [one for one in heard if one.what != "published"]
        public = [one for one in heard if one.what == "published"]
        return Standing(answers[-1] if answers else None, public[-1] if public else None)

    def file(self, number: str, wanted: str) -> tuple[FileNote, FileParts]:
        """Return a file of a reply: what the desk said of it and where it lies. Raises NotHere."""
        shown = self.numbered(number)
        notes = [note for note in shown.message.files if note.id == wanted] if shown.message else []
        stored = [file for file in shown.reply.files.files if file.id == wanted]
        if not notes or not stored:
            raise NotHere
        return notes[0], stored[0]


def open_cases(cards: Iterable[Envelope], charter: InForce, mailbox: Hash, today: date) -> tuple[Where, ...]:
    """Return every case with a valid card, the highest generation first."""
    valid = []
    for envelope in cards:
        try:
            valid.append(Where(*check_card(envelope, charter, mailbox, today)))
        except (NotThisApproval, Expired, NotEnough, BadBytes):
            continue
    return tuple(sorted(valid, key=lambda each: (-each.card.generation, each.card.case)))


def where_to(cards: Iterable[Envelope], charter: InForce, mailbox: Hash, today: date) -> Where | None:
    """Return the valid card of the highest generation, or nothing."""
    return next(iter(open_cases(cards, charter, mailbox, today)), None)


def where_of(places: Sequence[Where], case: str) -> Where | None:
    """Return where a message of this case goes; one of no case in particular goes to the first place."""
    return next((place for place in places if case in ("", place.card.case)), None)


def open_inbox(replies: Sequence[Reply], identity: Identity, thread: Thread) -> Opened:
    """Open every reply; second messages of one number, and then what cannot be opened or is not from the desk, stand at the end."""
    good: dict[tuple[str, int], list[tuple[Reply, Message]]] = {}
    rest: list[Reply] = []
    for reply in replies:
        message = _message(reply, identity, thread)
        # Each case counts for itself. Within one, the same message once more is a copy; another one under its number is shown too:
        # whoever of the desk wrote past the others is not to choose which of the two the source reads (T05).
        here = good.setdefault((message.case, message.number), []) if message else []
        if message is None or any(message == other for _, other in here):
            rest.append(reply)
        else:
            here.append((reply, message))
    shown: list[Shown] = []
    last, before, case = 0, 0, ""
    for name, number in sorted(good):
        if name != case:
            case, before = name, last
        last = before + number
        shown.append(Shown(last, *good[name, number][0], twice=len(good[name, number]) > 1))
    more = [(*pair, True) for place in sorted(good) for pair in good[place][1:]]
    behind = enumerate((*more, *((reply, None, False) for reply in rest)), start=last + 1)
    return Opened((*shown, *(Shown(place, reply, message, twice) for place, (reply, message, twice) in behind)))


def without_fillers(replies: Sequence[Reply], identity: Identity) -> list[Reply]:
    """Leave out what fills the empty slots of an inbox: bytes that were sealed to nobody, or to somebody else."""
    kept = []
    for reply in replies:
        try:
            if not reply.expired:
                open_sealed(reply.content, identity)
        except (Malformed, NotSealedForThis):
            continue
        except Tampered:
            # It was sealed to this source and changed on the way: the source must see that.
            pass
        kept.append(reply)
    return kept


def seal_followup(message: Message, files: Sequence[tuple[FileNote, FileParts]], thread: Thread, recipient: Recipient) -> SealedMessage:
    """Seal a source's message with its files to the case that it goes to."""
    whole = msgspec.structs.replace(message, files=tuple(note for note, _ in files))
    content = seal_message(whole, thread, recipient)
    return SealedMessage(whole.id, content, Manifest(hash_of(content), tuple(stored for _, stored in files)))


def _message(reply: Reply, identity: Identity, thread: Thread) -> Message | None:
    if reply.expired:
        return None
    try:
        return open_message(reply.content, identity, thread, "desk")
    except BadBytes:
        return None
