# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining a campaign without JavaScript: the form, a post with a drawn badge, and the first look at a photograph.

The drawn badge stands first, because nothing in it comes from the supporter. A photograph comes into memory, goes through a cell
and back to the supporter; nothing of it is sent or kept before they say so (T12, T13). See spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ombuds.core.errors import OmbudsError, TooLarge
from ombuds.pages.values import Trouble
from ombuds.server.campaign import covering, sending
from ombuds.server.campaign.arriving import Held, in_time, pieces_of
from ombuds.server.campaign.asked import Asked, asked_of
from ombuds.server.campaign.filled import filled, typed_in
from ombuds.server.campaign.form import fresh, given_back
from ombuds.server.campaign.photograph import LARGEST, Photographs
from ombuds.server.campaign.refusals import BUSY, NONE_CHOSEN, OVER, UNASKED, WHY, PostRefused
from ombuds.server.http.answers import copying, joining
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields
from ombuds.server.http.multipart import Arriving, Limits, read_on
from ombuds.server.http.parts import keeping

# The photograph with a little room for the sentence and what stands around it.
LIMITS = Limits(LARGEST + 1024 * 1024, 128 * 1024, 1)
# What is on its way from the line to the photograph's memory is counted by nothing, so it is little.
BATCH = 64 * 1024


@dataclass(frozen=True)
class _Visit:
    """One form on its way in."""

    asked: Asked
    photographs: Photographs
    held: Held
    form: Arriving

    @property
    def fields(self) -> Fields:
        return self.form.fields


async def show(request: Request) -> Response:
    """Show the form. Raises NotHere for what is no campaign."""
    asked = await asked_of(request)
    return joining(asked.parts, await fresh(request, asked))


async def send(request: Request) -> Response:
    """Take a form: keep a post with a drawn badge, or show the cleaned photograph. Raises NotHere, Malformed."""
    asked = await asked_of(request)
    photographs: Photographs = request.app.state.photographs
    held = photographs.hold()
    visit = _Visit(asked, photographs, held, Arriving(request.headers.get("content-type", ""), LIMITS, held, lambda _fields: None))
    try:
        return await _taken(request, visit)
    except PostRefused as refused:
        return await given_back(request, asked, visit.fields, refused)
    except OmbudsError as refusal:
        return await given_back(request, asked, visit.fields, _told(visit, refusal))
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        held.abandon()


async def _taken(request: Request, visit: _Visit) -> Response:
    try:
        rest = await read_on(in_time(pieces_of(request), visit.photographs.arrivals.patience), visit.form, BATCH)
    except TimeoutError:
        raise PostRefused(BUSY, 503) from None
    await run_in_threadpool(visit.form.finish, rest)
    asked, fields = visit.asked, visit.fields
    if not asked.is_open:
        raise PostRefused(OVER, 409)
    typed = typed_in(fields)
    post = filled(asked, typed, fields.one("version"))
    if post.kind == "photo":
        if not visit.held.size:
            raise PostRefused(NONE_CHOSEN if not visit.form.has_files else WHY["kind"])
        # Only now, when all of it is here, a place is taken; who waits for one holds one copy and not two.
        cleaned = await visit.photographs.in_turn(lambda: visit.photographs.cleaned(visit.held.content))
        visit.held.abandon()
        return covering.first(asked, fields, typed, cleaned, await visit.photographs.looked(cleaned.picture))
    if visit.held.size:
        raise PostRefused(UNASKED)
    words = await keeping(request, lambda: sending.send(asked, post, fields))
    return copying(asked.parts, await sending.thanked(request, asked, post, words))


def _told(visit: _Visit, refusal: OmbudsError) -> PostRefused:
    # What is too large in this form is the photograph: everything else in it is short.
    trouble = WHY["large"] if isinstance(refusal, TooLarge) else visit.held.refused or Trouble.of(refusal)
    return PostRefused(trouble, status_of(refusal))
