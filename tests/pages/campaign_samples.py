# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's pages with everything in them, for every test that looks at all pages. It asserts nothing."""

from __future__ import annotations

from datetime import date

from ombuds.pages.article_values import PageOutcome, Running
from ombuds.pages.campaign_values import CampaignPage, Counted, CountedBatch, CountPage, Tile, WallPage, WallPart
from ombuds.pages.render import Renderer
from ombuds.pages.values import Shell

DAY = date(2026, 3, 4)


def tiles(text: str) -> tuple[Tile, ...]:
    """A tile with a photograph and one with a drawn badge."""
    photograph = Tile(small="/wall/a.jpg", large="/wall/b.jpg", width=1080, height=810, shows=text, sentence=text, language="ru", rank=text)
    return photograph, Tile(small="/badges/3.svg", large="", width=400, height=400, shows="", sentence=text, language="en")


def part(text: str) -> WallPart:
    """The middle page of a wall."""
    return WallPart(tiles=tiles(text), page=2, pages=3, language="ru", languages=("en", "ru"), newer="/newer", older="/older")


def campaign(text: str) -> CampaignPage:
    """A campaign with everything in it."""
    return CampaignPage(
        id="c1",
        version=2,
        title=text,
        summary=text,
        body=text,
        language="en",
        day=DAY,
        statement=text,
        person=text,
        demands=(text, text),
        begins=DAY,
        ends=DAY,
        goal=1000,
        outcome=PageOutcome(text=text, told_by="desk"),
        tags=(text,),
        status="solved",
        since=DAY,
        open=True,
        number=120,
        wall=part(text),
    )


def lines(text: str) -> tuple[Running, ...]:
    """Running campaigns on the first page."""
    return (Running(title=text, language="en", path="/campaigns/a", number=120), Running(title=text, language="en", path="/campaigns/b", number=0))


def full(renderer: Renderer, outer: Shell, text: str) -> dict[str, bytes]:
    """A campaign's pages, full."""
    counted = CountPage(
        title=text,
        title_language="en",
        path="/campaigns/a",
        number=117,
        accepted=120,
        withdrawn=2,
        removed=(Counted(word="person-asked", number=1),),
        waiting=4,
        rejected=(Counted(word="insult", number=3), Counted(word="advertising", number=1)),
        regions=(Counted(word=text, number=40),),
        batches=(CountedBatch(day=DAY, index=9, posts=20, withdrawn=1, removed=1),),
    )
    return {
        "campaign": renderer.campaign(outer, campaign(text)),
        "wall": renderer.wall(outer, WallPage(title=text, title_language="en", path="/campaigns/a", number=120, wall=part(text))),
        "count": renderer.count(outer, counted),
        "embedded": renderer.embedded(outer, counted),
    }


def empty(renderer: Renderer, outer: Shell) -> dict[str, bytes]:
    """A campaign's pages before the first batch."""
    bare = CampaignPage(id="c", version=1, title="7", summary="", body="", language="en", day=DAY, statement="7", begins=DAY, ends=DAY, waiting=12)
    nothing = CountPage(title="7", title_language="en", path="/campaigns/a", number=0, accepted=0, withdrawn=0)
    return {
        "campaign": renderer.campaign(outer, bare),
        "wall": renderer.wall(outer, WallPage(title="7", title_language="en", path="/campaigns/a", number=0, wall=WallPart())),
        "count": renderer.count(outer, nothing),
        "embedded": renderer.embedded(outer, nothing),
    }
