# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a photograph's later step on its way in: counted among the photographs that arrive, and within their time (T20).

Whoever gives way loses the bytes, and the rest is read on so that the answer arrives. What a form brings is looked at in a
thread, because a stranger chose it. Opens no picture. See spec/site.md.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ombuds.core.errors import Malformed, StoreBusy, TooLarge
from ombuds.core.grid import SQUARES
from ombuds.core.pictures import Shape, jpeg_of
from ombuds.core.posts import LARGE
from ombuds.server.campaign.alike import FILLER
from ombuds.server.campaign.arriving import Held, in_time, pieces_of
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.proposed import MOST
from ombuds.server.http.fields import SMALL_FORM, Fields, fields_of

# A cleaned picture. In base64, with all that stands around it, it fills 1 MiB of a form (alike.py); squares and words come on top.
MOST_CLEANED, LONGEST_FORM = 400_000, 1024 * 1024 + SMALL_FORM
MOST_FIELDS = SQUARES + MOST + 40
PICTURE = "picture"


@dataclass(frozen=True)
class Brought:
    """A form that is here whole: what was typed, and the picture that travelled with it."""

    fields: Fields
    picture: bytes
    shape: Shape


@asynccontextmanager
async def brought(request: Request, photographs: Photographs) -> AsyncIterator[Brought]:
    """Read a form, and count it until its answer is made. Raises TooLarge, Malformed, StoreBusy."""
    held = photographs.hold()
    try:
        await _read(request, photographs, held)
        yield await run_in_threadpool(_opened, held.content)
    finally:
        held.abandon()


async def _read(request: Request, photographs: Photographs, held: Held) -> None:
    try:
        async for piece in in_time(pieces_of(request), photographs.arrivals.patience):
            if held.size + len(piece) > LONGEST_FORM:
                raise TooLarge
            with suppress(StoreBusy):
                held.write(piece)
            del piece
        held.end("", "")
    except TimeoutError:
        raise StoreBusy from None


def _opened(content: bytes) -> Brought:
    fields = fields_of(content, MOST_FIELDS)
    try:
        picture = urlsafe_b64decode(fields.one(PICTURE).encode())
    except (Error, ValueError):
        raise Malformed("not a picture") from None
    # Another picture was never handed out here. A cell would take it, and a small form could cost as much as a large photograph.
    shape = jpeg_of(picture, MOST_CLEANED)
    if max(shape.width, shape.height) > LARGE:
        raise Malformed("not a picture of ours")
    # Bytes that are counted are kept once more at most.
    return Brought(Fields({name: values for name, values in fields.values.items() if name not in (PICTURE, FILLER)}), picture, shape)
