# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way in and out: the address with the token, the passphrase, the lock, and the stylesheet.

The token stands in the address that the desk printed and nowhere else; the browser gets a cookie that ends when it
is closed and that no script can read (T33). It opens no report. See spec/desk.md.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import NotHere, OmbudsError
from ombuds.core.keys import same
from ombuds.desk.pages.answers import go, locked, refuse, status_of, stranger
from ombuds.desk.pages.comeback import come_back
from ombuds.desk.pages.forms import Form, read_form
from ombuds.desk.pages.guard import ELSEWHERE
from ombuds.desk.pages.visit import Visit, room_of, shown
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

TYPED = "typed."
"""What stands before the name of a field that was typed into another form."""


async def enter(request: Request) -> Response:
    """Give the browser its cookie if the token is the one of this start."""
    room = room_of(request)
    if not same(request.query_params.get("token", "").encode(), room.keys.token.encode()):
        return stranger(room)
    room.greet(request.headers.get("accept-language", ""))
    answer = go("/")
    answer.set_cookie(room.frame.cookie, room.keys.cookie, path="/", httponly=True, samesite="strict")
    return answer


async def unlock(request: Request) -> Response:
    """Open the vault with the passphrase."""
    room = room_of(request)
    form = await read_form(request)
    if not form.marked(room):
        return refuse(room, ELSEWHERE, 403)
    back, typed = form.one("back"), Form(tuple((name.removeprefix(TYPED), value) for name, value in form.fields if name.startswith(TYPED)))
    try:
        await run_in_threadpool(room.unlock, form.one("passphrase"))
    except OmbudsError as wrong:
        return locked(room, Trouble.of(wrong), status_of(wrong), (back, typed.fields))
    room.touch()
    desk = room.desk
    if not back or desk is None:
        return go("/")
    return await run_in_threadpool(shown, come_back, Visit(room, desk, back, {}, Form(), typed))


async def lock(request: Request) -> Response:
    """Close the vault at once."""
    room = room_of(request)
    if not (await read_form(request)).marked(room):
        return refuse(room, ELSEWHERE, 403)
    await run_in_threadpool(room.lock)
    return go("/")


async def style(request: Request) -> Response:
    """Answer with the one stylesheet. Raises NotHere."""
    if request.path_params["name"] != "style.css":
        raise NotHere
    return Response(room_of(request).style, media_type="text/css; charset=utf-8")


def fetch(visit: Visit) -> Response:
    """Fetch from the server and go back to the screen it was asked from."""
    back = visit.form.one("back")
    trouble = visit.room.fetch_quietly(visit.desk)
    if trouble is not None:
        raise trouble
    if visit.room.offline_since is None:
        visit.say(mark("Fetched from the server."))
    return go(_screen(back))


def speak(visit: Visit) -> Response:
    """Speak another language from now on. Raises NotHere."""
    visit.room.speak(visit.desk, visit.form.one("language"))
    return go(_screen(visit.form.one("back")))


def _screen(back: str) -> str:
    """The screen that a form names to go back to, or the first: never an address of somebody else (T24)."""
    return back if back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable() else "/"
