# SPDX-License-Identifier: AGPL-3.0-or-later
"""Talking with a source: replies, questions for consent, word of answers, and files that are opened only when a member asks.

A reply is numbered and lists what arrived, so that the source notices a server that withholds (T19). It is written into the
case log first and sent after; what could not be sent waits in the vault. What the source writes is received by receiving.py.
A file's type is never trusted and no file is ever opened here by itself (T15). See spec/messages.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

import msgspec

from ombuds.core.age import Recipient
from ombuds.core.case import Case, Exchanged
from ombuds.core.consent import Heard, Question, ask, read_answer
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import NotHere, OmbudsError, OrderWrong, RemoteSilent
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.messages import seal_message, write_message
from ombuds.core.publication import Content
from ombuds.core.sealing import FileNote, FileParts, Manifest
from ombuds.core.wire import NewReply
from ombuds.desk.log import append, files_of, follow, identity_of, read_case, read_file, store_file
from ombuds.desk.parts import Desk
from ombuds.host.files import safe_name

OUTBOX = "outbox:"
NO_PICTURES: Mapping[Hash, bytes] = MappingProxyType({})

Attachment = tuple[str, str, Iterator[bytes]]
"""A file to send: its name, its type, and its content in pieces."""


class Outgoing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed reply that waits to be sent once it stands in the case log."""

    case: Id
    day: date
    reply: NewReply


@dataclass(frozen=True)
class Letter:
    """What a member wants to say, before it has a number."""

    text: str
    notes: tuple[FileNote, ...]
    parts: tuple[FileParts, ...]
    question: Question | None
    heard: Heard | None = None


def reply(desk: Desk, case: Id, text: str, files: Iterable[Attachment] = ()) -> Case:
    """Answer the source; released with the server's next batch.

    Raises OrderWrong for an empty reply, NotHere, RemoteRefused. If the server falls silent after the log took it, it waits.
    """
    before = read_case(desk, case)
    recipient = Recipient.parse(before.body.contact.recipient)
    stored = [store_file(desk, (safe_name(name), kind), content, recipient) for name, kind, content in files]
    if not text.strip() and not stored:
        raise OrderWrong("the reply is empty")
    letter = Letter(text.strip(), tuple(note for note, _ in stored), tuple(parts for _, parts in stored), None)
    return _send(desk, case, "sent", letter)


def ask_consent(desk: Desk, case: Id, content: Content, pictures: Mapping[Hash, bytes] = NO_PICTURES) -> Case:
    """Ask the source whether exactly this content may become public; its pictures go with the question.

    Raises OrderWrong, NotHere (a picture that the text names is not there), RemoteRefused.
    """
    recipient = Recipient.parse(read_case(desk, case).body.contact.recipient)
    if any(picture.sha256 not in pictures for picture in content.pictures):
        raise NotHere("a picture of the text is not on this machine")
    stored = [
        store_file(desk, (f"picture-{number}.{picture.ending}", f"image/{picture.type}"), iter((pictures[picture.sha256],)), recipient)
        for number, picture in enumerate(content.pictures, start=1)
    ]
    return _send(desk, case, "asked", Letter("", tuple(note for note, _ in stored), tuple(parts for _, parts in stored), ask(desk.instance_id, content)))


def tell_heard(desk: Desk, now: Case) -> Case:
    """Tell the source of a case, once, which answer the desk has, and when what it agreed to became public.

    Raises OrderWrong, NotHere, RemoteRefused. If the server falls silent after the log took it, it waits.
    """
    for heard in _untold(desk, now):
        try:
            now = _send(desk, now.id, "sent", Letter("", (), (), None, heard))
        except OrderWrong:
            now = follow(desk, now.id)
            if not _is_told(now, heard):  # else another desk was quicker
                raise
    return now


def _untold(desk: Desk, now: Case) -> list[Heard]:
    """Return what is to be told of the last question, by the source's signed answer and the checked record alone."""
    if now.question is None or now.answer is None:
        return []
    contact = now.body.contact
    said = read_answer(now.answer, now.question, contact.mailbox, contact.consent_key)
    lines = (line for line in desk.record.lines if line.parameters and line.parameters.basis.commitment == now.answer.hash)
    public = [Heard(said.question, "published", (), line.day) for line in lines if line.day][:1]
    return [each for each in (Heard(said.question, said.choice, said.without, desk.today), *public) if not _is_told(now, each)]


