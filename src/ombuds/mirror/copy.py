# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies a desk's public record over the network into a folder, and accepts nothing that contradicts what it had.

New entries are checked one by one while they arrive, and held against the server's signed checkpoint before anything is
written; what a server may send is bounded, so that a hostile one cannot fill this machine. If they do not fit, the whole
other story is fetched and kept beside the copy, because two contradicting checkpoints by one key prove that the server
lied (T18). Texts that were taken down are destroyed here too. See spec/verify.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ombuds.core.encoding import decode, decode_canonical
from ombuds.core.errors import CharterRefused, EntryMissing, HistoryForked, LedgerEndless, Malformed, OmbudsError, RemoteRefused, RemoteSilent
from ombuds.core.notes import Checkpoint
from ombuds.core.publication import Salted
from ombuds.core.record import Line, Record
from ombuds.core.wire import Leaves
from ombuds.host.remote import Client, NoAnswer
from ombuds.mirror import folder as copies
from ombuds.mirror.check import advance, check_fingerprint, check_head, check_published, is_taken_down, missing_text, read_record
from ombuds.mirror.walls import fetch_walls

LARGEST_ANSWER = 16 * 1024 * 1024
MOST_ENTRIES = 1_000_000
MOST_RAISED = 10
GONE = (404, 410)


@dataclass(frozen=True)
class Copied:
    """What a copy holds now, and what this run brought: new entries, texts and posts, subjects whose texts were destroyed."""

    record: Record
    checkpoint: Checkpoint
    entries: int
    texts: int
    destroyed: int
    posts: int = 0


@dataclass(frozen=True)
class _Story:
    """A sequence of entries and the checkpoint that goes with it."""

    leaves: list[bytes]
    note: bytes


def copy(client: Client, folder: Path, given: str = "") -> Copied:
    """Bring a copy up to date, or begin one; ``given`` is a fingerprint to hold the desk against.

    Raises HistoryForked and EntryMissing (the server contradicts this copy), LedgerEndless, RemoteSilent, RemoteRefused, and every
    refusal of the public record. What could be checked is kept, even if a text is missing or wrong.
    """
    had = _read(folder)
    before = read_record(had.leaves) if had.leaves else None
    if before:
        check_head(before, had.note)
    now, record, checkpoint = _fetch(client, folder, had, before)
    check_fingerprint(record.charters[0].instance_id, given)
    copies.write_leaves(folder, now.leaves, len(had.leaves))
    texts, troubles = _fetch_texts(client, folder, record)
    copies.write_note(folder, now.note)
    copies.drop_old_bundles(folder, record.size)
    taken_down = [line.subject for line in record.lines if line.kind == "takedown"]
    destroyed = sum(copies.drop_texts(folder, subject) for subject in taken_down)
    if troubles:
        raise troubles[0]
    posts = fetch_walls(partial(_get, client), folder, record)
    return Copied(record, checkpoint, record.size - len(had.leaves), texts, destroyed, posts)


def _read(folder: Path) -> _Story:
    if not copies.is_copy(folder):
        return _Story([], b"")
    note = copies.read_note(folder)
    return _Story(list(copies.read_leaves(folder, copies.claimed_size(note))), note)


def _fetch(client: Client, folder: Path, had: _Story, before: Record | None) -> tuple[_Story, Record, Checkpoint]:
    try:
        now, record = _read_on(client, had.leaves, before)
        return now, record, check_head(record, now.note)
    except (RemoteSilent, RemoteRefused, LedgerEndless):
        raise
    except OmbudsError:
        if before:
            _tell_other_story(client, folder, had, before)
        raise


