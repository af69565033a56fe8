# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one visit to an inbox does in the store: read the replies, find the card, keep a message, delete.

A message goes to the case of a valid card; without one there is no case to write to, and the caller makes a new report of
it. The rules are those of core/source.py. It knows secrets only as they are handed in. See spec/inbox.md; T19.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ombuds.core.age import Identity
from ombuds.core.attachments import FileNote, FileParts
from ombuds.core.charter import InForce
from ombuds.core.keys import Hash, Id
from ombuds.core.messages import Message, Thread
from ombuds.core.source import Opened, Where, open_cases, open_inbox, seal_followup
from ombuds.server.http.parts import Parts
from ombuds.server.store import inbox as store


def places(parts: Parts, charter: InForce, mailbox: Hash) -> tuple[Where, ...]:
    """Return every case with a valid card, the highest generation first."""
    with parts.store.read() as connection:
        cards = store.cards_of(connection, mailbox)
    return open_cases(cards, charter, mailbox, parts.today)


def opened(parts: Parts, mailbox: Hash, identity: Identity, thread: Thread) -> Opened:
    """Return the inbox with everything that was released to it."""
    with parts.store.read() as connection:
        replies = store.replies_of(connection, mailbox)
    return open_inbox(replies, identity, thread)


def keep(parts: Parts, where: Where, thread: Thread, message: Message, files: Sequence[tuple[FileNote, FileParts]]) -> bool:
    """Seal a message to the case and keep it; say whether it is new. Raises StoreBusy, StoreFull."""
    sealed = seal_followup(msgspec.structs.replace(message, case=where.card.case), files, thread, where.recipient)
    with parts.store.write() as connection:
        return store.keep_message(connection, where.card.case, sealed, parts.today)


def delete(parts: Parts, mailbox: Hash, ids: list[Id]) -> None:
    """Delete replies and their files. Raises StoreBusy."""
    with parts.store.write() as connection:
        gone = store.delete_replies(connection, mailbox, ids)
    for part in gone:
        parts.store.blobs.delete(part)
