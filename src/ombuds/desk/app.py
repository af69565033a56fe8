# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens of a member's desk as one application on loopback, in the process in which the vault is unlocked.

The door (guard.py) stands around everything. A clockwork locks the desk when nobody is there and looks at the server now
and then, so that keys are renewed and approved things go out without anybody pressing a button (T09, T33). It decides
nothing. See spec/desk.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import NotHere, OmbudsError
from ombuds.desk.pages.answers import refuse, status_of
from ombuds.desk.pages.guard import Guard
from ombuds.desk.pages.room import Frame, Keys, Room
from ombuds.desk.pages.routes import ROUTES
from ombuds.desk.pages.visit import room_of
from ombuds.desk.parts import Desk
from ombuds.host.logs import log_error
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

LOOK_EVERY = 15.0
FETCH_EVERY = 10 * 60.0
BROKEN = Trouble(
    sentence=mark("Something went wrong in the desk itself."),
    help=mark("What was kept before is kept. Go back and try again; if it happens again, start the desk anew."),
)


def build(desk: Desk | None, token: str, frame: Frame) -> Starlette:
    """Return the application over an open desk, or over a locked one; ``token`` is the way in of this start."""
    room = Room(desk, Keys(token), frame)
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Guard, room=room)],
        exception_handlers={OmbudsError: _refused, HTTPException: _not_here, Exception: _broken},
        lifespan=_clockwork,
    )
    app.state.room = room
    return app


async def _refused(request: Request, error: Exception) -> Response:
    wrong = cast(OmbudsError, error)
    return refuse(room_of(request), Trouble.of(wrong), status_of(wrong))


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return refuse(room_of(request), Trouble.of(NotHere()), status)


async def _broken(request: Request, error: Exception) -> Response:
    log_error("a screen failed", error)
    return refuse(room_of(request), BROKEN, 500)


@asynccontextmanager
async def _clockwork(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(_ticking(app.state.room))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    app.state.room.lock()


async def _ticking(room: Room) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        room.lock_if_idle()
        desk = room.desk
        if desk is not None and room.stale(FETCH_EVERY):
            await run_in_threadpool(room.fetch_quietly, desk)
