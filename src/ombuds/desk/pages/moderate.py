# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moderation on the screen: posts that wait for this member, those that look alike, and those that they ruled over.

A page begins where another one ended, so that it costs the same among ten thousand posts; what others ruled is told after
one's own ruling alone, so that nobody follows anybody (T26). Nothing is signed here: deciding.py does. See spec/desk.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace
from starlette.responses import Response

from ombuds.core.errors import NotHere, OrderWrong
from ombuds.core.keys import Id
from ombuds.core.posts import Verdict
from ombuds.desk.campaign.agreeing import given, offered_squares
from ombuds.desk.campaign.alike import Likenesses, likenesses
from ombuds.desk.campaign.campaigns import Campaign, campaign, moderation
from ombuds.desk.campaign.covers import Covering, covering
from ombuds.desk.pages.tiles import tile_of, with_pictures
from ombuds.desk.pages.visit import Visit
from ombuds.desk.postbox import PostLine
from ombuds.pages.desk_campaigns import PostsView, PostTile
from ombuds.pages.labels import RULINGS, WHYNOT
from ombuds.pages.languages import counted, mark
from ombuds.pages.values import Choice, Fact, Sentence, Trouble

MANY = (12, 48, 120)
MOST_ALIKE = MANY[-1]
NAME = re.compile(r"[0-9a-f]{32}")
NOT_YOURS = Trouble(sentence=mark("You do not moderate at this desk."), help=mark("The charter says who does; Members names them."))
REASONS = (Choice(value="", label=mark("Choose a reason.")), *(Choice(value=word, label=label) for word, label in WHYNOT.items()))


class _Part(NamedTuple):
    """A page of a list: its posts, how many it may have, where the next page and the first one are."""

    tiles: list[PostTile]
    many: int
    more: str
    base: str


def queue(visit: Visit) -> Response:
    """Show posts that wait for this member, a page at a time. Raises NotHere."""
    found = checked(visit)
    if found is None:
        return refused(visit)
    many = how_many(visit.query.one("many"))
    lines = visit.desk.vault.posts.for_me(found.id, after_of(visit), many)
    base = f"/campaigns/{found.id}/posts?many={many}"
    more = f"{base}&after={lines[-1].id}" if len(lines) == many else ""
    tiles = _alike(found.id, tiles_of(visit, found, lines, many == MANY[0]), lines, likenesses(visit.desk, found.id))
    tiles = [with_rulings(visit, found.id, tile) for tile in tiles]
    return _page(visit, found, "queue", _Part(tiles, many, more, base))


def alike(visit: Visit) -> Response:
    """Show the posts whose photographs look like one, of those that wait for this member. Raises NotHere."""
    found = checked(visit)
    if found is None:
        return refused(visit)
    box = visit.desk.vault.posts
    like = likenesses(visit.desk, found.id).like(box.line(found.id, visit.names["post"]).near)
    lines = [line for line in (box.line(found.id, name) for name in like[: 4 * MOST_ALIKE]) if line.state == "waiting" and not line.mine and not line.ruled]
    tiles = tiles_of(visit, found, lines[:MOST_ALIKE])
    return _page(visit, found, "alike", _Part(tiles, MOST_ALIKE, "", f"/campaigns/{found.id}/posts"))


def ruled(visit: Visit) -> Response:
    """Show the posts over which this member ruled, until the batch after them is public. Raises NotHere."""
    found = checked(visit)
    if found is None:
        return refused(visit)
    many = how_many(visit.query.one("many"))
    lines = visit.desk.vault.posts.ruled_by_me(found.id, after_of(visit), many)
    base = f"/campaigns/{found.id}/ruled?many={many}"
    more = f"{base}&after={lines[-1].id}" if len(lines) == many else ""
    tiles = [with_rulings(visit, found.id, tile) for tile in tiles_of(visit, found, lines)]
    return _page(visit, found, "ruled", _Part(tiles, many, more, base))


def checked(visit: Visit) -> Campaign | None:
    """Return the campaign of a screen, or nothing if this member does not moderate. Raises NotHere, also without the key to its posts."""
    found = campaign(visit.desk, visit.names["campaign"])
    if visit.desk.name not in visit.desk.charter.charter.keys("moderate"):
        return None
    moderation(visit.desk, found.terms)
    return found


