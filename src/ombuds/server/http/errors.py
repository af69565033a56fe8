# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every refusal as an answer: a page in the reader's language, or JSON for desks and mirrors under /api/.

Of an unforeseen error only its class is logged; the page says that something went wrong and nothing else (T08). It does
not decide what is refused. See spec/errors.md.
"""

from __future__ import annotations

from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core import errors
from ombuds.core.encoding import encode
from ombuds.core.errors import OmbudsError
from ombuds.core.wire import CALL_UNKNOWN, Refusal
from ombuds.host.logs import log_error
from ombuds.pages.languages import SHIPPED, mark
from ombuds.pages.values import ErrorPage, Shell, Trouble
from ombuds.server.http.parts import Parts, parts_of, shell_of

HTML = "text/html; charset=utf-8"
JSON = "application/json"

# The first class that fits; what is not listed is the asker's mistake.
STATUSES: tuple[tuple[type[OmbudsError], int], ...] = (
    (errors.NotHere, 404),
    (errors.TooLarge, 413),
    (errors.RequestRefused, 403),
    (errors.NotAMember, 403),
    (errors.NotEnough, 409),
    (errors.OrderWrong, 409),
    (errors.AlreadyUsed, 409),
    (errors.Stopped, 409),
    (errors.NotThisApproval, 409),
    (errors.Expired, 410),
    (errors.IntakeClosed, 503),
    (errors.FreshnessStale, 503),
    (errors.StoreBusy, 503),
    (errors.StoreFull, 507),
    (errors.SettingWrong, 500),
)
WRONG_METHOD = Trouble(sentence=mark("This page cannot be used in that way."), help=mark("Go back and use the form or the links of the page."))
BROKEN = Trouble(
    sentence=mark("Something went wrong on our side."), help=mark("Nothing of what was thanked for is lost. Go back and try again in a moment.")
)


def status_of(error: OmbudsError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


async def refused(request: Request, error: Exception) -> Response:
    """Answer with what was refused and what to do next."""
    refusal = cast(OmbudsError, error)
    if request.url.path.startswith("/api/"):
        # The detail is ours and never holds content; desks show it to members.
        sentence = str(refusal)
        return _json(Refusal(type(refusal).__name__, sentence, refusal.help), status_of(refusal))
    return page_of(request, Trouble.of(refusal), status_of(refusal))


async def not_found(request: Request, error: Exception) -> Response:
    """Answer for an address or a method that the router does not know."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:
        trouble = WRONG_METHOD
    elif status == 404:
        trouble = Trouble.of(errors.NotHere())
    else:
        trouble = Trouble.of(errors.Malformed())
    if request.url.path.startswith("/api/"):
        return _json(Refusal(CALL_UNKNOWN, trouble.sentence, trouble.help), status)
    return page_of(request, trouble, status)


async def broken(request: Request, error: Exception) -> Response:
    """Answer for what nobody foresaw; only the error's class is logged."""
    log_error("a request failed", error)
    if request.url.path.startswith("/api/"):
        return _json(Refusal("OmbudsError", BROKEN.sentence, BROKEN.help), 500)
    return page_of(request, BROKEN, 500)


def page_of(request: Request, trouble: Trouble, status: int) -> Response:
    """Render the error page in the language of the address, or in English."""
    parts = parts_of(request)
    first, _, rest = request.url.path.lstrip("/").partition("/")
    language, path = (first, f"/{rest}") if first in SHIPPED else (SHIPPED[0], "/")
    # The page's own path comes from the reader: only the plain pages are offered in the other languages.
    body = parts.renderer.error(_shell(parts, language, path if request.method == "GET" else "/"), ErrorPage(trouble=trouble, status=status))
    return Response(body, status, media_type=HTML)


def _shell(parts: Parts, language: str, path: str) -> Shell:
    try:
        return shell_of(parts.public.record().charter, language, path)
    except OmbudsError:
        # Not founded yet, or the store is busy: the page must come all the same.
        return Shell(desk_name="ombuds", language=language, path=path)


def _json(refusal: Refusal, status: int) -> Response:
    return Response(encode(refusal), status, media_type=JSON)
