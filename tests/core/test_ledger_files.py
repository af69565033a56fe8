# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof files, tiles and bundles of the ledger: the files that others keep for good (T20, T30)."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import CheckpointWrong, EntryMissing, Malformed, NotHere, OmbudsError, TooLarge
from ombuds.core.keys import SigningKey
from ombuds.core.ledger import (
    Checkpoint,
    Proof,
    Tree,
    check_proof,
    leaf_hash,
    read_bundle,
    read_proof,
    read_tile_path,
    root_of,
    sign_checkpoint,
    sign_cosignature,
    tile_path,
    write_bundle,
    write_proof,
)

LOG, OTHER, MIRROR = (SigningKey(letter * 32) for letter in (b"l", b"o", b"m"))
ORIGIN = "ombuds.invalid/" + "ab" * 32
LEAVES = [b"entry %d" % number for number in range(11)]
TREE = Tree(map(leaf_hash, LEAVES))
CHECKPOINT = Checkpoint(ORIGIN, 11, TREE.root())
NOTE = sign_checkpoint(CHECKPOINT, LOG)
COSIGNED = sign_cosignature(NOTE, "mirror.example/one", MIRROR, 1_679_315_147)
PROOF = write_proof(4, TREE.inclusion(4, 11), COSIGNED)


def test_a_proof_file_has_the_lines_of_its_text() -> None:
    """A proof file is a header, the index, the hashes, an empty line and the checkpoint as it stands."""
    hashes = "".join(b64encode(each).decode() + "\n" for each in TREE.inclusion(4, 11))
    assert PROOF == f"c2sp.org/tlog-proof@v1\nindex 4\n{hashes}\n".encode() + COSIGNED


def test_an_extra_line_stands_second() -> None:
    """Extra bytes stand in the second line, in base64."""
    assert write_proof(4, [], NOTE, b"extra!").splitlines()[1] == b"extra ZXh0cmEh"


@pytest.mark.parametrize("index", range(11))
def test_every_entry_has_its_proof_file(index: int) -> None:
    """The file of each entry leads to the checkpoint."""
    proof = read_proof(write_proof(index, TREE.inclusion(index, 11), COSIGNED))
    assert check_proof(proof, LEAVES[index], ORIGIN, LOG.public) == CHECKPOINT


@given(st.integers(0, 10**18 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=64), st.none() | st.binary(min_size=1))
def test_a_proof_file_survives_reading(index: int, hashes: list[bytes], extra: bytes | None) -> None:
    """Whatever is written into a proof file comes back from it."""
    assert read_proof(write_proof(index, hashes, NOTE, extra)) == Proof(index, tuple(hashes), NOTE, extra)


@pytest.mark.parametrize("place", range(len(PROOF) - len(COSIGNED) + len(NOTE)))
def test_every_byte_of_a_proof_file_matters(place: int) -> None:
    """No byte of a proof file up to the log's signature can be changed."""
    for bit in range(8):
        changed = PROOF[:place] + bytes([PROOF[place] ^ 1 << bit]) + PROOF[place + 1 :]
        with pytest.raises((Malformed, EntryMissing, CheckpointWrong)):
            check_proof(read_proof(changed), LEAVES[4], ORIGIN, LOG.public)


def test_a_proof_of_another_entry_is_refused() -> None:
    """The proof of one entry does not pass for another text."""
    with pytest.raises(EntryMissing):
        check_proof(read_proof(PROOF), b"another entry", ORIGIN, LOG.public)


def test_a_proof_with_another_logs_checkpoint_is_refused() -> None:
    """A proof is worth what its checkpoint is worth."""
    forged = write_proof(4, TREE.inclusion(4, 11), sign_checkpoint(CHECKPOINT, OTHER))
    with pytest.raises(CheckpointWrong):
        check_proof(read_proof(forged), LEAVES[4], ORIGIN, LOG.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1\n", "@v2\n"),
        ("@v1\n", "@v1\n\n"),
        ("@v1\n", "@v1\nextra \n"),
        ("@v1\n", "@v1\nextra YQ=\n"),
        ("@v1\n", "@v1\nextra YR==\n"),
        ("@v1\n", "@v1\nextra YQ==\nextra YQ==\n"),
        ("c2sp.org", "c2sp\norg"),
        ("index 4", "index 04"),
        ("index 4", "index -4"),
        ("index 4", "index \u0664"),
        ("index 4", f"index {10**18}"),
        ("index 4\n", ""),
        ("index 4\n", "index 4\r\n"),
        ("index 4\n", "index 4\nAAAA\n"),
        ("=\n", "=\u2028"),
        ("=\n", "=\x0c"),
        ("\n\n", "\n"),
    ],
)
def test_another_spelling_of_a_proof_file_is_refused(old: str, new: str) -> None:
    """A proof file has one spelling."""
    with pytest.raises(Malformed):
        check_proof(read_proof(PROOF.decode().replace(old, new, 1).encode()), LEAVES[4], ORIGIN, LOG.public)


