# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public memory: a tree of hashes over all entries, checkpoints that a log key signs, and proofs that fit in a file.

It knows bytes and hashes, not what an entry says (publication.py) nor whether it was allowed (record.py), and it stores
nothing. It serves T30 and T20: what was written cannot be taken out, put in between or told differently to two people
without one of these checks failing. Formats: RFC 6962 section 2.1, C2SP signed-note, tlog-checkpoint, tlog-cosignature
(Ed25519), tlog-proof and tlog-tiles. See spec/ledger.md.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ombuds.core.errors import BadSignature, CheckpointWrong, EntryMissing, HistoryForked, Malformed, NotHere, TooLarge
from ombuds.core.keys import PublicKey, SigningKey, sha256

LARGEST_ENTRY = 65_535
TILE_WIDTH = 256
LARGEST_TIME = 2**63 - 1
MOST_SIGNATURES = 100
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
LOG_KIND, COSIGNER_KIND = b"\x01", b"\x04"

_NUMBER = r"(?:0|[1-9][0-9]{0,17})"
_CHECKPOINT = re.compile(rf"([^\n]+)\n({_NUMBER})\n([^\n]+)\n(?:[^\n]+\n)*")
_LINE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)")
_PROOF = re.compile(rf"{re.escape(PROOF_HEADER)}\n(?:extra ([^\n]+)\n)?index ({_NUMBER})\n((?:[^\n]+\n){{0,64}})\n(.+)", re.DOTALL)
_TILE = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


# The tree.


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash under which an entry stands in the tree."""
    return sha256(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees that stand side by side."""
    return sha256(b"\x01" + left + right)


class Tree:
    """The tree over the hashes of all entries; it keeps every complete subtree, so that each proof takes few steps."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for each in hashes:
            self.append(each)

    @property
    def size(self) -> int:
        """How many entries the tree holds."""
        return len(self._levels[0])

    def copy(self) -> Tree:
        """Return a tree of the same entries that grows on its own."""
        twin = Tree()
        twin._levels = [list(level) for level in self._levels]
        return twin

    def append(self, entry_hash: bytes) -> int:
        """Add the hash of one entry and return its index. Raises Malformed."""
        if len(entry_hash) != 32:
            raise Malformed("a hash has 32 bytes")
        height, added = 0, entry_hash
        self._levels[0].append(added)
        while len(self._levels[height]) % 2 == 0:
            added = node_hash(self._levels[height][-2], added)
            height += 1
            if height == len(self._levels):
                self._levels.append([])
            self._levels[height].append(added)
        return self.size - 1

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first ``size`` entries, or over all. Raises EntryMissing."""
        end = self.size if size is None else self._within(size)
        return self._range(0, end) if end else sha256(b"")

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that the entry stands at the index among the first ``size``. Raises EntryMissing."""
        if not 0 <= index < self._within(size):
            raise EntryMissing("no such entry")
        start, end, path = 0, size, list[bytes]()
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first ``old`` entries begin the first ``new``. Raises EntryMissing."""
        if not 0 <= old <= self._within(new):
            raise EntryMissing("the ledger never shrinks")
        if old in (0, new):
            return []
        start, end, path = 0, new, list[bytes]()
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        # The verifier knows the old root already when it is a complete subtree on the left edge.
        return ([] if start == 0 else [self._range(start, end)]) + path[::-1]

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes:
        """Return the hashes of one tile, in one piece. Raises NotHere."""
        hashes = self._levels[8 * level] if 0 <= level and 8 * level < len(self._levels) else []
        piece = hashes[index * TILE_WIDTH : index * TILE_WIDTH + width] if index >= 0 else []
        if not 1 <= width <= TILE_WIDTH or len(piece) != width:
            raise NotHere
        return b"".join(piece)

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise EntryMissing("the ledger is not that long")
        return size

    def _range(self, start: int, end: int) -> bytes:
        # A range of a proof starts at a multiple of the power of two that covers it, so its left part is always kept.
        length = end - start
        height = length.bit_length() - 1
        if length == 1 << height:
            return self._levels[height][start >> height]
        middle = start + (1 << height)
        return node_hash(self._levels[height][start >> height], self._range(middle, end))


