# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door of the desk: the host's exact name, the cookie of this start, the page a form came from, and the fixed headers.

Other programs and other pages of the same browser may knock at a port of this machine; they get a page that says how a
member comes in (T24, T33). Ports of one machine count as one site for cookies, so ``same-site`` is not enough here. It
cannot stop a program that runs as the member and reads the member's memory. See spec/desk.md.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ombuds.core.keys import same
from ombuds.desk.pages.answers import refuse, stranger
from ombuds.desk.pages.room import Room
from ombuds.pages.headers import completed, policy
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

# No picture of its own: an attachment is saved, never shown, whatever a hostile text in a page points at (T12).
POLICY = policy("data:")
WRONG_HOST = Response("This address is not served here.\n", 421, media_type="text/plain")
ELSEWHERE = Trouble(
    sentence=mark("This was sent from another page, so nothing was done."),
    help=mark("Open the desk itself and use its own form."),
)


class Guard:
    """Wraps the screens: nobody reaches them but through the door."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = completed(list(message.get("headers", ())), POLICY)
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        if headers.getlist("host") not in [[host] for host in self._room.frame.hosts]:
            return WRONG_HOST
        if method in ("GET", "HEAD") and path == "/enter":
            return None
        if not _from_here(method, headers):
            return refuse(self._room, ELSEWHERE, 403)
        if path.startswith("/static/") or self._known(headers):
            return None
        return stranger(self._room)

    def _known(self, headers: Headers) -> bool:
        jar = SimpleCookie()
        try:
            jar.load(headers.get("cookie", ""))
        except CookieError:
            return False
        shown = jar.get(self._room.frame.cookie)
        return shown is not None and same(shown.value.encode(), self._room.keys.cookie.encode())


def _from_here(method: str, headers: Headers) -> bool:
    """Whether a browser, if it is one, says that the request comes from the desk's own page or was typed in."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    typed = (None, "none", "same-origin") if method in ("GET", "HEAD") else (None, "same-origin")
    # Under no-referrer a browser writes the origin of its own forms as null; then it says same-origin beside it.
    return site in typed and (origin in (None, _own(headers)) or (origin == "null" and site == "same-origin"))


def _own(headers: Headers) -> str:
    return f"http://{headers.get('host', '')}"
