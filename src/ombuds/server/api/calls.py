# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a request reaches its action: who asks, the body read within a limit, one answer or one refusal.

A member's request is checked against the charter in force before its body is read, and its nonce is used before anything
is done: a copy of a request does nothing twice (T23). Actions are plain functions that run beside the event loop. It
knows no action. See spec/api.md; T05.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import read
from ombuds.core.errors import BadBytes, Malformed, RequestRefused, TooLarge
from ombuds.core.keys import Hash, MemberName, RunningHash
from ombuds.core.wire import REQUEST_HEADER, Refusal, Request, check_request
from ombuds.server.http.parts import Parts, parts_of
from ombuds.server.store import members

S = TypeVar("S")

BODY_LIMIT = 8 * 1024 * 1024
HEADER_LIMIT = 4096
JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """One request, read and checked: what an action works with. ``member`` is empty where everybody may ask."""

    parts: Parts
    member: MemberName
    path: dict[str, str]
    query: dict[str, str]
    body: bytes

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.parts.today

    def read(self, kind: type[S]) -> S:
        """Read the body as a struct of the wire. Raises Malformed."""
        return decode(self.body, kind)

    def number(self, name: str) -> int:
        """Read a number of the path or query; 0 when it is not there. Raises Malformed."""
        text = self.path.get(name) or self.query.get(name) or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Malformed(f"{name} is not a number")
        return int(text)


Action = Callable[[Call], Response]


@dataclass(frozen=True)
class Anybody:
    """An action that everybody may ask for."""

    action: Action

    async def answer(self, request: HttpRequest) -> Response:
        """Answer one request."""
        call = Call(parts_of(request), "", dict(request.path_params), dict(request.query_params), b"")
        return await run_in_threadpool(self.action, call)


@dataclass(frozen=True)
class Sent:
    """An action that takes a body from anybody: what it may do depends on the body alone."""

    action: Action
    limit: int = BODY_LIMIT

    async def answer(self, request: HttpRequest) -> Response:
        """Answer one request with a body."""
        body, _ = await _read(request, self.limit)
        call = Call(parts_of(request), "", dict(request.path_params), {}, body)
        return await run_in_threadpool(self.action, call)


@dataclass(frozen=True)
class Signed:
    """An action that only members may ask for, each request under a signature of its own."""

    action: Action
    limit: int = BODY_LIMIT

    async def answer(self, request: HttpRequest) -> Response:
        """Answer one signed request."""
        parts = parts_of(request)
        try:
            claim = await run_in_threadpool(_check, parts, request)
            body, found = await _read(request, self.limit)
            if found != claim.body:
                raise RequestRefused("signed for another body")
            await run_in_threadpool(_use, parts, claim)
        except RequestRefused as refused:
            return Response(encode(Refusal("RequestRefused", str(refused), refused.help)), 401, media_type=JSON)
        call = Call(parts, claim.member, dict(request.path_params), dict(request.query_params), body)
        return await run_in_threadpool(self.action, call)


def told(value: object, keep: str = "no-store") -> Response:
    """Answer with a struct."""
    return Response(encode(value), headers={"cache-control": keep}, media_type=JSON)


def done() -> Response:
    """Answer that it was done."""
    return Response(status_code=204)


def _check(parts: Parts, request: HttpRequest) -> Request:
    """Check who asks for what; of the body only its hash is known yet. Raises RequestRefused, NotHere."""
    charter = parts.public.record(fresh=True).charter
    header = request.headers.get(REQUEST_HEADER, "")
    if not header or len(header) > HEADER_LIMIT:
        raise RequestRefused("no signature")
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["path"] + (f"?{query}" if query else "")
    try:
        envelope = read(b64decode(header, validate=True))
        body = decode_canonical(envelope.payload, Request).body
        return check_request(envelope, charter.charter.keys(), charter.instance_id, (request.method, path, body), parts.today)
    except (ValueError, OverflowError, BadBytes):
        raise RequestRefused("the signature does not fit") from None


async def _read(request: HttpRequest, limit: int) -> tuple[bytes, Hash]:
    """Read a body and its hash. Raises TooLarge."""
    told_length = request.headers.get("content-length", "0")
    if told_length.isdigit() and int(told_length[:12]) > limit:
        raise TooLarge
    content, running = bytearray(), RunningHash()
    async for piece in request.stream():
        content += piece
        running.update(piece)
        if len(content) > limit:
            raise TooLarge
    return bytes(content), running.hash()


def _use(parts: Parts, claim: Request) -> None:
    with parts.store.write() as connection:
        members.use_nonce(connection, claim.nonce, parts.today)
