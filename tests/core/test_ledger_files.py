# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints, mirrors' cosignatures, proof files and tiles of the ledger: the bytes that others keep for good (T20, T30)."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import BadSignature, CheckpointWrong, EntryMissing, Malformed, NotHere, OmbudsError, TooLarge
from ombuds.core.keys import PublicKey, SigningKey, sha256
from ombuds.core.ledger import (
    COSIGNER_KIND,
    LOG_KIND,
    Checkpoint,
    Proof,
    Tree,
    check_proof,
    joined_notes,
    leaf_hash,
    note_key_id,
    open_checkpoint,
    open_cosignatures,
    read_bundle,
    read_proof,
    read_tile_path,
    sign_checkpoint,
    sign_cosignature,
    tile_path,
    write_bundle,
    write_proof,
)

LOG, OTHER, MIRROR, SECOND = (SigningKey(letter * 32) for letter in (b"l", b"o", b"m", b"s"))
ORIGIN = "ombuds.invalid/" + "ab" * 32
LEAVES = [b"entry %d" % number for number in range(11)]
TREE = Tree(map(leaf_hash, LEAVES))
CHECKPOINT = Checkpoint(ORIGIN, 11, TREE.root())
NOTE = sign_checkpoint(CHECKPOINT, LOG)
MIRRORS = {"mirror.example/one": MIRROR.public, "mirror.example/two": SECOND.public}
COSIGNED = sign_cosignature(NOTE, "mirror.example/one", MIRROR, 1_679_315_147)
PROOF = write_proof(4, TREE.inclusion(4, 11), COSIGNED)
# Keys that other logs and mirrors publish: name, key id, kind and key.
FOREIGN = [
    ("sum.golang.org", "033de0ae", "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
    ("PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
    ("example.com/foo", "530d903a", "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
    ("remora.n621.de", "da77ade7", "BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"),
]


def _resigned(text: str, name: str = ORIGIN, key: SigningKey = LOG) -> bytes:
    """A note with a good signature over any text at all."""
    signature = note_key_id(name, LOG_KIND, key.public) + key.sign(text.encode())
    return f"{text}\n\u2014 {name} {b64encode(signature).decode()}\n".encode()


@pytest.mark.parametrize(("name", "key_id", "key"), FOREIGN)
def test_key_ids_are_those_of_other_logs(name: str, key_id: str, key: str) -> None:
    """The key id of a published key is the published one."""
    raw = b64decode(key)
    assert note_key_id(name, raw[:1], PublicKey(raw[1:])).hex() == key_id


def test_the_lines_that_are_signed_are_those_of_another_log() -> None:
    """The checkpoint of a large public log verifies over the lines that we would write."""
    checkpoint = Checkpoint("go.sum database tree", 20_852_163, b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))
    line = b64decode("Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=")
    PublicKey(b64decode(FOREIGN[0][2])[1:]).check(line[4:], checkpoint.text.encode())


def test_a_checkpoint_is_opened_as_it_was_signed() -> None:
    """What the log key signed comes back."""
    assert open_checkpoint(NOTE, ORIGIN, LOG.public) == CHECKPOINT


def test_a_checkpoint_of_an_empty_ledger_is_opened() -> None:
    """A ledger without entries has a checkpoint too."""
    empty = Checkpoint(ORIGIN, 0, sha256(b""))
    assert open_checkpoint(sign_checkpoint(empty, LOG), ORIGIN, LOG.public) == empty


@pytest.mark.parametrize("place", range(len(NOTE)))
def test_every_byte_of_a_checkpoint_matters(place: int) -> None:
    """No byte of a checkpoint can be changed, not even to another spelling."""
    for bit in range(8):
        changed = NOTE[:place] + bytes([NOTE[place] ^ 1 << bit]) + NOTE[place + 1 :]
        with pytest.raises(CheckpointWrong):
            open_checkpoint(changed, ORIGIN, LOG.public)


@pytest.mark.parametrize("length", range(len(NOTE)))
def test_a_checkpoint_that_is_cut_off_is_refused(length: int) -> None:
    """No beginning of a checkpoint passes for the whole."""
    with pytest.raises(CheckpointWrong):
        open_checkpoint(NOTE[:length], ORIGIN, LOG.public)


@pytest.mark.parametrize(("origin", "key"), [(ORIGIN, OTHER), (ORIGIN[:-1], LOG), ("ombuds.invalid/" + "cd" * 32, LOG)])
def test_a_checkpoint_of_another_ledger_or_key_is_refused(origin: str, key: SigningKey) -> None:
    """A checkpoint counts only for its own ledger and its own log key."""
    with pytest.raises(CheckpointWrong):
        open_checkpoint(NOTE, origin, key.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n11\n",
        f"{ORIGIN}\n011\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n+11\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n-1\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n\u0661\u0661\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n{10**18}\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n0\n{b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n11\n{b64encode(TREE.root()[:31]).decode()}\n",
        f"{ORIGIN}\n11\n{b64encode(TREE.root()).decode()[:-1]}\n",
        f"{ORIGIN}\n11\n {b64encode(TREE.root()).decode()}\n",
        f"{ORIGIN}\n11\n{b64encode(TREE.root()).decode()}\n\nmore\n",
        f"{ORIGIN}\n11\n{b64encode(TREE.root()).decode()}\n\n",
        f"{ORIGIN}\r\n11\r\n{b64encode(TREE.root()).decode()}\r\n",
        f"{ORIGIN}\n11\n{b64encode(TREE.root()).decode()}\nmo\tre\n",
        f"{ORIGIN}x\n11\n{b64encode(TREE.root()).decode()}\n",
    ],
)
def test_a_signed_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    """A good signature of the log key does not make a checkpoint out of other lines."""
    with pytest.raises(CheckpointWrong):
        open_checkpoint(_resigned(text), ORIGIN, LOG.public)


def test_further_lines_are_signed_and_passed_over() -> None:
    """Lines that a later version may add do not hinder today's reader."""
    assert open_checkpoint(_resigned(CHECKPOINT.text + "later\n"), ORIGIN, LOG.public) == CHECKPOINT


def test_an_unknown_signature_is_passed_over() -> None:
    """A signature of somebody else beside the log's does no harm."""
    assert open_checkpoint(NOTE + "\u2014 elsewhere.example AAAAAAA=\n".encode(), ORIGIN, LOG.public) == CHECKPOINT


@pytest.mark.parametrize(
    "line",
    [
        "\u2014 elsewhere.example AAAAAA==\n",
        "\u2014 else where AAAAAAA=\n",
        "\u2014 else+where AAAAAAA=\n",
        "- elsewhere.example AAAAAAA=\n",
        "\u2014 elsewhere.example AAAAAAB=\n",
        "\u2014 elsewhere.example AAAAAAA=",
        "\n",
    ],
)
def test_a_damaged_line_of_somebody_else_is_refused(line: str) -> None:
    """A note is refused when any of its signature lines is not one."""
    with pytest.raises(CheckpointWrong):
        open_checkpoint(NOTE + line.encode(), ORIGIN, LOG.public)


def test_a_bad_signature_of_the_log_beside_a_good_one_is_refused() -> None:
    """Two signatures of the log key, one of them bad, are refused together."""
    bad = b64encode(note_key_id(ORIGIN, LOG_KIND, LOG.public) + bytes(64)).decode()
    with pytest.raises(CheckpointWrong):
        open_checkpoint(NOTE + f"\u2014 {ORIGIN} {bad}\n".encode(), ORIGIN, LOG.public)


@pytest.mark.parametrize(("lines", "fits"), [(100, True), (101, False)])
def test_a_note_has_a_hundred_signatures_at_most(lines: int, fits: bool) -> None:
    """A note with a hundred signatures is read and one with more is refused."""
    note = NOTE + "\u2014 elsewhere.example AAAAAAA=\n".encode() * (lines - 1)
    assert _opens(note) == fits


def _opens(note: bytes) -> bool:
    try:
        open_checkpoint(note, ORIGIN, LOG.public)
    except CheckpointWrong:
        return False
    return True


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 11, TREE.root()),
        Checkpoint("a b", 11, TREE.root()),
        Checkpoint("a+b", 11, TREE.root()),
        Checkpoint("a\nb", 11, TREE.root()),
        Checkpoint(ORIGIN, -1, TREE.root()),
        Checkpoint(ORIGIN, 11, b""),
        Checkpoint(ORIGIN, 0, TREE.root()),
    ],
)
def test_what_is_no_checkpoint_is_not_signed(checkpoint: Checkpoint) -> None:
    """The log key signs nothing that a reader would refuse."""
    with pytest.raises(CheckpointWrong):
        sign_checkpoint(checkpoint, LOG)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_order(content: bytes) -> None:
    """Bytes that are no checkpoint are refused with our own error and no other."""
    with pytest.raises(CheckpointWrong):
        open_checkpoint(content, ORIGIN, LOG.public)


