# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing and opening of age v1 files, with the one recipient type ``mlkem768x25519``.

A file is sealed and opened in pieces, so its size costs no memory. There is no armour, no passphrase recipient and no
other key type: one file never mixes a recipient that a quantum computer opens with one that it does not (T01).
The keys themselves are in age_keys.py. It does not say who wrote a file: anybody can seal to a recipient. Source: C2SP age.md. See spec/age.md.
"""

from __future__ import annotations

from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Callable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from ombuds.core.age_keys import ENCAPSULATED, STANZA, Identity, Recipient, base64_of
from ombuds.core.errors import Malformed, OrderWrong, Tampered
from ombuds.core.keys import hkdf, mac_of, random_bytes, same

__all__ = ["Identity", "Opener", "Recipient", "Sealer", "open_sealed", "plain_size", "seal", "sealed_size"]

Piece = bytes | bytearray | memoryview

VERSION_LINE = b"age-encryption.org/v1\n"
CHUNK = 64 * 1024
TAG = 16
CHUNKS_AT_ONCE = 16
NONCE = 16
HEADER_LIMIT = 64 * 1024
RECIPIENTS_LIMIT = 40

VISIBLE = bytes(range(33, 127))
# What stands before the payload of a file for one recipient: version, one stanza with a key of 32 bytes, the footer, the nonce.
BEFORE_PAYLOAD = len(VERSION_LINE) + len(f"-> {STANZA.decode()} \n") + -(-ENCAPSULATED * 4 // 3) + 2 * 43 + len("\n--- \n") + NONCE


def _unbase64(text: bytes) -> bytes:
    try:
        raw = a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except NotBase64:
        raise Malformed("the header is not well-formed") from None
    if base64_of(raw) != text:  # one spelling only, as the format demands
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
        self.header = b"%s %s\n%s" % (head, base64_of(mac_of(hkdf(file_key, b"", b"header"), head)), nonce)
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


def sealed_size(size: int) -> int:
    """Return how long a file of this size is once it is sealed to one recipient."""
    return BEFORE_PAYLOAD + size + TAG * max(1, -(-size // CHUNK))


def plain_size(sealed: int) -> int:
    """Return how long the content of a file for one recipient is, from its sealed length. Raises Malformed for an impossible one."""
    payload = sealed - BEFORE_PAYLOAD
    size = payload - TAG * max(1, -(-payload // (CHUNK + TAG)))
    if size < 0 or sealed_size(size) != sealed:
        raise Malformed("not the length of a sealed file")
    return size


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Seal the bytes to the recipients. Raises Malformed for no recipient, for too many, or for an unusable one."""
    sealer = Sealer(recipients)
    return b"".join((sealer.header, sealer.update(plaintext), sealer.finish()))


def open_sealed(ciphertext: bytes, identity: Identity) -> bytes:
    """Open a whole file. Raises Malformed, NotSealedForThis, Tampered."""
    opener = Opener(identity)
    return opener.update(ciphertext) + opener.finish()
