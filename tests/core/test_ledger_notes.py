# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints and mirrors' cosignatures: what the log key and the mirrors sign, byte for byte (T20, T30)."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import BadSignature, CheckpointWrong
from ombuds.core.keys import PublicKey, SigningKey, sha256
from ombuds.core.ledger import (
    COSIGNER_KIND,
    LOG_KIND,
    Checkpoint,
    Tree,
    joined_notes,
    leaf_hash,
    note_key_id,
    open_checkpoint,
    open_cosignatures,
    sign_checkpoint,
    sign_cosignature,
)

LOG, OTHER, MIRROR, SECOND = (SigningKey(letter * 32) for letter in (b"l", b"o", b"m", b"s"))
ORIGIN = "ombuds.invalid/" + "ab" * 32
LEAVES = [b"entry %d" % number for number in range(11)]
TREE = Tree(map(leaf_hash, LEAVES))
CHECKPOINT = Checkpoint(ORIGIN, 11, TREE.root())
NOTE = sign_checkpoint(CHECKPOINT, LOG)
MIRRORS = {"mirror.example/one": MIRROR.public, "mirror.example/two": SECOND.public}
COSIGNED = sign_cosignature(NOTE, "mirror.example/one", MIRROR, 1_679_315_147)
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
