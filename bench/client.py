# SPDX-License-Identifier: AGPL-3.0-or-later
"""A light visitor in a process of its own: raw connections that stay open, and no work that the server should be doing.

It shares the machine with the server, so it reads pages with a few searches over bytes, and says how much processor it
took itself. What it sends comes from the pages it got: the form's nonce, the words, the places that are asked back.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time

import msgspec

from bench.figures import percentile
from bench.processes import HERE

BOUNDARY = b"----a-report-of-the-measurement"
TEXT = (b"We are entered as resting and stand on duty. The list of the shift shows one thing and the plan another. " * 16)[:1600]
SHORT = {
    b"type": b"overtime",
    b"wish": b"advice",
    b"who": b"the head of the shift",
    b"where": b"the second house",
    b"when": b"since spring",
    b"words_language": b"en",
}
NONCE = re.compile(rb'name="nonce" value="([0-9a-f]{32})"')
WORD = re.compile(rb"<li>([^<]+)</li>")
CHECK = re.compile(rb'name="check" value="([^"]+)"')
PLACE = re.compile(rb'name="word_(\d+)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PROBE_PAUSE = 0.01
ROOM = 64 * 1024


class Asked(msgspec.Struct, frozen=True):
    """What to do: `flows` or `pages` on `count` connections, or `probe` one page with pauses, for some seconds."""

    what: str
    port: int
    seconds: float
    count: int = 1
    path: str = "/en/"


class Failed(Exception):
    """An answer that a person would call a failure."""


class Line(asyncio.BufferedProtocol):
    """One connection: a request goes out, an answer with a stated length comes in."""

    def __init__(self) -> None:
        self._room, self._held = bytearray(ROOM), bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Failed("the connection was closed"))
        self._transport = None

    def get_buffer(self, sizehint: int) -> bytearray:
        """Say where to put what comes."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Take what came, and hand the answer over when it is whole."""
        self._held += memoryview(self._room)[:nbytes]
        end = self._held.find(b"\r\n\r\n")
        if end < 0 or self._answer is None or self._answer.done():
            return
        length = LENGTH.search(self._held, 0, end)
        if length is None:
            self._answer.set_exception(Failed("an answer without a length"))
        elif len(self._held) >= end + 4 + int(length[1]):
            self._answer.set_result((int(self._held[9:12]), bytes(self._held[end + 4 :])))
            self._held.clear()

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return the body of a 200. Raises Failed."""
        if self._transport is None:
            raise Failed("no connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        status, body = await self._answer
        if status != 200:
            raise Failed(f"{status}")
        return body

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def get(path: str) -> bytes:
    """Write a GET."""
    return f"GET {path} HTTP/1.1\r\nhost: {HERE}\r\naccept-encoding: gzip\r\n\r\n".encode()


def post(path: str, kind: bytes, body: bytes) -> bytes:
    """Write a POST."""
    return b"POST %b HTTP/1.1\r\nhost: %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n%b" % (path.encode(), HERE.encode(), kind, len(body), body)


def field(name: bytes, value: bytes) -> bytes:
    """Write one text field of a form with files."""
    return b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (BOUNDARY, name, value)


def found(pattern: re.Pattern[bytes], page: bytes) -> bytes:
    """Return what stands in the page. Raises Failed."""
    match = pattern.search(page)
    if match is None:
        raise Failed(f"the page has no {pattern.pattern.decode()}")
    return match[1]


FILE = b'--%b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\nContent-Type: %b\r\n\r\n'
END = b"\r\n--%b--\r\n" % BOUNDARY
NO_FILE = FILE % (BOUNDARY, b"", b"application/octet-stream") + END
REST = field(b"what", TEXT) + b"".join(field(name, value) for name, value in SHORT.items()) + NO_FILE
KIND = b"multipart/form-data; boundary=" + BOUNDARY
FORM = b"application/x-www-form-urlencoded"


async def report(line: Line) -> None:
    """Report once as a person without JavaScript does: the form, the report, the two words. Raises Failed."""
    nonce = found(NONCE, await line.ask(b"GET /en/report HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"))
    thanks = await line.ask(post("/en/report", KIND, field(b"nonce", nonce) + REST))
    words, check = WORD.findall(thanks[thanks.find(b'<ol class="words"') :]), found(CHECK, thanks)
    places = PLACE.findall(thanks)
    if len(words) != 12 or len(places) != 2:
        raise Failed("the page of the words is another one")
    typed = b"&".join(b"word_%b=%b" % (place, words[int(place) - 1]) for place in places)
    await line.ask(post("/en/report/confirm", FORM, b"nonce=%b&check=%b&%b" % (nonce, check, typed)))


class Run:
    """Visitors on connections of their own, until the time is over."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._times: list[float] = []
        self._errors: list[str] = []

    async def all(self) -> dict[str, float]:
        """Run and return the figures."""
        begin, worked = perf_counter(), process_time()
        once = self._once()
        await asyncio.gather(*(self._visitor(once, begin + self._asked.seconds) for _ in range(self._asked.count)))
        spent = perf_counter() - begin
        if self._errors:
            print(f"{len(self._errors)} failed, the first: {self._errors[0]}", file=sys.stderr)
        return {
            "rate": len(self._times) / spent,
            "done": len(self._times),
            "errors": len(self._errors),
            "p50": percentile(self._times, 0.5) * 1000,
            "p95": percentile(self._times, 0.95) * 1000,
            "highest": max(self._times, default=0) * 1000,
            "cores": (process_time() - worked) / spent,
        }

    def _once(self) -> Callable[[Line], Awaitable[object]]:
        if self._asked.what == "flows":
            return report
        request = get(self._asked.path)
        return lambda line: line.ask(request)

    async def _visitor(self, once: Callable[[Line], Awaitable[object]], until: float) -> None:
        line = await _connected(self._asked.port)
        while (begin := perf_counter()) < until:
            try:
                await once(line)
            except Failed as failure:
                self._errors.append(str(failure))
                line.close()
                line = await _connected(self._asked.port)
                continue
            self._times.append(perf_counter() - begin)
            if self._asked.what == "probe":
                await asyncio.sleep(PROBE_PAUSE)
        line.close()


async def _connected(port: int) -> Line:
    _, line = await asyncio.get_running_loop().create_connection(Line, HERE, port)
    return line


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Run(msgspec.json.decode(sys.argv[1], type=Asked)).all())))
