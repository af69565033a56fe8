# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's pages with everything in them, for every test that looks at all pages. It asserts nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ombuds.pages import join_values as joining
from ombuds.pages import qr
from ombuds.pages.article_values import PageElsewhere, PageNamed, PageOutcome, PagePicture, Running
from ombuds.pages.bundle import POST, Bundle, Joining
from ombuds.pages.campaign_values import CampaignPage, Counted, CountedBatch, CountPage, Tile, WallPage, WallPart
from ombuds.pages.hashtags import Cut, Tag
from ombuds.pages.render import Renderer
from ombuds.pages.share_values import InOneLanguage, PaperLink, SharePage, ToCopy
from ombuds.pages.values import Choice, ShareCard, Shell, Trouble

DAY = date(2026, 3, 4)
ADDRESS = "javascript:alert(1)"


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
        named=(named(text, PagePicture(link="/pictures/c1/1.1.jpg", width=9, height=9, shows=text, credit=text)), named(text)),
        elsewhere=tuple(PageElsewhere(network=text, url=ADDRESS, credit=text, day=DAY, shows=text, archive=archive) for archive in (ADDRESS, "")),
        outcome=PageOutcome(text=text, told_by="desk"),
        tags=(text,),
        status="solved",
        since=DAY,
        open=True,
        number=120,
        wall=part(text),
    )


def named(text: str, portrait: PagePicture | None = None) -> PageNamed:
    """Somebody who supports with a name."""
    return PageNamed(name=text, role=text, since=DAY, quotation=f"{text}\n\n{text}", portrait=portrait)


def passed(text: str) -> SharePage:
    """How a campaign is passed on, in two languages, with a hashtag that is cut and one that is not."""
    code = qr.rows("https://desk.example/en/campaigns/a")
    card = ShareCard(path="/cards/en/a.b.png", width=1200, height=630, shows=text)
    texts = (ToCopy(name="x-bluesky", networks=("X and Bluesky", "Mastodon"), text=text), ToCopy(name="instagram", networks=("Telegram",), text=text))
    cuts = (Cut(network="Mastodon", linked="", left=text), Cut(network="Telegram", linked=text, left=text), Cut(network="Telegram", linked=text, left=""))
    papers = (PaperLink(title="Poster on A5 (PDF)", path="/papers/en/a.poster.b.pdf"),)
    return SharePage(
        title=text,
        title_language="en",
        path="/campaigns/a",
        address="https://desk.example/en/campaigns/a",
        tags=(Tag(text=text, cuts=cuts, better=text), Tag(text=text, cuts=cuts[:1]), Tag(text=text)),
        spoken=(InOneLanguage(language="en", texts=texts, card=card, milestone=card, reached=text, papers=papers), InOneLanguage(language="ru", texts=texts)),
        pack="/en/campaigns/a/pack.zip",
        embed=text,
        code=qr.outline(code),
        squares=len(code) + 2 * qr.QUIET,
    )


def lines(text: str) -> tuple[Running, ...]:
    """Running campaigns on the first page."""
    return (Running(title=text, language="en", path="/campaigns/a", number=120), Running(title=text, language="en", path="/campaigns/b", number=0))


# Scripts without content: their texts stand in the page.
SCRIPTS = Joining(Bundle(b"", POST), Bundle(b"", "join.js"), {"en": Bundle(b"", "words-en.txt")})
TROUBLE = Trouble(sentence="There is no sentence yet.", help="Choose one of those offered, or write your own.")


def form(text: str, **more: object) -> joining.JoinForm:
    """The form of those who join."""
    sealing: dict[str, Any] = {"campaign": "a" * 32, "recipient": "age1", "instance": "b" * 64}
    bare = joining.JoinForm(title=text, title_language="en", path="/campaigns/a", nonce="n", version=1, **sealing)
    return msgspec.structs.replace(bare, **more)