def test_a_cosigned_checkpoint_is_still_the_logs() -> None:
    """A mirror's line does not disturb the signature of the log."""
    assert open_checkpoint(COSIGNED, ORIGIN, LOG.public) == CHECKPOINT


def test_a_cosignature_is_the_bytes_of_its_text() -> None:
    """A cosignature is key id, time and a signature over header, time and checkpoint, as its text says."""
    line = b64decode(COSIGNED.decode().splitlines()[-1].split(" ")[2])
    MIRROR.public.check(line[12:], b"cosignature/v1\ntime 1679315147\n" + CHECKPOINT.text.encode())
    assert line[:12] == note_key_id("mirror.example/one", COSIGNER_KIND, MIRROR.public) + (1_679_315_147).to_bytes(8)


def test_mirrors_that_cosigned_are_named_with_their_time() -> None:
    """Each listed mirror that cosigned is named with the second in which it did."""
    both = sign_cosignature(COSIGNED, "mirror.example/two", SECOND, 2)
    assert open_cosignatures(both, MIRRORS) == {"mirror.example/one": 1_679_315_147, "mirror.example/two": 2}


def test_a_mirror_that_is_not_listed_is_passed_over() -> None:
    """A cosignature of an unknown mirror does not count."""
    assert open_cosignatures(COSIGNED, {"mirror.example/two": SECOND.public}) == {}


