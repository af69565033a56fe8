# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashes, key derivation, Ed25519 keys, and the one place where random bytes come from.

It does not encrypt (age.py does) and it does not say who may sign what (charter.py does). Randomness is never handed
in: an argument would be one more way to be wrong. Sources: RFC 5869 (HKDF), RFC 8032 (Ed25519), FIPS 180-4 (SHA-256).
See spec/keys.md.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from ombuds.core.errors import BadSignature, Malformed

Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A SHA-256 in lower-case hex, 64 characters."""
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""A random name of 128 bits in lower-case hex, 32 characters."""
MemberName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]
"""A member's name in the charter: a pseudonym in lower-case letters, digits and dashes, 32 at most."""

T = TypeVar("T")

DAYS_OF_AN_EPOCH = 7


def random_bytes(length: int) -> bytes:
    """Return ``length`` bytes from the operating system."""
    return secrets.token_bytes(length)


def random_id() -> Id:
    """Return a fresh random name of 128 bits."""
    return secrets.token_hex(16)


def random_below(limit: int) -> int:
    """Return a fresh uniform integer in [0, limit)."""
    return secrets.randbelow(limit)


def shuffled(items: list[T]) -> list[T]:
    """Return the items in a fresh random order, so that no order of arrival survives (T11)."""
    pool = list(items)
    for place in range(len(pool) - 1, 0, -1):
        other = secrets.randbelow(place + 1)
        pool[place], pool[other] = pool[other], pool[place]
    return pool


def sha256(content: bytes) -> bytes:
    """Return the SHA-256 of the bytes, 32 bytes."""
    return hashlib.sha256(content).digest()


def hash_of(content: bytes) -> Hash:
    """Return the SHA-256 of the bytes in hex."""
    return hashlib.sha256(content).hexdigest()


class RunningHash:
    """A SHA-256 over bytes that come in pieces."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def update(self, piece: bytes | memoryview) -> None:
        """Take the next piece."""
        self._state.update(piece)

    def hash(self) -> Hash:
        """Return the SHA-256 of everything taken so far, in hex."""
        return self._state.hexdigest()


def hkdf(secret: bytes, salt: bytes, label: bytes, length: int = 32) -> bytes:
    """Return HKDF-SHA256 of the secret (RFC 5869), ``length`` bytes."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=label).derive(secret)


@dataclass(frozen=True)
class Stretching:
    """How dear one guess at a passphrase is: memory in KiB, passes over it, lanes beside each other."""

    memory: int
    passes: int
    lanes: int


def stretched(passphrase: str, salt: bytes, how: Stretching) -> bytes:
    """Return 32 bytes from a passphrase by Argon2id (RFC 9106); ``salt`` is 16 bytes or more."""
    slow = Argon2id(salt=salt, length=32, iterations=how.passes, lanes=how.lanes, memory_cost=how.memory)
    return slow.derive(passphrase.encode())


def pseudorandom(key: bytes, length: int) -> bytes:
    """Return bytes that look random to who has not the key of 32 bytes, the same ones each time (SHAKE256, FIPS 202)."""
    return hashlib.shake_256(key).digest(length)


def mac_of(key: bytes, content: bytes) -> bytes:
    """Return HMAC-SHA256 of the bytes, 32 bytes."""
    return hmac.digest(key, content, "sha256")


def same(left: bytes, right: bytes) -> bool:
    """Compare two secrets without telling by time where they differ."""
    return hmac.compare_digest(left, right)


def epoch_of(day: date) -> int:
    """Return the number of the week that the day is in; weeks start on Monday."""
    return (day.toordinal() - 1) // DAYS_OF_AN_EPOCH


def first_day(epoch: int) -> date:
    """Return the Monday on which the epoch begins."""
    return date.fromordinal(epoch * DAYS_OF_AN_EPOCH + 1)


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key; ``raw`` is 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise Malformed("a public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Read the key from 64 hex characters. Raises Malformed."""
        # bytes.fromhex is kinder: it takes spaces and capital letters, so one key would have many spellings.
        if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
            raise Malformed("a public key is 64 hex characters")
        return cls(bytes.fromhex(text))

    @property
    def text(self) -> Hash:
        """The key in hex."""
        return self.raw.hex()

    @property
    def key_id(self) -> Hash:
        """The SHA-256 of the raw key: a hint for finding it, never a proof of who it is."""
        return hash_of(self.raw)

    def check(self, signature: bytes, content: bytes) -> None:
        """Check a signature over the bytes. Raises BadSignature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            raise BadSignature from None


@dataclass(frozen=True, repr=False)
class SigningKey:
    """An Ed25519 private key; ``seed`` is 32 bytes and is never shown."""

    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise Malformed("a signing key has 32 bytes")

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key."""
        return cls(random_bytes(32))

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, content: bytes) -> bytes:
        """Sign the bytes, 64 bytes (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(content)
