# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outermost ring: security headers on every answer, and the check of the host's name.

No page runs a script of another place, loads anything from elsewhere, stands in a frame (but for the small page with a
campaign's number, which is made for frames) or tells where a reader came from (T24). No cookie is ever set. It does not
choose how long an answer may be kept: a handler that says nothing gets no-store. See spec/server.md.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ombuds.pages.headers import completed, policy

POLICY = policy("'self' data:")
# For the few pages with the script that seals: it comes from here, and so does its worker, and neither asks anybody else.
SCRIPTED = f"{POLICY}; script-src 'self'; worker-src 'self'; connect-src 'self'"
# A page of texts to copy runs the script of its buttons, which asks nobody.
COPYING = f"{POLICY}; script-src 'self'"
# The form of a campaign shows pictures that it made itself.
JOINING = SCRIPTED.replace(POLICY, policy("'self' data: blob:"))
# The worker that opens photographs asks nobody for anything.
PICTURES = "default-src 'none'; base-uri 'none'"
WORKER = "default-src 'none'; connect-src 'self'; base-uri 'none'"
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
                message["headers"] = completed(list(message.get("headers", ())), POLICY)
            await send(message)

        if self._hosts and _host(scope) not in self._hosts:
            await send_with_headers({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
            await send({"type": "http.response.body", "body": WRONG_HOST})
            return
        await self._app(scope, receive, send_with_headers)


def _host(scope: Scope) -> str:
    name = MutableHeaders(scope=scope).get("host", "").lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.rpartition(":")[0] if ":" in name else name
