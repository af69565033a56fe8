# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks a whole copy, offline: every entry under the charter in force at its place, the checkpoint, every text and picture.

It asks nobody and believes nothing in the folder that a signature does not carry. What it cannot see is whether the desk
has gone on since, or tells somebody else another story: for that, copies are compared (T18, T30). See spec/verify.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ombuds.core.charter import fingerprint
from ombuds.core.errors import CharterRefused, CheckpointWrong, ContentChanged, EntryMissing, HistoryForked, OmbudsError
from ombuds.core.notes import Checkpoint, open_checkpoint
from ombuds.core.publication import Salted, check_files
from ombuds.core.record import Line, Record
from ombuds.mirror.folder import claimed_size, file_paths, read_file, read_leaves, read_note
from ombuds.mirror.walls import CheckedWall, check_walls


@dataclass(frozen=True)
class Checked:
    """A copy that holds together: its record, the checkpoint over it, how many texts and pictures it has, how many texts a takedown covers."""

    record: Record
    checkpoint: Checkpoint
    texts: int
    taken_down: int
    pictures: int = 0
    walls: tuple[CheckedWall, ...] = ()


def check(folder: Path, given: str = "") -> Checked:
    """Check a copy whole; ``given`` is a fingerprint to hold it against. Raises NotHere and every refusal of the public record."""
    note = read_note(folder)
    record = read_record(read_leaves(folder, claimed_size(note)))
    check_fingerprint(record.charters[0].instance_id, given)
    checkpoint = check_head(record, note)
    return replace(_check_texts(folder, Checked(record, checkpoint, 0, 0)), walls=check_walls(folder, record))


def read_record(leaves: Iterable[bytes]) -> Record:
    """Read entries from the first on. Raises EntryMissing if there is none, and what the checks of the entries raise, with the entry's index."""
    record: Record | None = None
    for leaf in leaves:
        record = advance(record, leaf)
    if record is None:
        raise EntryMissing("the ledger is empty")
    return record


def advance(record: Record | None, leaf: bytes) -> Record:
    """Read the next entry, the founding one if there is no record yet, and return the record. Raises what its checks raise, with the index."""
    try:
        if record is None:
            return Record(leaf)
        record.advance(leaf)
    except OmbudsError as refused:
        raise _at(record.size if record else 0, refused) from None
    return record


def check_head(record: Record, note: bytes) -> Checkpoint:
    """Check that the checkpoint is signed by the log key in force and is about exactly these entries.

    Raises CheckpointWrong, EntryMissing, HistoryForked.
    """
    checkpoint = open_checkpoint(note, record.charter.origin, record.charter.log_key)
    if checkpoint.size > record.size:
        raise EntryMissing(f"{record.size} entries of the {checkpoint.size} that the checkpoint counts")
    if checkpoint.size < record.size:
        raise CheckpointWrong("it is about an earlier day than the entries beside it")
    if checkpoint.root != record.tree.root():
        raise HistoryForked("the log key signed other entries than these")
    return checkpoint


def check_published(line: Line, files: Sequence[Salted]) -> None:
    """Check a text and its pictures against what the members signed. Raises ContentChanged, EntryRefused, NoConsent, Malformed."""
    if line.parameters is None:
        raise ContentChanged(f"entry {line.index}")
    try:
        check_files(line.parameters, tuple(files))
    except OmbudsError as refused:
        raise _at(line.index, refused) from None


def check_fingerprint(instance_id: str, given: str) -> None:
    """Hold a desk against a fingerprint from elsewhere; an empty one is not held against anything. Raises CharterRefused."""
    digits = "".join(sign for sign in given if not sign.isspace() and sign != "-")
    if given and digits != fingerprint(instance_id).replace(" ", ""):
        refused = CharterRefused(f"its fingerprint is {fingerprint(instance_id)}, not the one you gave: this is another desk")
        refused.help = "Do not trust it. Ask for the fingerprint once more by another way, and compare all 30 digits."
        raise refused


def _at(index: int, refused: OmbudsError) -> OmbudsError:
    return type(refused)(f"entry {index}: {refused.detail}" if refused.detail else f"entry {index}")


def _check_texts(folder: Path, found: Checked) -> Checked:
    missing = list[int]()
    for line in found.record.lines:
        if line.parameters is None or line.kind == "takedown":
            continue
        files = [file for file in (read_file(folder, path) for path in file_paths(line)) if file is not None]
        if len(files) == len(line.parameters.files):
            check_published(line, files)
            found = replace(found, texts=found.texts + 1, pictures=found.pictures + len(files) - 1)
        elif is_taken_down(found.record, line):
            found = replace(found, taken_down=found.taken_down + 1)
        else:
            missing.append(line.index)
    if missing:
        raise missing_text(missing)
    return found


def is_taken_down(record: Record, line: Line) -> bool:
    """Say whether a later takedown covers this entry."""
    head = record.head(line.subject)
    return head is not None and head.kind == "takedown"


def missing_text(indexes: list[int]) -> EntryMissing:
    """Return the refusal that names the first entry whose text or picture is missing, and how many more there are."""
    more = f", and of {len(indexes) - 1} more" if len(indexes) > 1 else ""
    return EntryMissing(f"the text or a picture of entry {indexes[0]}{more}, and no takedown covers it")
