# SPDX-License-Identifier: AGPL-3.0-or-later
"""The case log: fetched, checked event by event, folded; and the one function that adds an event.

The server keeps the order and reads nothing. What stands in a slot and holds no event of the case is passed over and named, so
that nobody stops the others (T05). Void slots at the end of a log, on which no event rests yet, are asked for again at each
look: a server that showed this desk something else before is found out (T19). When two desks write at once, the later one
reads what came and writes again. It judges no message. See spec/case.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.attachments import FileOpener, FileParts, FileSealer, Piece
from ombuds.core.cards import Card
from ombuds.core.case import Case, Event, Kind, Reason, Void, advance, pass_over_all, sign_event, write_event
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import Malformed, NotHere, OrderWrong
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.sealing import FileNote, Manifest, padded
from ombuds.core.slots import Reader, head_after, take
from ombuds.core.wire import NewEvent
from ombuds.desk.parts import Desk
from ombuds.desk.passed import keep_swapped, seen, unseen
from ombuds.desk.slotbox import Slot
from ombuds.desk.unproven import told_state
from ombuds.desk.waiting import keep_waiting
from ombuds.pages.inquiries import LINE

TRIES = 6
MOST_PAGES = 100
# Why a slot may be void on this desk alone: it lacks a key, or the charter that lists the member.
WANTING: tuple[Reason, ...] = ("sealed", "stranger")
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
    return _folded(Case(case), desk.vault.slots.of(case))


def identity_of(desk: Desk, case: Id) -> Identity:
    """Return a case's identity of the latest generation. Raises NotHere for a member who is not on the case."""
    held = desk.vault.identities(case)
    if not held:
        raise NotHere("you are not on this case")
    return held[max(held)]


def follow(desk: Desk, case: Id) -> Case:
    """Fetch a case's new slots and return the case after them.

    Raises NotHere for a member who is not on the case, Malformed (a log without end; what came is kept), RemoteSilent.
    """
    reader = _reader(desk, case)
    kept = _judged_anew(desk, case, reader)
    sure = _sure(kept)
    folded = _folded(Case(case), kept[:sure])
    for _ in range(MOST_PAGES):
        page = desk.remote.events(case, folded.seq).events
        if not page:
            return _folded(folded, kept[folded.seq :])
        folded = _take(desk, folded, page, reader, kept)
    raise Malformed("the log of a case without an end")


def unsure(desk: Desk, case: Id) -> bool:
    """Whether a case has void slots that the next look may judge otherwise: the last one, or one read with fewer keys than now."""
    last, known = desk.vault.slots.last(case), _known(_reader(desk, case))
    return bool(last and last.void) or any(_stale(slot, known) for slot in desk.vault.slots.void(case))


def append(desk: Desk, case: Id, kind: Kind, body: Callable[[Case], object]) -> Case:
    """Add an event whose body is written for the case as it stands; return the case after it.

    Raises OrderWrong if the step is not possible now, NotHere, and what ``follow`` raises.
    """
    for _ in range(TRIES):
        before = follow(desk, case)
        event = write_event(before, desk.name, kind, body(before), desk.today)
        envelope = sign_event(event, desk.key)
        sealed = seal_event(envelope, identity_of(desk, case).recipient)
        slot = Slot(event.seq, hash_of(sealed), envelope, None, _known(_reader(desk, case)))
        after = advance(before, event, head_after(before.head, slot.hash))
        try:
            desk.remote.add_event(case, NewEvent(event.seq, sealed))
        except OrderWrong:
            continue  # another desk was quicker: read what it wrote, then write again
        _keep(desk, after, [slot])
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
        desk.vault.keep_matter(msgspec.structs.replace(matter, unread=0, void=0))


def _store(desk: Desk, waiting: bytearray, piece: Piece) -> None:
    waiting += piece.content
    if piece.done is not None:
        desk.remote.put_part(piece.part, bytes(waiting))
        waiting.clear()


def _attached(notes: tuple[FileNote, ...], files: Manifest, identity: Identity) -> dict[str, Attached]:
    listed = {parts.id: parts for parts in files.files}
    return {note.id: Attached(note, listed[note.id], identity) for note in notes if note.id in listed}


def _reader(desk: Desk, case: Id) -> Reader:
    held = desk.vault.identities(case)
    if not held:
        raise NotHere("you are not on this case")
    card = decode_canonical(desk.vault.matter(case).card.payload, Card)
    return Reader(tuple(held[generation] for generation in sorted(held, reverse=True)), card, tuple(desk.record.charters))


