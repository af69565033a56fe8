# SPDX-License-Identifier: AGPL-3.0-or-later
"""The case log: fetched, checked event by event, folded; and the one function that adds an event.

The server keeps the order and reads nothing. An event counts only with its member's signature, sealed to the case's
identity, and following the one before; so a server can withhold the end of a log and change nothing in it (T05, T19). When
two desks write at once, the later one reads what came and writes again. It judges no message. See spec/case.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.attachments import FileOpener, FileParts, FileSealer, Piece
from ombuds.core.case import Case, Event, Kind, advance, check_opened, read_event, sign_event, write_event
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import NotAMember, NotHere, NotSealedForThis, OmbudsError, OrderWrong
from ombuds.core.keys import Hash, Id
from ombuds.core.sealing import FileNote, Manifest, padded
from ombuds.core.wire import NewEvent
from ombuds.desk.parts import Desk

TRIES = 6
TITLE_LENGTH = 80
# A short question alone in its line: the form writes one above each field, in the source's language.
ASKED = re.compile(r"[^.!?…]{1,50}\?")
# A full stop after a short word may be an abbreviation's.
SENTENCE = re.compile(r"(?:\w{4}[)»”\"']*[.…]|[!?])(\s)")


class CaseGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case's identity of one generation, as it is sealed to a member of its team."""

    v: Literal[1]
    instance_id: Hash
    case: Id
    generation: int
    seed: bytes

    def __repr__(self) -> str:
        return f"CaseGrant({self.case})"


@dataclass(frozen=True)
class Attached:
    """A file of a report or a message: its note, its parts, and the identity that they are sealed to."""

    note: FileNote
    parts: FileParts
    identity: Identity = field(repr=False)


def read_case(desk: Desk, case: Id) -> Case:
    """Return a case as this desk knows it, without asking the server."""
    folded = Case(case)
    for envelope in desk.vault.events(case):
        # Its signature was checked when it came into the vault, and nobody changes a vault in between.
        folded = advance(folded, decode(envelope.payload, Event), envelope.hash)
    return folded


def identity_of(desk: Desk, case: Id) -> Identity:
    """Return a case's identity of the latest generation. Raises NotHere for a member who is not on the case."""
    held = desk.vault.identities(case)
    if not held:
        raise NotHere("you are not on this case")
    return held[max(held)]


def follow(desk: Desk, case: Id) -> Case:
    """Fetch and check a case's new events and return it. Raises NotHere, Tampered, NotAMember, BadSignature, OrderWrong."""
    folded = read_case(desk, case)
    while page := desk.remote.events(case, folded.seq).events:
        for sealed in page:
            envelope = decode(_opened(desk, case, sealed), Envelope)
            event = _event(desk, envelope)
            if event.kind == "opened":
                check_opened(event, desk.vault.cards.card(case))
            folded = advance(folded, event, envelope.hash)
            _keep(desk, folded, envelope)
    return folded


def append(desk: Desk, case: Id, kind: Kind, body: Callable[[Case], object]) -> Case:
    """Add an event whose body is written for the case as it stands; return the case after it.

    Raises OrderWrong if the step is not possible now, NotHere, and what ``follow`` raises.
    """
    for _ in range(TRIES):
        before = follow(desk, case)
        event = write_event(before, desk.name, kind, body(before), desk.today)
        envelope = sign_event(event, desk.key)
        after = advance(before, event, envelope.hash)
        try:
            desk.remote.add_event(case, NewEvent(event.seq, seal_event(envelope, identity_of(desk, case).recipient)))
        except OrderWrong:
            continue  # another desk was quicker: read what it wrote, then write again
        _keep(desk, after, envelope)
        return after
    raise OrderWrong("other members write to this case all the time")


def seal_event(envelope: Envelope, recipient: Recipient) -> bytes:
    """Seal an event to the case's recipient, padded so that its size tells little."""
    return seal(padded(encode(envelope)), [recipient])


