# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes a source's messages into the case log: opened, checked, written, and only then forgotten by the server.

A message that the source did not write is flagged, kept sealed and noted for the whole team; it is never dropped in silence
(T19). Where a member logged other words than this desk opened, the true ones are logged beside them, and the server keeps
its copy until then (T05). An answer to a question for consent becomes an event of its own, and counts only with the source's key; so does
a source's wish to close. The source is told which answer arrived. It answers nothing else. See spec/messages.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ombuds.core.age import Identity
from ombuds.core.case import Case, Event, Exchanged, Kind, Line
from ombuds.core.consent import read_answer
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import (
    BadBytes,
    ForgedMessage,
    NotSealedForThis,
    OmbudsError,
    OrderWrong,
    RemoteRefused,
    RemoteSilent,
    Tampered,
    VaultDamaged,
    VaultFull,
)
from ombuds.core.keys import Id, hash_of
from ombuds.core.messages import Message, open_message
from ombuds.core.wire import Logged, SealedMessage
from ombuds.desk.casework.talk import tell_heard
from ombuds.desk.kept import Flagged
from ombuds.desk.log import append, follow
from ombuds.desk.parts import Desk

CLOSED_BY_SOURCE = "The source closed the case."
CLOSE = "close:"
CHOICES: dict[str, Kind] = {"agree": "agreed", "refuse": "refused", "revoke": "revoked"}


@dataclass(frozen=True)
class Received:
    """What came for one case: how many messages, and which did not hold."""

    count: int
    troubles: tuple[OmbudsError, ...]


def receive(desk: Desk, case: Id) -> Received:
    """Take what waits for a case into its log. Raises NotHere, RemoteSilent, and what following the log raises."""
    count, troubles = 0, list[OmbudsError]()
    for waiting in _in_order(desk, case, desk.remote.messages(case).messages):
        try:
            message = _opened(desk, case, waiting)
        except BadBytes as wrong:
            _flag(desk, case, waiting, wrong)
            troubles.append(wrong)
            continue
        before = follow(desk, case)
        now = _log(desk, case, message, waiting)
        others = _others(now, message, waiting)
        if message.close:
            desk.vault.keep_note(_close_note(case, message), b"1")
            _closed(desk, now, message)
        if message.answer is not None:
            troubles += _answered(desk, now, message.answer)
            troubles += _told(desk, case)
        if others:
            troubles.append(Tampered(f"a message of the source, as {', '.join(others)} logged it"))
        # Beside other words the true ones have to stand in the log as the server has it before this desk lets go of them.
        if not others or _is_logged(before, message, waiting):
            desk.remote.logged(case, Logged((waiting.id,)))
        # The server keeps a message until two members have it in their log: the second finds it there already.
        count += message.id not in before.received
    return Received(count, tuple(troubles))


def heard_close(desk: Desk, case: Case) -> bool:
    """Say whether this desk itself opened a close of the source since it was last asked: another member's log is no source's word."""
    asked = min((line.seq for line in case.said if case.question is not None and line.message.question == case.question), default=0)
    closes = (line.message for line in case.said if line.seq > asked and line.message.close)
    return any(desk.vault.note(_close_note(case.id, message)) is not None for message in closes)


def _close_note(case: Id, message: Message) -> str:
    return f"{CLOSE}{case}:{hash_of(encode(message))}"


def _in_order(desk: Desk, case: Id, some: Iterable[SealedMessage]) -> list[SealedMessage]:
    """Put what waits in the order of what the source had seen of the desk; what it wrote between two replies has no order."""

    def seen(waiting: SealedMessage) -> int:
        try:
            return _opened(desk, case, waiting).number
        except BadBytes:
            return 0

    return sorted(some, key=seen)


def _opened(desk: Desk, case: Id, waiting: SealedMessage) -> Message:
    thread = follow(desk, case).thread
    for identity in _latest_first(desk.vault.identities(case)):
        try:
            message = open_message(waiting.content, identity, thread, "source")
        except NotSealedForThis:
            continue
        if message.case not in ("", case):
            raise ForgedMessage
        return message
    raise NotSealedForThis("a message of the source")


def _latest_first(held: dict[int, Identity]) -> list[Identity]:
    return [held[generation] for generation in sorted(held, reverse=True)]


def _log(desk: Desk, case: Id, message: Message, waiting: SealedMessage) -> Case:
    now = follow(desk, case)
    if _is_logged(now, message, waiting):
        return now  # another desk was quicker, or this one was stopped halfway
    return append(desk, case, "received", lambda _: Exchanged(message, waiting.files))


def _is_logged(now: Case, message: Message, waiting: SealedMessage) -> bool:
    return any((line.message, line.files) == (message, waiting.files) for line in now.said)


def _others(now: Case, message: Message, waiting: SealedMessage) -> list[str]:
    """Return the members who logged something else under this message's id."""
    same_id = (line for line in now.said if line.message.direction == "source" and line.message.id == message.id)
    return sorted({line.member for line in same_id if (line.message, line.files) != (message, waiting.files)})


def _answered(desk: Desk, now: Case, answer: Envelope) -> list[OmbudsError]:
    if _stands(desk, now.id, answer):
        return []
    if now.question is None or answer == now.answer:
        return [] if now.question else [OrderWrong("an answer without a question")]
    contact = now.body.contact
    try:
        said = read_answer(answer, now.question, contact.mailbox, contact.consent_key)
        append(desk, now.id, CHOICES[said.choice], lambda _: answer)
    except (RemoteSilent, RemoteRefused, VaultDamaged, VaultFull):
        raise
    except OmbudsError as wrong:
        # An answer to an earlier question, or not by the source: it stands in the conversation and decides nothing.
        return [wrong]
    return []


def _told(desk: Desk, case: Id) -> list[OmbudsError]:
    try:
        tell_heard(desk, follow(desk, case))
    except (RemoteSilent, VaultDamaged, VaultFull):
        raise
    except OmbudsError as wrong:
        return [wrong]  # what the server refused waits in the vault, and holds up no message
    return []


def _closed(desk: Desk, now: Case, message: Message) -> None:
    last = [line.message.id for line in now.said if line.message.direction == "source"][-1]
    # A close that the server sends a second time closes nothing that the source has opened again since.
    if now.state == "closed" or last != message.id:
        return
    try:
        append(desk, now.id, "closed", lambda _: Line(CLOSED_BY_SOURCE))
    except OrderWrong:
        if follow(desk, now.id).state != "closed":  # else another desk was quicker
            raise


def _stands(desk: Desk, case: Id, answer: Envelope) -> bool:
    events = (decode(envelope.payload, Event) for envelope in desk.vault.slots.events(case))
    return any(bytes(event.body) == encode(answer) for event in events if event.kind in CHOICES.values())


def _flag(desk: Desk, case: Id, waiting: SealedMessage, wrong: OmbudsError) -> None:
    known = {flagged.id for flagged in desk.vault.flagged(case)}
    if waiting.id not in known:
        desk.vault.flag(Flagged(1, waiting.id, case, type(wrong).__name__, waiting.content, waiting.files, desk.today))
        said = f"{waiting.id[:8]}: {wrong.sentence}"
        if said not in {note.text for note in follow(desk, case).notes}:
            append(desk, case, "note", lambda _: Line(said))
    desk.remote.logged(case, Logged((waiting.id,)))
