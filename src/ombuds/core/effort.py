# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proof that somebody's machine worked a moment for exactly these bytes: it costs one sender nothing, and a flood its time.

It proves no person and shuts nobody out: what comes without it is kept too, and goes first when there is no room (T20). The
number belongs to one name and one content, so that it can be neither shared nor spent twice. Source: the idea of hashcash
(A. Back, 2002), with SHA-256. See spec/effort.md.
"""

from __future__ import annotations

from itertools import count

from ombuds.core.keys import Hash, Id, sha256

LABEL = b"ombuds/1 effort"
BITS = 16
# From this size on each doubling asks for one bit more, so that a byte of a large post costs a flood as much as one of a small one.
STEP = 256 * 1024
LARGEST = 2**53 - 1
# Every number that is found has as many digits, so that what is sent is as long for everybody (T10).
FIRST = 10**9


def asked(size: int) -> int:
    """Return how many bits are asked for sealed bytes of this size: what has fewer is kept too, and goes earlier."""
    return BITS + max(0, (size // STEP).bit_length() - 1)


def bits_of(name: Id, content: Hash, number: int) -> int:
    """Return how many zero bits the hash of a name, a content's hash and a number begins with: how much work it stands for."""
    return 256 - int.from_bytes(_hash(name, content, number)).bit_length()


def spend(name: Id, content: Hash, bits: int = BITS) -> int:
    """Work until a number of that many zero bits is found, 2**bits hashes on average, and return it."""
    return next(number for number in count(FIRST) if bits_of(name, content, number) >= bits)


def _hash(name: Id, content: Hash, number: int) -> bytes:
    return sha256(LABEL + bytes.fromhex(name) + bytes.fromhex(content) + number.to_bytes(8, "big"))
