# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's way to the server: parts, a sealed report, the inbox; each request repeated a few times when the line breaks.

The server is not trusted: it gets sealed bytes and an inbox's secret, and what it answers is read strictly. An inbox's
secret stands in a body, never in an address. It seals and opens nothing. See spec/api.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import sleep
from typing import TypeVar

from ombuds.core.attachments import PART_SIZE, Part
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import AlreadyUsed, RemoteRefused, RemoteSilent, StoreBusy, Tampered
from ombuds.core.keys import Id, hash_of
from ombuds.core.source import SealedMessage
from ombuds.core.wire import InboxAsked, InboxSeen, Kept, NewMessage, NewReport, PartAsked, RepliesDeleted
from ombuds.desk.config import DeskSettings, check_address, connect
from ombuds.desk.remote import Remote
from ombuds.host.remote import Client

T = TypeVar("T")

PIECE = 256 * 1024
PAUSES: Sequence[float] = (0.5, 2, 5)
"""Seconds to wait before each of the further tries."""


class Door(Remote):
    """The server as a source's program sees it. Every method raises RemoteSilent, RemoteRefused, Malformed."""

    def __init__(self, client: Client, address: str, pauses: Sequence[float] = PAUSES) -> None:
        super().__init__(client, address)
        self._pauses = pauses

    def put_sealed(self, part: Id, content: bytes) -> None:
        """Upload a sealed part of 4 MiB at most. Raises StoreFull."""
        try:
            self._again(lambda: self._send("PUT", f"/api/parts/{part}", content))
        except AlreadyUsed:
            # A first try arrived although its answer did not; the server compares the hash when the report names the part.
            return

    def report(self, new: NewReport) -> None:
        """Hand in a sealed report; when this returns, it is on the server's disk. Raises FreshnessStale, TooLarge, OrderWrong."""
        self._kept(decode(self._again(lambda: self._send("POST", "/api/reports", encode(new))), Kept), new.sealed.id)

    def inbox(self, secret: bytes) -> InboxSeen:
        """Return what lies in an inbox, known or not."""
        return decode(self._again(lambda: self._send("POST", "/api/inbox", encode(InboxAsked(1, secret)))), InboxSeen)

    def message(self, secret: bytes, case: Id, message: SealedMessage) -> None:
        """Hand in a message to an open case. Raises NotHere, TooLarge."""
        new = encode(NewMessage(1, secret, case, message))
        self._kept(decode(self._again(lambda: self._send("POST", "/api/inbox/messages", new)), Kept), message.id)

    def reply_part(self, secret: bytes, reply: Id, part: Part) -> Iterator[bytes]:
        """Yield one part of a file in pieces; its size and hash are checked before the first. Raises NotHere, Tampered."""
        asked = encode(PartAsked(1, secret, reply, part.id))
        content = self._again(lambda: self._send("POST", "/api/inbox/parts", asked, PART_SIZE))
        if len(content) != part.size or hash_of(content) != part.sha256:
            raise Tampered("a part of a file")
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]

    def delete(self, secret: bytes, ids: tuple[Id, ...]) -> None:
        """Delete replies."""
        self._again(lambda: self._send("POST", "/api/inbox/delete", encode(RepliesDeleted(1, secret, ids))))

    def _again(self, send: Callable[[], T]) -> T:
        """Do it, and once more after each pause. Every request here may arrive twice and does one thing."""
        for pause in self._pauses:
            try:
                return send()
            except (RemoteSilent, StoreBusy):
                sleep(pause)
        return send()

    def _kept(self, said: Kept, wanted: Id) -> None:
        if said.id != wanted:
            raise RemoteRefused("it acknowledged something else")


@contextmanager
def door_to(server: str, proxy: str) -> Iterator[Door]:
    """Open the door of a server; an onion is reached through Tor by itself. Raises SettingWrong."""
    address = check_address(server)
    with connect(DeskSettings(proxy=proxy), address) as client:
        yield Door(client, address)
