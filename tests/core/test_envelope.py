# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed statements: who signed is counted by raw key, and securesystemslib reads and writes the same envelopes (T23)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as ForeignEnvelope
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]  # the library re-exports them without saying so

from ombuds.core.envelope import Envelope, Signature, countersign, joined, pae, read, sign, signers
from ombuds.core.errors import BadSignature, Malformed, OmbudsError
from ombuds.core.keys import PublicKey, SigningKey, hash_of
from tests.rules.tree import ROOT

KIND = "application/vnd.ombuds.test+json"
ANNA, BORIS, CARLA = (SigningKey(name * 32) for name in (b"a", b"b", b"c"))
MEMBERS = {"anna": ANNA.public, "boris": BORIS.public}
VECTORS = sorted((ROOT / "vectors" / "envelope").glob("*.json"))
CASES = [pytest.param(case, id=f"{file.stem}: {case['what']}") for file in VECTORS for case in json.loads(file.read_text())["cases"]]


def _foreign_key(key: PublicKey, keyid: str | None = None) -> Any:
    return SSlibKey(keyid or key.key_id, "ed25519", "ed25519", {"public": key.text})


def _foreign(envelope: Envelope) -> ForeignEnvelope:
    return ForeignEnvelope.from_dict(json.loads(envelope.canonical()))


