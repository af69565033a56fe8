# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports are sealed and kept one at a time in each process; pages do not wait for them, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import sleep
from typing import TypeVar

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request

from ombuds.core.errors import StoreBusy
from ombuds.server.app import build
from ombuds.server.http.parts import keeping
from tests.server.institution import Institution

T = TypeVar("T")


@pytest.fixture
def app(here: Institution) -> Starlette:
    """The application of one process."""
    return build(here.parts)


def in_a_loop(work: Coroutine[None, None, T]) -> T:
    """Run it in a loop of its own thread: in this one a browser of other tests may hold a loop."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


def visit(app: Starlette) -> Request:
    """A visit to this application."""
    return Request({"type": "http", "app": app, "headers": []})


async def held(app: Starlette, go_on: Event) -> asyncio.Task[bool]:
    """Begin to keep something that does not end before it may go on."""
    begun = Event()

    def work() -> bool:
        begun.set()
        return go_on.wait(30)

    task = asyncio.create_task(keeping(visit(app), work))
    while not begun.is_set():
        await asyncio.sleep(0.001)
    return task


def test_two_reports_are_not_sealed_at_once(app: Starlette) -> None:
    """While one report is sealed and kept, the next one waits for its turn."""
    inside, met = Lock(), []

    def work() -> None:
        met.append(not inside.acquire(blocking=False))
        sleep(0.01)
        if not met[-1]:
            inside.release()

    async def all_at_once() -> None:
        await asyncio.gather(*(keeping(visit(app), work) for _ in range(5)))

    in_a_loop(all_at_once())
    assert met == [False] * 5


def test_a_page_does_not_wait_for_a_report(app: Starlette) -> None:
    """A page is answered while a report waits for the disk."""

    async def while_held() -> int:
        go_on = Event()
        task = await held(app, go_on)
        try:
            async with AsyncClient(transport=ASGITransport(app), base_url="http://desk.test") as client:
                return (await asyncio.wait_for(client.get("/en/report"), 20)).status_code
        finally:
            go_on.set()
            await task

    assert in_a_loop(while_held()) == 200


def test_a_report_does_not_wait_for_ever(app: Starlette) -> None:
    """Whoever has waited five seconds for a turn is told that the store is busy."""

    async def while_held() -> None:
        go_on = Event()
        task = await held(app, go_on)
        try:
            await keeping(visit(app), lambda: None)
        finally:
            go_on.set()
            await task

    with pytest.raises(StoreBusy):
        in_a_loop(while_held())
