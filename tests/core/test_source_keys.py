# SPDX-License-Identifier: AGPL-3.0-or-later
"""source_keys.py: the vectors, what is lazy and what is never shown; and under it HKDF and Ed25519 against their RFCs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ombuds.core.errors import BadSignature, Malformed
from ombuds.core.keys import PublicKey, SigningKey, hkdf
from ombuds.core.source_keys import derive

VECTORS = Path(__file__).parents[2] / "vectors"
ENTROPY = bytes(range(16))
HERE, THERE = "ab" * 32, "ac" * 32
Case = dict[str, Any]


def _cases(file: str, fails: bool = False) -> list[Any]:
    cases: list[Case] = json.loads((VECTORS / file).read_bytes())["cases"]
    return [pytest.param(case, id=case["what"]) for case in cases if ("fails" in case) is fails]


@pytest.mark.parametrize("case", _cases("source_keys/derive.json"))
def test_keys_of_the_vectors(case: Case) -> None:
    """The bytes of the vectors give the keys that the vector names."""
    keys = derive(bytes.fromhex(case["entropy"]), case["instance_id"])
    told = {
        "mailbox": keys.mailbox.hex(),
        "mailbox_hash": keys.mailbox_hash,
        "identity": keys.identity.text,
        "recipient_hash": keys.identity.recipient.hash,
        "consent_seed": keys.consent.seed.hex(),
        "consent": keys.consent.public.text,
        "withdrawal": keys.withdrawal.hex(),
        "macs": {generation: keys.mac(int(generation)).hex() for generation in case["macs"]},
    }
    assert told == {name: case[name] for name in told}


@pytest.mark.parametrize("case", _cases("source_keys/derive.json", fails=True))
def test_wrong_lengths_of_the_vectors_are_refused(case: Case) -> None:
    """Bytes or an instance of the wrong shape are refused."""
    with pytest.raises(Malformed):
        derive(bytes.fromhex(case["entropy"]), case["instance_id"])


def test_the_same_words_on_two_desks_share_no_key() -> None:
    """No key of a source at one desk is a key of the same words at another desk."""
    here, there = derive(ENTROPY, HERE), derive(ENTROPY, THERE)
    secrets = [{keys.mailbox, keys.identity.seed, keys.consent.seed, keys.mac(0), keys.mac(1)} for keys in (here, there)]
    assert len(secrets[0] | secrets[1]) == 10


@pytest.mark.parametrize("generation", (-1, 2**32))
def test_a_generation_fits_four_bytes(generation: int) -> None:
    """A generation outside four bytes is refused."""
    with pytest.raises(Malformed):
        derive(ENTROPY, HERE).mac(generation)


def test_nothing_of_a_source_is_shown() -> None:
    """Printing the keys of a source shows neither what the words say nor the mailbox."""
    keys = derive(ENTROPY, HERE)
    shown = repr(keys) + str(keys)
    assert ENTROPY.hex() not in shown and keys.mailbox.hex() not in shown and repr(ENTROPY) not in shown


def test_keys_are_made_when_they_are_asked_for() -> None:
    """The mailbox can be asked for without computing any other key."""
    keys = derive(ENTROPY, HERE)
    assert (keys.mailbox_hash, "identity" in vars(keys), "consent" in vars(keys)) == (derive(ENTROPY, HERE).mailbox_hash, False, False)


@pytest.mark.parametrize("case", _cases("keys/hkdf.json"))
def test_hkdf_of_rfc_5869(case: Case) -> None:
    """HKDF gives the output that RFC 5869 prints."""
    secret, salt, label = (bytes.fromhex(case[name]) for name in ("secret", "salt", "label"))
    assert hkdf(secret, salt, label, case["length"]).hex() == case["out"]


@pytest.mark.parametrize("case", _cases("keys/ed25519.json"))
def test_ed25519_of_rfc_8032(case: Case) -> None:
    """A seed gives the public key and the signature that RFC 8032 prints."""
    key = SigningKey(bytes.fromhex(case["seed"]))
    assert (key.public.text, key.sign(bytes.fromhex(case["content"])).hex()) == (case["public"], case["signature"])


@pytest.mark.parametrize("case", _cases("keys/ed25519.json"))
def test_a_signature_of_rfc_8032_does_not_fit_other_bytes(case: Case) -> None:
    """A signature that RFC 8032 prints is refused over anything else."""
    with pytest.raises(BadSignature):
        PublicKey.parse(case["public"]).check(bytes.fromhex(case["signature"]), bytes.fromhex(case["content"]) + b"\0")