def joins(renderer: Renderer, outer: Shell, text: str) -> dict[str, bytes]:
    """The pages of joining, full."""
    typed = joining.Typed(kind="photo", own=text, receipt="1", words_language="ru", shows=text)
    offered, choices = joining.Offered(value="0", text=text, language="ru"), (Choice(value="0", label=text), Choice(value="1", label=text, chosen=True))
    whole = form(text, statement=offered, photographs="taken", offered=(offered,), ranks=choices, regions=choices, typed=typed, trouble=TROUBLE)
    carried: dict[str, Any] = {
        "title": text,
        "title_language": "en",
        "path": "/campaigns/a",
        "nonce": "n",
        "ticket": "1-a",
        "version": 1,
        "typed": typed,
        "picture": "-_8=",
    }
    told = tuple(joining.Told(name=name, value=text) for name in ("place", "serial"))
    size: dict[str, Any] = {"width": 810, "height": 1080}
    face = joining.Found(number=1, what="face", where="top left", box=(3, 4, 50, 60))
    boxes = (face, joining.Found(number=2, what="text", where="bottom right", box=(700, 1000, 90, 70), ticked=False))
    squares: dict[str, Any] = {"across": 12, "down": 16, "cells": (3, 4), "looked": "found", "proposed": "face.3.4.50.60 text.700.1000.90.70", "found": boxes}
    exact: dict[str, Any] = {"shown": "/+8=", "cells": "3.4", "proposed": "face.3.4.50.60", "boxes": "1", "check": "c"}
    return {
        "join": renderer.join(outer, whole),
        "cover": renderer.cover(outer, joining.CoverPage(**carried, **size, **squares, told=told, first=True, trouble=TROUBLE)),
        "exactly": renderer.exactly(outer, joining.ExactPage(**carried, **size, **exact, sentence=text, language="ru", rank=text)),
        "joined": renderer.joined(outer, thanks(text)),
        "withdraw": renderer.withdraw(outer, joining.WithdrawPage(trouble=TROUBLE)),
        "withdrawn": renderer.withdraw(outer, joining.WithdrawPage(done=True)),
        **{f"fate, {fate}": renderer.withdraw(outer, joining.WithdrawPage(fate=fate, campaign="a")) for fate in ("waits", "wall", "asked", "unknown")},
        "fate, fell": renderer.withdraw(outer, joining.WithdrawPage(fate="fell", reason="person-asked")),
    }


def thanks(text: str) -> joining.JoinedPage:
    """Thanks for a post, with a receipt and everything to pass on."""
    return joining.JoinedPage(
        title=text,
        title_language="en",
        path="/campaigns/a",
        words=("7",) * 12,
        words_language="ru",
        tags=(Tag(text=text, better=text), Tag(text=text)),
        waiting=3,
        card=ShareCard(path="/cards/en/a.ab.png", width=1200, height=630, shows=text),
    )


def bare_joins(renderer: Renderer, outer: Shell) -> dict[str, bytes]:
    """The pages of joining with as little in them as can be."""
    carried: dict[str, Any] = {
        "title": "7",
        "title_language": "en",
        "path": "/campaigns/a",
        "nonce": "n",
        "version": 1,
        "typed": joining.Typed(kind="photo"),
        "picture": "QQ==",
    }
    size: dict[str, Any] = {"width": 1080, "height": 607}
    return {
        "join": renderer.join(outer, form("7", photographs="refused")),
        "join closed": renderer.join(outer, form("7", open=False)),
        "join with photographs alone": renderer.join(outer, form("7", badges=False, photographs="refused")),
        "cover": renderer.cover(outer, joining.CoverPage(**carried, **size, across=12, down=7, looked="absent", first=True)),
        "exactly": renderer.exactly(outer, joining.ExactPage(**carried, **size, shown="QQ==", cells="", check="c", sentence="7", language="en")),
        "joined": renderer.joined(outer, joining.JoinedPage(title="7", title_language="en", path="/campaigns/a", begun=True)),
        "withdraw": renderer.withdraw(outer, joining.WithdrawPage()),
    }


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
        "share": renderer.share(outer, passed(text)),
        **joins(renderer, outer, text),
    }


def empty(renderer: Renderer, outer: Shell) -> dict[str, bytes]:
    """A campaign's pages before the first batch."""
    bare = CampaignPage(id="c", version=1, title="7", summary="", body="", language="en", day=DAY, statement="7", begins=DAY, ends=DAY, waiting=12)
    some = (InOneLanguage(language="en", texts=()),)
    passing = SharePage(title="7", title_language="en", path="/campaigns/a", address="7", tags=(Tag(text="7"),), spoken=some, pack="/a.zip", embed="7")
    nothing = CountPage(title="7", title_language="en", path="/campaigns/a", number=0, accepted=0, withdrawn=0)
    return {
        "campaign": renderer.campaign(outer, bare),
        "wall": renderer.wall(outer, WallPage(title="7", title_language="en", path="/campaigns/a", number=0, wall=WallPart())),
        "count": renderer.count(outer, nothing),
        "embedded": renderer.embedded(outer, nothing),
        "share": renderer.share(outer, passing),
        **bare_joins(renderer, outer),
    }
