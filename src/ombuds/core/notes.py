# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints: what the log says its history is, signed by the log key, and the mirrors that saw the same.

It does not check that a history continues (tree.py does). It serves T20 and T30. Formats: C2SP signed-note,
tlog-checkpoint and tlog-cosignature (Ed25519). See spec/ledger.md.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ombuds.core.errors import BadSignature, CheckpointWrong, Malformed
from ombuds.core.keys import PublicKey, SigningKey, sha256

LARGEST_TIME = 2**63 - 1
MOST_SIGNATURES = 100
LOG_KIND, COSIGNER_KIND = b"\x01", b"\x04"
DECIMAL = r"(?:0|[1-9][0-9]{0,17})"

_CHECKPOINT = re.compile(rf"([^\n]+)\n({DECIMAL})\n([^\n]+)\n(?:[^\n]+\n)*")
_LINE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class Checkpoint:
    """The name of a ledger, its size and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{write_base64(self.root)}\n"


@dataclass(frozen=True)
class _Note:
    text: str
    lines: tuple[tuple[str, bytes], ...]  # key name; key id and signature in one piece
    checkpoint: Checkpoint


def note_key_id(name: str, kind: bytes, key: PublicKey) -> bytes:
    """Return the four bytes by which a signature line says which key made it."""
    return sha256(name.encode() + b"\n" + kind + key.raw)[:4]


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Return the checkpoint as a note signed by the log key. Raises CheckpointWrong."""
    signature = note_key_id(checkpoint.origin, LOG_KIND, key.public) + key.sign(checkpoint.text.encode())
    note = f"{checkpoint.text}\n{_line(checkpoint.origin, signature)}".encode()
    if _read_note(note).checkpoint != checkpoint:
        raise CheckpointWrong("not a checkpoint")
    return note


def open_checkpoint(note: bytes, origin: str, key: PublicKey) -> Checkpoint:
    """Return what the log key signed. Raises CheckpointWrong."""
    read = _read_note(note)
    signatures = [line[4:] for name, line in read.lines if (name, line[:4]) == (origin, note_key_id(origin, LOG_KIND, key))]
    if read.checkpoint.origin != origin or not signatures:
        raise CheckpointWrong("of another ledger, or by another key")
    for each in signatures:
        try:
            key.check(each, read.text.encode())
        except BadSignature:
            raise CheckpointWrong from None
    return read.checkpoint


def sign_cosignature(note: bytes, name: str, key: SigningKey, timestamp: int) -> bytes:
    """Return the note with a mirror's cosignature; it says the mirror saw this history at that second.

    The caller has opened the checkpoint and checked its consistency before. Raises CheckpointWrong.
    """
    if not 0 <= timestamp <= LARGEST_TIME or not _LINE.fullmatch(f"\u2014 {name} =="):
        raise CheckpointWrong("not a name or a time of a mirror")
    signed = key.sign(_cosigned(_read_note(note).text, timestamp))
    return joined_notes((note, note + _line(name, note_key_id(name, COSIGNER_KIND, key.public) + timestamp.to_bytes(8) + signed).encode()))


def open_cosignatures(note: bytes, mirrors: Mapping[str, PublicKey]) -> dict[str, int]:
    """Return the mirrors that cosigned and the second in which each last did; a key under two names counts once.

    Raises CheckpointWrong for a damaged note, BadSignature if the cosignature of a listed mirror does not fit.
    """
    read = _read_note(note)
    first = {key: name for name, key in sorted(mirrors.items(), reverse=True)}
    known = {(name, note_key_id(name, COSIGNER_KIND, key)): key for name, key in mirrors.items()}
    seen: dict[str, int] = {}
    for name, line in read.lines:
        key = known.get((name, line[:4]))
        if key is None:
            continue
        timestamp = int.from_bytes(line[4:12])
        key.check(line[12:], _cosigned(read.text, timestamp))
        if timestamp > LARGEST_TIME:
            raise BadSignature("a time out of range")
        seen[first[key]] = max(timestamp, seen.get(first[key], 0))
    return seen


def joined_notes(notes: Iterable[bytes]) -> bytes:
    """Return one note with the signature lines of all, each once. Raises CheckpointWrong if they differ in text."""
    pile = [_read_note(note) for note in notes]
    if len({read.text for read in pile}) != 1:
        raise CheckpointWrong("the notes do not hold the same checkpoint")
    lines = dict.fromkeys(_line(*line) for read in pile for line in read.lines)
    return f"{pile[0].text}\n{''.join(lines)}".encode()


def _cosigned(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _line(name: str, signature: bytes) -> str:
    return f"\u2014 {name} {write_base64(signature)}\n"


def _read_note(note: bytes) -> _Note:
    try:
        text, found, tail = note.decode().rpartition("\n\n")
        lines = [_LINE.fullmatch(line) for line in tail.removesuffix("\n").split("\n")]
        shape = _CHECKPOINT.fullmatch(text + "\n")
        if not found or not shape or not tail.endswith("\n") or len(lines) > MOST_SIGNATURES or re.search(r"[\x00-\x09\x0b-\x1f]", text + tail):
            raise CheckpointWrong("not a checkpoint")
        signatures = tuple((line[1], read_base64(line[2])) for line in lines if line)
        checkpoint = Checkpoint(shape[1], int(shape[2]), read_base64(shape[3]))
    except (UnicodeDecodeError, Malformed):
        raise CheckpointWrong("not a checkpoint") from None
    empty = checkpoint.size == 0 and checkpoint.root != sha256(b"")
    if len(signatures) != len(lines) or any(len(line) < 5 for _, line in signatures) or len(checkpoint.root) != 32 or empty:
        raise CheckpointWrong("not a checkpoint")
    return _Note(text + "\n", signatures, checkpoint)


def write_base64(content: bytes) -> str:
    """Return the bytes in base64, with padding."""
    return b64encode(content).decode()


def read_base64(text: str) -> bytes:
    """Return the bytes of canonical base64. Raises Malformed."""
    # Only the one canonical spelling: otherwise a proof could be changed without changing what it says.
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if write_base64(content) != text:
        raise Malformed("not base64")
    return content
