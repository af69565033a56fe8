# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of publications, as they were signed: served while their text is public, gone when it was taken down.

The bytes were checked to hold pixels alone before they were kept (T13); they are sent with the type that was checked and no
other. A picture of an earlier version stays, because that version stays in the record. See spec/site.md.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import NotHere
from ombuds.core.publication import Salted
from ombuds.server.http.parts import Parts, parts_of
from ombuds.server.store import ledger

NAME = re.compile(r"([1-9][0-9]{0,8})\.([1-9])\.(jpg|png)\Z")
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
# Never longer than a page, so that a takedown is one everywhere soon.
KEPT = "public, max-age=60"


async def picture(request: Request) -> Response:
    """Answer with one picture. Raises NotHere."""
    parts, subject, name = parts_of(request), request.path_params["subject"], NAME.match(request.path_params["name"])
    if name is None:
        raise NotHere
    found = await run_in_threadpool(_find, parts, subject, (int(name[1]), int(name[2])))
    if found.path != f"{subject}/{name[0]}":
        raise NotHere
    return Response(found.content, media_type=TYPES[name[3]], headers={"cache-control": KEPT})


def _find(parts: Parts, subject: str, place: tuple[int, int]) -> Salted:
    with parts.store.read() as connection:
        found = ledger.picture(connection, subject, *place)
    if found is None:
        raise NotHere
    return found