def _is_told(now: Case, heard: Heard) -> bool:
    told = (line.message.heard for line in reversed(now.said) if line.message.heard and line.message.heard.question == heard.question)
    last = next((one for one in told if (one.what == "published") == (heard.what == "published")), None)
    return last is not None and (last.what, last.without) == (heard.what, heard.without)


def save_attachment(desk: Desk, case: Id, file: Id) -> tuple[FileNote, Iterator[bytes]]:
    """Return a file's note and its content in pieces; the end raises Tampered if anything is missing.

    Raises NotHere. Write to a new file and keep it only when the last piece came.
    """
    attached = files_of(read_case(desk, case), identity_of(desk, case)).get(file)
    if attached is None:
        raise NotHere("no such file in this case")
    note = msgspec.structs.replace(attached.note, name=safe_name(attached.note.name))
    return note, read_file(desk, attached)


def send_outbox(desk: Desk) -> int:
    """Send what stands in case logs and was not sent yet, and return how many.

    What the server refuses waits, and holds up no other; the first refusal is raised when all were tried. Raises RemoteSilent.
    """
    count, refused = 0, list[OmbudsError]()
    for name, kept in desk.vault.notes(OUTBOX).items():
        waiting = decode(kept, Outgoing)
        if waiting.reply.id in _written(read_case(desk, waiting.case)):
            try:
                desk.remote.reply(waiting.case, waiting.reply)
            except RemoteSilent:
                raise
            except OmbudsError as wrong:
                refused.append(wrong)
                continue
            desk.vault.drop_note(name)
            count += 1
        elif waiting.day < desk.today:
            desk.vault.drop_note(name)  # it never came into the log: the member was told so then
    if refused:
        raise refused[0]
    return count


def waiting_to_send(desk: Desk, case: Id) -> frozenset[Id]:
    """Return the ids of a case's messages that are written and not sent."""
    kept = (decode(one, Outgoing) for one in desk.vault.notes(OUTBOX).values())
    return frozenset(one.reply.id for one in kept if one.case == case)


def _send(desk: Desk, case: Id, kind: Literal["sent", "asked"], letter: Letter) -> Case:
    outbox = _Outbox(desk, case, letter)
    after = append(desk, case, kind, outbox.write)
    outbox.send()
    return after


class _Outbox:
    """One reply on its way: written anew for the case as it stands, kept, and sent once the log has it."""

    def __init__(self, desk: Desk, case: Id, letter: Letter) -> None:
        self._desk, self._case, self._letter = desk, case, letter
        self._waiting: Outgoing | None = None

    def write(self, now: Case) -> Exchanged:
        """Write, seal and keep the reply as the next one of the case. Raises OrderWrong for what another desk told already."""
        self._drop()
        if self._letter.heard is not None and _is_told(now, self._letter.heard):
            raise OrderWrong("the source was told already")
        message = msgspec.structs.replace(
            write_message(now.thread, "desk", now.next_number, self._letter.text),
            case=now.id,
            received=now.received,
            files=self._letter.notes,
            question=self._letter.question,
            heard=self._letter.heard,
        )
        sealed = seal_message(message, now.thread, Recipient.parse(now.body.contact.recipient))
        files = Manifest(hash_of(sealed), self._letter.parts)
        self._waiting = Outgoing(self._case, self._desk.today, NewReply(message.id, sealed, files))
        self._desk.vault.keep_note(f"{OUTBOX}{message.id}", encode(self._waiting))
        return Exchanged(message, files)

    def send(self) -> None:
        """Hand the reply to the server."""
        if self._waiting is not None:
            self._desk.remote.reply(self._case, self._waiting.reply)
            self._drop()

    def _drop(self) -> None:
        if self._waiting is not None:
            self._desk.vault.drop_note(f"{OUTBOX}{self._waiting.reply.id}")


def _written(case: Case) -> frozenset[Id]:
    return frozenset(line.message.id for line in case.said)