def _tell_other_story(client: Client, folder: Path, had: _Story, before: Record) -> None:
    """Fetch everything anew; if it is a whole story of the same desk, it is another one, and the evidence is kept."""
    other, record = _read_on(client, (), None)
    if record.charters[0].instance_id != before.charters[0].instance_id:
        raise CharterRefused("another desk answers at this address than the one in this copy")
    check_head(record, other.note)
    same = next((at for at, pair in enumerate(zip(had.leaves, other.leaves, strict=False)) if pair[0] != pair[1]), None)
    if same is None and len(other.leaves) >= len(had.leaves):
        return
    place = copies.place_beside(folder, other.note)
    copies.write_leaves(place, other.leaves, 0)
    copies.write_note(place, other.note)
    if same is None:
        raise EntryMissing(f"the server shows {len(other.leaves)} entries, this copy has {len(had.leaves)}; what it shows is kept in {place}")
    raise HistoryForked(f"they differ from entry {same} on; this copy stays in {folder}, the other is kept in {place}")


def _read_on(client: Client, had: Sequence[bytes], before: Record | None) -> tuple[_Story, Record]:
    """Fetch what follows these entries; each one is checked before the next answer is asked for, and the first wrong one ends it."""
    leaves, record, promised, raised = list(had), before.copy() if before else None, 0, 0
    while True:
        page = _page(client, len(leaves))
        # A ledger grows while it is copied, but not at every answer: a server that raises its promise each time has no end.
        raised += page.size > promised
        promised = page.size
        if promised > MOST_ENTRIES or raised > MOST_RAISED:
            raise LedgerEndless(f"it promises {promised} entries and raises the number with its answers; {len(leaves)} were read")
        for leaf in page.leaves:
            record = advance(record, leaf)
            leaves.append(leaf)
        if len(leaves) >= promised and record:
            return _Story(leaves, page.checkpoint), record
        if not page.leaves:
            raise EntryMissing(f"the server counts {promised} entries and gives {len(leaves)}")


def _page(client: Client, start: int) -> Leaves:
    content = _get(client, f"/api/ledger?from={start}")
    if content is None and start:
        raise EntryMissing(f"the server shows fewer than the {start} entries it showed before")
    if content is None:
        raise RemoteRefused("there is no ledger at this address")
    page = decode(content, Leaves)
    if page.first != start:
        raise Malformed("entries from another place than the one that was asked for")
    return page


def _fetch_texts(client: Client, folder: Path, record: Record) -> tuple[int, list[OmbudsError]]:
    """Fetch what the copy lacks. One text or picture that is missing or wrong does not keep the copy from having the rest."""
    brought, troubles, missing = 0, list[OmbudsError](), list[int]()
    for line in record.lines:
        if line.parameters is None or line.kind == "takedown" or is_taken_down(record, line):
            continue
        try:
            new = _bring(client, folder, line)
            brought += bool(new)
            missing += [line.index] if new is None else []
        except (RemoteSilent, RemoteRefused):
            raise
        except OmbudsError as wrong:
            troubles.append(wrong)
    return brought, [*troubles, missing_text(missing)] if missing else troubles


def _bring(client: Client, folder: Path, line: Line) -> bool | None:
    """Fetch what a copy lacks of one entry, and say whether there was anything; None if the server has it no more."""
    had = {path: copies.read_file(folder, path) for path in copies.file_paths(line)}
    lacking = [path for path, file in had.items() if file is None]
    if not lacking:
        return False
    for number, path in enumerate(had):
        if path in lacking:
            content = _get(client, f"/api/content/{line.subject}/{line.version}" + (f"/{number}" if number else ""))
            if content is None:
                return None
            had[path] = decode_canonical(content, Salted)
    check_published(line, [file for file in had.values() if file is not None])
    for path in lacking:
        if (file := had[path]) is not None:
            copies.write_file(folder, file)
    return True


def _get(client: Client, path: str) -> bytes | None:
    """Return an answer's body, or None where there is nothing (any more)."""
    try:
        with client.stream("GET", path) as answer:
            if answer.status_code in GONE:
                return None
            if answer.status_code != 200:
                raise RemoteRefused(f"status {answer.status_code}")
            pieces, length = list[bytes](), 0
            for piece in answer.iter_bytes():
                pieces.append(piece)
                length += len(piece)
                # A server may be hostile: it does not get to fill this machine's memory.
                if length > LARGEST_ANSWER:
                    raise LedgerEndless(f"an answer of the server has more than {LARGEST_ANSWER} bytes")
            return b"".join(pieces)
    except NoAnswer:
        raise RemoteSilent from None