def after_of(visit: Visit) -> Id:
    """Return the post behind which a page begins, or nothing for the first page. Raises NotHere."""
    after = visit.query.one("after")
    if after and not NAME.fullmatch(after):
        raise NotHere("there is no such page")
    return after


def how_many(typed: str) -> int:
    """Return how many posts a page has."""
    return next((many for many in MANY if str(many) == typed), MANY[0])


def title_of(found: Campaign, language: str) -> str:
    """Return a campaign's title in the desk's language, or in its first."""
    texts = found.content.texts
    return next((text.title for text in texts if text.language == language), texts[0].title)


def tiles_of(visit: Visit, found: Campaign, lines: Iterable[PostLine], large: bool = False) -> list[PostTile]:
    """Return posts as tiles, each photograph as this member would accept it: with the squares covered that others cover, or they themselves."""
    with covering(visit.desk) as lent:
        made = (_seen(visit, found, line, large, lent) for line in lines)
        return [tile for tile in made if tile is not None]


def _seen(visit: Visit, found: Campaign, line: PostLine, large: bool, lent: Covering) -> PostTile | None:
    desk, language = visit.desk, visit.room.language
    squares = offered_squares(desk, found.id, line)
    try:
        tile = tile_of(line, found, language, large, squares) if squares and lent.covered(found.id, line.id, squares) else tile_of(line, found, language, large)
    except OrderWrong:
        shown = tile_of(line, found, language, large)
        tile = replace(shown, uncoverable=len(squares)) if shown else None
    if tile is not None:
        tile = replace(tile, shared=len(desk.vault.receipts.beside(found.id, line.id)))
    if tile is not None and tile.large and not line.mine:
        tile = replace(tile, cover_link=f"/campaigns/{found.id}/posts/{line.id}/cover")
    return tile


def _alike(campaign_id: Id, tiles: list[PostTile], lines: list[PostLine], known: Likenesses) -> list[PostTile]:
    near = {line.id: line.near for line in lines}
    found = []
    for tile in tiles:
        count = len(known.like(near[tile.id])) - 1
        link = f"/campaigns/{campaign_id}/posts/{tile.id}/alike"
        found.append(replace(tile, alike=count, alike_link=link) if count > 0 else tile)
    return found


def with_rulings(visit: Visit, campaign_id: Id, tile: PostTile) -> PostTile:
    """Return a tile with this member's ruling and, once they have ruled, those of the others."""
    rulings = given(visit.desk, campaign_id, visit.desk.vault.posts.line(campaign_id, tile.id))
    own = rulings.get(visit.desk.name)
    if own is None:
        return tile
    others = tuple(Fact(label=member, value=_said(each)) for member, each in rulings.items() if member != visit.desk.name)
    return replace(tile, ruled=own.ruling, reason=own.reason, others=others)


def _said(verdict: Verdict) -> Sentence:
    if verdict.covers:
        return counted("Accepted, with %(num)s square covered", "Accepted, with %(num)s squares covered", len(verdict.covers))
    return Sentence(text=WHYNOT[verdict.reason] if verdict.reason else RULINGS[verdict.ruling])


def _page(visit: Visit, found: Campaign, kind: str, part: _Part) -> Response:
    tiles, many, more, base = part
    asked = "&".join(f"{name}={value}" for name, value in (("many", str(many)), ("after", after_of(visit))) if value)
    view = PostsView(
        kind=kind,
        title=title_of(found, visit.room.language),
        action=f"/campaigns/{found.id}/rule",
        back=f"/campaigns/{found.id}",
        here=visit.path if kind == "alike" else f"{visit.path}?{asked}",
        onward=more or base,
        tiles=tuple(tiles),
        total=visit.desk.vault.posts.to_do(found.id),
        many=many,
        sizes=tuple(Choice(value=f"{visit.path}?many={size}", label=str(size), chosen=size == many) for size in MANY) if kind != "alike" else (),
        more=more,
        first=base if after_of(visit) else "",
        easy=sum(tile.easy for tile in tiles),
        reasons=REASONS,
    )
    return with_pictures(visit.room.renderer.posts(visit.shell("/campaigns"), view))


def refused(visit: Visit) -> Response:
    """Say to whoever does not moderate that they do not, and who does."""
    view = PostsView(kind="queue", title="", back=f"/campaigns/{visit.names['campaign']}", trouble=NOT_YOURS)
    return with_pictures(visit.room.renderer.posts(visit.shell("/campaigns"), view), 403)
