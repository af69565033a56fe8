# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one visit to an inbox does in the store: read the replies, find the card, keep a message, delete.

A message goes to the case of a valid card; without one there is no case to write to, and the caller makes a new report of
it. It knows secrets only as they are handed in. See spec/inbox.md; T19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ombuds.core.age import Identity, Recipient
from ombuds.core.attachments import FileNote, FileParts, Manifest
from ombuds.core.cards import Card, check_card
from ombuds.core.charter import InForce
from ombuds.core.errors import BadBytes, Expired, NotEnough, NotThisApproval
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.messages import Message, Thread, seal_message
from ombuds.core.wire import SealedMessage
from ombuds.server.http.parts import Parts
from ombuds.server.inbox.opened import Opened, open_inbox
from ombuds.server.store import inbox as store


@dataclass(frozen=True, repr=False)
class Where:
    """Where a source's messages go now: the case of a valid card and its recipient."""

    card: Card
    recipient: Recipient


def where_to(parts: Parts, charter: InForce, mailbox: Hash) -> Where | None:
    """Return the valid card of the highest generation, or nothing."""
    with parts.store.read() as connection:
        cards = store.cards_of(connection, mailbox)
    valid = []
    for envelope in cards:
        try:
            valid.append(Where(*check_card(envelope, charter, mailbox, parts.today)))
        except (NotThisApproval, Expired, NotEnough, BadBytes):
            continue
    return max(valid, key=lambda each: each.card.generation, default=None)


def opened(parts: Parts, mailbox: Hash, identity: Identity, thread: Thread) -> Opened:
    """Return the inbox with everything that was released to it."""
    with parts.store.read() as connection:
        replies = store.replies_of(connection, mailbox)
    return open_inbox(replies, identity, thread)


def keep(parts: Parts, where: Where, thread: Thread, message: Message, files: Sequence[tuple[FileNote, FileParts]]) -> bool:
    """Seal a message to the case and keep it; say whether it is new. Raises StoreBusy, StoreFull."""
    whole = msgspec.structs.replace(message, files=tuple(note for note, _ in files))
    content = seal_message(whole, thread, where.recipient)
    sealed = SealedMessage(whole.id, content, Manifest(hash_of(content), tuple(stored for _, stored in files)))
    with parts.store.write() as connection:
        return store.keep_message(connection, where.card.case, sealed, parts.today)


def delete(parts: Parts, mailbox: Hash, ids: list[Id]) -> None:
    """Delete replies and their files. Raises StoreBusy."""
    with parts.store.write() as connection:
        gone = store.delete_replies(connection, mailbox, ids)
    for part in gone:
        parts.store.blobs.delete(part)
