# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk puts into a source's inbox, and the case it opens, written straight into the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import msgspec
from sqlalchemy import insert, select

from ombuds.core.age import Identity
from ombuds.core.attachments import FileNote, FileParts, FileSealer, Manifest
from ombuds.core.cards import Card, sign_card
from ombuds.core.consent import Choice, Heard, Item, Question
from ombuds.core.encoding import encode
from ombuds.core.envelope import joined
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.messages import Message, Thread, open_message, seal_message, write_message
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.words import read_words
from ombuds.server.store.schema import cases, messages, parts, replies
from tests.server.institution import Institution


@dataclass
class Case:
    """An open case and its source's keys."""

    here: Institution
    keys: SourceKeys
    identity: Identity = field(default_factory=Identity.generate)
    id: Id = field(default_factory=random_id)
    named: bool = True  # whether the desk's messages name the case
    called: str = "answer.pdf"  # the name of the files in the desk's replies
    forger: bytes = b""  # the secret that somebody else uses in place of the right one

    @property
    def thread(self) -> Thread:
        """What both sides share."""
        return Thread(self.here.charter.instance_id, self.keys.mailbox_hash, 0, self.keys.mac(0))

    def received(self) -> list[Message]:
        """What the source sent to the case, as its team reads it."""
        with self.here.parts.store.read() as connection:
            rows = connection.execute(select(messages.c.content).where(messages.c.case == self.id)).scalars().all()
        return [open_message(row, self.identity, self.thread, "source") for row in rows]


def open_case(here: Institution, words: str, days: int = 20) -> Case:
    """Open a case for the inbox of these words, with a card that two members signed."""
    case = Case(here, derive(read_words(words), here.charter.instance_id))
    card = Card(
        1, here.charter.instance_id, case.id, hash_of(b"report"), case.keys.mailbox_hash, 0, case.identity.recipient.text, here.calendar.day + timedelta(days)
    )
    envelope = joined([sign_card(card, here.keys[name]) for name in ("anna", "boris")])
    row = {"id": case.id, "mailbox": card.mailbox, "seq": 1, "card": encode(envelope), "open": True, "day": here.calendar.day}
    with here.parts.store.write() as connection:
        connection.execute(insert(cases), row)
    return case


def reply(case: Case, text: str, number: int = 1, question: Question | None = None, file: bytes = b"") -> Id:
    """Put a released reply into the inbox, with a file if there is content for one."""
    files = (_file(case, file),) if file else ()
    plain = write_message(case.thread, "desk", number, text)
    return _put(case, msgspec.structs.replace(plain, question=question, files=tuple(note for note, _ in files)), files)


def tell(case: Case, number: int, question: Question, what: Choice | Literal["published"], without: tuple[Item, ...] = ()) -> Heard:
    """Put the desk's word on a question into the inbox, of today."""
    heard = Heard(question.hash, what, without, case.here.calendar.day)
    _put(case, msgspec.structs.replace(write_message(case.thread, "desk", number, ""), heard=heard), ())
    return heard


def _put(case: Case, written: Message, files: Sequence[tuple[FileNote, FileParts]]) -> Id:
    here, thread = case.here, case.thread
    message = msgspec.structs.replace(written, case=case.id if case.named else "")
    marked = Thread(thread.instance_id, thread.mailbox, 0, case.forger or thread.secret)
    content = seal_message(message, marked, case.keys.identity.recipient)
    manifest = Manifest(hash_of(content), tuple(stored for _, stored in files))
    erase = here.calendar.day + timedelta(30)
    row = {"id": message.id, "mailbox": thread.mailbox, "content": content, "files": encode(manifest), "released": True, "erase": erase}
    owned = [{"id": part.id, "owner": message.id, "size": part.size, "day": here.calendar.day} for _, stored in files for part in stored.parts]
    with here.parts.store.write() as connection:
        connection.execute(insert(replies), row)
        if owned:
            connection.execute(insert(parts), owned)
    return message.id


def _file(case: Case, content: bytes) -> tuple[FileNote, FileParts]:
    sealer = FileSealer(case.keys.identity.recipient)
    pieces = sealer.write(content)
    last, note, stored = sealer.finish(case.called, "application/pdf")
    writer = None
    for piece in [*pieces, *last]:
        writer = writer or case.here.parts.store.blobs.open(piece.part, case.here.calendar.day)
        writer.write(piece.content)
        if piece.done:
            writer.close()
            writer = None
    return note, stored
