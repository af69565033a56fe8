# SPDX-License-Identifier: AGPL-3.0-or-later
"""age.py against others: an independent implementation, both ways, and the public vectors of the format.

Of the public vectors those with armour or a passphrase are out of scope, and those that open an X25519 recipient are
of a type that is not read here. Their payloads are still tried: each is put behind a header of the type that is.
"""

from __future__ import annotations

import base64
import json
import subprocess
import zlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ombuds.core import age
from ombuds.core.errors import BadBytes, Malformed, NotSealedForThis, OmbudsError, Tampered
from ombuds.core.keys import hash_of, hkdf, mac_of, random_bytes

ORACLES = Path(__file__).parents[1] / "oracles"
SIZES = (0, 1, 65535, 65536, 65537, 1_000_003)
COUNTS = (1, 3, 5, 9)
EXPECTED: dict[str, type[OmbudsError]] = {
    "header failure": Malformed,
    "no match": NotSealedForThis,
    "HMAC failure": Tampered,
    "payload failure": Tampered,
}
# A hybrid share inside an X25519 stanza: that type is passed over here, so nothing in the file is for us.
OF_ANOTHER_TYPE = {"hybrid_x25519_arg": NotSealedForThis}


def _node(script: str, given: str = "") -> Any:
    told = subprocess.run(["node", script], cwd=ORACLES, input=given, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def _typage(*jobs: dict[str, Any]) -> list[str]:
    answers: list[str] = _node("typage.mjs", json.dumps(jobs))
    return answers


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@dataclass(frozen=True)
class Vector:
    """One public vector: what is said about it, and the file."""

    said: dict[str, list[str]]
    file: bytes

    @property
    def identity(self) -> age.Identity:
        """The hybrid identity of the vector, or a stranger's."""
        hybrid = [one for one in self.said["identity"] if one.startswith("AGE-SECRET-KEY-PQ-")]
        return age.Identity.parse(hybrid[0]) if hybrid else age.Identity.generate()


@cache
def _vectors() -> dict[str, Vector]:
    found = {}
    for name, text in _node("cctv.mjs").items():
        head, _, file = base64.b64decode(text).partition(b"\n\n")
        said = defaultdict(list)
        for line in head.decode().split("\n"):
            said[line.partition(": ")[0]].append(line.partition(": ")[2])
        found[name] = Vector(said, zlib.decompress(file) if said["compressed"] else file)
    return found


def _opened(identity: age.Identity, file: bytes, step: int) -> tuple[bytes, type[BadBytes] | None]:
    """Open in pieces and keep what came out before a refusal."""
    opener, plain = age.Opener(identity), b""
    try:
        for start in range(0, len(file), step):
            plain += opener.update(file[start : start + step])
        return plain + opener.finish(), None
    except BadBytes as refusal:
        return plain, type(refusal)


HYBRID = [f"hybrid{end}" for end in (
    "", "_and_x25519", "_bad_tag", "_currupted_enc_mlkem", "_currupted_enc_x25519", "_extra_argument", "_grease", "_identity", "_long_file_key",
    "_long_share", "_low_order", "_multiple_recipients", "_no_match", "_not_canonical_body", "_not_canonical_enc", "_short_share", "_uppercase",
    "_x25519_arg",
)]
HEADERS = [
    "empty", "header_crlf", "hmac_extra_space", "hmac_garbage", "hmac_missing", "hmac_no_space", "hmac_not_canonical", "hmac_trailing_space",
    "hmac_truncated", "stanza_bad_start", "stanza_base64_padding", "stanza_empty_argument", "stanza_invalid_character", "stanza_long_line",
    "stanza_missing_body", "stanza_missing_final_line", "stanza_multiple_short_lines", "stanza_no_arguments", "stanza_not_canonical",
    "stanza_spurious_cr", "version_unsupported",
]
OTHER_TYPES = ["stanza_empty_body", "stanza_empty_last_line", "stanza_valid_characters", "x25519", "x25519_grease", "x25519_multiple_recipients"]


@pytest.mark.parametrize("name", HYBRID)
@pytest.mark.parametrize("step", (1, 4096, 10**9))
def test_public_vectors_of_our_type_end_as_they_say(name: str, step: int) -> None:
    """A public vector of the hybrid type opens to its payload, or fails in the way that it names, in pieces of any size."""
    vector = _vectors()[name]
    plain, refused = _opened(vector.identity, vector.file, step)
    expected = OF_ANOTHER_TYPE.get(name, EXPECTED.get(vector.said["expect"][0]))
    assert (refused, hash_of(plain)) == (expected, (vector.said["payload"] or [hash_of(b"")])[0])


@pytest.mark.parametrize("name", HEADERS)
def test_public_vectors_with_a_bad_header_are_malformed(name: str) -> None:
    """A header that breaks the grammar is refused as malformed, whoever it was sealed to."""
    vector = _vectors()[name]
    assert _opened(vector.identity, vector.file, 7)[1] is Malformed


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_public_vectors_of_other_types_are_not_for_us(name: str) -> None:
    """A well-formed file for other types of key is not damaged, only not for us."""
    vector = _vectors()[name]
    assert _opened(vector.identity, vector.file, 7)[1] is NotSealedForThis


def _rewrapped(vector: Vector, identity: age.Identity) -> bytes:
    """The payload of a vector behind a new header of our type that holds the same file key."""
    file_key = bytes.fromhex(vector.said["file key"][0])
    payload = vector.file[vector.file.index(b"\n", vector.file.index(b"\n--- ") + 1) + 1 :]
    head = age.VERSION_LINE + identity.recipient.wrap(file_key) + b"---"
    mac = base64.b64encode(mac_of(hkdf(file_key, b"", b"header"), head)).rstrip(b"=")
    return head + b" " + mac + b"\n" + payload


STREAMS = [f"stream_{end}" for end in (
    "257_chunks", "257_chunks_full", "258_chunks", "bad_tag", "bad_tag_second_chunk", "bad_tag_second_chunk_full", "empty_payload", "last_chunk_empty",
    "last_chunk_full", "last_chunk_full_second", "missing_tag", "no_chunks", "no_final", "no_final_full", "no_final_two_chunks",
    "no_final_two_chunks_full", "no_nonce", "short_chunk", "short_nonce", "short_second_chunk", "three_chunks", "trailing_garbage_long",
    "trailing_garbage_short", "two_chunks", "two_final_chunks", "two_final_chunks_full", "two_final_chunks_second", "two_final_chunks_short",
)]


# Where the mark of the last chunk is wrong, others give that chunk before they refuse; here it is kept back, so less comes out.
KEPT_BACK = {f"stream_{end}" for end in (
    "no_final_full", "no_final_two_chunks_full", "trailing_garbage_long", "trailing_garbage_short", "two_final_chunks", "two_final_chunks_full",
    "two_final_chunks_second",
)}


@pytest.mark.parametrize("name", STREAMS)
def test_public_payloads_end_as_they_say_behind_our_header(name: str) -> None:
    """Each public payload opens behind a header of our type, or fails in the way that it names."""
    vector, identity = _vectors()[name], age.Identity.generate()
    assert _opened(identity, _rewrapped(vector, identity), 1000)[1] is EXPECTED.get(vector.said["expect"][0])


@pytest.mark.parametrize("name", [name for name in STREAMS if name not in KEPT_BACK])
def test_public_payloads_give_what_is_sound(name: str) -> None:
    """Each public payload gives exactly the plaintext that it names, also when it is refused later."""
    vector, identity = _vectors()[name], age.Identity.generate()
    assert hash_of(_opened(identity, _rewrapped(vector, identity), 1000)[0]) == (vector.said["payload"] or [hash_of(b"")])[0]


@pytest.mark.parametrize("name", sorted(KEPT_BACK))
def test_public_payloads_with_a_wrong_end_give_less(name: str) -> None:
    """Where the last chunk is not marked as it should be, nothing of it comes out."""
    vector, identity = _vectors()[name], age.Identity.generate()
    sealed = _rewrapped(vector, identity)
    chunks = -(-(len(sealed) - sealed.index(b"\n", sealed.index(b"\n--- ") + 1) - 17) // (age.CHUNK + age.TAG))
    assert len(_opened(identity, sealed, 1000)[0]) < chunks * age.CHUNK


def test_no_public_vector_is_forgotten() -> None:
    """Every public vector is tried here or is of armour, passphrases or the keys of another type."""
    out_of_scope = {name for name in _vectors() if name.startswith(("armor", "scrypt", "x25519"))} | {"hmac_bad"}
    assert set(_vectors()) - out_of_scope == set(HYBRID + HEADERS + STREAMS + OTHER_TYPES) - {name for name in OTHER_TYPES if name.startswith("x25519")}


@pytest.mark.parametrize("size", SIZES)
def test_the_other_implementation_opens_what_we_seal(size: int) -> None:
    """What is sealed here to 1, 3, 5 and 9 recipients opens with an independent implementation, for each last recipient."""
    plain = random_bytes(size)
    identities = [age.Identity.generate() for _ in range(max(COUNTS))]
    sealed = [(count, age.seal(plain, [one.recipient for one in identities[:count]])) for count in COUNTS]
    jobs = [{"do": "open", "identity": identities[count - 1].text, "sealed": _text(file)} for count, file in sealed]
    assert [base64.b64decode(answer) == plain for answer in _typage(*jobs)] == [True] * len(COUNTS)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_the_other_implementation_seals(size: int) -> None:
    """What an independent implementation seals to 1, 3, 5 and 9 recipients opens here, for each last recipient."""
    plain = random_bytes(size)
    identities = [age.Identity.generate() for _ in range(max(COUNTS))]
    jobs = [{"do": "seal", "recipients": [one.recipient.text for one in identities[:count]], "plain": _text(plain)} for count in COUNTS]
    opened = [age.open_sealed(base64.b64decode(file), identities[count - 1]) for count, file in zip(COUNTS, _typage(*jobs), strict=True)]
    assert [one == plain for one in opened] == [True] * len(COUNTS)


def test_both_derive_the_same_recipient() -> None:
    """An identity has the same recipient here and in an independent implementation."""
    identities = [age.Identity.generate() for _ in range(20)]
    assert _typage(*({"do": "recipient", "identity": one.text} for one in identities)) == [one.recipient.text for one in identities]
