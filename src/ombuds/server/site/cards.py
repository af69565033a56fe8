# SPDX-License-Identifier: AGPL-3.0-or-later
"""Share cards: the picture that stands beside a link to the first page, a story or an update, in the language of its text.

A card is made of what is public on this day and named by what it shows; another name is not here, so that a correction or a
takedown takes the old one away. Drawn when it is first asked for, one at a time, by a child that ends with it; kept in memory
up to a bound, and nothing is noted of who asked (T20). Where it cannot be drawn, no page names it. See spec/cards.md.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from ombuds.core.errors import NotHere, StoreBusy
from ombuds.media.sharing import HEIGHT, TYPE, WIDTH, Card, Tone, can_draw, direction_of, draw
from ombuds.pages import labels
from ombuds.pages.languages import Language, mark
from ombuds.pages.published import clock_of
from ombuds.pages.text import shown
from ombuds.pages.values import ShareCard
from ombuds.server.http.parts import language_of
from ombuds.server.site.ready import Site, Visit
from ombuds.server.site.shelf import Shown, text_for

HOME = "home"
PATH = "/cards"
NAME = re.compile(r"([0-9a-f]{32}|home)\.([0-9a-f]{32})\.png\Z")
LEAD = mark("Tell the desk what your superiors do. Without your name, and with an answer.")
# As spec and page name them: what waits too long, and what was refused, is seen from afar.
TONES: dict[str, Tone] = {"overdue": "late", "refused": "bad"}
# Never longer than a page, so that a takedown is one everywhere soon.
KEPT = "public, max-age=60"
MOST_BYTES = 4 << 20
TURN_SECONDS = 5.0


@dataclass(frozen=True)
class Drawn:
    """The cards that were drawn, by name, and the turn to draw the next one."""

    pictures: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    turn: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    async def picture(self, card: Card) -> bytes:
        """Return a card, from memory if it is there. Raises NotHere, StoreBusy."""
        if card.name not in self.pictures:
            try:
                with fail_after(TURN_SECONDS):
                    await self.turn.acquire()
            except TimeoutError:
                raise StoreBusy from None
            try:
                if card.name not in self.pictures:
                    self._keep(card.name, await run_in_threadpool(draw, card))
            finally:
                self.turn.release()
        self.pictures.move_to_end(card.name)
        return self.pictures[card.name]

    def _keep(self, name: str, picture: bytes) -> None:
        self.pictures[name] = picture
        while len(self.pictures) > 1 and sum(map(len, self.pictures.values())) > MOST_BYTES:
            self.pictures.popitem(last=False)


async def card(request: Request) -> Response:
    """Answer with one card. Raises NotHere for a name that is not of what is public now, StoreBusy."""
    named = NAME.match(request.path_params["name"])
    language_of(request)
    if named is None:
        raise NotHere
    site: Site = request.app.state.site
    drawn: Drawn = request.app.state.cards
    wanted = await run_in_threadpool(_order, site, request, named[1])
    if wanted.name != named[2]:
        raise NotHere
    return Response(await drawn.picture(wanted), media_type=TYPE, headers={"cache-control": KEPT})


def home_card(visit: Visit) -> ShareCard | None:
    """Return the card of the first page, or nothing if it cannot be drawn here."""
    return _named(visit, HOME, _of_home(visit))


def campaign_card(site: Site, scope: Scope, campaign: str) -> ShareCard | None:
    """Return the card of a campaign for a page that the site does not make. Raises NotHere."""
    visit = site.visit(scope)
    versions = visit.shelf.subjects.get(campaign)
    return card_of(visit, versions[-1]) if versions and versions[-1].content is not None else None


def card_of(visit: Visit, published: Shown) -> ShareCard | None:
    """Return the card of a story or an update, or nothing if it cannot be drawn here."""
    return _named(visit, published.line.subject, _of_publication(visit, published))


def _order(site: Site, request: Request, subject: str) -> Card:
    visit = site.visit(request.scope)
    if subject == HOME:
        return _of_home(visit)
    versions = visit.shelf.subjects.get(subject)
    if not versions or versions[-1].content is None:
        raise NotHere
    return _of_publication(visit, versions[-1])


def _named(visit: Visit, subject: str, order: Card) -> ShareCard | None:
    if not can_draw(order):
        return None
    path = f"{PATH}/{visit.language.code}/{subject}.{order.name}.png"
    return ShareCard(path=path, width=WIDTH, height=HEIGHT, shows=" · ".join(filter(None, (order.desk, order.title, order.chip, _number(order)))))


def _number(order: Card) -> str:
    return f"{order.number} {order.caption}".strip()


def _of_home(visit: Visit) -> Card:
    language, solved = visit.language, sum(each.status == "solved" for each in visit.shelf.latest("story"))
    caption = language.sentences.ngettext("problem solved", "problems solved", solved) if solved else ""
    return Card(
        direction="rtl" if language.direction == "rtl" else "ltr",
        desk=_plain(visit.record.charter.charter.name),
        title=language.said(LEAD),
        number=str(solved or ""),
        caption=caption,
    )


def _of_publication(visit: Visit, published: Shown) -> Card:
    content = published.content
    if content is None or published.line.parameters is None:
        raise NotHere
    text = text_for(content, visit.language.code)
    known: Language | None = visit.parts.languages.get(text.language)
    language = known or visit.language
    clock = clock_of(content, text.language, visit.today)
    status = clock.status if published.kind == "story" and clock.status != "published" else ""
    title = _plain(text.title) or language.said(labels.KINDS["update"])
    return Card(
        direction=direction_of(title) if known is None or known.direction == "auto" else "rtl" if known.direction == "rtl" else "ltr",
        desk=_plain(visit.record.charter.charter.name),
        title=title,
        lines=(language.day(published.line.parameters.day),),
        chip=language.said(labels.STATUSES[status]) if status else "",
        tone=TONES.get(status, "calm"),
    )


def _plain(text: str) -> str:
    return " ".join(shown(text).split())
