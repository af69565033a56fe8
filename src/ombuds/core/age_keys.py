# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of age files: recipients that files are sealed to, identities that open them, and how both are written.

One type only, ``mlkem768x25519``: ML-KEM-768 with X25519, so that what is stored today stays closed to a later quantum
computer (T01). It wraps and unwraps the key of a file; the file itself is age.py. A key says nothing about whose it
is: the charter does. Sources: C2SP age.md, BIP-173 (bech32), RFC 9180 (HPKE). See spec/age.md.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import shake_256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from ombuds.core.errors import Malformed, NotSealedForThis
from ombuds.core.keys import Hash, hash_of, random_bytes

STANZA = b"mlkem768x25519"
LABEL = b"age-encryption.org/mlkem768x25519"
ENCAPSULATED = 1120

RECIPIENT_PREFIX = "age1pq"
IDENTITY_PREFIX = "age-secret-key-pq-"
BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
DIGITS = b"0123456789abcdefghijklmnopqrstuv"
CHECK = 6
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True)
class Recipient:
    """A public key that files are sealed to; ``raw`` is 1216 bytes: ML-KEM-768, then X25519."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 1216:
            raise Malformed("a recipient has 1216 bytes")

    @classmethod
    def parse(cls, text: str) -> Recipient:
        """Read a recipient from its ``age1pq1`` text. Raises Malformed."""
        return cls(_bech32_decode(RECIPIENT_PREFIX, text, 1216))

    @property
    def text(self) -> str:
        """The recipient as an ``age1pq1`` text."""
        return _bech32_encode(RECIPIENT_PREFIX, self.raw)

    @property
    def hash(self) -> Hash:
        """The SHA-256 of the raw key, in hex."""
        return hash_of(self.raw)

    @cached_property
    def _public(self) -> MLKEM768X25519PublicKey:
        try:
            return MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(self.raw[:1184]), X25519PublicKey.from_public_bytes(self.raw[1184:]))
        except ValueError:
            raise Malformed("not a usable recipient") from None

    def wrap(self, file_key: bytes) -> bytes:
        """Return the header stanza that hands the file key to this recipient. Raises Malformed."""
        try:
            sealed = _suite().encrypt(file_key, self._public, LABEL)
        except ValueError:
            raise Malformed("not a usable recipient") from None
        return b"-> %s %s\n%s\n" % (STANZA, base64_of(sealed[:ENCAPSULATED]), base64_of(sealed[ENCAPSULATED:]))


@dataclass(frozen=True, repr=False)
class Identity:
    """A private key that opens files; ``seed`` is 32 bytes and is never shown."""

    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise Malformed("an identity has 32 bytes")

    @classmethod
    def generate(cls) -> Identity:
        """Make a new identity."""
        return cls(random_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Read an identity from its ``AGE-SECRET-KEY-PQ-1`` text. Raises Malformed."""
        if text != text.upper():
            raise Malformed("not a key in the age form")
        return cls(_bech32_decode(IDENTITY_PREFIX, text.lower(), 32))

    @property
    def text(self) -> str:
        """The identity as an ``AGE-SECRET-KEY-PQ-1`` text: a secret."""
        return _bech32_encode(IDENTITY_PREFIX, self.seed).upper()

    @cached_property
    def _parts(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = shake_256(self.seed).digest(96)
        return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])

    @cached_property
    def recipient(self) -> Recipient:
        """The public half."""
        lattice, curve = self._parts
        return Recipient(lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[bytes]) -> bytes:
        """Return the file key from the first stanza that opens. Raises NotSealedForThis, Malformed."""
        private = MLKEM768X25519PrivateKey(*self._parts)
        for stanza in stanzas:
            try:
                return _suite().decrypt(stanza, private, LABEL)
            except (InvalidTag, ValueError):
                continue
        for stanza in stanzas:
            self._refuse_low_order(stanza)
        raise NotSealedForThis

    def _refuse_low_order(self, stanza: bytes) -> None:
        # The HPKE call gives one error for everything; the format wants a point of low order told apart.
        try:
            self._parts[1].exchange(X25519PublicKey.from_public_bytes(stanza[1088:ENCAPSULATED]))
        except ValueError:
            raise Malformed("a stanza of the header is not well-formed") from None


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def base64_of(raw: bytes) -> bytes:
    """Return the base64 of the bytes without padding, as age headers have it."""
    return b2a_base64(raw, newline=False).rstrip(b"=")


