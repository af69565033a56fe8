# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files beside a report or a message: sealed and opened in pieces, padded up one ladder, cut into parts of 4 MiB.

Memory stays flat at any size. Names, types and true lengths stand only in the sealed body that a ``FileNote`` belongs to;
a stored size tells little (T10). This file parses no file and trusts no name. See spec/sealing.md.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ombuds.core.age import Identity, Opener, Recipient, Sealer, plain_size
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, Tampered
from ombuds.core.keys import Hash, Id, RunningHash, hash_of, random_id

KIB, MIB = 1024, 1024 * 1024
LADDER_FOOT, LADDER_STEP = 64 * KIB, 16 * MIB
PART_SIZE = 4 * MIB
ZEROS = bytes(256 * KIB)


class FileNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What only the readers of a body learn about a file: name, type, true length in bytes, SHA-256 of the content."""

    id: Id
    name: str
    type: str
    size: int
    sha256: Hash


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stored piece of a sealed file: 4 MiB at most."""

    id: Id
    size: int
    sha256: Hash


class FileParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pieces of one sealed file, in order."""

    id: Id
    parts: tuple[Part, ...]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that one sealed report or message consists of, by hash."""

    body: Hash
    files: tuple[FileParts, ...]

    @property
    def hash(self) -> Hash:
        """The SHA-256 of the manifest's bytes."""
        return hash_of(encode(self))


class Piece(NamedTuple):
    """Sealed bytes to append to a part; ``done`` closes the part."""

    part: Id
    content: bytes | memoryview
    done: Part | None


class FileSealer:
    """Seals one file that comes in pieces, pads it up the ladder and cuts it into parts. Flat memory at any size."""

    def __init__(self, recipient: Recipient) -> None:
        self.id = random_id()
        self._sealer = Sealer([recipient])
        self._plain, self._size = RunningHash(), 0
        self._parts: list[Part] = []
        self._start_part()
        self._header: bytes = self._sealer.header

    def write(self, content: bytes | memoryview) -> list[Piece]:
        """Take the next piece of the file; return what is ready to store."""
        self._plain.update(content)
        self._size += len(content)
        return self._cut(self._sealer.update(content))

    def finish(self, name: str, media_type: str) -> tuple[list[Piece], FileNote, FileParts]:
        """End the file; return the last pieces, the note for the body and the list of parts for the manifest."""
        note = FileNote(self.id, name, media_type, self._size, self._plain.hash())
        pieces: list[Piece] = []
        missing = rung(self._size) - self._size
        while missing:
            zeros = ZEROS[: min(missing, len(ZEROS))]
            missing -= len(zeros)
            pieces += self._cut(self._sealer.update(zeros))
        pieces += self._cut(self._sealer.finish())
        pieces.append(self._close_part())
        return pieces, note, FileParts(self.id, tuple(self._parts))

    def _start_part(self) -> None:
        self._part, self._part_hash, self._part_size = random_id(), RunningHash(), 0

    def _close_part(self) -> Piece:
        done = Part(self._part, self._part_size, self._part_hash.hash())
        self._parts.append(done)
        piece = Piece(self._part, b"", done)
        self._start_part()
        return piece

    def _cut(self, sealed: bytes) -> list[Piece]:
        pieces: list[Piece] = []
        if self._header:
            sealed, self._header = self._header + sealed, b""
        rest = memoryview(sealed)
        while rest:
            room = PART_SIZE - self._part_size
            now, rest = rest[:room], rest[room:]
            self._part_hash.update(now)
            self._part_size += len(now)
            pieces.append(Piece(self._part, now, None))
            if self._part_size == PART_SIZE and rest:
                pieces.append(self._close_part())
        return pieces


class FileOpener:
    """Opens one sealed file that comes in pieces, cuts the padding off and checks length and hash at the end."""

    def __init__(self, note: FileNote, identity: Identity) -> None:
        self._note, self._opener = note, Opener(identity)
        self._hash, self._left = RunningHash(), note.size

    def write(self, content: bytes) -> bytes:
        """Take the next sealed bytes; return plain bytes that are authentic so far. Raises Tampered, Malformed."""
        return self._take(self._opener.update(content))

    def finish(self) -> bytes:
        """End the file; return the last bytes. Raises Tampered if the content is not the one the body names."""
        last = self._take(self._opener.finish())
        if self._left or self._hash.hash() != self._note.sha256:
            raise Tampered
        return last

    def _take(self, plain: bytes) -> bytes:
        content = plain[: self._left]
        self._left -= len(content)
        self._hash.update(content)
        return content


def check_files(files: tuple[FileParts, ...]) -> None:
    """Check the sizes of sealed files from outside: cut into full parts, on the ladder, each part named once. Raises Malformed."""
    names = [part.id for file in files for part in file.parts]
    if len(set(names)) != len(names) or len({file.id for file in files}) != len(files):
        raise Malformed("a part stands twice")
    for file in files:
        sizes = [part.size for part in file.parts]
        if not sizes or any(size != PART_SIZE for size in sizes[:-1]) or not 0 < sizes[-1] <= PART_SIZE:
            raise Malformed("a file is not cut into parts of 4 MiB")
        # A size beside the ladder would tell which program wrote it, and more of the true length (T10).
        size = plain_size(sum(sizes))
        if rung(size) != size:
            raise Malformed("a file's size is not on the ladder")


def rung(size: int) -> int:
    """Return the padded length for a file of this size: powers of two from 64 KiB to 16 MiB, then multiples of 16 MiB."""
    if size > LADDER_STEP:
        return -(-size // LADDER_STEP) * LADDER_STEP
    return max(LADDER_FOOT, 1 << max(size - 1, 0).bit_length())
