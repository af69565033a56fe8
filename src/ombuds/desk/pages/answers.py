# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns what a screen has to say into an answer: a page, a way to another screen, a refusal in the desk's language.

It decides nothing and asks the vault for nothing but the number of what waits. See spec/desk.md.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ombuds.core import errors
from ombuds.core.errors import OmbudsError
from ombuds.desk.pages.room import Room
from ombuds.pages.desk_values import DeskError, DeskShell, UnlockView
from ombuds.pages.languages import mark
from ombuds.pages.values import Choice, Trouble

HTML = "text/html; charset=utf-8"

NO_WAY = Trouble(
    sentence=mark("This desk does not know this browser yet."),
    help=mark("Open the whole address that stands in the terminal where the desk was started. It is new at every start."),
)

# The first class that fits; what is not listed is the asker's mistake.
STATUSES: tuple[tuple[type[OmbudsError], int], ...] = (
    (errors.NotHere, 404),
    (errors.TooLarge, 413),
    (errors.VaultLocked, 403),
    (errors.NotAMember, 403),
    (errors.NotEnough, 409),
    (errors.OrderWrong, 409),
    (errors.AlreadyUsed, 409),
    (errors.Stopped, 409),
    (errors.NotThisApproval, 409),
    (errors.VaultBusy, 409),
    (errors.VaultFull, 507),
    (errors.Expired, 410),
)


def status_of(error: OmbudsError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def page(content: bytes, status: int = 200) -> Response:
    """Answer with a page."""
    return Response(content, status, media_type=HTML)


def go(path: str) -> Response:
    """Send the browser to another screen, with GET."""
    return RedirectResponse(path, 303)


def bare_shell(room: Room) -> DeskShell:
    """Return what surrounds a screen that shows nothing of the vault."""
    return DeskShell(desk_name="ombuds", token=room.keys.form, language=room.language)


def refuse(room: Room, trouble: Trouble, status: int, shell: DeskShell | None = None, way: Choice | None = None) -> Response:
    """Answer with a refusal, what to do next, and where to go on."""
    view = DeskError(trouble=trouble, detail=trouble.detail, status=status, way=way)
    return page(room.renderer.error(shell or bare_shell(room), view), status)


def stranger(room: Room) -> Response:
    """Answer a browser that did not come in by the printed address; no screen would let it on."""
    return page(room.renderer.error(bare_shell(room), DeskError(trouble=NO_WAY, status=403, onward=False)), 403)


Typed = tuple[str, tuple[tuple[str, str], ...]]
"""The address of a form, and its fields."""


def locked(room: Room, trouble: Trouble | None = None, status: int = 200, typed: Typed = ("", ())) -> Response:
    """Answer with the screen where the vault is opened, which keeps what was typed elsewhere."""
    view = UnlockView(vault=room.frame.vault, trouble=trouble, back=typed[0], typed=typed[1])
    return page(room.renderer.unlock(bare_shell(room), view), status)
