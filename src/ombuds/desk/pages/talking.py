# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member does in a case to talk to its source: reply with files, save a file.

A file that goes out passes from the browser to its seal in pieces; one that is saved comes as an attachment of no type, so
that no browser opens it (T12, T24). Nothing written is lost when the server is silent. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ombuds.core.errors import OmbudsError, RemoteSilent
from ombuds.desk.casework.talk import Attachment, reply, save_attachment
from ombuds.desk.pages.answers import go, refuse
from ombuds.desk.pages.case import show_case
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.guard import ELSEWHERE
from ombuds.desk.pages.room import Room
from ombuds.desk.pages.uploads import Parts, Upload, boundary_of, chunks_of, fields_first
from ombuds.desk.pages.visit import Visit, locked_out, room_of, shown
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

SENT = mark("Your reply is sealed and sent to the server, which hands it to the source together with others at the next of its fixed hours.")
SENT_HERE = mark(
    "Your reply is sealed and sent to the server. In this demonstration the source can read it within seconds; in earnest the server hands it over "
    "together with others at the next of its fixed hours."
)
NOTHING = Trouble(sentence=mark("The reply is empty."), help=mark("Write something or choose a file, then send it. Nothing was sent yet."))
SANDBOX = "sandbox; default-src 'none'"


async def send_reply(request: Request) -> Response:
    """Reply to the source with a text and files."""
    room = room_of(request)
    room.touch()
    boundary = boundary_of(request)
    if room.desk is None:
        return await run_in_threadpool(_read_and_keep, room, request, boundary)
    visit = Visit(room, room.desk, request.url.path, request.path_params)
    return await run_in_threadpool(_read_and_reply, visit, request, boundary)


def _read_and_keep(room: Room, request: Request, boundary: bytes) -> Response:
    """Keep the text of a reply to a locked desk; a browser does not let a page choose its files again."""
    form, _ = fields_first(iter(Parts(chunks_of(request, lambda: None), boundary)))
    return locked_out(room, request.url.path, form) if form.marked(room) else refuse(room, ELSEWHERE, 403)


def _read_and_reply(visit: Visit, request: Request, boundary: bytes) -> Response:
    form, uploads = fields_first(iter(Parts(chunks_of(request, visit.room.touch), boundary)))
    if not form.marked(visit.room):
        return refuse(visit.room, ELSEWHERE, 403)
    visit = replace(visit, form=form)

    def send(now: Visit) -> Response:
        name = now.names["case"]
        my_matter(now.desk, name)
        try:
            files = _attachments(uploads)
            first = tuple(islice(files, 1))
            if not first and not form.one("text").strip():
                return show_case(now, name, "", NOTHING)
            reply(now.desk, name, form.one("text"), chain(first, files))
        except RemoteSilent as silent:
            now.room.silent(now.desk)
            return show_case(now, name, form.one("text"), Trouble.of(silent))
        except OmbudsError as wrong:
            return show_case(now, name, form.one("text"), Trouble.of(wrong))
        now.say(SENT_HERE if now.desk.charter.charter.demonstration else SENT)
        return go(f"/cases/{name}")

    return shown(send, visit)


def _attachments(uploads: Iterator[Upload]) -> Iterator[Attachment]:
    for upload in uploads:
        # A browser sends an empty part where no file was chosen.
        if upload.name:
            yield upload.name, upload.type, upload.content


def save_file(visit: Visit) -> Response:
    """Give a file of the case to be saved. Raises NotHere, Tampered, RemoteSilent."""
    my_matter(visit.desk, visit.names["case"])
    found, content = save_attachment(visit.desk, visit.names["case"], visit.names["file"])
    # What fails at once is told on a page; what fails later breaks the download, and its length shows it.
    first = next(content, b"")
    headers = {
        "content-length": str(found.size),
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": SANDBOX,
    }
    return StreamingResponse(chain((first,), content), headers=headers, media_type="application/octet-stream")