def test_the_last_of_a_mirrors_cosignatures_counts() -> None:
    """A mirror that cosigned twice is named once, with the later time."""
    again = sign_cosignature(COSIGNED, "mirror.example/one", MIRROR, 1_679_315_148)
    assert open_cosignatures(again, MIRRORS) == {"mirror.example/one": 1_679_315_148}


def test_one_key_under_two_mirror_names_counts_once() -> None:
    """Two names with one key are one mirror, whichever name stands on the line."""
    assert open_cosignatures(COSIGNED, {"a.example": MIRROR.public, "mirror.example/one": MIRROR.public}) == {"a.example": 1_679_315_147}


def test_the_log_is_not_its_own_mirror() -> None:
    """The signature of the log does not count as a cosignature, even if its key were listed."""
    assert open_cosignatures(NOTE, {ORIGIN: LOG.public}) == {}


def test_a_mirrors_cosignature_is_not_the_logs_signature() -> None:
    """A cosignature with the log's name and key does not stand in for the signature of the log."""
    only = sign_cosignature(NOTE, ORIGIN, LOG, 7).decode().splitlines(keepends=True)
    with pytest.raises(CheckpointWrong):
        open_checkpoint("".join([*only[:4], only[5]]).encode(), ORIGIN, LOG.public)


@pytest.mark.parametrize("place", range(4, 76))
def test_every_byte_of_a_cosignature_matters(place: int) -> None:
    """Neither the time nor the signature of a cosignature can be changed."""
    *lines, last = COSIGNED.decode().splitlines()
    mark, name, text = last.split(" ")
    line = bytes(byte ^ (at == place) for at, byte in enumerate(b64decode(text)))
    changed = "\n".join([*lines, f"{mark} {name} {b64encode(line).decode()}", ""]).encode()
    with pytest.raises(BadSignature):
        open_cosignatures(changed, MIRRORS)


def test_a_cosignature_of_another_checkpoint_is_refused() -> None:
    """A cosignature taken from one checkpoint does not fit the next."""
    later = sign_checkpoint(Checkpoint(ORIGIN, 10, TREE.root(10)), LOG)
    with pytest.raises(BadSignature):
        open_cosignatures(later + (COSIGNED.decode().splitlines()[-1] + "\n").encode(), MIRRORS)


@pytest.mark.parametrize(
    ("name", "timestamp"), [("", 1), ("a b", 1), ("a+b", 1), ("a\nb", 1), ("\x01", 1), ("mirror.example/one", -1), ("mirror.example/one", 2**63)]
)
def test_a_cosignature_without_a_proper_name_or_time_is_not_made(name: str, timestamp: int) -> None:
    """A mirror signs nothing that a reader would refuse."""
    with pytest.raises(CheckpointWrong):
        sign_cosignature(NOTE, name, MIRROR, timestamp)


def test_notes_of_one_checkpoint_are_joined() -> None:
    """Cosignatures that mirrors made apart come together, each once."""
    other = sign_cosignature(NOTE, "mirror.example/two", SECOND, 2)
    assert joined_notes([COSIGNED, other]) == joined_notes([COSIGNED, other, COSIGNED]) == sign_cosignature(COSIGNED, "mirror.example/two", SECOND, 2)


def test_notes_of_different_checkpoints_are_not_joined() -> None:
    """Two checkpoints cannot become one note."""
    with pytest.raises(CheckpointWrong):
        joined_notes([NOTE, sign_checkpoint(Checkpoint(ORIGIN, 10, TREE.root(10)), LOG)])


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