def files_of(case: Case, identity: Identity) -> dict[str, Attached]:
    """Return every file that came from the source, by its id: the report's are sealed to its own identity, later ones to the case's."""
    found: dict[str, Attached] = {}
    if case.opened is not None:
        found |= _attached(case.body.files, case.opened.original.manifest, case.opened.original.identity)
    for line in case.said:
        # What the desk sent is sealed to the source alone: the desk does not keep a second copy.
        if line.message.direction == "source":
            found |= _attached(line.message.files, line.files, identity)
    return found


def read_file(desk: Desk, attached: Attached) -> Iterator[bytes]:
    """Yield a file's content in pieces; only the end says that none is missing. Raises Tampered, NotSealedForThis, Malformed."""
    opener = FileOpener(attached.note, attached.identity)
    for part in attached.parts.parts:
        for piece in desk.remote.part(part):
            plain = opener.write(piece)
            if plain:
                yield plain
    last = opener.finish()
    if last:
        yield last


def store_file(desk: Desk, named: tuple[str, str], content: Iterator[bytes], recipient: Recipient) -> tuple[FileNote, FileParts]:
    """Seal a file (name, type) while it comes, store it part by part, and return its note and its parts."""
    sealer, waiting = FileSealer(recipient), bytearray()
    for piece in content:
        for sealed in sealer.write(piece):
            _store(desk, waiting, sealed)
    rest, note, parts = sealer.finish(*named)
    for sealed in rest:
        _store(desk, waiting, sealed)
    return note, parts


def mark_read(desk: Desk, case: Id) -> None:
    """Remember that this member has seen everything of a case so far."""
    matter = desk.vault.matter(case)
    with desk.vault.together():
        desk.vault.keep_note(f"read:{case}", str(matter.seq).encode())
        desk.vault.keep_matter(msgspec.structs.replace(matter, unread=0))


def _store(desk: Desk, waiting: bytearray, piece: Piece) -> None:
    waiting += piece.content
    if piece.done is not None:
        desk.remote.put_part(piece.part, bytes(waiting))
        waiting.clear()


def _attached(notes: tuple[FileNote, ...], files: Manifest, identity: Identity) -> dict[str, Attached]:
    listed = {parts.id: parts for parts in files.files}
    return {note.id: Attached(note, listed[note.id], identity) for note in notes if note.id in listed}


def _opened(desk: Desk, case: Id, sealed: bytes) -> bytes:
    held = desk.vault.identities(case)
    if not held:
        raise NotHere("you are not on this case")
    for generation in sorted(held, reverse=True):
        try:
            return open_sealed(sealed, held[generation])
        except NotSealedForThis:
            continue
    raise NotSealedForThis("an event of this case")


def _event(desk: Desk, envelope: Envelope) -> Event:
    # A member who left the desk since wrote under an earlier charter: what they wrote stays.
    refused: OmbudsError = NotAMember()
    for charter in reversed(desk.record.charters):
        try:
            return read_event(envelope, charter)
        except NotAMember as wrong:
            refused = wrong
    raise refused


def _keep(desk: Desk, case: Case, envelope: Envelope) -> None:
    matter = desk.vault.matter(case.id)
    seen = int(desk.vault.note(f"read:{case.id}") or b"0")
    unread = sum(1 for line in case.said if line.seq > seen and line.message.direction == "source")
    last = decode(envelope.payload, Event).day
    with desk.vault.together():
        desk.vault.keep_event(case.id, case.seq, envelope)
        desk.vault.keep_matter(
            msgspec.structs.replace(matter, state=case.state, title=_title(case), day=last, seq=case.seq, unread=unread)
        )


def _title(case: Case) -> str:
    return title_of(case.body.text) if case.opened else ""


def title_of(report: str) -> str:
    """Return the first sentence of what happened, shortened, as the title of a case."""
    first: list[str] = next((block.split("\n") for block in map(str.strip, report.split("\n\n")) if block), [])
    said = " ".join(" ".join(first[1:] if len(first) > 1 and ASKED.fullmatch(first[0].strip()) else first).split())
    end = SENTENCE.search(said)
    sentence = said[: end.start(1)].rstrip(".") if end else said.rstrip(".")
    return sentence if len(sentence) <= TITLE_LENGTH else sentence[: TITLE_LENGTH - 1].rstrip() + "…"
