# SPDX-License-Identifier: AGPL-3.0-or-later
"""Add a picture to a draft: one file that a member chose to publish, with its credit and with words for who cannot see it.

It is an act of its own, apart from the files of any case, which have no way here (T15). The file becomes points in a cell and
a fresh JPEG in another; only that is kept (T12, T13). What can be recognised in it the member must see: the page says so, and
the preview shows what readers will get (T14). See spec/desk.md.
"""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.content import MOST_PICTURES, Said
from ombuds.core.errors import OmbudsError
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.answers import go, page, refuse, status_of
from ombuds.desk.pages.evidence import WHY
from ombuds.desk.pages.forms import Form
from ombuds.desk.pages.guard import ELSEWHERE
from ombuds.desk.pages.room import Room
from ombuds.desk.pages.uploads import Parts, Upload, boundary_of, chunks_of, fields_first
from ombuds.desk.pages.visit import Visit, done, locked_out, room_of
from ombuds.desk.release.pictures import keep_picture
from ombuds.media.cell import MOST_BYTES, NoPicture
from ombuds.media.picture import publishable
from ombuds.pages.desk_values import Field, SmallForm
from ombuds.pages.languages import NAMES, mark
from ombuds.pages.values import Fact, Trouble

LACKING = Trouble(
    sentence=mark("A picture needs a file, a credit, and words for who cannot see it, in each language."), help=mark("Choose the file once more.")
)
FULL = Trouble(sentence=mark("A publication has four pictures at most."), help=mark("Take one out first."))


def ask(visit: Visit) -> Response:
    """Ask for a picture, its credit and its words. Raises NotHere."""
    return _form(visit, visit.desk.vault.draft(visit.names["draft"]), Form())


async def add(request: Request) -> Response:
    """Take a picture into a draft."""
    room = room_of(request)
    room.touch()
    return await run_in_threadpool(_add, room, request, boundary_of(request))


def _add(room: Room, request: Request, boundary: bytes) -> Response:
    form, uploads = fields_first(iter(Parts(chunks_of(request, room.touch), boundary)))
    if not form.marked(room):
        return refuse(room, ELSEWHERE, 403)
    if room.desk is None:
        return locked_out(room, request.url.path, form)
    content = _whole(next(uploads, None))
    visit = Visit(room, room.desk, request.url.path, request.path_params, form=form)
    return done(lambda now: _taken(now, content), visit)


def _taken(visit: Visit, content: bytes) -> Response:
    kept, form = visit.desk.vault.draft(visit.names["draft"]), visit.form
    text = kept.content
    shows = tuple(Said(each.language, said.strip()) for each, said in zip(text.texts, _typed(form, len(text.texts)), strict=True))
    if not content or not form.one("credit").strip() or not all(each.text for each in shows):
        return _form(visit, kept, form, LACKING, 400)
    if len(text.pictures) >= MOST_PICTURES:
        return _form(visit, kept, form, FULL, 400)
    try:
        made = keep_picture(visit.desk, publishable(content), form.one("credit").strip(), shows)
    except NoPicture as none:
        return _form(visit, kept, form, WHY[none.reason], 400)
    except OmbudsError as wrong:
        return _form(visit, kept, form, Trouble.of(wrong), status_of(wrong))
    others = tuple(picture for picture in text.pictures if picture.sha256 != made.sha256)
    changed = msgspec.structs.replace(text, pictures=(*others, made))
    visit.desk.vault.keep_draft(msgspec.structs.replace(kept, content=changed, day=visit.desk.today))
    visit.say(mark("The picture is in the draft, as fresh pixels. Look at it in the preview before you go on."))
    return go(f"/publish?draft={kept.id}")


def _typed(form: Form, languages: int) -> tuple[str, ...]:
    return tuple(form.one(f"shows-{place}") for place in range(languages))


def _whole(upload: Upload | None) -> bytes:
    """Return a file whole, or so much of it that it is seen to be too large."""
    content = bytearray()
    for piece in upload.content if upload and upload.name else ():
        content += piece
        if len(content) > MOST_BYTES:
            break
    return bytes(content)


def _form(visit: Visit, kept: KeptDraft, given: Form, trouble: Trouble | None = None, status: int = 200) -> Response:
    typed = _typed(given, len(kept.content.texts))
    several = len(kept.content.texts) > 1
    words = tuple(
        Field(
            name=f"shows-{place}",
            label=mark("What the picture shows"),
            hint=NAMES.get(text.language, text.language) if several else mark("For those who cannot see it. One sentence."),
            kind="long",
            value=typed[place],
        )
        for place, text in enumerate(kept.content.texts)
    )
    form = SmallForm(
        title=mark("Add a picture"),
        text=mark(
            "Choose only what was made to be published, never a document or a photograph from a case: a copy can be marked so that it tells who leaked it. "
            "Your desk draws the picture anew and keeps nothing else of the file. Look for faces, names, numbers, places and reflections yourself."
        ),
        action=f"/publish/{kept.id}/picture",
        button=mark("Add the picture"),
        fields=(
            Field(name="credit", label=mark("Credit"), hint=mark("Who made it, as readers shall see it."), value=given.one("credit")),
            *words,
            Field(name="file", label=mark("Picture"), kind="file"),
        ),
        facts=tuple(Fact(label=mark("Title"), value=text.title) for text in kept.content.texts if text.title),
        back=f"/publish?draft={kept.id}",
        trouble=trouble,
    )
    return page(visit.room.renderer.form(visit.shell("/publish"), form), status)