def test_the_signed_bytes_are_those_of_the_dsse_text() -> None:
    """The example of the DSSE protocol text gives exactly its published bytes."""
    assert pae("http://example.com/HelloWorld", b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_counted_in_bytes() -> None:
    """A type that is not ASCII is measured by its bytes, not by its letters."""
    assert pae("\u0434", b"\x00\xff") == b"DSSEv1 2 \xd0\xb4 2 \x00\xff"


@given(st.tuples(st.text(), st.binary()), st.tuples(st.text(), st.binary()))
def test_no_two_statements_share_their_signed_bytes(one: tuple[str, bytes], other: tuple[str, bytes]) -> None:
    """Different types or payloads never lead to the same signed bytes."""
    assert (pae(*one) == pae(*other)) == (one == other)


@given(st.text(), st.binary())
def test_an_envelope_survives_its_own_spelling(kind: str, payload: bytes) -> None:
    """Whatever is signed comes back unchanged from its canonical bytes."""
    envelope = sign(kind, payload, ANNA, BORIS)
    assert read(envelope.canonical()) == envelope


@given(st.permutations([ANNA, BORIS, CARLA, ANNA]))
def test_the_order_of_signing_does_not_show(keys: list[SigningKey]) -> None:
    """Members who sign in another order, or twice, make the same bytes."""
    assert sign(KIND, b"text", *keys).canonical() == sign(KIND, b"text", ANNA, BORIS, CARLA).canonical()


def test_canonical_mends_order_and_repetition() -> None:
    """An envelope with signatures out of order and doubled is spelled as the tidy one."""
    tidy = sign(KIND, b"text", ANNA, BORIS)
    assert Envelope(KIND, b"text", (*reversed(tidy.signatures), *tidy.signatures)).canonical() == tidy.canonical()


def test_the_hash_is_the_payloads() -> None:
    """The hash of an envelope is the SHA-256 of its payload, whoever signed."""
    assert sign(KIND, b"text", ANNA).hash == sign(KIND, b"text", BORIS).hash == hash_of(b"text")


def test_signers_are_named_in_order() -> None:
    """The names of those who signed come in alphabetical order."""
    assert signers(sign(KIND, b"text", BORIS, ANNA), KIND, MEMBERS) == ("anna", "boris")


def test_a_strangers_signature_is_passed_over() -> None:
    """A signature by a key that is not listed neither counts nor harms."""
    assert signers(sign(KIND, b"text", ANNA, CARLA), KIND, MEMBERS) == ("anna",)


def test_nobody_signed() -> None:
    """An envelope without signatures names nobody."""
    assert signers(sign(KIND, b"text"), KIND, MEMBERS) == ()


def test_one_key_under_two_names_counts_once() -> None:
    """A key that two names share is one signer, the first of the names."""
    assert signers(sign(KIND, b"text", ANNA), KIND, {"zoe": ANNA.public, "anna": ANNA.public}) == ("anna",)


def test_one_key_under_a_second_id_does_not_count_again() -> None:
    """A member who repeats the signature under an invented key id is still one signer."""
    (own,) = sign(KIND, b"text", ANNA).signatures
    doubled = Envelope(KIND, b"text", (own, Signature("0" * 64, own.sig)))
    assert signers(doubled, KIND, MEMBERS) == ("anna",)


def test_a_signature_under_another_members_id_is_refused() -> None:
    """A signature that claims to be of a listed member and is not stops everything."""
    (own,) = sign(KIND, b"text", ANNA).signatures
    with pytest.raises(BadSignature):
        signers(Envelope(KIND, b"text", (own, Signature(BORIS.public.key_id, own.sig))), KIND, MEMBERS)


def test_a_good_signature_does_not_cover_a_bad_one_of_the_same_key() -> None:
    """One valid and one invalid signature under the same key id are refused together."""
    (own,) = sign(KIND, b"text", ANNA).signatures
    with pytest.raises(BadSignature):
        signers(Envelope(KIND, b"text", (own, Signature(own.keyid, bytes(64)))), KIND, MEMBERS)


def test_another_type_is_refused() -> None:
    """A statement signed for one purpose is not accepted for another."""
    with pytest.raises(Malformed):
        signers(sign("other", b"text", ANNA), KIND, MEMBERS)


def test_a_relabelled_statement_is_refused() -> None:
    """Changing the type on the envelope breaks the signatures under it."""
    with pytest.raises(BadSignature):
        signers(Envelope(KIND, b"text", sign("other", b"text", ANNA).signatures), KIND, MEMBERS)


@pytest.mark.parametrize("place", range(64))
def test_a_changed_byte_of_a_signature_is_noticed(place: int) -> None:
    """Every byte of a signature matters."""
    (own,) = sign(KIND, b"text", ANNA).signatures
    sig = bytes(byte ^ (at == place) for at, byte in enumerate(own.sig))
    with pytest.raises(BadSignature):
        signers(Envelope(KIND, b"text", (Signature(own.keyid, sig),)), KIND, MEMBERS)


@given(st.binary(), st.binary())
def test_a_changed_payload_is_noticed(payload: bytes, other: bytes) -> None:
    """A signature fits its own payload and no other."""
    moved = Envelope(KIND, other, sign(KIND, payload, ANNA).signatures)
    if payload == other:
        assert signers(moved, KIND, MEMBERS) == ("anna",)
    else:
        with pytest.raises(BadSignature):
            signers(moved, KIND, MEMBERS)


def test_a_countersigned_envelope_holds_both() -> None:
    """A second member adds a signature and takes none away."""
    assert countersign(sign(KIND, b"text", ANNA), BORIS) == sign(KIND, b"text", ANNA, BORIS)


def test_envelopes_of_one_statement_are_joined() -> None:
    """Signatures that members made apart come together."""
    assert joined([sign(KIND, b"text", BORIS), sign(KIND, b"text", ANNA)]) == sign(KIND, b"text", ANNA, BORIS)


@pytest.mark.parametrize("pile", [[], [sign(KIND, b"text"), sign(KIND, b"test")], [sign(KIND, b"text"), sign("other", b"text")]])
def test_different_statements_are_not_joined(pile: list[Envelope]) -> None:
    """Nothing, two payloads, or two types cannot become one envelope."""
    with pytest.raises(Malformed):
        joined(pile)


def test_the_other_library_accepts_our_signatures() -> None:
    """securesystemslib finds both signers in an envelope of ours."""
    keys = [_foreign_key(key) for key in MEMBERS.values()]
    assert set(_foreign(sign(KIND, b"text", ANNA, BORIS)).verify(keys, 2)) == {key.keyid for key in keys}


def test_we_accept_the_other_librarys_signatures() -> None:
    """An envelope written and signed by securesystemslib has the signer it says."""
    theirs = ForeignEnvelope(b"text", KIND, {})
    signer = CryptoSigner.generate_ed25519()
    key = PublicKey.parse(signer.public_key.keyval["public"])
    signer.public_key.keyid = key.key_id
    theirs.sign(signer)
    assert signers(read(json.dumps(theirs.to_dict()).encode()), KIND, {"dora": key}) == ("dora",)


@given(st.text(), st.binary())
def test_both_libraries_sign_the_same_bytes(kind: str, payload: bytes) -> None:
    """The bytes to be signed are those of securesystemslib for any type and payload."""
    assert pae(kind, payload) == ForeignEnvelope(payload, kind, {}).pae()


def test_the_other_library_counts_one_key_twice_and_we_do_not() -> None:
    """Where securesystemslib lets one key under two ids pass a threshold of two, we name one signer."""
    (own,) = sign(KIND, b"text", ANNA).signatures
    doubled = Envelope(KIND, b"text", (own, Signature("0" * 64, own.sig)))
    theirs = _foreign(doubled).verify([_foreign_key(ANNA.public), _foreign_key(ANNA.public, "0" * 64)], 2)
    assert (len(theirs), signers(doubled, KIND, {"anna": ANNA.public, "anna-again": ANNA.public})) == (2, ("anna",))


@pytest.mark.parametrize("case", CASES)
def test_envelope_vectors(case: dict[str, Any]) -> None:
    """Each published envelope is accepted or refused as its vector says."""
    keys = {name: PublicKey.parse(text) for name, text in case["keys"].items()}
    try:
        outcome: object = {"signers": list(signers(read(case["envelope"].encode()), case["type"], keys))}
    except OmbudsError as wrong:
        outcome = {"fails": type(wrong).__name__}
    assert outcome == {name: case[name] for name in ("signers", "fails") if name in case}


def test_there_are_envelope_vectors() -> None:
    """The folder of vectors is not empty."""
    assert len(CASES) >= 20
