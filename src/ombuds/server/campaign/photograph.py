# SPDX-License-Identifier: AGPL-3.0-or-later
"""A supporter's photograph on this server: held in memory, opened in a cell, never on a disk, one at a time (T12, T13).

What the cell gives back travels to the supporter and comes back with the next step, so that nothing is kept here between two
steps; what comes back is opened as hostile as the first time. It is the one file of the server that may import the door of the
room for pictures, and it sends nothing. See spec/site.md and spec/media.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool

from ombuds.core.grid import rectangle_of, squares_in
from ombuds.core.keys import random_bytes
from ombuds.media.badge import MOST_BYTES, Badges, Box, Detection, NoPicture, likeness, told
from ombuds.server.campaign.arriving import Arrivals, Held, Patience
from ombuds.server.campaign.proposed import Looked, Proposed
from ombuds.server.campaign.refusals import BROKEN, BUSY, WHY, PostRefused

T = TypeVar("T")
TURN_SECONDS = 30.0
# A supporter would rather look themselves than wait for longer.
LOOKING_SECONDS = 8.0
LARGEST = MOST_BYTES
ARRIVING = Patience()


@dataclass(frozen=True)
class Cleaned:
    """What a file shows, as a fresh JPEG that was moved a little, and what the file would have told."""

    picture: bytes
    width: int
    height: int
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ready:
    """The two files of a post, and the likeness that tells moderators of copies."""

    large: bytes
    small: bytes
    width: int
    height: int
    near: str


class Photographs:
    """The cells of one server process, the memory of photographs that arrive, and for how many seconds one waits for its turn.

    With ``detection`` faces and writing are looked for, one photograph at a time and apart from all other work.
    """

    def __init__(self, badges: Badges | None = None, patience: float = TURN_SECONDS, arriving: Patience = ARRIVING, detection: Detection | None = None) -> None:
        self._badges, self._turn, self._patience = badges or Badges(), CapacityLimiter(1), patience
        self._detection, self._looking = detection, CapacityLimiter(1)
        self._works, self.arrivals = False, Arrivals(LARGEST, arriving)

    def hold(self) -> Held:
        """Return a place for one photograph."""
        return self.arrivals.begin()

    async def possible(self) -> bool:
        """Whether this machine can build a cell: tried once, with a picture of our own."""
        if not self._works:
            try:
                self._works = await self.in_turn(self._try)
            except PostRefused:
                # Somebody's photograph is being worked on, so it can be done.
                return True
        return self._works

    async def in_turn(self, work: Callable[[], T]) -> T:
        """Work on one photograph, in a thread, when no other is worked on. Raises PostRefused after half a minute of waiting, and what the work raises."""
        try:
            with fail_after(self._patience):
                await self._turn.acquire()
        except TimeoutError:
            raise PostRefused(BUSY, 503) from None
        try:
            return await run_in_threadpool(work)
        except NoPicture as none:
            raise PostRefused(WHY.get(none.reason, BROKEN)) from None
        finally:
            self._turn.release()

    async def looked(self, picture: bytes) -> Looked:
        """Return what a program proposes to cover in a cleaned picture; where it could not look, everything else goes on."""
        if self._detection is None or not self._detection.possible:
            return Looked("absent")
        try:
            with fail_after(min(self._patience, LOOKING_SECONDS)):
                await self._looking.acquire()
        except TimeoutError:
            return Looked("failed")
        try:
            boxes = await run_in_threadpool(self._look, self._detection, picture)
        except NoPicture as none:
            return Looked("absent" if none.reason == "cell" else "failed")
        finally:
            self._looking.release()
        return Looked("found" if boxes else "none", boxes)

    def cleaned(self, content: bytes) -> Cleaned:
        """Return what a file shows. Raises NoPicture."""
        drawn = self._badges.cleaned(content)
        # Moved once already here, by a seed that nobody keeps: what travels has not the sensor's own grid any more.
        made = self._badges.finished(drawn, (), random_bytes(32))
        return Cleaned(made.large_jpeg, made.width, made.height, tuple((each.name, each.value) for each in told(drawn)))

    def ready(self, picture: bytes, cells: tuple[int, ...], proposed: tuple[Proposed, ...], seed: bytes) -> Ready:
        """Return the files of a post; the same picture, squares, boxes and seed give the same bytes. Raises NoPicture."""
        drawn = self._badges.cleaned(picture)
        squares = tuple(Box(*rectangle_of(cell, drawn.width, drawn.height)) for cell in squares_in(cells, drawn.width, drawn.height))
        boxes = (*squares, *(Box(each.x, each.y, each.width, each.height) for each in proposed))
        made = self._badges.finished(drawn, boxes, seed)
        return Ready(made.large_jpeg, made.small_jpeg, made.width, made.height, f"{likeness(drawn):016x}")

    def close(self) -> None:
        """End the cells."""
        self._badges.close()
        if self._detection is not None:
            self._detection.close()

    def _look(self, detection: Detection, picture: bytes) -> tuple[Proposed, ...]:
        seen = detection.look(self._badges.cleaned(picture))
        return tuple(Proposed(each.what, each.box.x, each.box.y, each.box.width, each.box.height) for each in seen)

    def _try(self) -> bool:
        try:
            self._badges.silhouette(0)
        except NoPicture:
            return False
        return True


def photographs(detection: bool) -> Photographs:
    """Return what works on photographs here; faces and writing are looked for if the operator wants that."""
    return Photographs(detection=Detection() if detection else None)
