# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree of the ledger, held against the definitions of RFC 6962 for every size to 64 (T20, T30)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import EntryMissing, HistoryForked, Malformed, OmbudsError, TooLarge
from ombuds.core.keys import sha256
from ombuds.core.ledger import Tree, append, check_consistency, check_inclusion, leaf_hash, root_of

LARGEST = 64
LEAVES = [b"entry %d" % number for number in range(LARGEST)]
TREE = Tree(map(leaf_hash, LEAVES))
# The eight leaves and roots that the certificate logs test with.
KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
Proof = list[bytes]


def _half(length: int) -> int:
    half = 1
    while half * 2 < length:
        half *= 2
    return half


def _naive_root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]) if leaves else sha256(b"")
    half = _half(len(leaves))
    return sha256(b"\x01" + _naive_root(leaves[:half]) + _naive_root(leaves[half:]))


def _naive_path(index: int, leaves: Sequence[bytes]) -> Proof:
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*_naive_path(index, leaves[:half]), _naive_root(leaves[half:])]
    return [*_naive_path(index - half, leaves[half:]), _naive_root(leaves[:half])]


def _naive_proof(old: int, leaves: Sequence[bytes], known: bool = True) -> Proof:
    if old == len(leaves):
        return [] if known else [_naive_root(leaves)]
    half = _half(len(leaves))
    if old <= half:
        return [*_naive_proof(old, leaves[:half], known), _naive_root(leaves[half:])]
    return [*_naive_proof(old - half, leaves[half:], False), _naive_root(leaves[:half])]


