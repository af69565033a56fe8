# SPDX-License-Identifier: AGPL-3.0-or-later
"""age.py and age_keys.py by themselves: our own vectors, pieces of any size, and what is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core import age, errors
from ombuds.core.errors import Malformed, NotSealedForThis, OrderWrong, Tampered

VECTORS = Path(__file__).parents[2] / "vectors" / "age"
ALICE, BORIS = age.Identity(b"\x01" * 32), age.Identity(b"\x02" * 32)
Case = dict[str, Any]


def _cases(file: str, fails: bool) -> list[Any]:
    cases: list[Case] = json.loads((VECTORS / file).read_bytes())["cases"]
    return [pytest.param(case, id=case["what"]) for case in cases if ("fails" in case) is fails]


def _failure(case: Case) -> type[errors.OmbudsError]:
    found: type[errors.OmbudsError] = getattr(errors, case["fails"])
    return found


def _in_pieces(opener: age.Opener | age.Sealer, content: bytes, cuts: list[int]) -> bytes:
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    return b"".join(opener.update(content[a:b]) for a, b in zip(edges, edges[1:], strict=False)) + opener.finish()


@pytest.mark.parametrize("case", _cases("files.json", fails=False))
def test_files_of_the_vectors_open(case: Case) -> None:
    """A sealed file of the vectors opens to its plaintext."""
    assert age.open_sealed(base64.b64decode(case["file"]), age.Identity.parse(case["identity"])) == base64.b64decode(case["plain"])


@pytest.mark.parametrize("case", _cases("files.json", fails=True))
def test_files_of_the_vectors_are_refused(case: Case) -> None:
    """A wrong file of the vectors fails in the way that the vector names."""
    with pytest.raises(errors.OmbudsError) as refusal:
        age.open_sealed(base64.b64decode(case["file"]), age.Identity.parse(case["identity"]))
    assert refusal.type is _failure(case)


@pytest.mark.parametrize("case", _cases("keys.json", fails=False))
def test_keys_of_the_vectors_are_written_and_read(case: Case) -> None:
    """A seed of the vectors has the identity, the recipient and the hash that the vector names, read and written."""
    identity = age.Identity.parse(case["identity"])
    recipient = age.Recipient.parse(case["recipient"])
    told = {"seed": identity.seed.hex(), "identity": identity.text, "recipient": identity.recipient.text, "recipient_hash": recipient.hash}
    assert told == {name: case[name] for name in told}


@pytest.mark.parametrize("case", _cases("keys.json", fails=True))
def test_keys_of_the_vectors_are_refused(case: Case) -> None:
    """A mistyped key of the vectors is refused as malformed."""
    read = age.Identity.parse if case["kind"] == "identity" else age.Recipient.parse
    with pytest.raises(_failure(case)):
        read(case["text"])


@given(st.binary(min_size=32, max_size=32))
def test_any_identity_survives_its_text(seed: bytes) -> None:
    """An identity read from its own text is the same identity."""
    assert age.Identity.parse(age.Identity(seed).text).seed == seed


@given(size=st.integers(0, 300_000), cuts=st.lists(st.integers(0, 300_000), max_size=12))
def test_sealing_in_any_pieces_opens_whole(size: int, cuts: list[int]) -> None:
    """However the plaintext was cut while it was sealed, it opens to the same bytes."""
    plain = (b"0123456789" * 30_000)[:size]
    sealer = age.Sealer([ALICE.recipient])
    assert age.open_sealed(sealer.header + _in_pieces(sealer, plain, cuts), ALICE) == plain


@given(size=st.integers(0, 300_000), cuts=st.lists(st.integers(0, 310_000), max_size=12))
def test_opening_in_any_pieces_gives_the_same(size: int, cuts: list[int]) -> None:
    """However a sealed file is cut while it is opened, the same bytes come out."""
    plain = (b"0123456789" * 30_000)[:size]
    assert _in_pieces(age.Opener(ALICE), age.seal(plain, [ALICE.recipient]), cuts) == plain


@given(size=st.integers(0, 140_000), data=st.data())
def test_any_changed_bit_is_refused(size: int, data: st.DataObject) -> None:
    """A sealed file with any one bit changed never opens."""
    sealed = bytearray(age.seal(bytes(size), [ALICE.recipient]))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(errors.BadBytes):
        age.open_sealed(bytes(sealed), ALICE)


@given(size=st.integers(0, 140_000), data=st.data())
def test_any_missing_end_is_refused(size: int, data: st.DataObject) -> None:
    """A sealed file that is cut short anywhere never opens."""
    sealed = age.seal(bytes(size), [ALICE.recipient])
    with pytest.raises(errors.BadBytes):
        age.open_sealed(sealed[: data.draw(st.integers(0, len(sealed) - 1))], ALICE)


def test_every_recipient_opens() -> None:
    """Each of forty recipients of one file opens it."""
    identities = [age.Identity(bytes([n]) * 32) for n in range(age.RECIPIENTS_LIMIT)]
    sealed = age.seal(b"to all", [one.recipient for one in identities])
    assert [age.open_sealed(sealed, one) for one in identities] == [b"to all"] * len(identities)


@pytest.mark.parametrize("count", (0, 41))
def test_a_file_has_one_to_forty_recipients(count: int) -> None:
    """Sealing to nobody, or to more than forty, is refused."""
    with pytest.raises(Malformed):
        age.seal(b"", [ALICE.recipient] * count)


def test_a_stranger_does_not_open() -> None:
    """A key that the file was not sealed to is told so."""
    with pytest.raises(NotSealedForThis):
        age.open_sealed(age.seal(b"x", [ALICE.recipient]), BORIS)


def test_the_same_plaintext_never_seals_alike() -> None:
    """Two files of the same plaintext have nothing in common behind the first line."""
    assert age.seal(b"x", [ALICE.recipient])[40:80] != age.seal(b"x", [ALICE.recipient])[40:80]


def test_a_header_without_end_is_refused_before_it_fills_the_memory() -> None:
    """An opener gives up on a header larger than 64 KiB instead of keeping it."""
    opener = age.Opener(ALICE)
    with pytest.raises(Malformed):
        for _ in range(70):
            opener.update(age.VERSION_LINE + b"-> " + b"a" * 1021)


def test_a_file_that_is_no_age_file_is_refused_at_once() -> None:
    """The first wrong byte is enough to refuse."""
    with pytest.raises(Malformed):
        age.Opener(ALICE).update(b"B")


def test_a_refused_file_stays_refused() -> None:
    """An opener that refused a piece takes no other, so nobody reads on behind a hole."""
    opener, sealed = age.Opener(ALICE), age.seal(bytes(200_000), [ALICE.recipient])
    with pytest.raises(Tampered):
        opener.update(sealed[:5000] + b"\0" + sealed[5000:100_000])
    with pytest.raises(Tampered):
        opener.update(sealed[100_000:])


def test_a_finished_sealer_takes_nothing() -> None:
    """A finished file cannot be added to."""
    sealer = age.Sealer([ALICE.recipient])
    sealer.finish()
    with pytest.raises(OrderWrong):
        sealer.update(b"more")


def test_an_unusable_recipient_is_refused() -> None:
    """A recipient whose lattice part is out of range is refused when it is sealed to."""
    with pytest.raises(Malformed):
        age.seal(b"", [age.Recipient(b"\xff" * 1216)])


def test_an_identity_is_not_shown() -> None:
    """Neither the seed nor its text appears when an identity is printed."""
    shown = repr(ALICE) + str(ALICE)
    assert ALICE.seed.hex() not in shown and ALICE.text not in shown


def test_recipients_can_be_counted_in_a_set() -> None:
    """The same recipient read twice is one recipient."""
    assert len({age.Recipient.parse(ALICE.recipient.text), ALICE.recipient, BORIS.recipient}) == 2