@pytest.mark.parametrize(("index", "hashes"), [(-1, []), (10**18, []), (0, [b"short"]), (0, [bytes(32)] * 65)])
def test_a_proof_that_nobody_could_read_is_not_written(index: int, hashes: list[bytes]) -> None:
    """Nothing is written that a reader would refuse."""
    with pytest.raises(Malformed):
        write_proof(index, hashes, NOTE)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + tail))
def test_any_bytes_as_a_proof_are_refused_in_order(content: bytes) -> None:
    """Bytes that are no proof are refused with one of our own errors."""
    with pytest.raises(OmbudsError):
        check_proof(read_proof(content), LEAVES[4], ORIGIN, LOG.public)


def test_a_tile_holds_the_hashes_of_entries() -> None:
    """The tile of level 0 is the hashes of the entries one after the other."""
    assert TREE.tile(0, 0, 11) == b"".join(map(leaf_hash, LEAVES))


def test_a_higher_tile_holds_the_roots_of_the_full_tiles_below() -> None:
    """The tile of level 1 is the roots over each 256 entries."""
    hashes = [leaf_hash(b"%d" % number) for number in range(600)]
    assert Tree(hashes).tile(1, 0, 2) == root_of(hashes[:256]) + root_of(hashes[256:512])


@pytest.mark.parametrize(
    ("level", "index", "width"), [(0, 0, 12), (0, 0, 0), (0, 0, 256), (0, 1, 1), (0, -1, 1), (-1, 0, 1), (1, 0, 1), (0, 0, -1), (63, 0, 1)]
)
def test_a_tile_beyond_the_tree_is_not_there(level: int, index: int, width: int) -> None:
    """There is no tile for hashes that the tree does not have."""
    with pytest.raises(NotHere):
        TREE.tile(level, index, width)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (0, 0, 256, "tile/0/000"),
        (0, 273, 112, "tile/0/273.p/112"),
        (1, 1, 17, "tile/1/001.p/17"),
        (63, 1_000, 255, "tile/63/x001/000.p/255"),
        (None, 5, 256, "tile/entries/005"),
        (None, 70_000, 1, "tile/entries/x070/000.p/1"),
    ],
)
def test_tiles_have_the_paths_of_their_text(level: int | None, index: int, width: int, path: str) -> None:
    """Tiles stand where every other reader looks for them, and the path is read back."""
    assert (tile_path(level, index, width), read_tile_path(path)) == (path, (level, index, width))


@given(st.none() | st.integers(0, 63), st.integers(0, 10**18 - 1), st.integers(1, 256))
def test_every_path_is_read_back(level: int | None, index: int, width: int) -> None:
    """Any tile is found again from its path."""
    assert read_tile_path(tile_path(level, index, width)) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/64/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/999",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/x001/x000/x000/x000/x000/x000/000",
        "tile/\u0660/000",
        "tile/0/\u0660\u0660\u0660",
    ],
)
def test_another_path_is_not_there(path: str) -> None:
    """A path that is spelled in any other way leads nowhere."""
    with pytest.raises(NotHere):
        read_tile_path(path)


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 256), (-1, 0, 256), (0, -1, 256), (0, 10**18, 256), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_cannot_be_has_no_path(level: int, index: int, width: int) -> None:
    """There is no path for a tile outside the layout."""
    with pytest.raises(NotHere):
        tile_path(level, index, width)


def test_a_bundle_is_entries_behind_their_lengths() -> None:
    """Each entry stands behind its length in two bytes."""
    assert write_bundle([b"one", b"", b"three"]) == b"\x00\x03one\x00\x00\x00\x05three"


@given(st.lists(st.binary(max_size=600), max_size=256))
def test_a_bundle_survives_reading(entries: list[bytes]) -> None:
    """Entries come back from their bundle."""
    assert read_bundle(write_bundle(entries)) == entries


def test_a_full_bundle_of_the_largest_entries_is_read() -> None:
    """The largest bundle that can be, sixteen megabytes, is read back."""
    entries = [bytes([number]) * 65_535 for number in range(256)]
    assert read_bundle(write_bundle(entries)) == entries


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x01", b"\x00\x03on", b"\x00\x01a\x00", b"\x00\x00" * 257])
def test_a_damaged_bundle_is_refused(content: bytes) -> None:
    """A bundle that ends too early, or holds more than 256 entries, is refused."""
    with pytest.raises(Malformed):
        read_bundle(content)


@pytest.mark.parametrize("entries", [[bytes(65_536)], [b""] * 257])
def test_a_bundle_that_would_be_too_large_is_not_written(entries: list[bytes]) -> None:
    """Neither an entry of 65536 bytes nor 257 entries fit a bundle."""
    with pytest.raises(TooLarge):
        write_bundle(entries)