def append(tree: Tree, leaf: bytes) -> tuple[int, bytes]:
    """Add an entry to the tree and return its index and the new root. Raises TooLarge."""
    _entry(leaf)
    return tree.append(leaf_hash(leaf)), tree.root()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of entries."""
    return Tree(hashes).root()


def check_inclusion(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the entry stands at the index of the tree with this root. Raises EntryMissing."""
    if not 0 <= index < size or any(len(each) != 32 for each in (entry_hash, *proof)):
        raise EntryMissing("the proof does not fit the entry's place")
    place, last, seen = index, size - 1, entry_hash
    for each in proof:
        if last == 0:
            raise EntryMissing("the proof is too long")
        if place % 2 == 1 or place == last:
            seen = node_hash(each, seen)
            while place % 2 == 0 and place:  # on the right edge a subtree climbs until it has a left neighbour
                place, last = place >> 1, last >> 1
        else:
            seen = node_hash(seen, each)
        place, last = place >> 1, last >> 1
    if last != 0 or seen != root:
        raise EntryMissing("the proof does not lead to the root")


def check_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree with this root continues the old one and changed nothing in it. Raises HistoryForked."""
    if not 0 <= old_size <= size or any(len(each) != 32 for each in proof):
        raise HistoryForked("the ledger shrank, or the proof is damaged")
    if old_size in (0, size):
        expected = sha256(b"") if old_size == 0 else root
        if proof or old_root != expected:
            raise HistoryForked("two roots for one size")
        return
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    place, last = old_size - 1, size - 1
    while place % 2 == 1:
        place, last = place >> 1, last >> 1
    if not path or _climb(path, place, last) != (old_root, root):
        raise HistoryForked("the proof does not lead from the old root to the new one")


def _climb(path: Sequence[bytes], place: int, last: int) -> tuple[bytes, bytes]:
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            raise HistoryForked("the proof is too long")
        if place % 2 == 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise HistoryForked("the proof is too short")
    return old, new


def _split(length: int) -> int:
    return 1 << ((length - 1).bit_length() - 1)  # the largest power of two below the length


# Checkpoints: what the log says its history is, signed.


@dataclass(frozen=True)
class Checkpoint:
    """The name of a ledger, its size and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


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
    return f"\u2014 {name} {_base64(signature)}\n"


def _read_note(note: bytes) -> _Note:
    try:
        text, found, tail = note.decode().rpartition("\n\n")
        lines = [_LINE.fullmatch(line) for line in tail.removesuffix("\n").split("\n")]
        shape = _CHECKPOINT.fullmatch(text + "\n")
        if not found or not shape or not tail.endswith("\n") or len(lines) > MOST_SIGNATURES or re.search(r"[\x00-\x09\x0b-\x1f]", text + tail):
            raise CheckpointWrong("not a checkpoint")
        signatures = tuple((line[1], _unbase64(line[2])) for line in lines if line)
        checkpoint = Checkpoint(shape[1], int(shape[2]), _unbase64(shape[3]))
    except (UnicodeDecodeError, Malformed):
        raise CheckpointWrong("not a checkpoint") from None
    empty = checkpoint.size == 0 and checkpoint.root != sha256(b"")
    if len(signatures) != len(lines) or any(len(line) < 5 for _, line in signatures) or len(checkpoint.root) != 32 or empty:
        raise CheckpointWrong("not a checkpoint")
    return _Note(text + "\n", signatures, checkpoint)


# Proofs and tiles: the files that others keep.


@dataclass(frozen=True)
class Proof:
    """The contents of a ``.tlog-proof`` file; nobody vouches for ``extra``."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None


def write_proof(index: int, hashes: Sequence[bytes], note: bytes, extra: bytes | None = None) -> bytes:
    """Return the proof of one entry as a file. Raises Malformed."""
    lines = [PROOF_HEADER, *([f"extra {_base64(extra)}"] if extra else []), f"index {index}", *map(_base64, hashes)]
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
    hashes = tuple(_unbase64(line) for line in shape[3].split("\n")[:-1])
    if any(len(each) != 32 for each in hashes):
        raise Malformed("a hash has 32 bytes")
    return Proof(int(shape[2]), hashes, shape[4].encode(), _unbase64(shape[1]) if shape[1] else None)


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


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _unbase64(text: str) -> bytes:
    # Only the one canonical spelling: otherwise a proof could be changed without changing what it says.
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if _base64(content) != text:
        raise Malformed("not base64")
    return content
