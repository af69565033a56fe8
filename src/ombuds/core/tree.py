# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree of hashes over all entries of the ledger, and the proofs that nothing in it was taken out or changed.

It knows hashes, not entries, and stores nothing. It serves T30 and T20. Format: RFC 6962 section 2.1, tiles as in C2SP
tlog-tiles. See spec/ledger.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ombuds.core.errors import EntryMissing, HistoryForked, Malformed, NotHere
from ombuds.core.keys import sha256

TILE_WIDTH = 256


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
