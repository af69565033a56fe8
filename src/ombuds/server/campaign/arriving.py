# SPDX-License-Identifier: AGPL-3.0-or-later
"""The memory of photographs and their later steps on their way in, of all at one process together, and who gives way (T20).

A byte counts when it has come, so that many slow photographs come side by side. Whoever gives way loses the bytes at once and
keeps the connection: what was typed is still read, and comes back. Opens no picture. See spec/site.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from anyio import current_time, fail_after
from starlette.requests import ClientDisconnect, Request

from ombuds.core.errors import StoreBusy, TooLarge
from ombuds.pages.values import Trouble
from ombuds.server.campaign.refusals import BUSY

# Of all photographs that are at one process, in the largest ones.
MOST_HELD = 4
# Who takes longer than this for what is held already crawls: 5 MB at 20 KB a second take four minutes, and never crawl.
CRAWLING = 600.0


@dataclass(frozen=True)
class Patience:
    """Seconds: for how long nothing may come, until when the whole form must be there, and the span over which speed is looked at.

    What came in the last one or two spans is how fast a photograph comes: a line over Tor rests for longer than a moment.
    """

    silent: float = 120.0
    whole: float = 3600.0
    span: float = 15.0


class Arrivals:
    """All photographs that are at one process, each of ``largest`` bytes at most; ``clock`` counts seconds, from anywhere."""

    def __init__(self, largest: int, patience: Patience, clock: Callable[[], float] = monotonic) -> None:
        self.largest, self.patience, self._clock = largest, patience, clock
        self._lock, self._coming, self._held = Lock(), list[Held](), 0

    @property
    def held(self) -> int:
        """How many bytes are held."""
        return self._held

    def begin(self) -> Held:
        """Return a place for one photograph."""
        return Held(self, self._clock())

    def take(self, held: Held, content: bytes | memoryview) -> None:
        """Add bytes to a photograph. Raises StoreBusy when it is the one that gives way."""
        with self._lock:
            if held.refused is None:
                self._make_room(held, len(content))
            if held.refused is not None:
                raise StoreBusy
            if held not in self._coming:
                self._coming.append(held)
            held.grow(content, self._clock())
            self._held += len(content)

    def whole(self, held: Held) -> None:
        """A photograph is there, and gives way no more. Raises StoreBusy for one that gave way."""
        with self._lock:
            if held.refused is not None:
                raise StoreBusy
            if held in self._coming:
                self._coming.remove(held)

    def give_up(self, held: Held) -> None:
        """Give the memory of a photograph back."""
        with self._lock:
            self._drop(held)

    def _make_room(self, asking: Held, size: int) -> None:
        now = self._clock()
        while self._held + size > MOST_HELD * self.largest:
            crawling = [each for each in self._coming if each.crawls(now)]
            # Of those that crawl the largest; else whoever began last, who has lost the least.
            others = max(crawling, key=lambda each: each.size, default=None)
            gives_way = others or max([*self._coming, asking], key=lambda each: each.began)
            gives_way.refused = BUSY
            self._drop(gives_way)
            if gives_way is asking:
                return

    def _drop(self, held: Held) -> None:
        if held in self._coming:
            self._coming.remove(held)
        self._held -= held.size
        held.forget()


class Held:
    """One photograph as it arrives: bytes in memory, up to the limit."""

    def __init__(self, arrivals: Arrivals, began: float) -> None:
        self._arrivals, self._content = arrivals, bytearray()
        self.began = began
        self._begun, self._now, self._before = began, 0, 0
        self.refused: Trouble | None = None
        """Why there was no room for it, in words of photographs."""

    @property
    def content(self) -> bytes:
        """A copy of what has arrived."""
        return bytes(self._content)

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return len(self._content)

    def write(self, content: bytes | memoryview) -> None:
        """Take the next bytes. Raises TooLarge, StoreBusy."""
        if self.size + len(content) > self._arrivals.largest:
            raise TooLarge
        self._arrivals.take(self, content)

    def end(self, name: str, media_type: str) -> None:
        """End the file; what it was called is not looked at. Raises StoreBusy."""
        self._arrivals.whole(self)

    def abandon(self) -> None:
        """Give the memory back."""
        self._arrivals.give_up(self)

    def grow(self, content: bytes | memoryview, now: float) -> None:
        """Add bytes that there is room for."""
        self._turn(now)
        self._content += content
        self._now += len(content)

    def forget(self) -> None:
        """Let go of what has arrived."""
        self._content = bytearray()

    def crawls(self, now: float) -> bool:
        """Whether what is held would take longer than ten minutes, as fast as it comes now."""
        span = self._turn(now)
        fresh, since = self._now + self._before, now - self._begun + span
        return now - self.began >= span and self.size * since > fresh * CRAWLING

    def _turn(self, now: float) -> float:
        span = self._arrivals.patience.span
        passed = int((now - self._begun) // span)
        if passed:
            self._before, self._now = self._now if passed == 1 else 0, 0
            self._begun += passed * span
        return span


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Give a body on piece by piece, and keep none of them: a line that stalls would else hold one that nobody counts. Raises ClientDisconnect."""
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        yield message.pop("body", b"")


async def in_time(pieces: AsyncIterator[bytes], patience: Patience) -> AsyncIterator[bytes]:
    """Give on what comes, while something comes. Raises TimeoutError."""
    until = current_time() + patience.whole
    while True:
        with fail_after(max(0.0, min(patience.silent, until - current_time()))):
            piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece
        del piece
