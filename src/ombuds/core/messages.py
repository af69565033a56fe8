# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages between a source and the desk: sealed, and authenticated in both directions by a secret both sides share.

The MAC is symmetric on purpose: both sides know that a message is genuine and neither can prove it to a third party. Desk
messages are numbered and list the ids that arrived; source messages tell the highest number seen; so both sides notice a
server that withholds (T19). With ``heard`` the desk says which answer it has. A reply opened by the source
shows nothing of the source's own past messages (T08). This file does not decide when a reply is released or erased. See spec/messages.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.consent import Heard, Question
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import ForgedMessage
from ombuds.core.keys import Hash, Id, mac_of, random_id, same
from ombuds.core.sealing import FileNote, padded

Direction = Literal["source", "desk"]
CaseName = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?\Z")]
"""The case that a message belongs to; empty in a message that names none."""


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message. ``number`` counts the desk's messages of a case from 1; a source's message carries the highest it has seen."""

    v: Literal[1]
    instance_id: Hash
    mailbox: Hash
    direction: Direction
    generation: int
    id: Id
    number: int
    received: tuple[Id, ...]
    text: str
    case: CaseName = ""
    files: tuple[FileNote, ...] = ()
    question: Question | None = None
    answer: Envelope | None = None
    close: bool = False
    heard: Heard | None = None
    mac: bytes = b""


@dataclass(frozen=True, repr=False)
class Thread:
    """What both sides share about one inbox: whose it is, and the secret of the current generation."""

    instance_id: Hash
    mailbox: Hash
    generation: int
    secret: bytes


def write_message(thread: Thread, direction: Direction, number: int, text: str) -> Message:
    """Begin a plain message; use msgspec.structs.replace to add files, a question or an answer before sealing."""
    return Message(1, thread.instance_id, thread.mailbox, direction, thread.generation, random_id(), number, (), text)


def seal_message(message: Message, thread: Thread, recipient: Recipient) -> bytes:
    """Authenticate and seal a message, padded to a multiple of 16 KiB."""
    marked = msgspec.structs.replace(message, mac=_mac(message, thread.secret))
    return seal(padded(encode(marked)), [recipient])


def open_message(sealed: bytes, identity: Identity, thread: Thread, direction: Direction) -> Message:
    """Open a message and check that the other side wrote it, for this inbox and generation.

    Raises NotSealedForThis, Tampered, Malformed, ForgedMessage.
    """
    message = decode(open_sealed(sealed, identity), Message)
    expected = (thread.instance_id, thread.mailbox, thread.generation, direction)
    if (message.instance_id, message.mailbox, message.generation, message.direction) != expected:
        raise ForgedMessage
    if not same(_mac(message, thread.secret), message.mac):
        raise ForgedMessage
    return message


def _mac(message: Message, secret: bytes) -> bytes:
    return mac_of(secret, b"ombuds/1 message\x00" + encode(msgspec.structs.replace(message, mac=b"")))
