# SPDX-License-Identifier: AGPL-3.0-or-later
"""A photograph's later steps: black out squares, see exactly what would be public, and send exactly that.

Between two steps the server keeps nothing: the cleaned picture, the squares and what was typed travel in the page. The picture
is opened in a cell each time, as hostile as the first. The turn and crop follow from a key that only this server has, so that
nobody chooses them, and what is sent is what was shown, byte by byte and word by word (T13, T14). See spec/site.md.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass

from anyio import fail_after
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, StoreBusy
from ombuds.core.grid import ACROSS, SQUARES, down
from ombuds.core.keys import hash_of, mac_of, same
from ombuds.core.pictures import shape_of
from ombuds.core.posts import LARGE
from ombuds.pages.join_values import CoverPage, ExactPage, Found, Told, Typed
from ombuds.pages.values import Trouble
from ombuds.server.campaign import sending
from ombuds.server.campaign.asked import Asked, asked_of
from ombuds.server.campaign.filled import Filled, filled, typed_in
from ombuds.server.campaign.form import given_back
from ombuds.server.campaign.photograph import Cleaned, Photographs, Ready
from ombuds.server.campaign.proposed import MOST, Looked, Proposed, chosen, proposed_in, spelled
from ombuds.server.campaign.refusals import CHANGED, NOT_SHOWN, OVER, RECEIVED, PostRefused
from ombuds.server.http.answers import copying, page
from ombuds.server.http.fields import Fields, nonce_of, read_fields
from ombuds.server.http.parts import keeping

# A cleaned picture, and the same in base64; a form may have as many bytes as twelve for each of these.
MOST_CLEANED, LONGEST_PICTURE = 400_000, 48_000
# A form that is on its way for longer is taken for one that never ends.
FORM_SECONDS = 600.0
MOST_FIELDS = SQUARES + MOST + 40
# Of these nothing can be put right on the page of the squares.
FINAL = (CHANGED, OVER, RECEIVED)


@dataclass(frozen=True)
class _Step:
    """One step with a photograph: the form that came, and what it brought."""

    request: Request
    asked: Asked
    fields: Fields
    typed: Typed
    picture: bytes
    cells: tuple[int, ...]
    proposed: tuple[Proposed, ...] = ()
    ticked: tuple[int, ...] = ()

    @property
    def boxes(self) -> tuple[Proposed, ...]:
        """The proposed boxes that are ticked."""
        return tuple(self.proposed[number - 1] for number in self.ticked)

    @property
    def shown(self) -> _Shown:
        """What stands on the page of the squares when it is shown again."""
        return _Shown(self.typed, self.picture, self.cells, Looked("found", self.proposed) if self.proposed else None, self.ticked)

    @property
    def photographs(self) -> Photographs:
        found: Photographs = self.request.app.state.photographs
        return found

    @property
    def listed(self) -> str:
        return ".".join(map(str, self.cells))

    def signed(self, label: str, *more: str) -> bytes:
        """Return what only this server can say about this picture with these squares and boxes in this form."""
        covered = (self.listed, spelled(self.boxes))
        said = (label, self.asked.campaign, str(self.asked.version), nonce_of(self.fields), hash_of(self.picture), *covered, *more)
        return mac_of(self.asked.parts.form_key, "\x00".join(said).encode())

    @property
    def check(self) -> str:
        """What the page of the result carries, over the picture and over every word that it shows or keeps."""
        return self.signed("ombuds shown", hash_of(encode(self.typed))).hex()


def first(asked: Asked, fields: Fields, typed: Typed, cleaned: Cleaned, looked: Looked) -> bytes:
    """Return the page with a photograph that was just cleaned, what its file would have told, and what is proposed to cover, all of it ticked."""
    told = tuple(Told(name=name, value=value) for name, value in cleaned.told)
    ticked = tuple(range(1, len(looked.boxes) + 1))
    return _cover(asked, fields, _Shown(typed, cleaned.picture, (), looked, ticked, told, is_first=True))


async def cover(request: Request) -> Response:
    """Show the squares again. Raises NotHere, Malformed, TooLarge."""
    step = await _step(request)
    return page(_cover(step.asked, step.fields, step.shown))


async def result(request: Request) -> Response:
    """Show exactly what would become public. Raises NotHere, Malformed, TooLarge."""
    step = await _step(request)
    try:
        post, ready = await _finished(step)
    except PostRefused as refused:
        return await _refused(step, refused)
    rank = step.asked.said(step.asked.terms.ranks[post.rank]).text if post.rank is not None else ""
    text = step.asked.text
    return page(
        step.asked.parts.renderer.exactly(
            step.asked.shell,
            ExactPage(
                title=text.title,
                title_language=text.language,
                path=step.asked.path,
                nonce=nonce_of(step.fields),
                ticket=step.fields.one("ticket"),
                version=step.asked.version,
                typed=step.typed,
                picture=_written(step.picture),
                shown=_written(ready.large),
                width=ready.width,
                height=ready.height,
                cells=step.listed,
                proposed=spelled(step.proposed),
                boxes=".".join(map(str, step.ticked)),
                check=step.check,
                sentence=post.sentence.text,
                language=post.sentence.language,
                rank=rank,
            ),
        )
    )


async def send(request: Request) -> Response:
    """Send exactly what was shown. Raises NotHere, Malformed, TooLarge, StoreBusy, StoreFull."""
    step = await _step(request)
    try:
        if not same(step.fields.one("check").encode(), step.check.encode()):
            raise PostRefused(NOT_SHOWN)
        post, ready = await _finished(step)
        words = await keeping(request, lambda: sending.send(step.asked, post, step.fields, ready))
    except PostRefused as refused:
        return await _refused(step, refused)
    return copying(step.asked.parts, await sending.thanked(request, step.asked, post, words))


async def _finished(step: _Step) -> tuple[Filled, Ready]:
    if not step.asked.is_open:
        raise PostRefused(OVER, 409)
    post = filled(step.asked, step.typed, step.fields.one("version"))
    if post.kind != "photo":
        raise Malformed("no photograph")
    seed = step.signed("ombuds seed")
    return post, await step.photographs.in_turn(lambda: step.photographs.ready(step.picture, step.cells, step.boxes, seed))


async def _refused(step: _Step, refused: PostRefused) -> Response:
    if refused.trouble in FINAL:
        return await given_back(step.request, step.asked, step.fields, refused)
    return page(_cover(step.asked, step.fields, step.shown, refused.trouble), refused.status)


@dataclass(frozen=True)
class _Shown:
    """What stands on the page of the squares."""

    typed: Typed
    picture: bytes
    cells: tuple[int, ...] = ()
    looked: Looked | None = None
    ticked: tuple[int, ...] = ()
    told: tuple[Told, ...] = ()
    is_first: bool = False


def _cover(asked: Asked, fields: Fields, shown: _Shown, trouble: Trouble | None = None) -> bytes:
    shape, boxes = shape_of(shown.picture), shown.looked.boxes if shown.looked else ()
    said = CoverPage(
        title=asked.text.title,
        title_language=asked.text.language,
        path=asked.path,
        nonce=nonce_of(fields),
        ticket=fields.one("ticket"),
        version=asked.version,
        typed=shown.typed,
        picture=_written(shown.picture),
        width=shape.width,
        height=shape.height,
        across=ACROSS,
        down=down(shape.width, shape.height),
        cells=shown.cells,
        looked=shown.looked.state if shown.looked else "",
        proposed=spelled(boxes),
        found=tuple(_found(each, (shape.width, shape.height), number, number in shown.ticked) for number, each in enumerate(boxes, 1)),
        told=shown.told,
        first=shown.is_first,
        trouble=trouble,
    )
    return asked.parts.renderer.cover(asked.shell, said)


def _found(box: Proposed, size: tuple[int, int], number: int, ticked: bool) -> Found:
    return Found(number=number, what=box.what, where=box.where(*size), box=(box.x, box.y, box.width, box.height), ticked=ticked)


async def _step(request: Request) -> _Step:
    asked = await asked_of(request)
    try:
        with fail_after(FORM_SECONDS):
            fields = await read_fields(request, LONGEST_PICTURE, MOST_FIELDS)
    except TimeoutError:
        raise StoreBusy from None
    try:
        picture = urlsafe_b64decode(fields.one("picture").encode())
    except (Error, ValueError):
        raise Malformed("not a picture") from None
    shape = shape_of(picture)
    # Such a picture was never handed out here. A cell would take it, and a small form could cost as much as a large photograph.
    if shape.type != "jpeg" or max(shape.width, shape.height) > LARGE or len(picture) > MOST_CLEANED:
        raise Malformed("not a picture of ours")
    known = {str(cell) for cell in range(SQUARES)}
    # The grid sends each square by itself, the page of the result all of them in one field.
    sent = {*fields.every("cell"), *fields.one("cells").split(".")} & known
    proposed = proposed_in(fields.one("proposed"), shape.width, shape.height)
    ticked = chosen(proposed, (*fields.every("box"), *fields.one("boxes").split(".")))
    return _Step(request, asked, fields, typed_in(fields), picture, tuple(sorted(map(int, sent))), proposed, ticked)


def _written(picture: bytes) -> str:
    return urlsafe_b64encode(picture).decode()
