# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed reports for desks, and the parts of files in both directions.

A member gets reports that were released, with the own share alone, and parts of what the member holds something of (T05,
T34). A part is at most 4 MiB and belongs to nobody until a case or a reply names it. See spec/api.md.
"""

from __future__ import annotations

from starlette.responses import Response, StreamingResponse

from ombuds.core.errors import AlreadyUsed, Malformed
from ombuds.server.api.calls import Call, done, told
from ombuds.server.store import cases, replies
from ombuds.server.store.replies import Room


def reports(call: Call) -> Response:
    """Answer with a page of released reports that nobody has opened."""
    with call.parts.store.read() as connection:
        return told(cases.released(connection, call.member, call.query.get("after", "")))


def part(call: Call) -> Response:
    """Answer with a part's bytes. Raises NotHere."""
    with call.parts.store.read() as connection:
        cases.check_may_read(connection, call.path["part"], call.member)
    return StreamingResponse(call.parts.store.blobs.read(call.path["part"]), media_type="application/octet-stream")


def keep_part(call: Call) -> Response:
    """Store a part that belongs to nobody yet. Raises AlreadyUsed, Malformed, NotHere, OrderWrong, StoreFull."""
    name = call.path["part"]
    if not call.body:
        raise Malformed("an empty part")
    with call.parts.store.read() as connection:
        size = cases.free_part(connection, name)
        if size is None and call.member:
            replies.check_room(connection, call.member, len(call.body), room_of(call))
    if size == len(call.body) and b"".join(call.parts.store.blobs.read(name)) == call.body:
        # The same part once more: the first answer was lost on its way.
        return done()
    _write(call, name)
    with call.parts.store.write() as connection:
        cases.keep_part(connection, name, len(call.body), call.today)
        if call.member:
            replies.bring(connection, name, call.member, max(len(call.body), cases.LEAST_COST))
    return done()


def room_of(call: Call) -> Room:
    """Return how much the settings let one member bring."""
    settings = call.parts.settings
    return Room(settings.largest_upload, settings.most_files, settings.most_of_a_member)


def _write(call: Call, name: str) -> None:
    try:
        writer = call.parts.store.blobs.open(name, call.today)
    except FileExistsError:
        raise AlreadyUsed("a part of this name was stored") from None
    kept = False
    try:
        writer.write(call.body)
        writer.close()
        kept = True
    finally:
        if not kept:
            writer.abandon()
