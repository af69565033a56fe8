# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing and opening of age v1 files, with the one recipient type ``mlkem768x25519``.

A file is sealed and opened in pieces, so its size costs no memory. There is no armour, no passphrase recipient and no
other key type: one file never mixes a recipient that a quantum computer opens with one that it does not (T01).
It does not say who wrote a file: anybody can seal to a recipient. Source: C2SP age.md. See spec/age.md.
"""

from __future__ import annotations

from base64 import b32encode
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import shake_256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from ombuds.core.errors import Malformed, NotSealedForThis, OrderWrong, Tampered
from ombuds.core.keys import Hash, hash_of, hkdf, mac_of, random_bytes, same

Piece = bytes | bytearray | memoryview

VERSION_LINE = b"age-encryption.org/v1\n"
STANZA = b"mlkem768x25519"
LABEL = b"age-encryption.org/mlkem768x25519"
CHUNK = 64 * 1024
TAG = 16
CHUNKS_AT_ONCE = 16
NONCE = 16
ENCAPSULATED = 1120
HEADER_LIMIT = 64 * 1024
RECIPIENTS_LIMIT = 40

RECIPIENT_PREFIX = "age1pq"
IDENTITY_PREFIX = "age-secret-key-pq-"
BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
VISIBLE = bytes(range(33, 127))
DIGITS = b"0123456789abcdefghijklmnopqrstuv"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _checksum(prefix: str, values: bytes) -> int:
    table = [0] * 32
    for top in range(32):
        for bit in range(5):
            table[top] ^= GENERATOR[bit] if top >> bit & 1 else 0
    state = 1
    expanded = bytes([ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix])
    for value in expanded + values:
        state = (state & 0x1FFFFFF) << 5 ^ value ^ table[state >> 25]
    return state


def _bech32_encode(prefix: str, raw: bytes) -> str:
    symbols = b32encode(raw).rstrip(b"=").translate(bytes.maketrans(BASE32, BECH32))
    values = symbols.translate(bytes.maketrans(BECH32, bytes(range(32))))
    check = _checksum(prefix, values + bytes(6)) ^ 1
    tail = bytes(BECH32[check >> 5 * (5 - place) & 31] for place in range(6))
    return f"{prefix}1{(symbols + tail).decode()}"


def _bech32_decode(prefix: str, text: str, length: int) -> bytes:
    """Read ``length`` bytes from a bech32 text in lower case. Raises Malformed."""
    digits = -(-length * 8 // 5)
    head, symbols = text[: len(prefix) + 1], text[len(prefix) + 1 :]
    if head != f"{prefix}1" or len(symbols) != digits + 6 or not symbols.isascii() or symbols.encode().translate(None, BECH32):
        raise Malformed("not a key in the age form")
    if _checksum(prefix, symbols.encode().translate(bytes.maketrans(BECH32, bytes(range(32))))) != 1:
        raise Malformed("the key is mistyped: its checksum does not fit")
    number = int(symbols[:digits].encode().translate(bytes.maketrans(BECH32, DIGITS)), 32)
    spare = digits * 5 - length * 8
    if number & (1 << spare) - 1:
        raise Malformed("not a key in the age form")
    return (number >> spare).to_bytes(length, "big")


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
        return b"-> %s %s\n%s\n" % (STANZA, _base64(sealed[:ENCAPSULATED]), _base64(sealed[ENCAPSULATED:]))


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


def _base64(raw: bytes) -> bytes:
    return b2a_base64(raw, newline=False).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    try:
        raw = a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except NotBase64:
        raise Malformed("the header is not well-formed") from None
    if _base64(raw) != text:  # one spelling only, as the format demands
        raise Malformed("the header is not well-formed")
    return raw


def _stanzas(lines: Iterator[bytes]) -> Iterator[tuple[list[bytes], bytes]]:
    """Read each stanza of a header as its arguments and its body. Raises Malformed."""
    for line in lines:
        words = line.split(b" ")
        if words[0] != b"->" or len(words) < 2 or not all(words) or line.translate(None, VISIBLE + b" "):
            raise Malformed("the header is not well-formed")
        body = b""
        for part in lines:
            if len(part) > 64:
                raise Malformed("the header is not well-formed")
            body += _unbase64(part)
            if len(part) < 64:
                break
        else:
            raise Malformed("the header is not well-formed")
        yield words[1:], body


def _sealed_keys(lines: list[bytes]) -> list[bytes]:
    """Return the sealed file keys of our stanza type; other types are passed over. Raises Malformed."""
    found = []
    for words, body in list(_stanzas(iter(lines))):
        if words[0] == STANZA:
            share = _unbase64(words[1]) if len(words) == 2 else b""
            if len(share) != ENCAPSULATED or len(body) != 32:
                raise Malformed("a stanza of the header is not well-formed")
            found.append(share + body)
    return found


class _Stream:
    """Works on a payload chunk by chunk, whatever the size of the pieces, and keeps back the last: only the end tells which it is."""

    def __init__(self, work: Callable[[bytes, Piece, None, memoryview], int], size: int, added: int) -> None:
        self._work = work
        self._size = size
        self._added = added
        self._held = bytearray()
        self._count = 0
        # One buffer for all chunks: a fresh one for each costs more than the cipher does.
        self._bench = bytearray()

    def update(self, piece: Piece) -> bytes:
        """Take the next piece and return what is ready."""
        chunks = self._cut(piece)
        rows = [self._row(chunks[start : start + CHUNKS_AT_ONCE]) for start in range(0, len(chunks), CHUNKS_AT_ONCE)]
        return rows[0] if len(rows) == 1 else b"".join(rows)

    def finish(self) -> bytes:
        """Return what the last chunk gives."""
        out = bytearray(max(0, len(self._held) + self._added))
        self._work(self._count.to_bytes(11, "big") + b"\1", self._held, None, memoryview(out))
        return bytes(out)

    @property
    def one_chunk(self) -> bool:
        """Say whether the last chunk is also the first."""
        return self._count == 0

    def _cut(self, piece: Piece) -> list[Piece]:
        view = memoryview(piece)
        ready: list[Piece] = []
        if self._held:
            room = self._size - len(self._held)
            if len(view) <= room:
                self._held += view
                return ready
            self._held += view[:room]
            ready.append(self._held)
            view = view[room:]
        kept = max(0, (len(view) - 1) // self._size * self._size)
        ready += [view[start : start + self._size] for start in range(0, kept, self._size)]
        self._held = bytearray(view[kept:])
        return ready

    def _row(self, chunks: list[Piece]) -> bytes:
        self._bench = self._bench or bytearray(CHUNKS_AT_ONCE * (self._size + self._added))
        bench, filled = memoryview(self._bench), 0
        for chunk in chunks:
            end = filled + self._size + self._added
            self._work(self._count.to_bytes(11, "big") + b"\0", chunk, None, bench[filled:end])
            self._count += 1
            filled = end
        return bytes(bench[:filled])


class Sealer:
    """Seals one file in pieces: first ``header``, then what ``update`` gives for each piece, then ``finish``."""

    def __init__(self, recipients: Sequence[Recipient]) -> None:
        """Choose a fresh file key. Raises Malformed for no recipient, for too many, or for an unusable one."""
        if not 1 <= len(recipients) <= RECIPIENTS_LIMIT:
            raise Malformed(f"a file has 1 to {RECIPIENTS_LIMIT} recipients")
        file_key = random_bytes(16)
        nonce = random_bytes(NONCE)
        head = VERSION_LINE + b"".join(recipient.wrap(file_key) for recipient in recipients) + b"---"
        self.header = b"%s %s\n%s" % (head, _base64(mac_of(hkdf(file_key, b"", b"header"), head)), nonce)
        cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
        self._stream: _Stream | None = _Stream(cipher.encrypt_into, CHUNK, TAG)

    def update(self, piece: Piece) -> bytes:
        """Take the next piece and return the ciphertext that is ready. Raises OrderWrong after the end."""
        if self._stream is None:
            raise OrderWrong("the file was finished")
        return self._stream.update(piece)

    def finish(self) -> bytes:
        """Return the last of the ciphertext. Raises OrderWrong after the end."""
        stream, self._stream = self._stream, None
        if stream is None:
            raise OrderWrong("the file was finished")
        return stream.finish()


class Opener:
    """Opens one file in pieces; every returned byte was checked, but only ``finish`` says that none is missing."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._head = bytearray()
        self._stream: _Stream | None = None
        self._refused = False

    def update(self, piece: Piece) -> bytes:
        """Take the next piece and return the plaintext that is ready. Raises Malformed, NotSealedForThis, Tampered."""
        self._refuse_again()
        if self._stream is None:
            self._head += piece
            piece = self._read_header()
        if self._stream is None:
            self._refused = False
            return b""
        try:
            plain = self._stream.update(piece)
        except (InvalidTag, ValueError):
            raise Tampered("a chunk does not fit") from None
        self._refused = False
        return plain

    def finish(self) -> bytes:
        """Return the last of the plaintext. Raises Malformed for a file that ends in its header, Tampered."""
        self._refuse_again()
        if self._stream is None:
            raise Malformed("the header has no end")
        try:
            plain = self._stream.finish()
        except (InvalidTag, ValueError):
            raise Tampered("the last chunk does not fit, or the file is cut short") from None
        if not plain and not self._stream.one_chunk:
            raise Tampered("an empty chunk after the end")
        return plain

    def _refuse_again(self) -> None:
        # Set until a piece has gone well, so that a caller who swallows an error cannot read on behind a hole.
        if self._refused:
            raise Tampered("the file was refused or finished")
        self._refused = True

    def _read_header(self) -> bytes:
        """Choose the key once the header is whole, and return what of the payload came with it."""
        head, end = self._head, self._footer()
        if not VERSION_LINE.startswith(head[: len(VERSION_LINE)]):
            raise Malformed("this is not an age file")
        if max(end, 0 if end else len(head)) > HEADER_LIMIT:
            raise Malformed("the header is too large")
        if not end or len(head) < end + NONCE:
            return b""
        file_key = _file_key(self._identity, bytes(head[:end]))
        cipher = ChaCha20Poly1305(hkdf(file_key, bytes(head[end : end + NONCE]), b"payload"))
        self._stream = _Stream(cipher.decrypt_into, CHUNK + TAG, -TAG)
        self._head = bytearray()
        return bytes(head[end + NONCE :])

    def _footer(self) -> int:
        """Return where the header ends, or 0 when its end has not come."""
        start = self._head.find(b"\n---", len(VERSION_LINE) - 1)
        return 0 if start < 0 else self._head.find(b"\n", start + 1) + 1


def _file_key(identity: Identity, header: bytes) -> bytes:
    """Read a whole header and return the file key. Raises Malformed, NotSealedForThis, Tampered."""
    body, _, footer = header[len(VERSION_LINE) : -1].rpartition(b"---")
    words = footer.split(b" ")
    mac = _unbase64(words[1]) if len(words) == 2 and not words[0] else b""
    if len(mac) != 32:
        raise Malformed("the header is not well-formed")
    file_key = identity.unwrap(_sealed_keys(body.split(b"\n")[:-1]))
    if not same(mac, mac_of(hkdf(file_key, b"", b"header"), header[: -len(footer) - 1])):
        raise Tampered("the header was changed")
    return file_key


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Seal the bytes to the recipients. Raises Malformed for no recipient, for too many, or for an unusable one."""
    sealer = Sealer(recipients)
    return b"".join((sealer.header, sealer.update(plaintext), sealer.finish()))


def open_sealed(ciphertext: bytes, identity: Identity) -> bytes:
    """Open a whole file. Raises Malformed, NotSealedForThis, Tampered."""
    opener = Opener(identity)
    return opener.update(ciphertext) + opener.finish()
