# SPDX-License-Identifier: AGPL-3.0-or-later
"""One visit to a screen: who is there, what the address and the form say, and the shell that goes around the answer.

`screen` and `act` make a route of a plain function: they ask for the passphrase while the desk is locked and refuse a form
without this start's mark. Writing is done by one visit at a time; reading waits for nobody. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.custody import read_proposal
from ombuds.core.errors import OmbudsError, RemoteSilent
from ombuds.desk.pages.answers import bare_shell, locked, refuse, status_of
from ombuds.desk.pages.forms import Form, parse, read_form
from ombuds.desk.pages.guard import ELSEWHERE
from ombuds.desk.pages.roles import ONLY_MODERATES, closed_to
from ombuds.desk.pages.room import Room
from ombuds.desk.pages.ways import way_on
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections
from ombuds.pages.desk_values import DeskShell
from ombuds.pages.languages import mark
from ombuds.pages.values import Sentence, Trouble

GO_BACK = mark("Go back in your browser; nothing was done.")
LOCKED_MEANWHILE = Trouble(
    sentence=mark("The desk locked itself, so nothing was sent."),
    help=mark("Unlock it: what you wrote is kept on this page and comes back with you."),
)


@dataclass(frozen=True)
class Visit:
    """One request of the member who is there."""

    room: Room
    desk: Desk
    path: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Form = Form()
    form: Form = Form()

    def shell(self, path: str = "", trouble: Trouble | None = None) -> DeskShell:
        """Return what goes around a screen."""
        charter = self.desk.charter.charter
        return DeskShell(
            desk_name=charter.name,
            token=self.room.keys.form,
            member=self.desk.name,
            language=self.room.language,
            path=path or self.path,
            waiting=unanswered(self.desk),
            only_moderates=self.desk.only_moderates,
            offline_since=self.room.offline_since,
            demonstration=charter.demonstration,
            home=home_of(self.desk),
            notice=self.room.said(),
            trouble=trouble,
        )

    def say(self, text: str, **values: str | int) -> None:
        """Keep a sentence of ours for the next screen."""
        self.room.say(Sentence(text=text, values=dict(values)))


def mistake(visit: Visit, sentence: str) -> Response:
    """Answer for a form that lacks something, with a sentence of ours; nothing was done."""
    return refuse(visit.room, Trouble(sentence=sentence, help=GO_BACK), 400, visit.shell(), way_on(visit.desk, visit.path))


def home_of(desk: Desk) -> str:
    """Return the public address of a demonstration, and nothing for any other desk, whose screens lead nowhere outside."""
    charter = desk.charter.charter
    return next(iter(charter.addresses), "") if charter.demonstration else ""


def unanswered(desk: Desk) -> int:
    """Return how many proposals wait for this member's answer."""
    if desk.only_moderates:
        return 0
    open_ones = [kept for kept in desk.vault.proposals() if not kept.answer and not objections(desk, kept.seen)]
    return sum(1 for kept in open_ones if read_proposal(kept.seen.envelope).expires >= desk.today)


Show = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def room_of(request: Request) -> Room:
    """Return the room behind the application."""
    room: Room = request.app.state.room
    return room


def screen(show: Show) -> Endpoint:
    """Make a route of a function that only shows."""

    async def answer(request: Request) -> Response:
        room = room_of(request)
        room.touch()
        if room.desk is None:
            return locked(room)
        query = parse(request.url.query)
        visit = Visit(room, room.desk, request.url.path, request.path_params, query)
        return await run_in_threadpool(shown, allowed(show), visit)

    return answer


def act(do: Show, alone: bool = True) -> Endpoint:
    """Make a route of a function that changes something and leads on to a screen; ``alone`` lets nobody else write meanwhile."""

    async def answer(request: Request) -> Response:
        room = room_of(request)
        room.touch()
        form = await read_form(request)
        if not form.marked(room):
            return refuse(room, ELSEWHERE, 403)
        if room.desk is None:
            return locked_out(room, request.url.path, form)
        visit = Visit(room, room.desk, request.url.path, request.path_params, Form(), form)
        return await run_in_threadpool(done if alone else shown, allowed(do), visit)

    return answer


def allowed(show: Show) -> Show:
    """Let a member whose only role is to moderate reach the screens of that role, and tell them so elsewhere."""

    def answer(visit: Visit) -> Response:
        if closed_to(visit.desk, visit.path):
            return refuse(visit.room, ONLY_MODERATES, 403, visit.shell("/"))
        return show(visit)

    return answer


def locked_out(room: Room, path: str, form: Form) -> Response:
    """Ask for the passphrase and keep what was typed in the page that asks: it is on no disk and in no memory of the desk."""
    typed = tuple((name, value) for name, value in form.fields if name != "token")
    return locked(room, LOCKED_MEANWHILE, 403, (path, typed))


def done(do: Show, visit: Visit) -> Response:
    """Let one visit at a time change something."""
    with visit.room.work:
        return shown(do, visit)


def shown(show: Show, visit: Visit) -> Response:
    """Answer, or say in the desk's language what was refused."""
    try:
        return show(visit)
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return refused(visit, silent, 503)
    except OmbudsError as wrong:
        return refused(visit, wrong, status_of(wrong))


def refused(visit: Visit, wrong: OmbudsError, status: int) -> Response:
    """Answer with a refusal inside the desk's shell, or bare if the vault is what failed."""
    if visit.room.desk is not visit.desk:
        return locked_out(visit.room, visit.path, visit.form)
    trouble = Trouble.of(wrong, detailed=True)
    try:
        return refuse(visit.room, trouble, status, visit.shell(), way_on(visit.desk, visit.path))
    except OmbudsError:
        return refuse(visit.room, trouble, status, bare_shell(visit.room))
