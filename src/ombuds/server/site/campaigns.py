# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's public pages: its text and number, its wall sixty posts a page, how the number was counted, and both for other sites.

The number is the fold of the signed batches and nothing else; between two batches it does not move (T11, T26). No page tells
who posted, or when. See spec/site.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from ombuds.core.campaign import LEAST_BATCH
from ombuds.core.content import Content, in_language
from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id
from ombuds.core.posts import Post, read_post
from ombuds.core.terms import Terms
from ombuds.pages.article_values import Running
from ombuds.pages.article_values import Standing as Stands
from ombuds.pages.campaign_values import CampaignPage, Counted, CountedBatch, CountPage, Tile, WallPage, WallPart
from ombuds.pages.published import clock_of
from ombuds.pages.values import FeedItem
from ombuds.server.campaign.keeping import takes_posts
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import Shown, item, on_day, text_for
from ombuds.server.site.walls import Standing
from ombuds.server.store import walls

TILES = 60
BADGES, PICTURES = "/badges/", "/wall/"
NO_PICTURE: Mapping[str, int] = MappingProxyType({"width": 400, "height": 400})


def dressed(visit: Visit, last: Shown, made: CampaignPage, content: Content) -> CampaignPage:
    """Return a campaign's page with its clock, its number and the newest part of its wall."""
    terms, standing = _terms(content), _standing(visit, last)
    clock = clock_of(content, made.language, visit.today)
    return msgspec.structs.replace(
        made,
        status=clock.status,
        since=clock.since,
        open=takes_posts(content, visit.today),
        begun=visit.today >= terms.begins,
        number=len(standing.wall.posts),
        waiting=visit.awaited.of(made.id),
        least=LEAST_BATCH,
        wall=_part(visit, last, standing, f"{last.path}/wall"),
    )


def wall(visit: Visit) -> bytes:
    """One page of a wall. Raises NotHere."""
    last = _campaign(visit)
    standing = _standing(visit, last)
    text = text_for(_content(last), visit.language.code)
    path = f"{last.path}/wall"
    page = WallPage(
        title=text.title, title_language=text.language, path=last.path, number=len(standing.wall.posts), wall=_part(visit, last, standing, path)
    )
    return visit.parts.renderer.wall(visit.shell(path), page)


def count(visit: Visit) -> bytes:
    """How the number was counted. Raises NotHere."""
    last = _campaign(visit)
    return visit.parts.renderer.count(visit.shell(f"{last.path}/count"), _counted(visit, last))


def embedded(visit: Visit) -> bytes:
    """The number for other sites, to stand in a frame. Raises NotHere."""
    last = _campaign(visit)
    return visit.parts.renderer.embedded(visit.shell(f"{last.path}/embed"), _counted(visit, last))


def numbers(visit: Visit) -> bytes:
    """The number and how it was counted, as JSON. Raises NotHere."""
    last = _campaign(visit)
    page = _counted(visit, last)
    day = page.batches[0].day if page.batches else None
    return encode(
        {
            "v": 1,
            "campaign": last.line.subject,
            "titles": {text.language: text.title for text in _content(last).texts},
            "posts": page.number,
            "accepted": page.accepted,
            "withdrawn": page.withdrawn,
            "removed": {each.word: each.number for each in page.removed},
            "waiting": page.waiting,
            "rejected": {each.word: each.number for each in page.rejected},
            "counted_on": day,
            "address": visit.address + visit.shell(last.path).link(last.path),
        }
    )


def running(visit: Visit) -> tuple[Running, ...]:
    """Return the campaigns that take posts today, newest first, for the first page."""
    found = []
    for last in visit.shelf.latest("campaign"):
        content = _content(last)
        if takes_posts(content, visit.today):
            text = text_for(content, visit.language.code)
            found.append(Running(title=text.title, language=text.language, path=last.path, number=len(_standing(visit, last).wall.posts)))
    return tuple(found)


def everyone(visit: Visit) -> tuple[Running, ...]:
    """Return all campaigns that are public, newest first, with the number of each, for the press."""
    found = []
    for last in visit.shelf.latest("campaign"):
        text = text_for(_content(last), visit.language.code)
        found.append(Running(title=text.title, language=text.language, path=last.path, number=len(_standing(visit, last).wall.posts)))
    return tuple(found)


def named_by(visit: Visit, wall: Id) -> Shown | None:
    """Return the campaign that a wall belongs to, if it is public."""
    return next((last for last in visit.shelf.latest("campaign") if last.content and last.content.terms and last.content.terms.wall == wall), None)


