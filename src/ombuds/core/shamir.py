# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shamir's sharing of a 32-byte seed over GF(2^8) with the polynomial 0x11b.

It does not know whether a rebuilt seed is the right one: too few or wrong shares give a *silently wrong* secret, so
opening.py compares the rebuilt recipient with its hash. A share is the 32 values followed by its x, 33 bytes, as the npm
package shamir-secret-sharing writes it. Source: A. Shamir, "How to share a secret", 1979. See spec/custody.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from ombuds.core.errors import CharterRefused, NotEnough, ShareWrong
from ombuds.core.keys import random_bytes

SECRET_LENGTH = 32
SHARE_LENGTH = SECRET_LENGTH + 1
FIELD = 0x11B


def split(secret: bytes, k: int, n: int) -> tuple[bytes, ...]:
    """Split 32 bytes into n shares of 33 bytes, any k of which rebuild it. Raises CharterRefused unless 2 <= k <= n <= 255."""
    if not 2 <= k <= n <= 255:
        raise CharterRefused("a secret is shared between two or more members")
    if len(secret) != SECRET_LENGTH:
        raise ShareWrong("a secret has 32 bytes")
    rows = (secret, *(random_bytes(SECRET_LENGTH) for _ in range(k - 1)))
    return tuple(_evaluate(rows, x) + bytes([x]) for x in range(1, n + 1))


def combine(shares: Sequence[bytes]) -> bytes:
    """Rebuild 32 bytes from distinct shares. Raises ShareWrong, NotEnough; the answer is wrong if the shares are."""
    if any(len(share) != SHARE_LENGTH for share in shares):
        raise ShareWrong
    points = [share[-1] for share in shares]
    if 0 in points or len(set(points)) != len(points):
        raise ShareWrong
    if len(shares) < 2:
        raise NotEnough
    secret = 0
    for share, x in zip(shares, points, strict=True):
        weight = 1
        for other in points:
            if other != x:
                weight = _times(weight, _times(other, _inverse(other ^ x)))
        secret ^= int.from_bytes(_scaled(share[:-1], weight), "big")
    return secret.to_bytes(SECRET_LENGTH, "big")


def _evaluate(rows: Sequence[bytes], x: int) -> bytes:
    # Horner's rule over whole rows: highest coefficient first.
    value = 0
    for row in reversed(rows):
        value = int.from_bytes(_scaled(value.to_bytes(SECRET_LENGTH, "big"), x), "big") ^ int.from_bytes(row, "big")
    return value.to_bytes(SECRET_LENGTH, "big")


def _scaled(row: bytes, factor: int) -> bytes:
    """Multiply every byte by the factor, all 32 at once: eight shift-and-reduce steps over one long integer."""
    value, total = int.from_bytes(row, "big"), 0
    high, low = int.from_bytes(b"\x80" * len(row), "big"), int.from_bytes(b"\x7f" * len(row), "big")
    for bit in range(8):
        # No branch on secret bytes: the factor is a public point, the row is the secret.
        if factor >> bit & 1:
            total ^= value
        carry = (value & high) >> 7
        value = ((value & low) << 1) ^ (carry * (FIELD & 0xFF))
    return total.to_bytes(len(row), "big")


def _times(left: int, right: int) -> int:
    product = 0
    for bit in range(8):
        if right >> bit & 1:
            product ^= left << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= FIELD << (bit - 8)
    return product


def _inverse(value: int) -> int:
    # value^254 by Fermat: the field has 255 units.
    power, result = value, 1
    for _ in range(7):
        power = _times(power, power)
        result = _times(result, power)
    return result
