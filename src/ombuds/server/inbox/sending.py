# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's message with its files, sealed while it arrives: to the open case, or as a new report on the same inbox.

Whose inbox it is is known once the words have come, which stand first in the form; only then does a file begin. A form
pressed twice sends once; what was changed in between is sent too. It derives no key: the sender is handed in. See spec/inbox.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from ombuds.core.attachments import FileSealer
from ombuds.core.effort import BITS
from ombuds.core.encoding import encode
from ombuds.core.errors import ReportEmpty, TooLarge
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.messages import Message, Thread, write_message
from ombuds.core.sealing import NOTHING_SAID, Contact, Draft, Sealing
from ombuds.core.source import Opened, Where
from ombuds.server.http.fields import Fields
from ombuds.server.http.multipart import Arriving, Limits
from ombuds.server.http.parts import Parts
from ombuds.server.http.shelf import Shelf
from ombuds.server.inbox import visit
from ombuds.server.store.intake import add_parts, keep_report
from ombuds.server.store.room import Bound, make_room

NONCE = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, repr=False)
class Sender:
    """Who writes, and where it goes: the case of a valid card, or nowhere yet."""

    thread: Thread
    where: Where | None
    contact: Contact
    language: str


class Sending:
    """One message on its way in."""

    def __init__(self, parts: Parts, content_type: str, sender_of: Callable[[Fields], Sender]) -> None:
        """Prepare for a body of this type. Raises Malformed."""
        self._parts, self._sender_of = parts, sender_of
        self._sender: Sender | None = None
        self._sealing: Sealing | None = None
        self._shelf = Shelf(parts.store.blobs, parts.today)
        self.form = Arriving(content_type, Limits.of(parts.settings), self._shelf, lambda fields: self._shelf.begin(self._begin(fields)))

    def finish(self, rest: bytes) -> Sender:
        """Take the last piece of the form and return who sent it. Raises WordsWrong, TooLarge, Malformed, FreshnessStale, StoreFull."""
        self.form.finish(rest)
        return self._known(self.form.fields)

    def keep(self, sender: Sender, opened: Opened) -> None:
        """Keep the message, durably. Raises ReportEmpty, TooLarge, FreshnessStale, StoreBusy, StoreFull."""
        fields = self.form.fields
        text = fields.one("text")
        if not text.strip() and not self._shelf.files:
            raise ReportEmpty
        if len(text) > self._parts.settings.largest_text:
            raise TooLarge
        if sender.where is not None:
            message = message_of(sender.thread, opened.highest(sender.where.card.case), text, self._id(sender, text))
            if visit.keep(self._parts, sender.where, sender.thread, message, self._shelf.files):
                self._shelf.acknowledge()
            return
        self._report(sender, text, opened)

    def abandon(self) -> None:
        """Delete the files unless they were kept."""
        self._shelf.abandon()

    def _begin(self, fields: Fields) -> FileSealer:
        sender = self._known(fields)
        if sender.where is not None:
            return FileSealer(sender.where.recipient)
        return self._new_report().file()

    def _known(self, fields: Fields) -> Sender:
        if self._sender is None:
            # Before anybody looks for a card: with stale keys every inbox says the same (T08).
            self._parts.public.epochs(self._parts.today)
            self._sender = self._sender_of(fields)
        return self._sender

    def _new_report(self) -> Sealing:
        if self._sealing is None:
            self._sealing = Sealing(self._parts.public.epochs(self._parts.today))
        return self._sealing

    def _id(self, sender: Sender, text: str) -> Id:
        return id_of(sender.thread, self.form.fields, (text, *(f"{note.name}\n{note.sha256}" for note, _ in self._shelf.files)))

    def _report(self, sender: Sender, text: str, opened: Opened) -> None:
        sealing = self._new_report()
        for note, stored in self._shelf.files:
            sealing.keep(note, stored)
        gone = _keep_report(self._parts, sealing, sender, (text, self._id(sender, text)), opened)
        self._shelf.acknowledge()
        for part in gone:
            self._parts.store.blobs.delete(part)


def report(parts: Parts, sender: Sender, message: tuple[str, Id], opened: Opened) -> None:
    """Keep a message, its text and id, without files as a new report on the same inbox. Raises FreshnessStale, StoreBusy, StoreFull."""
    for part in _keep_report(parts, Sealing(parts.public.epochs(parts.today)), sender, message, opened):
        parts.store.blobs.delete(part)


def _keep_report(parts: Parts, sealing: Sealing, sender: Sender, message: tuple[str, Id], opened: Opened) -> list[Id]:
    text, message_id = message
    # Whom the desk has written to need not show any work.
    effort = BITS if any(each.message is not None for each in opened.replies) else 0
    sealed = sealing.finish(Draft(text, sender.language, "no-javascript", NOTHING_SAID, sender.contact))
    with parts.store.write() as connection:
        gone = keep_report(connection, sealed, hash_of(b"ombuds message\x00" + message_id.encode()), parts.today, effort)
        add_parts(connection, sealed.id, sealed.manifest, parts.today)
        gone += make_room(connection, sealed.id, Bound.of(parts.settings, parts.today))
    return gone


def message_of(thread: Thread, highest: int, text: str, message_id: Id) -> Message:
    """Begin the source's message under an id that ``id_of`` made."""
    return msgspec.structs.replace(write_message(thread, "source", highest, text), id=message_id)


def id_of(thread: Thread, fields: Fields, said: Sequence[str]) -> Id:
    """Return the id of what one form says: pressed twice it is one message, and whatever else is said with it is another."""
    nonce = fields.one("nonce")
    # A nonce that no page of ours gave is as good as none: two who send the same one have not sent the same form.
    form = nonce if NONCE.fullmatch(nonce) else random_id()
    return hash_of(thread.secret + b"\x00form\x00" + encode((form, *said)))[:32]
