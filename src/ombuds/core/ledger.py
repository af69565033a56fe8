# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public memory: a tree of hashes over all entries, checkpoints that a log key signs, and proofs that fit in a file.

It knows bytes and hashes, not what an entry says (publication.py) nor whether it was allowed (record.py), and it stores
nothing. It serves T30 and T20: what was written cannot be taken out, put in between or told differently to two people
without one of these checks failing. Formats: RFC 6962 section 2.1, C2SP signed-note, tlog-checkpoint, tlog-cosignature
(Ed25519), tlog-proof and tlog-tiles. See spec/ledger.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ombuds.core.errors import Malformed, NotHere, TooLarge
from ombuds.core.keys import PublicKey
from ombuds.core.notes import (
    COSIGNER_KIND,
    DECIMAL,
    LOG_KIND,
    Checkpoint,
    joined_notes,
    note_key_id,
    open_checkpoint,
    open_cosignatures,
    read_base64,
    sign_checkpoint,
    sign_cosignature,
    write_base64,
)
from ombuds.core.tree import TILE_WIDTH, Tree, check_consistency, check_inclusion, leaf_hash, node_hash, root_of

# The tree and the notes are parts of the ledger: other files need only this one.
__all__ = [
    "COSIGNER_KIND",
    "Checkpoint",
    "LARGEST_ENTRY",
    "LOG_KIND",
    "PROOF_HEADER",
    "Proof",
    "TILE_WIDTH",
    "Tree",
    "append",
    "check_consistency",
    "check_inclusion",
    "check_proof",
    "joined_notes",
    "leaf_hash",
    "node_hash",
    "note_key_id",
    "open_checkpoint",
    "open_cosignatures",
    "read_bundle",
    "read_proof",
    "read_tile_path",
    "root_of",
    "sign_checkpoint",
    "sign_cosignature",
    "tile_path",
    "write_bundle",
    "write_proof",
]

LARGEST_ENTRY = 65_535
PROOF_HEADER = "c2sp.org/tlog-proof@v1"

_PROOF = re.compile(rf"{re.escape(PROOF_HEADER)}\n(?:extra ([^\n]+)\n)?index ({DECIMAL})\n((?:[^\n]+\n){{0,64}})\n(.+)", re.DOTALL)
_TILE = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def append(tree: Tree, leaf: bytes) -> tuple[int, bytes]:
    """Add an entry to the tree and return its index and the new root. Raises TooLarge."""
    _entry(leaf)
    return tree.append(leaf_hash(leaf)), tree.root()


@dataclass(frozen=True)
class Proof:
    """The contents of a ``.tlog-proof`` file; nobody vouches for ``extra``."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None


def write_proof(index: int, hashes: Sequence[bytes], note: bytes, extra: bytes | None = None) -> bytes:
    """Return the proof of one entry as a file. Raises Malformed."""
    lines = [PROOF_HEADER, *([f"extra {write_base64(extra)}"] if extra else []), f"index {index}", *map(write_base64, hashes)]
    content = ("\n".join(lines) + "\n\n").encode() + note
    read_proof(content)
    return content


def read_proof(content: bytes) -> Proof:
    """Read a proof file. Raises Malformed."""
    try:
        shape = _PROOF.fullmatch(content.decode())
    except UnicodeDecodeError:
        shape = None
    if not shape:
        raise Malformed("not a proof file")
    hashes = tuple(read_base64(line) for line in shape[3].split("\n")[:-1])
    if any(len(each) != 32 for each in hashes):
        raise Malformed("a hash has 32 bytes")
    return Proof(int(shape[2]), hashes, shape[4].encode(), read_base64(shape[1]) if shape[1] else None)


def check_proof(proof: Proof, leaf: bytes, origin: str, key: PublicKey) -> Checkpoint:
    """Check that the entry stands in the ledger and return the checkpoint that says so.

    Raises CheckpointWrong, EntryMissing.
    """
    checkpoint = open_checkpoint(proof.note, origin, key)
    check_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def tile_path(level: int | None, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile of hashes, or with level None of a bundle of entries. Raises NotHere."""
    if not (level is None or 0 <= level <= 63) or not 0 <= index < 1000**6 or not 1 <= width <= TILE_WIDTH:
        raise NotHere
    *high, low = (group.zfill(3) for group in f"{index:,}".split(","))
    place = "".join(f"x{group}/" for group in high) + low
    return f"tile/{'entries' if level is None else level}/{place}" + (f".p/{width}" if width < TILE_WIDTH else "")


def read_tile_path(path: str) -> tuple[int | None, int, int]:
    """Return the level (None for entries), index and width that a path names. Raises NotHere."""
    shape = _TILE.fullmatch(path)
    if not shape:
        raise NotHere
    level = None if shape[1] == "entries" else int(shape[1])
    found = (level, int(re.sub("[x/]", "", shape[2])), int(shape[3] or TILE_WIDTH))
    if tile_path(*found) != path:
        raise NotHere
    return found


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Return up to 256 entries as one bundle. Raises TooLarge."""
    if len(entries) > TILE_WIDTH:
        raise TooLarge
    return b"".join(len(_entry(each)).to_bytes(2) + each for each in entries)


def read_bundle(content: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises Malformed."""
    entries, place = list[bytes](), 0
    while place < len(content):
        start = place + 2
        place = start + int.from_bytes(content[place:start])
        if len(content) < max(start, place) or len(entries) == TILE_WIDTH:
            raise Malformed("not a bundle of entries")
        entries.append(content[start:place])
    return entries


def _entry(leaf: bytes) -> bytes:
    if len(leaf) > LARGEST_ENTRY:
        raise TooLarge("an entry has at most 65535 bytes")
    return leaf
