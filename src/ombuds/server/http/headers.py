# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outermost ring: security headers on every answer, and the check of the host's name.

No page runs a script of another place, loads anything from elsewhere, stands in a frame or tells where a reader came
from (T24). No cookie is ever set. It does not choose how long an answer may be kept: a handler that says nothing gets
no-store. See spec/server.md.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
FIXED = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=()"),
)
UNKEPT = (b"cache-control", b"no-store")
WRONG_HOST = b"This address is not served here.\n"


class Headers:
    """Wraps the application: every answer leaves with the fixed headers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _complete(list(message.get("headers", ())))
            await send(message)

        if self._hosts and _host(scope) not in self._hosts:
            await send_with_headers({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
            await send({"type": "http.response.body", "body": WRONG_HOST})
            return
        await self._app(scope, receive, send_with_headers)


def _complete(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name for name, _ in headers}
    if b"cache-control" not in given:
        headers.append(UNKEPT)
    # A page that needs a script of its own origin says so itself.
    headers.extend(line for line in FIXED if line[0] not in given)
    return headers


def _host(scope: Scope) -> str:
    name = MutableHeaders(scope=scope).get("host", "").lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.rpartition(":")[0] if ":" in name else name
