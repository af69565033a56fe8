# SPDX-License-Identifier: AGPL-3.0-or-later
"""The memory of photographs on their way in: who fits beside whom, and who gives way (T20)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from ombuds.core.errors import StoreBusy, TooLarge
from ombuds.server.campaign.arriving import MOST_HELD, Arrivals, Held, Patience, in_time
from ombuds.server.campaign.coming_back import brought
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.refusals import BUSY
from ombuds.server.http.fields import read_fields

LARGEST = 25_000
"""A photograph's limit in these tests, in thousands of bytes, so that one byte here stands for a thousand."""


@dataclass
class Line:
    """A server process to which photographs come, and its clock."""

    now: float = 0.0

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(LARGEST, Patience(), lambda: self.now)

    def sent(self, size: int) -> Held:
        """Somebody who has sent so much at once."""
        held = self.arrivals.begin()
        held.write(bytes(size))
        return held

    def pass_seconds(self, seconds: int, *steady: Held, pace: int = 20) -> None:
        """Let seconds pass, in which some send so much each second."""
        for _ in range(seconds):
            self.now += 1
            for each in steady:
                each.write(bytes(pace))


@pytest.fixture
def line() -> Line:
    """An empty process."""
    return Line()


def test_a_hundred_slow_ones_stand_beside_each_other(line: Line) -> None:
    """Memory counts as it comes: a hundred who have sent little each take no more than that, and nobody gives way."""
    slow = [line.sent(900) for _ in range(100)]
    assert (line.arrivals.held, [each.refused for each in slow]) == (90_000, [None] * 100)


def test_four_that_stall_give_way(line: Line) -> None:
    """Four that sent nearly all and then nothing lose their places, one for each that is needed, to whoever comes half a minute later."""
    stalled = [line.sent(LARGEST) for _ in range(MOST_HELD)]
    line.pass_seconds(2 * int(Patience().span) + 1)
    honest = line.sent(5_000)
    assert (honest.refused, [each.refused for each in stalled].count(BUSY), line.arrivals.held) == (None, 1, 3 * LARGEST + 5_000)


def test_a_telephone_over_tor_does_not_give_way(line: Line) -> None:
    """Somebody with 5 MB at 20 KB a second keeps a place to the end, however many stall and come anew meanwhile."""
    slow = line.sent(0)
    for _ in range(4):
        for _ in range(3):
            line.sent(LARGEST)
        line.pass_seconds(65, slow)
    assert (slow.refused, slow.size) == (None, 5_200)


def test_trickling_holds_no_more_than_stalling(line: Line) -> None:
    """Four that hold nearly all and send a few bytes a second give way too: they would need more than ten minutes for what they hold."""
    trickling = [line.sent(24_000) for _ in range(4)]
    line.pass_seconds(90, *trickling, pace=5)
    line.pass_seconds(1)
    line.sent(5_000)
    assert [each.refused for each in trickling].count(BUSY) == 1


def test_who_came_last_waits_where_all_go_on(line: Line) -> None:
    """Where everybody goes on and there is no room, who began last gives way and nobody who is nearly done."""
    going = [line.sent(0) for _ in range(20)]
    line.pass_seconds(240, *going)
    last = line.sent(4_000)
    with pytest.raises(StoreBusy):
        last.write(bytes(1_001))
    assert (last.refused, last.size, [each.refused for each in going]) == (BUSY, 0, [None] * 20)


def test_what_is_there_does_not_give_way(line: Line) -> None:
    """A photograph that is whole waits for its turn as long as that takes; who comes then is told so."""
    whole = [line.sent(LARGEST) for _ in range(MOST_HELD)]
    for each in whole:
        each.end("a.jpg", "image/jpeg")
    line.pass_seconds(300)
    with pytest.raises(StoreBusy):
        line.sent(1)
    assert [each.size for each in whole] == [LARGEST] * MOST_HELD


def test_who_gave_way_stays_out(line: Line) -> None:
    """Bytes that come after a photograph gave way are taken for nothing, and it does not count as whole."""
    stalled = [line.sent(LARGEST) for _ in range(MOST_HELD)]
    line.pass_seconds(61)
    line.sent(10)
    (gone,) = [each for each in stalled if each.refused]
    with pytest.raises(StoreBusy):
        gone.end("a.jpg", "image/jpeg")
    with pytest.raises(StoreBusy):
        gone.write(b"x")
    assert gone.size == 0


def test_a_photograph_has_a_limit(line: Line) -> None:
    """One byte more than the largest photograph is too large."""
    with pytest.raises(TooLarge):
        line.sent(LARGEST).write(b"x")


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["write", "end", "abandon", "wait"]), st.integers(0, LARGEST)), max_size=60))
def test_memory_is_bounded_and_adds_up(steps: list[tuple[int, str, int]]) -> None:
    """Whatever ten photographs do, what is held is what they hold together, never more than four of the largest, and all of it comes back."""
    line = Line()
    every = [line.arrivals.begin() for _ in range(10)]
    acts: dict[str, Callable[[Held, int], None]] = {
        "write": lambda held, size: held.write(bytes(size)),
        "end": lambda held, _size: held.end("", ""),
        "abandon": lambda held, _size: held.abandon(),
        "wait": lambda _held, size: line.pass_seconds(size % 100),
    }
    for place, act, size in steps:
        try:
            acts[act](every[place], size)
        except (StoreBusy, TooLarge):
            every[place].abandon()
        assert line.arrivals.held == sum(each.size for each in every) <= MOST_HELD * LARGEST
    for each in every:
        each.abandon()
    assert line.arrivals.held == 0


@pytest.mark.parametrize(("rests", "patience"), [((0.0, 5.0), Patience(silent=0.05)), ((0.02,) * 50, Patience(whole=0.1))], ids=["silent", "for ever"])
def test_nobody_is_waited_for_without_end(rests: tuple[float, ...], patience: Patience) -> None:
    """A form of which nothing comes for too long, or which never ends, is waited for no more."""

    async def pieces() -> AsyncIterator[bytes]:
        for each in rests:
            await asyncio.sleep(each)
            yield b"x"

    async def read() -> int:
        return len([piece async for piece in in_time(pieces(), patience)])

    # In a thread of its own: a browser's tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool, pytest.raises(TimeoutError):
        pool.submit(asyncio.run, read()).result()


def test_a_plain_form_that_never_ends_is_given_up() -> None:
    """Every form without files has a time in which it must be there whole, however often a byte comes."""

    async def receive() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"a", "more_body": True}

    with ThreadPoolExecutor(1) as pool, pytest.raises(StoreBusy):
        pool.submit(lambda: asyncio.run(read_fields(Request({"type": "http", "headers": []}, receive), seconds=0.2))).result()


def test_a_later_step_that_stalls_is_given_up() -> None:
    """The form of a photograph's later step is given up when nothing more comes, and its memory is given back."""
    photographs, seen = Photographs(arriving=Patience(silent=0.1)), list[int]()

    async def receive() -> Message:
        if seen:
            seen.append(photographs.arrivals.held)
            await asyncio.sleep(60)
        seen.append(0)
        return {"type": "http.request", "body": b"picture=" + bytes(1_000), "more_body": True}

    async def read() -> None:
        async with brought(Request({"type": "http", "method": "POST", "headers": []}, receive), photographs):
            raise AssertionError

    with ThreadPoolExecutor(1) as pool, pytest.raises(StoreBusy):
        pool.submit(lambda: asyncio.run(read())).result()
    assert (seen, photographs.arrivals.held) == ([0, 1_008], 0)
