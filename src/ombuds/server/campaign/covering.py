# SPDX-License-Identifier: AGPL-3.0-or-later
"""A photograph's later steps: black out squares, see exactly what would be public, and send exactly that.

Between two steps the server keeps nothing: the cleaned picture, the squares and what was typed travel in the page. The picture
is opened in a cell each time, as hostile as the first. The turn and crop follow from a key that only this server has, so that
nobody chooses them, and what is sent is what was shown, byte by byte and word by word (T13, T14). See spec/site.md.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed
from ombuds.core.grid import ACROSS, SQUARES, down
from ombuds.core.keys import hash_of, mac_of, same
from ombuds.pages.join_values import CoverPage, ExactPage, Found, Told, Typed
from ombuds.server.campaign import sending
from ombuds.server.campaign.alike import alike
from ombuds.server.campaign.asked import Asked, asked_of
from ombuds.server.campaign.coming_back import brought
from ombuds.server.campaign.filled import Filled, filled, typed_in
from ombuds.server.campaign.form import given_back
from ombuds.server.campaign.photograph import Cleaned, Photographs, Ready
from ombuds.server.campaign.proposed import Looked, Proposed, chosen, proposed_in, spelled
from ombuds.server.campaign.refusals import CHANGED, NOT_SHOWN, OVER, RECEIVED, PostRefused
from ombuds.server.http.answers import copying
from ombuds.server.http.fields import Fields, nonce_of, ticket_of
from ombuds.server.http.parts import keeping

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
    size: tuple[int, int]
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
        return _Shown(self.typed, self.picture, self.size, self.cells, Looked("found", self.proposed) if self.proposed else None, self.ticked)

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


def first(asked: Asked, fields: Fields, typed: Typed, cleaned: Cleaned, looked: Looked) -> Response:
    """Answer with a photograph that was just cleaned, what its file would have told, and what is proposed to cover, all of it ticked."""
    told = tuple(Told(name=name, value=value) for name, value in cleaned.told)
    ticked = tuple(range(1, len(looked.boxes) + 1))
    return _cover(asked, fields, _Shown(typed, cleaned.picture, (cleaned.width, cleaned.height), (), looked, ticked, told, is_first=True))


async def cover(request: Request) -> Response:
    """Show the squares again. Raises NotHere, Malformed, TooLarge, StoreBusy."""
    async with _step(request) as step:
        return _cover(step.asked, step.fields, step.shown)


async def result(request: Request) -> Response:
    """Show exactly what would become public. Raises NotHere, Malformed, TooLarge, StoreBusy."""
    async with _step(request) as step:
        try:
            return _exactly(step, *await _finished(step))
        except PostRefused as refused:
            return await _refused(step, refused)


async def send(request: Request) -> Response:
    """Send exactly what was shown. Raises NotHere, Malformed, TooLarge, StoreBusy, StoreFull."""
    async with _step(request) as step:
        try:
            if not same(step.fields.one("check").encode(), step.check.encode()):
                raise PostRefused(NOT_SHOWN)
            post, ready = await _finished(step)
            words = await keeping(request, lambda: sending.send(step.asked, post, step.fields, ready))
        except PostRefused as refused:
            return await _refused(step, refused)
        return copying(step.asked.parts, await sending.thanked(request, step.asked, post, words))


def _exactly(step: _Step, post: Filled, ready: Ready) -> Response:
    text = step.asked.text
    said = ExactPage(
        title=text.title,
        title_language=text.language,
        path=step.asked.path,
        nonce=nonce_of(step.fields),
        ticket=ticket_of(step.fields),
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
        rank=step.asked.said(step.asked.terms.ranks[post.rank]).text if post.rank is not None else "",
    )
    return alike(step.asked.parts.renderer.exactly(step.asked.shell, said), said.carried)


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
    return _cover(step.asked, step.fields, step.shown, refused)


@dataclass(frozen=True)
class _Shown:
    """What stands on the page of the squares."""

    typed: Typed
    picture: bytes
    size: tuple[int, int]
    cells: tuple[int, ...] = ()
    looked: Looked | None = None
    ticked: tuple[int, ...] = ()
    told: tuple[Told, ...] = ()
    is_first: bool = False


def _cover(asked: Asked, fields: Fields, shown: _Shown, refused: PostRefused | None = None) -> Response:
    (width, height), boxes = shown.size, shown.looked.boxes if shown.looked else ()
    said = CoverPage(
        title=asked.text.title,
        title_language=asked.text.language,
        path=asked.path,
        nonce=nonce_of(fields),
        ticket=ticket_of(fields),
        version=asked.version,
        typed=shown.typed,
        picture=_written(shown.picture),
        width=width,
        height=height,
        across=ACROSS,
        down=down(width, height),
        cells=shown.cells,
        looked=shown.looked.state if shown.looked else "",
        proposed=spelled(boxes),
        found=tuple(_found(each, shown.size, number, number in shown.ticked) for number, each in enumerate(boxes, 1)),
        told=shown.told,
        first=shown.is_first,
        trouble=refused.trouble if refused else None,
    )
    return alike(asked.parts.renderer.cover(asked.shell, said), said.carried, refused.status if refused else 200)


def _found(box: Proposed, size: tuple[int, int], number: int, ticked: bool) -> Found:
    return Found(number=number, what=box.what, where=box.where(*size), box=(box.x, box.y, box.width, box.height), ticked=ticked)


@asynccontextmanager
async def _step(request: Request) -> AsyncIterator[_Step]:
    asked = await asked_of(request)
    async with brought(request, request.app.state.photographs) as came:
        fields, size = came.fields, (came.shape.width, came.shape.height)
        known = {str(cell) for cell in range(SQUARES)}
        # The grid sends each square by itself, the page of the result all of them in one field.
        sent = {*fields.every("cell"), *fields.one("cells").split(".")} & known
        proposed = proposed_in(fields.one("proposed"), *size)
        ticked = chosen(proposed, (*fields.every("box"), *fields.one("boxes").split(".")))
        yield _Step(request, asked, fields, typed_in(fields), came.picture, size, tuple(sorted(map(int, sent))), proposed, ticked)


def _written(picture: bytes) -> str:
    return urlsafe_b64encode(picture).decode()
