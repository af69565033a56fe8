# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both directions of an inbox: what a source sends to an open case, and the released replies that wait for the source.

A mailbox that nobody knows is asked the same questions as a known one and answers with nothing (T01). Nothing that a
visit does leaves a trace but the message itself. How desks see messages stands in cases.py. See spec/store.md.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, delete, insert, select

from ombuds.core.attachments import Manifest
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.source import Reply, SealedMessage
from ombuds.server.store.cases import check_unused, own
from ombuds.server.store.housekeeping import forget_parts
from ombuds.server.store.intake import add_parts
from ombuds.server.store.schema import cases, messages, parts, replies

CARDS_LOOKED_AT = 5


def replies_of(connection: Connection, mailbox: Hash) -> list[Reply]:
    """List the released replies of a mailbox in the order of their random ids."""
    mine = select(replies.c.id, replies.c.content, replies.c.files).where(replies.c.mailbox == mailbox, replies.c.released.is_(True))
    return [Reply(row.id, row.content, _files(row.files)) for row in connection.execute(mine.order_by(replies.c.id))]


def cards_of(connection: Connection, mailbox: Hash) -> list[Envelope]:
    """List the cards of a mailbox's open cases."""
    mine = select(cases.c.card).where(cases.c.mailbox == mailbox, cases.c.open.is_(True)).order_by(cases.c.id)
    return [read(card) for card in connection.execute(mine.limit(CARDS_LOOKED_AT)).scalars()]


def keep_message(connection: Connection, case: Id, message: SealedMessage, day: date) -> bool:
    """Keep a source's message for the next batch, and say whether it is new: a form pressed twice sends once."""
    if not _is_new(connection, case, message, day):
        return False
    add_parts(connection, message.id, message.files, day)
    return True


def keep_uploaded(connection: Connection, case: Id, message: SealedMessage, day: date) -> None:
    """Keep a source's message whose parts were uploaded before; the same one may be sent again. Raises NotHere, AlreadyUsed."""
    there = connection.execute(select(messages.c.case, messages.c.content).where(messages.c.id == message.id)).first()
    if there is not None and tuple(there) == (case, message.content):
        return
    check_unused(connection, message.id)
    if _is_new(connection, case, message, day):
        own(connection, message.files, message.id)


def check_open(connection: Connection, mailbox: Hash, case: Id) -> None:
    """Check that an open case belongs to a mailbox. Raises NotHere."""
    mine = (cases.c.id == case, cases.c.mailbox == mailbox, cases.c.open.is_(True))
    if connection.execute(select(cases.c.id).where(*mine)).first() is None:
        raise NotHere("no case to write to")


def check_part(connection: Connection, mailbox: Hash, reply: Id, part: Id) -> None:
    """Check that a part belongs to a released reply of a mailbox. Raises NotHere."""
    mine = parts.join(replies, replies.c.id == parts.c.owner)
    wanted = (parts.c.id == part, replies.c.id == reply, replies.c.mailbox == mailbox, replies.c.released.is_(True))
    if connection.execute(select(parts.c.id).select_from(mine).where(*wanted)).first() is None:
        raise NotHere("no such part")


def delete_replies(connection: Connection, mailbox: Hash, ids: list[Id]) -> list[Id]:
    """Delete replies of this mailbox; return the parts whose files are to be deleted."""
    mine = (replies.c.mailbox == mailbox, replies.c.id.in_(ids))
    found = list(connection.execute(select(replies.c.id).where(*mine)).scalars())
    connection.execute(delete(replies).where(replies.c.mailbox == mailbox, replies.c.id.in_(found)))
    return forget_parts(connection, found)


def _is_new(connection: Connection, case: Id, message: SealedMessage, day: date) -> bool:
    if connection.execute(select(messages.c.id).where(messages.c.id == message.id)).first() is not None:
        return False
    row = {"id": message.id, "case": case, "content": message.content, "files": encode(message.files), "day": day, "released": False}
    connection.execute(insert(messages).values(row))
    return True


def _files(content: bytes) -> Manifest:
    return decode(content, Manifest) if content else Manifest(hash_of(b""), ())