def _known(reader: Reader) -> int:
    return len(reader.identities) + len(reader.charters)


def _stale(slot: Slot, known: int) -> bool:
    """Whether a slot is void for want of a key or a charter, of which this desk has more now."""
    return slot.void is not None and slot.void.reason in WANTING and slot.known < known


def _sure(kept: list[Slot]) -> int:
    """Return how far events rest on what was shown: no other bytes can take a slot's place before it."""
    return max((slot.seq for slot in kept if slot.event), default=0)


def _folded(case: Case, slots: list[Slot]) -> Case:
    head, passed = case.head, list[tuple[Hash, Void]]()
    for slot in slots:
        head = head_after(head, slot.hash)
        if slot.void is not None:
            passed.append((head, slot.void))
        elif slot.event is not None:
            # Its signature was checked when it came into the vault, and nobody changes a vault in between.
            case = advance(pass_over_all(case, passed), decode(slot.event.payload, Event), head)
            passed = []
    return pass_over_all(case, passed)


def _judged_anew(desk: Desk, case: Id, reader: Reader) -> list[Slot]:
    """Return a case's slots, those judged anew that were void for want of a key which is there now, and all after them."""
    kept = desk.vault.slots.of(case)
    sure = _sure(kept)
    first = min((slot.seq for slot in kept[:sure] if _stale(slot, _known(reader))), default=0)
    if not first:
        return kept
    again = _shown(desk, case, first - 1, sure)
    other = [slot.seq for slot, sealed in zip(kept[first - 1 : sure], again, strict=False) if slot.hash != hash_of(sealed)]
    if other or len(again) < sure - first + 1:
        # Events rest on what was shown first, so that is what counts.
        keep_swapped(desk, case, other)
        return kept
    _take(desk, _folded(Case(case), kept[: first - 1]), again, reader, kept)
    return desk.vault.slots.of(case)


def _shown(desk: Desk, case: Id, after: int, until: int) -> list[bytes]:
    found: list[bytes] = []
    while after + len(found) < until and (page := desk.remote.events(case, after + len(found)).events):
        found += page
    return found[: until - after]


def _take(desk: Desk, case: Case, sealed: Iterable[bytes], reader: Reader, kept: list[Slot]) -> Case:
    """Take the bytes of the next slots in place of what was kept there, if anything was, and return the case after them."""
    fresh, other, known = list[Slot](), list[int](), _known(reader)
    for each in sealed:
        taken = take(case, each, reader)
        case = taken.case
        slot = Slot(case.seq, hash_of(each), taken.envelope, None if taken.envelope else case.void[-1], known)
        for was in kept[slot.seq - 1 : slot.seq]:
            other += [was.seq] if was.hash != slot.hash else []
        if kept[slot.seq - 1 : slot.seq] != [slot]:
            fresh.append(slot)
    if fresh:
        with desk.vault.together():
            keep_swapped(desk, case.id, other)
            _keep(desk, case, fresh)
    return case


def _keep(desk: Desk, case: Case, slots: list[Slot]) -> None:
    """Keep slots and what the list of cases says after them: once for all of them, as a member may write thousands (T05)."""
    matter, last = desk.vault.matter(case.id), seen(desk, case.id)
    unread = sum(1 for line in case.said if line.seq > last and line.message.direction == "source")
    days = [decode(slot.event.payload, Event).day for slot in slots if slot.event]
    day = days[-1] if days else matter.day
    with desk.vault.together():
        for slot in slots:
            desk.vault.slots.keep(case.id, slot)
        keep_waiting(desk, case)
        state = told_state(desk, case)
        desk.vault.keep_matter(msgspec.structs.replace(matter, state=state, title=_title(case), day=day, seq=case.seq, unread=unread, void=unseen(desk, case)))


def _title(case: Case) -> str:
    return title_of(case.body.text) if case.opened else ""


def title_of(report: str) -> str:
    """Return the first sentence of what happened, shortened, as the title of a case."""
    first: list[str] = next((block.split("\n") for block in map(str.strip, report.split("\n\n")) if block), [])
    first = [line for line in first if not LINE.fullmatch(line)]
    said = " ".join(" ".join(first[1:] if len(first) > 1 and ASKED.fullmatch(first[0].strip()) else first).split())
    end = SENTENCE.search(said)
    sentence = said[: end.start(1)].rstrip(".") if end else said.rstrip(".")
    return sentence if len(sentence) <= TITLE_LENGTH else sentence[: TITLE_LENGTH - 1].rstrip() + "…"
