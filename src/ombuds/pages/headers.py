# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headers that every page and every other answer leaves with, at the public server and at a member's desk alike.

No page runs a script, loads anything from elsewhere, stands in a frame (but for one whose own policy says so) or tells where a reader came from, and what says
nothing about it is kept nowhere (T24, T33). It checks no request: the server's ring and the desk's door do. See spec/pages.md.
"""

from __future__ import annotations

FIXED = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def policy(images: str) -> str:
    """Return what a page may load: its own stylesheet, pictures from the given places, and forms that go to where it came from."""
    return f"default-src 'none'; style-src 'self'; img-src {images}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def completed(headers: list[tuple[bytes, bytes]], fallback: str) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with every fixed one that it does not give itself; ``fallback`` is the policy of the place."""
    given = {name.lower() for name, _ in headers}
    if any(name.lower() == b"content-security-policy" and b"frame-ancestors *" in value for name, value in headers):
        given.add(b"x-frame-options")  # older than the policy, and knows no way to let anybody
    return [*headers, *(line for line in ((b"content-security-policy", fallback.encode()), *FIXED) if line[0] not in given)]