def _damaged(proof: Proof) -> list[Proof]:
    flips = [[*proof[:at], _flip(each, 37 * at + len(proof)), *proof[at + 1 :]] for at, each in enumerate(proof)]
    losses = [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
    gains = [[*proof[:at], sha256(b"more"), *proof[at:]] for at in range(len(proof) + 1)]
    cuts = [[*proof[:at], each[:31], *proof[at + 1 :]] for at, each in enumerate(proof)]
    return [*flips, *losses, *gains, *cuts]


def _flip(content: bytes, bit: int) -> bytes:
    return (int.from_bytes(content) ^ 1 << bit % (8 * len(content))).to_bytes(len(content))


def _passes(check: Callable[[], object], refusal: type[OmbudsError]) -> bool:
    try:
        check()
    except refusal:
        return False
    return True


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    """The first eight leaves of the certificate logs give their published roots."""
    assert root_of([leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN_LEAVES[:size]]).hex() == KNOWN_ROOTS[size]


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_roots_follow_the_definition(size: int) -> None:
    """The root of every size is the one that the recursive definition gives, now and in hindsight."""
    assert TREE.root(size) == root_of(list(map(leaf_hash, LEAVES[:size]))) == _naive_root(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_inclusion_proofs_follow_the_definition(size: int) -> None:
    """The proof of each entry is the one that the recursive definition gives."""
    assert [TREE.inclusion(index, size) for index in range(size)] == [_naive_path(index, LEAVES[:size]) for index in range(size)]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_consistency_proofs_follow_the_definition(size: int) -> None:
    """The proof from each earlier size is the one that the recursive definition gives."""
    assert [TREE.consistency(old, size) for old in range(1, size)] == [_naive_proof(old, LEAVES[:size]) for old in range(1, size)]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_entry_is_found(size: int) -> None:
    """Each entry of each tree passes the check of its proof."""
    for index in range(size):
        check_inclusion(leaf_hash(LEAVES[index]), index, size, TREE.inclusion(index, size), TREE.root(size))


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_every_history_is_continued(size: int) -> None:
    """Each tree passes the check that it continues each earlier one."""
    for old in range(size + 1):
        check_consistency(old, TREE.root(old), size, TREE.root(size), TREE.consistency(old, size))


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_damaged_inclusion_proofs_are_refused(size: int) -> None:
    """A proof with a bit changed, a hash lost, added or cut short is refused for every entry."""
    root = TREE.root(size)
    for index in range(size):
        for proof in _damaged(TREE.inclusion(index, size)):
            with pytest.raises(EntryMissing):
                check_inclusion(leaf_hash(LEAVES[index]), index, size, proof, root)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_an_entry_is_found_in_no_other_place(size: int) -> None:
    """The proof of an entry does not pass for any other index."""
    passed = []
    for index in range(size):
        found = partial(check_inclusion, leaf_hash(LEAVES[index]), size=size, proof=TREE.inclusion(index, size), root=TREE.root(size))
        passed += [(index, claimed) for claimed in range(-1, size + 1) if _passes(partial(found, claimed), EntryMissing)]
    assert passed == [(index, index) for index in range(size)]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_damaged_consistency_proofs_are_refused(size: int) -> None:
    """A proof with a bit changed, a hash lost, added or cut short is refused for every earlier size."""
    for old in range(size + 1):
        for proof in _damaged(TREE.consistency(old, size)):
            with pytest.raises(HistoryForked):
                check_consistency(old, TREE.root(old), size, TREE.root(size), proof)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_another_past_is_refused(size: int) -> None:
    """An old root that differs in one bit is refused for every earlier size."""
    for old in range(size + 1):
        with pytest.raises(HistoryForked):
            check_consistency(old, _flip(TREE.root(old), old), size, TREE.root(size), TREE.consistency(old, size))


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_another_present_is_refused(size: int) -> None:
    """A new root that differs in one bit is refused for every earlier size but none, which says nothing."""
    for old in range(1, size + 1):
        with pytest.raises(HistoryForked):
            check_consistency(old, TREE.root(old), size, _flip(TREE.root(size), old), TREE.consistency(old, size))


@pytest.mark.parametrize("size", range(1, 18))
def test_every_bit_of_an_inclusion_proof_matters(size: int) -> None:
    """No single bit of any proof in small trees can be changed."""
    for index in range(size):
        proof = TREE.inclusion(index, size)
        for bit in range(256 * len(proof)):
            changed = [_flip(each, bit) if at == bit // 256 else each for at, each in enumerate(proof)]
            with pytest.raises(EntryMissing):
                check_inclusion(leaf_hash(LEAVES[index]), index, size, changed, TREE.root(size))


@pytest.mark.parametrize("size", range(2, 18))
def test_every_bit_of_a_consistency_proof_matters(size: int) -> None:
    """No single bit of any proof of continuation in small trees can be changed."""
    for old in range(1, size):
        proof = TREE.consistency(old, size)
        for bit in range(256 * len(proof)):
            changed = [_flip(each, bit) if at == bit // 256 else each for at, each in enumerate(proof)]
            with pytest.raises(HistoryForked):
                check_consistency(old, TREE.root(old), size, TREE.root(size), changed)


@pytest.mark.parametrize("bit", range(256))
def test_every_bit_of_the_entrys_hash_matters(bit: int) -> None:
    """A hash that differs from the entry's in one bit is not found."""
    with pytest.raises(EntryMissing):
        check_inclusion(_flip(leaf_hash(LEAVES[5]), bit), 5, 11, TREE.inclusion(5, 11), TREE.root(11))


def test_a_subtree_does_not_pass_as_an_entry() -> None:
    """The two hashes under a node, taken as the bytes of an entry, are not an entry of the tree."""
    node = leaf_hash(LEAVES[0]) + leaf_hash(LEAVES[1])
    with pytest.raises(EntryMissing):
        check_inclusion(leaf_hash(node), 0, 2, TREE.inclusion(0, 4)[1:], TREE.root(4))


def test_a_shrunk_ledger_is_refused() -> None:
    """A tree that is smaller than the one seen before contradicts it, whatever the proof."""
    with pytest.raises(HistoryForked):
        check_consistency(9, TREE.root(9), 8, TREE.root(8), TREE.consistency(8, 9))


def test_two_roots_for_one_size_are_refused() -> None:
    """Two different trees of one size contradict each other."""
    with pytest.raises(HistoryForked):
        check_consistency(8, TREE.root(8), 8, TREE.root(9), [])


@given(st.lists(st.binary(max_size=40), max_size=300), st.integers(0, 2**16), st.integers(0, 2**16))
def test_any_entries_make_a_sound_tree(leaves: list[bytes], one: int, other: int) -> None:
    """Whatever the entries, even equal ones, an entry is found and an earlier size is continued."""
    tree = Tree(map(leaf_hash, leaves))
    old, size = sorted((one % (len(leaves) + 1), other % (len(leaves) + 1)))
    check_consistency(old, tree.root(old), size, tree.root(size), tree.consistency(old, size))
    if old < size:
        check_inclusion(leaf_hash(leaves[old]), old, size, tree.inclusion(old, size), tree.root(size))


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.integers(0, 2**16), st.binary(max_size=8))
def test_a_rewritten_entry_breaks_the_history(leaves: list[bytes], place: int, other: bytes) -> None:
    """When one past entry is replaced, the new tree does not continue the old one."""
    changed = [*leaves]
    changed[place % len(leaves)] = other
    old, new = Tree(map(leaf_hash, leaves)), Tree(map(leaf_hash, [*changed, b"next"]))
    proof = new.consistency(old.size, new.size)
    continued = _passes(lambda: check_consistency(old.size, old.root(), new.size, new.root(), proof), HistoryForked)
    assert continued == (changed == leaves)


def test_appending_gives_place_and_root() -> None:
    """The place of an appended entry is the size before, and the root covers it."""
    tree = Tree(map(leaf_hash, LEAVES[:6]))
    assert append(tree, LEAVES[6]) == (6, TREE.root(7))


def test_an_entry_of_the_largest_size_is_taken() -> None:
    """An entry of 65535 bytes is taken."""
    assert append(Tree(), bytes(65_535)) == (0, leaf_hash(bytes(65_535)))


def test_an_entry_that_is_too_large_is_refused() -> None:
    """An entry of 65536 bytes is refused, because a bundle could not hold it."""
    with pytest.raises(TooLarge):
        append(Tree(), bytes(65_536))


def test_a_refused_entry_leaves_the_tree_alone() -> None:
    """A tree is as long as before when an entry was too large for it."""
    tree = Tree(map(leaf_hash, LEAVES[:6]))
    assert (_passes(partial(append, tree, bytes(65_536)), TooLarge), tree.size) == (False, 6)


def test_a_hash_of_another_length_is_refused() -> None:
    """Only hashes of 32 bytes stand in the tree."""
    with pytest.raises(Malformed):
        Tree([b"short"])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5), (0, 65), (0, -1)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    """There is no proof for an entry or a size that the tree does not have."""
    with pytest.raises(EntryMissing):
        TREE.inclusion(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (0, 65), (65, 65)])
def test_no_continuation_of_what_is_not_there(old: int, new: int) -> None:
    """There is no proof from or to a size that the tree does not have."""
    with pytest.raises(EntryMissing):
        TREE.consistency(old, new)


@pytest.mark.parametrize("size", [-1, 65])
def test_no_root_of_what_is_not_there(size: int) -> None:
    """There is no root for a size that the tree does not have."""
    with pytest.raises(EntryMissing):
        TREE.root(size)


def test_ten_thousand_entries_are_appended_and_proven_fast() -> None:
    """Ten thousand appends, each with its root and both of its proofs, take a few seconds at most."""
    began = time.perf_counter()
    tree = Tree()
    for number in range(10_000):
        index, root = append(tree, b"%d" % number)
        check_inclusion(leaf_hash(b"%d" % number), index, index + 1, tree.inclusion(index, index + 1), root)
        check_consistency(index, tree.root(index), index + 1, root, tree.consistency(index, index + 1))
    assert time.perf_counter() - began < 20
