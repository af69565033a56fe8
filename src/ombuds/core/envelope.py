# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed statements: a payload of exact bytes, its type, and the signatures that people made over both.

It counts raw keys, never key ids: one key under two names or two ids is one signature (T23), and a signature made for
one type says nothing under another. It does not say how many signatures are enough or what a payload means; charter.py
and the files after it do. The payload is never re-encoded. Format: DSSE v1.0. See spec/envelope.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from ombuds.core.encoding import decode, encode
from ombuds.core.errors import Malformed
from ombuds.core.keys import Hash, PublicKey, SigningKey, hash_of


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signature; ``keyid`` is a hint for finding the key."""

    keyid: Hash
    sig: bytes


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload of a named type with the signatures over both."""

    payloadType: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def hash(self) -> Hash:
        """The SHA-256 of the payload: signatures may be added later without changing it."""
        return hash_of(self.payload)

    def canonical(self) -> bytes:
        """Return the one spelling of this envelope: signatures in the order of their key ids, each once."""
        return encode(_signed(self.payloadType, self.payload, self.signatures))


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: type and payload, each with its length, so that neither can pose as the other."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    """Sign the payload with every given key."""
    message = pae(payload_type, payload)
    return _signed(payload_type, payload, (Signature(key.public.key_id, key.sign(message)) for key in keys))


def countersign(envelope: Envelope, key: SigningKey) -> Envelope:
    """Return the envelope with one more signature."""
    return joined((envelope, sign(envelope.payloadType, envelope.payload, key)))


def joined(envelopes: Iterable[Envelope]) -> Envelope:
    """Return one envelope with the signatures of all. Raises Malformed if they are not of one type and payload."""
    pile = tuple(envelopes)
    if len({(each.payloadType, each.payload) for each in pile}) != 1:
        raise Malformed("the envelopes do not hold the same statement")
    return _signed(pile[0].payloadType, pile[0].payload, (one for each in pile for one in each.signatures))


def signers(envelope: Envelope, payload_type: str, keys: Mapping[str, PublicKey]) -> tuple[str, ...]:
    """Return the names, in order, whose keys signed; a key that stands under two names counts for the first.

    Raises Malformed for another type, BadSignature if a signature that points to one of the keys does not fit.
    Signatures of other keys are passed over.
    """
    if envelope.payloadType != payload_type:
        raise Malformed("a statement of another kind")
    message = pae(payload_type, envelope.payload)
    found: dict[Hash, str] = {}
    named = {key.key_id: (name, key) for name, key in sorted(keys.items(), reverse=True)}
    for signature in set(envelope.signatures):
        if signature.keyid in named:
            name, key = named[signature.keyid]
            key.check(signature.sig, message)
            found[signature.keyid] = name
    return tuple(sorted(found.values()))


def read(content: bytes) -> Envelope:
    """Read an envelope from JSON. Raises Malformed."""
    return decode(content, Envelope)


def _signed(payload_type: str, payload: bytes, signatures: Iterable[Signature]) -> Envelope:
    ordered = sorted(set(signatures), key=lambda one: (one.keyid, one.sig))
    return Envelope(payload_type, payload, tuple(ordered))
