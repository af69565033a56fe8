# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's screens of campaigns, filled with a text of the test's choice, or as empty as they can be. It asserts nothing."""

from __future__ import annotations

from markupsafe import Markup
from msgspec.structs import replace

from ombuds.pages import desk_campaigns as walls
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.desk_texts import Difference, DraftLine, DraftRow, SigningLine
from ombuds.pages.desk_values import DeskShell
from ombuds.pages.hashtags import Cut, Tag
from ombuds.pages.values import Choice, Fact, Sentence, Trouble
from tests.pages.samples import DAY, TROUBLE, choices


def tile(text: str, number: int = 1, picture: bool = True) -> walls.PostTile:
    """A post with everything that can stand beside it."""
    return walls.PostTile(
        id=f"{number:032x}",
        small="/campaigns/a/posts/b/small.jpg" if picture else "/badges/3.svg",
        large="/campaigns/a/posts/b/large.jpg" if picture else "",
        width=1080,
        height=810,
        shows=text if picture else "",
        sentence=text,
        language="ru",
        rank=text,
        region=text,
        version=2,
        easy=not picture,
        alike=37,
        alike_link="/campaigns/a/posts/b/alike",
        ruled="reject",
        reason="insult",
        others=(Fact(label=text, value=text),),
        squares="3.4" if picture else "",
        covered=2 if picture else 0,
        confirmed="/campaigns/a/posts/b/large.jpg" if picture else "",
        cover_link="/campaigns/a/posts/b/cover" if picture else "",
        uncoverable=2,
    )


def cover(text: str, result: str = "", trouble: Trouble | None = None) -> walls.CoverView:
    """A photograph under squares, two of them ticked."""
    view = walls.CoverView(
        action="/c", onward="/b", tile=tile(text), across=12, down=9, squares=(3, 4), listed="3.4", offered=2, result=result, trouble=trouble
    )
    return replace(view, looks=True, looked=True, faces=2, writing=1)


def batch(text: str) -> walls.BatchView:
    """A batch that does all that a batch can do."""
    facts = (Fact(label=text, value=text),)
    return walls.BatchView(posts=20, withdrawn=2, removed=facts, counts=facts, tiles=(tile(text), tile(text, 2, picture=False)), gone=(tile(text),), link="/p")


def covers(outer: DeskShell, renderer: DeskRenderer, text: str) -> dict[str, bytes]:
    """The screen on which more of a photograph is covered, before and after."""
    return {
        "cover": renderer.cover(outer, cover(text)),
        "cover, result": renderer.cover(outer, cover(text, "/campaigns/a/posts/b/covered/3.4/large.jpg")),
        "cover, trouble": renderer.cover(outer, cover(text, trouble=TROUBLE)),
    }


def rows(text: str) -> dict[str, tuple[DraftRow, ...]]:
    """A picture, somebody who stands there with it, and a post elsewhere, in two languages."""
    both, picture = (text, text), {"sha256": "ab" * 32, "type": "jpeg", "width": "9", "height": "9", "credit": text}
    person = {"name": text, "since": text, "portrait": "ab" * 32}
    post = dict.fromkeys(("network", "url", "credit", "day", "archive"), text)
    return {
        "picture": (DraftRow(fields=picture, said={"shows": both}),),
        "named": (DraftRow(fields=person, said={"role": both, "quotation": both}), DraftRow()),
        "elsewhere": (DraftRow(fields=post, said={"shows": both}), DraftRow()),
    }


def draft(text: str, change: str = "") -> walls.CampaignDraft:
    """A campaign in two languages, with the text in every field."""
    names = ("title", "summary", "body", "person", "statement", "demands", "offered", "ranks", "regions", "correction", "outcome")
    words = walls.CampaignText(**dict.fromkeys(names, text))
    made = walls.CampaignDraft(id="d1", subject=text if change else "", change=change, texts=(words, words), rows=rows(text))
    return replace(made, tags=text, begins=text, ends=text, goal=text, since=text, pinned=text)