@cache
def _weights(prefix: str, count: int) -> tuple[int, tuple[int, ...]]:
    """Return the checksum of ``count`` zero symbols, and for each of its 30 bits the bits of the symbols that flip it.

    The checksum is linear in the bits of the key, so it is parities of the whole key instead of a loop over its symbols.
    """
    table = [0] * 32
    for top in range(32):
        for bit in range(5):
            table[top] ^= GENERATOR[bit] if top >> bit & 1 else 0
    state = 1
    for value in bytes([ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]) + bytes(count + CHECK):
        state = (state & 0x1FFFFFF) << 5 ^ value ^ table[state >> 25]
    column, columns = [1 << bit for bit in range(5)], list[int]()
    for place in range(CHECK + count):
        columns += column if place >= CHECK else ()
        column = [(each & 0x1FFFFFF) << 5 ^ table[each >> 25] for each in column]
    bits = "".join(f"{each:030b}" for each in reversed(columns))
    return state ^ 1, tuple(int(bits[29 - place :: 30], 2) for place in range(30))


def _checksum(prefix: str, number: int, count: int) -> int:
    """Return the bech32 checksum of ``count`` symbols that are the digits of a number."""
    state, weights = _weights(prefix, count)
    for place, weight in enumerate(weights):
        state ^= ((number & weight).bit_count() & 1) << place
    return state


def _symbols(raw: bytes) -> bytes:
    """Return the 5-bit digits of the bytes, the last filled with zeros."""
    groups = -(-len(raw) // 5)
    filled = raw.ljust(groups * 5, b"\0")
    # All groups at once: each row holds one byte of every group of five, each row of the result one of its eight digits.
    rows, every = [int.from_bytes(filled[place::5], "big") for place in range(5)], int.from_bytes(b"\1" * groups, "big")
    digits = bytearray(groups * 8)
    for place in range(8):
        byte, bit = divmod(place * 5, 8)
        over = bit - 3
        if over <= 0:
            digit = rows[byte] >> -over & every * 31
        else:
            digit = (rows[byte] & every * (31 >> over)) << over | rows[byte + 1] >> 8 - over & every * ((1 << over) - 1)
        digits[place::8] = digit.to_bytes(groups, "big")
    return bytes(digits[: -(-len(raw) * 8 // 5)])


def _bech32_encode(prefix: str, raw: bytes) -> str:
    digits = _symbols(raw)
    check = _checksum(prefix, int.from_bytes(raw, "big") << len(digits) * 5 - len(raw) * 8, len(digits))
    tail = bytes(check >> 5 * (CHECK - 1 - place) & 31 for place in range(CHECK))
    return f"{prefix}1{(digits + tail).translate(bytes.maketrans(bytes(range(32)), BECH32)).decode()}"


def _bech32_decode(prefix: str, text: str, length: int) -> bytes:
    """Read ``length`` bytes from a bech32 text in lower case. Raises Malformed."""
    digits = -(-length * 8 // 5)
    head, symbols = text[: len(prefix) + 1], text[len(prefix) + 1 :]
    if head != f"{prefix}1" or len(symbols) != digits + CHECK or not symbols.isascii() or symbols.encode().translate(None, BECH32):
        raise Malformed("not a key in the age form")
    number, check = divmod(int(symbols.encode().translate(bytes.maketrans(BECH32, DIGITS)), 32), 1 << 5 * CHECK)
    if check != _checksum(prefix, number, digits):
        raise Malformed("the key is mistyped: its checksum does not fit")
    spare = digits * 5 - length * 8
    if number & (1 << spare) - 1:
        raise Malformed("not a key in the age form")
    return (number >> spare).to_bytes(length, "big")
