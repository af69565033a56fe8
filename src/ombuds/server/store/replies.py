# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies on their way to a source, and how much of the disk and of one inbox each member takes.

Every bound is a member's own: whoever fills theirs is refused, and locks nobody else out (T05). Which member brought a
reply or a part is kept for as long as it lies here, without a day. How sources read replies stands in inbox.py. See
spec/store.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, or_, select

from ombuds.core.encoding import encode
from ombuds.core.errors import AlreadyUsed, NotHere, OrderWrong, TooLarge
from ombuds.core.keys import Hash, Id, MemberName
from ombuds.core.wire import NewReply
from ombuds.server.store.cases import LEAST_COST, own
from ombuds.server.store.schema import brought, parts, replies

LARGEST_REPLY = 2 * 1024 * 1024
# A source fetches an inbox in one answer: what one member puts there stays far below what a program takes.
MOST_IN_INBOX = 200
MOST_INBOX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Room:
    """How much the settings let one member bring: the files of one reply, how many, and all that lies here of that member."""

    files: int
    count: int
    whole: int


def add(connection: Connection, mailbox: Hash, reply: NewReply, by: MemberName, room: Room) -> None:
    """Keep a sealed reply for the next batch; the same one may be sent again. Raises AlreadyUsed, NotHere, TooLarge, OrderWrong."""
    row = connection.execute(select(replies.c.mailbox, replies.c.content).where(replies.c.id == reply.id)).first()
    if row is not None:
        if tuple(row) != (mailbox, reply.content):
            raise AlreadyUsed("another reply has this name")
        return
    size = _check_reply(reply, room)
    _check_inbox(connection, mailbox, by, size)
    _check_own(connection, reply, by)
    check_room(connection, by, size, room)
    values = {"id": reply.id, "mailbox": mailbox, "content": reply.content, "files": encode(reply.files), "released": False, "erase": None}
    connection.execute(insert(replies).values(**values))
    bring(connection, reply.id, by, size)
    own(connection, reply.files, reply.id)


def bring(connection: Connection, name: Id, by: MemberName, size: int) -> None:
    """Remember which member brought a reply or a part, and how large it is."""
    connection.execute(insert(brought).values(id=name, member=by, size=size))


def check_room(connection: Connection, by: MemberName, more: int, room: Room) -> None:
    """Check that all that lies here of a member, replies and their files and parts that nobody names yet, stays within the setting. Raises OrderWrong."""
    # A small file costs the disk a block and a name too.
    of_replies = select(func.coalesce(func.sum(brought.c.size), 0)).join_from(brought, replies, replies.c.id == brought.c.id)
    waits = or_(parts.c.owner == "", parts.c.owner.in_(select(replies.c.id)))
    of_parts = select(func.coalesce(func.sum(brought.c.size), 0)).join_from(brought, parts, parts.c.id == brought.c.id).where(waits)
    taken = sum(connection.execute(some.where(brought.c.member == by)).scalar_one() for some in (of_replies, of_parts))
    if taken + max(more, LEAST_COST) > room.whole:
        raise OrderWrong("as much of yours lies at the server as one member may have there; it goes when sources delete it or its time ends")


def forget_gone(connection: Connection) -> None:
    """Forget who brought what lies here no longer."""
    here = (brought.c.id.in_(select(replies.c.id)), brought.c.id.in_(select(parts.c.id)))
    connection.execute(delete(brought).where(~or_(*here)))


def _check_reply(reply: NewReply, room: Room) -> int:
    """Return how much room a reply takes in an inbox. Raises TooLarge."""
    size = len(reply.content) + len(encode(reply.files))
    if size > LARGEST_REPLY:
        raise TooLarge("a reply has 2 MiB at most, without its files")
    if len(reply.files.files) > room.count or sum(part.size for file in reply.files.files for part in file.parts) > room.files:
        raise TooLarge(f"a reply has {room.count} files at most, with {room.files // 1024**2} MiB together")
    return size


def _check_inbox(connection: Connection, mailbox: Hash, by: MemberName, size: int) -> None:
    """Check that what one member put into one inbox has an end. Raises OrderWrong."""
    mine = select(func.count(), func.coalesce(func.sum(brought.c.size), 0)).join_from(brought, replies, replies.c.id == brought.c.id)
    count, taken = connection.execute(mine.where(replies.c.mailbox == mailbox, brought.c.member == by)).one()
    if count >= MOST_IN_INBOX or taken + size > MOST_INBOX_BYTES:
        raise OrderWrong("as many replies of yours lie in this inbox as one member may have there; the source has to delete some first")


def _check_own(connection: Connection, reply: NewReply, by: MemberName) -> None:
    """Check that the member brought each part of the files: what others uploaded counts for them. Raises NotHere."""
    named = [part.id for file in reply.files.files for part in file.parts]
    for name in named:
        if connection.execute(select(brought.c.id).where(brought.c.id == name, brought.c.member == by)).first() is None:
            raise NotHere("a part of a file was not uploaded")
