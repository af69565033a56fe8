# SPDX-License-Identifier: AGPL-3.0-or-later
"""Share cards: the picture that stands beside a link to the first page, a story or an update, in the language of its text.

A card is made of what is public on this day and named by what it shows; another name is not here, so that a correction or a
takedown takes the old one away. Drawn when it is first asked for, one at a time, by a child that ends with it; kept in memory
up to a bound, and nothing is noted of who asked (T20). Where it cannot be drawn, no page names it. See spec/cards.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

import msgspec
from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from ombuds.core.content import Content
from ombuds.core.errors import NotHere, StoreBusy
from ombuds.media.sharing import HEIGHT, MOST_TAGS, TYPE, WIDTH, Card, Paper, Tone, can_draw, direction_of, draw
from ombuds.pages import labels
from ombuds.pages.hashtags import survivor
from ombuds.pages.languages import Language, mark
from ombuds.pages.published import clock_of
from ombuds.pages.text import shown
from ombuds.pages.values import Sentence, ShareCard
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
# Numbers that are told of a campaign once its wall has passed them.
MILESTONES = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
REACHED, REACHED_ON = mark("%(number)s reached"), mark("Reached on %(day)s")
TURN_SECONDS = 5.0


@dataclass(frozen=True)
class Drawn:
    """The cards that were drawn, by name, and the turn to draw the next one."""

    pictures: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    turn: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    async def picture(self, card: Card | Paper) -> bytes:
        """Return a card or a paper, from memory if it is there. Raises NotHere, StoreBusy."""
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
    here = await run_in_threadpool(_orders, site, request, named[1])
    wanted = next((each for each in here if each.name == named[2]), None)
    if wanted is None:
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
    return _named(visit, published.line.subject, order_of(visit, published))


def milestone_cards(visit: Visit, published: Shown) -> dict[int, ShareCard]:
    """Return the card of each milestone that a campaign's wall has passed and still has, the highest first, where it can be drawn here."""
    named = {number: _named(visit, published.line.subject, order) for number, order in milestones_of(visit, published).items()}
    return {number: said for number, said in named.items() if said is not None}


def milestones_of(visit: Visit, published: Shown) -> dict[int, Card]:
    """Return what the card of each passed milestone shows, the highest first: the day of the batch that passed it, so that it stays the same."""
    content = published.content
    if content is None or content.terms is None:
        return {}
    standing, order = visit.walls.of(visit.record, published.line.subject, content.terms), order_of(visit, published)
    language = visit.parts.languages.get(text_for(content, visit.language.code).language) or visit.language
    days, number = dict[int, date](), 0
    for line, batch in standing.batches:
        number += len(batch.posts) - len(batch.withdrawn) - len(batch.removed)
        days |= {each: line.day for each in MILESTONES if each <= number and each not in days and line.day is not None}
    passed = [each for each in reversed(MILESTONES) if each in days and each <= number]
    return {each: _milestone_card(language, order, each, days[each]) for each in passed}


def _milestone_card(language: Language, order: Card, number: int, day: date) -> Card:
    return msgspec.structs.replace(
        order,
        number=language.number(number),
        caption=language.sentences.ngettext("post on the wall", "posts on the wall", number),
        chip="",
        lines=(language.told(Sentence(text=REACHED_ON, values={"day": language.day(day)})), *order.lines),
        tone="reached",
    )


def _orders(site: Site, request: Request, subject: str) -> tuple[Card, ...]:
    visit = site.visit(request.scope)
    if subject == HOME:
        return (_of_home(visit),)
    versions = visit.shelf.subjects.get(subject)
    if not versions or versions[-1].content is None:
        raise NotHere
    return order_of(visit, versions[-1]), *milestones_of(visit, versions[-1]).values()


def _named(visit: Visit, subject: str, order: Card) -> ShareCard | None:
    if not can_draw(order):
        return None
    path = f"{PATH}/{visit.language.code}/{subject}.{order.name}.png"
    # A day stands beside every text; hashtags are what a campaign's card is passed on for.
    tags = [line for line in order.lines if line.startswith("#") or order.tone == "reached"]
    return ShareCard(path=path, width=WIDTH, height=HEIGHT, shows=" · ".join(filter(None, (order.desk, order.title, order.chip, _number(order), *tags))))


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


def order_of(visit: Visit, published: Shown) -> Card:
    """Return what the card of a publication shows. Raises NotHere."""
    content = published.content
    if content is None or published.line.parameters is None:
        raise NotHere
    text = text_for(content, visit.language.code)
    known: Language | None = visit.parts.languages.get(text.language)
    language = known or visit.language
    clock = clock_of(content, text.language, visit.today)
    status = clock.status if published.kind != "update" and clock.status != "published" else ""
    title = _plain(text.title) or language.said(labels.KINDS["update"])
    number = _posts(visit, published.line.subject, content)
    return Card(
        direction=direction_of(title) if known is None or known.direction == "auto" else "rtl" if known.direction == "rtl" else "ltr",
        desk=_plain(visit.record.charter.charter.name),
        title=title,
        number=language.number(number) if number else "",
        caption=language.sentences.ngettext("post on the wall", "posts on the wall", number) if number else "",
        lines=(" ".join(_drawn(tags_of(content, title), title)),) if content.terms else (language.day(published.line.parameters.day),),
        chip=language.said(labels.STATUSES[status]) if status else _milestone(language, number),
        tone=TONES.get(status, "calm"),
    )


def _posts(visit: Visit, subject: str, content: Content) -> int:
    """Return how many posts count on a campaign's wall; it moves with a batch alone (T11)."""
    return len(visit.walls.of(visit.record, subject, content.terms).wall.posts) if content.terms else 0


def _milestone(language: Language, number: int) -> str:
    passed = max((each for each in MILESTONES if each <= number), default=0)
    return language.told(Sentence(text=REACHED, values={"number": language.number(passed)})) if passed else ""


def tags_of(content: Content, beside: str) -> tuple[str, ...]:
    """Return the first hashtags of a publication in the form that every network leaves whole, where there is one.

    Those in the letters of the text beside them come first: a poster in Arabic, and a sign with one hashtag, are read by who reads Arabic.
    """
    tags = sorted(content.tags[:MOST_TAGS], key=lambda tag: _script(tag) != _script(beside))
    return tuple(f"#{survivor(tag) or _plain(tag)}" for tag in tags)


def _drawn(tags: tuple[str, ...], title: str) -> tuple[str, ...]:
    # In a line that is read from the right, the sign of a hashtag in other letters would stand at its wrong end.
    own = tuple(tag for tag in tags if direction_of(tag) == "rtl")
    return own or tags if direction_of(title) == "rtl" else tags


def _script(text: str) -> str:
    """Return a word for the letters in which a text begins."""
    letter = next(filter(str.isalpha, text), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _plain(text: str) -> str:
    return " ".join(shown(text).split())