def full(outer: DeskShell, renderer: DeskRenderer, text: str, preview: Markup) -> dict[str, bytes]:
    """Every screen of campaigns, full."""
    cuts = (Cut(network=text, linked=text, left=text), Cut(network=text, linked="", left=text))
    tags = (Tag(text=text), Tag(text=text, cuts=cuts, better=text), Tag(text=text, cuts=cuts))
    form = walls.CampaignDraftView(
        draft=draft(text),
        statuses=choices(text),
        stories=choices(text),
        tags=tags,
        previews=(preview,),
        beside=(Fact(label=text, value=DAY),),
        differences=tuple(Difference(mark=mark, label="title", text=text) for mark in ("gone", "new", "")),
        seen="ab" * 32,
        drafts=(DraftLine(id="d", title=text, link="/publish/campaign?draft=d"),),
        trouble=TROUBLE,
    )
    tiles = (tile(text), tile(text, 2, picture=False))
    sizes = tuple(Choice(value=f"/campaigns/a/posts?many={many}", label=str(many), chosen=many == 12) for many in (12, 48))
    page = walls.PostsView(kind="queue", title=text, action="/r", tiles=tiles, total=37, sizes=sizes, more="/n", first="/f", easy=1, reasons=choices(text))
    line = walls.CampaignLine(id="a", title=text, day=DAY, to_do=3, accepted=20, held=1)
    one = walls.CampaignView(
        id="a", title=text, address="https://desk.example/en/campaigns/a", moderators=(text,), to_do=3, spoilt=2, missing=7, withdrawn=None, removed=1,
        signing=(SigningLine(given=1), SigningLine(given=1, mine=True)), signers=(text,),
    )  # fmt: skip
    wall = walls.OnWallView(title=text, action="/w", back="/b", batches=sizes, more="/n", chosen=2, reasons=choices(text), trouble=TROUBLE)
    return {
        "campaigning": renderer.campaigning(outer, form),
        "campaigning, outcome": renderer.campaigning(outer, walls.CampaignDraftView(draft=draft(text, "outcome"), statuses=choices(text))),
        "campaigns": renderer.campaigns(outer, walls.CampaignsView(lines=(line,))),
        "campaign": renderer.campaign(outer, one),
        **states(outer, renderer, text),
        **covers(outer, renderer, text),
        "posts": renderer.posts(outer, page),
        "posts, alike": renderer.posts(outer, walls.PostsView(kind="alike", title=text, action="/r", tiles=tiles, reasons=choices(text))),
        "posts, ruled": renderer.posts(outer, walls.PostsView(kind="ruled", title=text, action="/r", tiles=tiles, many=48, sizes=sizes, reasons=choices(text))),
        "posts, lacking": renderer.posts(outer, replace(page, tiles=(replace(tiles[0], chosen="reject", lacks=True), tiles[1]), lacks=True, trouble=TROUBLE)),
        "posts, batch": renderer.posts(outer, walls.PostsView(kind="batch", title=text, tiles=tiles, total=2)),
        "on_wall": renderer.on_wall(outer, replace(wall, tiles=(walls.WallTile(post=tiles[0], reason="unlawful"), walls.WallTile(post=tiles[1])))),
    }


def states(outer: DeskShell, renderer: DeskRenderer, text: str) -> dict[str, bytes]:
    """A campaign in other states: a batch that leaves soon, that was stopped or is ready, and members who see less."""
    leaves = SigningLine(given=2, mine=True, proposal="b" * 64, day=DAY, when=Sentence(text="Signed at %(hour)s.", values={"hour": text}))
    stopped = walls.CampaignView(id="a", title=text, ready=True, accepted=20, stopped=(Fact(label=text, value=text),))
    return {
        "campaign, leaving": renderer.campaign(outer, walls.CampaignView(id="a", title=text, signing=(leaves,), signers=(text,))),
        "campaign, stopped": renderer.campaign(outer, stopped),
        "campaign, ready": renderer.campaign(outer, walls.CampaignView(id="a", title=text, ready=True, accepted=20, withdrawn=2)),
        "campaign, no key": renderer.campaign(outer, walls.CampaignView(id="a", title=text, keyless=True)),
        "campaign, others": renderer.campaign(outer, walls.CampaignView(id="a", title=text, moderates=False, moderators=(text,))),
    }


def empty(outer: DeskShell, renderer: DeskRenderer) -> dict[str, bytes]:
    """Every screen of campaigns with as little in it as can be."""
    return {
        "campaigning": renderer.campaigning(outer, walls.CampaignDraftView()),
        "campaigns": renderer.campaigns(outer, walls.CampaignsView()),
        "campaign": renderer.campaign(outer, walls.CampaignView(id="a", title="")),
        "posts": renderer.posts(outer, walls.PostsView(kind="queue", title="")),
        "posts, ruled": renderer.posts(outer, walls.PostsView(kind="ruled", title="")),
        "cover": renderer.cover(outer, walls.CoverView(action="", onward="/", tile=walls.PostTile(id="", small="/s.jpg", large="/l.jpg"), across=12, down=1)),
        "on_wall": renderer.on_wall(outer, walls.OnWallView(title="7", action="/w", back="/b")),
    }