def listed(visit: Visit, shown: Shown, language: str, gone: str) -> FeedItem:
    """Return a line of a list as it stands on the day of the visit; ``gone`` is the title of what was taken down."""
    line = on_day(item(shown, language, gone), shown, visit.today)
    if shown.content is None or shown.content.terms is None:
        return line
    clock, terms = clock_of(shown.content, line.language, visit.today), shown.content.terms
    over = visit.today > terms.ends or clock.status != "published"
    word, day = ("soon", terms.begins) if visit.today < terms.begins else ("over" if over else "runs", terms.ends)
    stands = Stands(word=word, day=day, number=len(_standing(visit, shown).wall.posts))
    return msgspec.structs.replace(line, status=clock.status, campaign=stands)


def posts(visit: Visit) -> int:
    """Return how many posts stand on all walls together."""
    return sum(len(_standing(visit, last).wall.posts) for last in visit.shelf.latest("campaign"))


def _counted(visit: Visit, last: Shown) -> CountPage:
    standing, content = _standing(visit, last), _content(last)
    fold, newest = standing.wall, standing.wall.last
    text = text_for(content, visit.language.code)
    removed = Counter(reason for reason in fold.gone.values() if reason != "withdrawn")
    regions = zip(_terms(content).regions, newest.regions if newest else (), strict=False)
    return CountPage(
        title=text.title,
        title_language=text.language,
        path=last.path,
        number=len(fold.posts),
        accepted=fold.accepted,
        withdrawn=fold.withdrawn,
        removed=tuple(Counted(word=word, number=number) for word, number in sorted(removed.items())),
        waiting=newest.waiting if newest else visit.awaited.of(last.line.subject),
        rejected=tuple(Counted(word=each.reason, number=each.number) for each in newest.rejected) if newest else (),
        regions=tuple(Counted(word=in_language(name, text.language), number=number) for name, number in regions if number),
        batches=tuple(
            CountedBatch(
                day=line.day or visit.today, index=line.index, posts=len(batch.posts), withdrawn=len(batch.withdrawn), removed=len(batch.removed)
            )
            for line, batch in reversed(standing.batches)
        ),
    )


def _part(visit: Visit, last: Shown, standing: Standing, path: str) -> WallPart:
    """Return the asked page of a wall, the newest if none is asked for."""
    spoken = sorted(set(standing.languages.values()) - {""})
    language = visit.query.get("language", "") if visit.query.get("language", "") in spoken else ""
    every = [each for each in standing.wall.posts if not language or standing.languages[each] == language]
    pages = max(1, -(-len(every) // TILES))
    asked = visit.query.get("page", "")
    # Pages are counted from the oldest: a full one never changes but for what is taken back.
    number = min(pages, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else pages
    plain = visit.query.get("plain", "") == "1"
    some = every[(number - 1) * TILES : number * TILES]
    kept = (f"&language={language}" if language else "") + ("&plain=1" if plain else "")
    return WallPart(
        tiles=_tiles(visit, last, some),
        page=number,
        pages=pages,
        language=language,
        count=len(every),
        languages=tuple(spoken) if len(spoken) > 1 else (),
        plain=plain,
        newer=f"{path}?page={number + 1}{kept}" if number < pages else None,
        older=f"{path}?page={number - 1}{kept}" if number > 1 else None,
    )


def _tiles(visit: Visit, last: Shown, some: list[Hash]) -> tuple[Tile, ...]:
    terms = _terms(_content(last))
    with visit.parts.store.read() as connection:
        found = walls.page(connection, terms.wall, some)
    posts = (read_post(found[each].content) for each in some if each in found and each not in visit.awaited.hidden)
    return tuple(_tile(visit, terms, post) for post in posts)


def _tile(visit: Visit, terms: Terms, post: Post) -> Tile:
    rank = terms.ranks[post.rank] if post.rank is not None and post.rank < len(terms.ranks) else ()
    said = in_language(rank, visit.language.code) or (rank[0].text if rank else "")
    if post.picture is None:
        small, large, shape = f"{BADGES}{post.badge}.svg", "", NO_PICTURE
    else:
        shape = {"width": post.picture.width, "height": post.picture.height}
        small, large = f"{PICTURES}{post.picture.small}.jpg", f"{PICTURES}{post.picture.large}.jpg"
    return Tile(small=small, large=large, shows=post.shows, sentence=post.sentence, language=post.language, rank=said, **shape)


def _standing(visit: Visit, last: Shown) -> Standing:
    return visit.walls.of(visit.record, last.line.subject, _terms(_content(last)))


def _campaign(visit: Visit) -> Shown:
    versions = visit.shelf.subjects.get(visit.path["subject"])
    if not versions or versions[-1].kind != "campaign":
        raise NotHere
    return versions[-1]


def _content(last: Shown) -> Content:
    if last.content is None:
        raise NotHere
    return last.content


def _terms(content: Content) -> Terms:
    if content.terms is None:
        raise NotHere
    return content.terms
