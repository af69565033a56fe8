# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a copy of the public record lies in a folder: bundles of entries, the published texts and pictures, and the checkpoint.

Bundles and checkpoint have the names and bytes of C2SP tlog-tiles, so that a file server can hand a copy on and other
people's tools can read it. The checkpoint is written last: what lies beyond it after a crash does not count. It checks
no signature (check.py does) and makes no path from a name that is not an opaque one (T18). See spec/verify.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.errors import CheckpointWrong, EntryMissing, EntryRefused, NotHere
from ombuds.core.ledger import TILE_WIDTH, read_bundle, tile_path, write_bundle
from ombuds.core.publication import Salted
from ombuds.core.record import Line
from ombuds.host.files import write_private

CHECKPOINT = "checkpoint"
TEXTS = "content"
OTHER = "other"

_SIZE = re.compile(rb"[^\n]+\n(0|[1-9][0-9]{0,17})\n")
_OPAQUE = re.compile(r"[0-9a-f]{32}\Z")


def is_copy(folder: Path) -> bool:
    """Say whether a copy of a ledger lies in this folder."""
    return (folder / CHECKPOINT).is_file()


def read_note(folder: Path) -> bytes:
    """Return the copy's checkpoint as it was signed. Raises NotHere."""
    try:
        return (folder / CHECKPOINT).read_bytes()
    except OSError:
        raise NotHere(f"no copy of a ledger in {folder}") from None


def claimed_size(note: bytes) -> int:
    """Return how many entries a checkpoint speaks of, before its signature is checked. Raises CheckpointWrong."""
    shape = _SIZE.match(note)
    if not shape:
        raise CheckpointWrong("not a checkpoint")
    return int(shape[1])


def read_leaves(folder: Path, size: int) -> Iterator[bytes]:
    """Yield the first ``size`` entries in order. Raises EntryMissing, Malformed."""
    for first in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - first)
        entries = read_bundle(_bundle(folder, first // TILE_WIDTH, width))[:width]
        yield from entries
        if len(entries) < width:
            raise EntryMissing(f"entry {first + len(entries)} of {size}")


def write_leaves(folder: Path, leaves: Sequence[bytes], kept: int) -> None:
    """Write the bundles that hold an entry from ``kept`` on; ``leaves`` are all entries. Raises TooLarge."""
    for first in range(kept // TILE_WIDTH * TILE_WIDTH, len(leaves), TILE_WIDTH):
        entries = leaves[first : first + TILE_WIDTH]
        _write(folder / tile_path(None, first // TILE_WIDTH, len(entries)), write_bundle(entries))


def write_note(folder: Path, note: bytes) -> None:
    """Write the checkpoint: from here on the copy is as long as it says."""
    _write(folder / CHECKPOINT, note)


def drop_old_bundles(folder: Path, size: int) -> None:
    """Remove the pieces of bundles that a longer piece has replaced."""
    for first in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - first)
        partial = _partial(folder, first // TILE_WIDTH)
        if width == TILE_WIDTH:
            shutil.rmtree(partial, ignore_errors=True)
        else:
            for old in partial.glob("*"):
                if old.name != str(width):
                    old.unlink(missing_ok=True)


def file_paths(line: Line) -> tuple[str, ...]:
    """Return the paths of an entry's files below ``content``: its text, then its pictures. Raises EntryRefused."""
    named = [file.path for file in line.parameters.files] if line.parameters else []
    begin = f"{line.subject}/{line.version}"
    pictures = [path in (f"{begin}.{number}.jpg", f"{begin}.{number}.png") for number, path in enumerate(named[1:], start=1)]
    # The members sign paths of their own choice; only this one spelling ever becomes a path on this machine.
    if not _OPAQUE.match(line.subject) or line.version < 1 or named[:1] != [f"{begin}.json"] or not all(pictures):
        raise EntryRefused(f"entry {line.index}: a file is not named after its subject and version")
    return tuple(named)


def read_file(folder: Path, path: str) -> Salted | None:
    """Return a published file by a path of ``file_paths``, or None where the copy has none. Raises Malformed."""
    try:
        content = (folder / TEXTS / _place(path)).read_bytes()
    except OSError:
        return None
    return decode_canonical(content, Salted)


def write_file(folder: Path, file: Salted) -> None:
    """Keep a published file whose path is one of ``file_paths``, with its salt."""
    _write(folder / TEXTS / _place(file.path), encode(file))


def _place(path: str) -> str:
    # A picture lies there with its salt, so its name does not say that it is a picture.
    return path if path.endswith(".json") else f"{path}.json"


def drop_texts(folder: Path, subject: str) -> bool:
    """Destroy the texts and pictures of a subject that was taken down, and say whether there were any."""
    place = folder / TEXTS / subject
    if not _OPAQUE.match(subject) or not place.is_dir():
        return False
    shutil.rmtree(place)
    return True


def place_beside(folder: Path, note: bytes) -> Path:
    """Return where a second copy that contradicts this one is kept: beside it, one place for each checkpoint."""
    number = 1
    while True:
        place = folder.with_name(f"{folder.name}.{OTHER}-{number}")
        if not place.exists() or (is_copy(place) and read_note(place) == note):
            return place
        number += 1


def _bundle(folder: Path, index: int, width: int) -> bytes:
    # After a crash a longer piece may stand where the checkpoint's piece stood; a shorter one tells which entry is missing.
    pieces = sorted((file for file in _partial(folder, index).glob("*") if file.name.isdigit()), key=lambda file: -int(file.name))
    for path in (folder / tile_path(None, index, width), folder / tile_path(None, index), *pieces):
        if path.is_file():
            return path.read_bytes()
    raise EntryMissing(f"entries {index * TILE_WIDTH} to {index * TILE_WIDTH + width - 1}")


def _partial(folder: Path, index: int) -> Path:
    return (folder / tile_path(None, index, 1)).parent


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, content)
