# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages as ready bytes: made once for a size of the ledger and a day, packed once, and answered from memory.

A page in memory is answered without a database, a template or a thread. The memory is bounded, so that a reader of many
addresses cannot fill it (T20). It does not know what a page says. See spec/site.md.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import msgspec
from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from ombuds.core.errors import NotHere, StoreBusy
from ombuds.core.keys import hash_of
from ombuds.core.record import Record
from ombuds.pages.languages import SHIPPED, Language
from ombuds.pages.values import Shell
from ombuds.server.http.headers import COPYING
from ombuds.server.http.parts import Parts, address_of, shell_of
from ombuds.server.site.finding import Finder
from ombuds.server.site.shelf import Shelf, Shelves
from ombuds.server.site.walls import Awaited, Walls
from ombuds.server.store import voices

MOST_PAGES = 512
# How often the numbers of voices are looked at, and in which steps they show.
VOICES_SECONDS = 10.0
VOICES_STEP = 5
# How long a page that is made anew each time waits for its turn.
TURN_SECONDS = 5.0
# Longer than the longest search, so that one that is too long is seen to be.
LONGEST_VALUE = 300
HTML = "text/html; charset=utf-8"
KEPT = b"public, max-age=60"
FRAMED = [
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
]


class Counts(NamedTuple):
    """What is counted anew every few seconds: the voices of stories, and what waits at walls."""

    voices: Mapping[str, int]
    awaited: Awaited


@dataclass(frozen=True)
class Visit:
    """What a page is made from."""

    parts: Parts
    shelf: Shelf
    today: date
    language: Language
    path: dict[str, str]
    query: dict[str, str]
    finder: Finder
    walls: Walls
    counts: Counts

    @property
    def voices(self) -> Mapping[str, int]:
        """How many voices each story has, in steps."""
        return self.counts.voices

    @property
    def awaited(self) -> Awaited:
        """What changes on walls between two batches."""
        return self.counts.awaited

    @property
    def record(self) -> Record:
        """The checked record."""
        return self.shelf.record

    def shell(self, path: str) -> Shell:
        """What surrounds the page of this path."""
        asked = urlencode({name: value for name, value in self.query.items() if value})
        return msgspec.structs.replace(shell_of(self.record.charter, self.language.code, path), address=self.address, query=asked)

    @property
    def address(self) -> str:
        """The desk's address in the open web as its members signed it, or its first one, or the one of the settings, or empty."""
        return address_of(self.record.charter, self.parts.settings)


@dataclass(frozen=True)
class Ready:
    """A finished page: its bytes, packed and plain, and the headers of each."""

    plain: bytes
    packed: bytes
    plain_headers: list[tuple[bytes, bytes]]
    packed_headers: list[tuple[bytes, bytes]]
    tag: bytes

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer with the page, or that the reader has it already."""
        packed = known = False
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                packed = b"gzip" in value
            elif name == b"if-none-match":
                known = self.tag in value
        headers = self.packed_headers if packed else self.plain_headers
        await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers[known:]})
        await send({"type": "http.response.body", "body": b"" if known else self.packed if packed else self.plain})


@dataclass(frozen=True)
class Page:
    """One address of the site: what makes its bytes, what kind they are, and which names of the query it looks at."""

    make: Callable[[Visit], bytes]
    asks: tuple[str, ...] = ()
    kind: str = HTML
    # What a reader typed is kept nowhere: such a page is made anew each time, and no browser keeps it.
    kept: bool = True
    # Other sites may show it in a frame or read it: it holds numbers that are public, and nothing to press.
    framed: bool = False
    # Its texts can be copied by a button, where the script for that was built.
    copied: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises NotHere and what making the page raises."""
        ready = await scope["app"].state.site.ready(self, scope)
        await ready.send(scope, send)


class Site:
    """The finished pages of one server process."""

    def __init__(self, parts: Parts, ticks: Callable[[], float] = monotonic) -> None:
        self._parts = parts
        self._ticks = ticks
        self._shelves = Shelves(parts.store)
        self._finder = Finder(parts.store)
        self._turn = CapacityLimiter(1)
        self._languages = parts.languages
        self._walls = Walls(parts.store)
        self._edition: tuple[Record, date, Counts] | None = None
        self._counts = Counts({}, Awaited())
        self._counted = -VOICES_SECONDS
        self._pages: OrderedDict[tuple[str, bytes], Ready] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    async def ready(self, page: Page, scope: Scope) -> Ready:
        """Return a page, from memory if it is there. Raises NotHere, StoreBusy and what making the page raises."""
        today = self._parts.today
        record = self._parts.public.at_hand()
        if record is None:
            record = await run_in_threadpool(self._parts.public.record)
        now = self._ticks()
        if now - self._counted >= VOICES_SECONDS:
            self._counted = now
            self._counts = await run_in_threadpool(self._count)
        edition = (record, today, self._counts)
        if self._edition != edition:
            self._edition = edition
            self._pages.clear()
        if not page.kept:
            return await self._in_turn(page, scope, record, today)
        key = (scope["path"], scope["query_string"] if page.asks else b"")
        found = self._pages.get(key)
        if found is not None:
            self._pages.move_to_end(key)
            return found
        made = await run_in_threadpool(self._make, page, scope, record, today)
        if self._edition == edition:
            self._pages[key] = made
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return made

    async def _in_turn(self, page: Page, scope: Scope, record: Record, today: date) -> Ready:
        # One such page at a time: a flood of searches takes no thread from those who report (T20).
        try:
            with fail_after(TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreBusy from None
        try:
            return await run_in_threadpool(self._make, page, scope, record, today)
        finally:
            self._turn.release()

    def _count(self) -> Counts:
        with self._parts.store.read() as connection:
            found = voices.numbers(connection, VOICES_STEP)
        # In steps: that one more came between two looks is not to be seen.
        return Counts({subject: number - number % VOICES_STEP for subject, number in found.items()}, self._walls.awaited())

    def visit(self, scope: Scope) -> Visit:
        """Return what is public now, for an answer that is no page. Raises NotHere."""
        return self._visit(scope, {}, self._parts.public.record(), self._parts.today)

    def _make(self, page: Page, scope: Scope, record: Record, today: date) -> Ready:
        return _ready(page.make(self._visit(scope, _query(page, scope), record, today)), page, page.copied and self._parts.joins)

    def _visit(self, scope: Scope, query: dict[str, str], record: Record, today: date) -> Visit:
        code = scope["path_params"].get("lang", SHIPPED[0])
        if code not in self._languages:
            raise NotHere
        language, path = self._languages[code], dict(scope["path_params"])
        return Visit(self._parts, self._shelves.of(record), today, language, path, query, self._finder, self._walls, self._counts)


def _query(page: Page, scope: Scope) -> dict[str, str]:
    try:
        given = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: value[:LONGEST_VALUE] for name, value in given if name in page.asks}


def _ready(plain: bytes, page: Page, copied: bool = False) -> Ready:
    tag = f'"{hash_of(plain)[:32]}"'.encode()
    kept = [(b"content-type", page.kind.encode()), (b"vary", b"accept-encoding")]
    kept += FRAMED if page.framed else []
    kept += [(b"content-security-policy", COPYING.encode())] if copied else []
    kept += [(b"cache-control", KEPT), (b"etag", b"W/" + tag)] if page.kept else []
    packed = gzip.compress(plain, 9, mtime=0)
    sized = [(b"content-length", b"%d" % len(content)) for content in (plain, packed)]
    return Ready(plain, packed, [sized[0], *kept], [sized[1], (b"content-encoding", b"gzip"), *kept], tag)
