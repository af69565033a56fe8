# SPDX-License-Identifier: AGPL-3.0-or-later
"""The site's other doors, full or empty: search, follow, press. See spec/pages.md."""

from __future__ import annotations

from datetime import date

import msgspec

from ombuds.core.errors import QueryUnclear
from ombuds.pages import site_values as site
from ombuds.pages.article_values import PagePicture, PagePress
from ombuds.pages.passages import Piece
from ombuds.pages.render import Renderer
from ombuds.pages.values import FeedItem, Shell, Trouble
from tests.pages.campaign_samples import lines

DAY = date(2026, 3, 9)


def full(renderer: Renderer, outer: Shell, item: FeedItem) -> dict[str, bytes]:
    """The pages with everything in them, around an item's title."""
    text = item.title
    pieces = (Piece("… "), Piece(text, True), Piece(text))
    found = site.FoundItem(item=item, title=pieces, text=pieces)
    places = tuple(site.Place(title=text, address=address) for address in ("https://example.org/@desk", "mailto:desk@example.org", "javascript:alert(1)", text))
    named = site.Places(places=places, path="/updates/u1", day=DAY)
    trouble = Trouble.of(QueryUnclear())
    return {
        "find": renderer.find(outer, site.FindPage(query=text, asked=True, items=(found,), count=1, trouble=trouble, newer="/a", older="/b")),
        "follow": renderer.follow(outer, site.FollowPage(elsewhere=named)),
        "press": renderer.press(
            outer, site.PressPage(members=3, needed_to_publish=2, entries=9, since=DAY, stories=3, noticed=(noticed(item),), contacts=named, walls=lines(text))
        ),
        "voice": renderer.voice(outer, voice(text, note=text, trouble=trouble)),
        "inquiry": renderer.inquiry(outer, inquiry(title=text, title_language="en", text=text, trouble=trouble)),
        "named": renderer.named(outer, named_form(title=text, read=True, name=text, role=text, text=text, portrait=True, trouble=trouble)),
        "spoken": renderer.spoken(outer, site.SpokenPage(title=text, title_language="en", path="/stories/s1")),
    }


def noticed(item: FeedItem) -> site.Noticed:
    """A publication that the press wrote about, with a picture."""
    text = item.title
    piece = PagePress(outlet=text, day=DAY, language="en", title=text, url="javascript:alert(1)", quotation=text, translation=text, translator=text)
    picture = PagePicture(link="/pictures/a/1.1.png", width=4, height=3, shows=text, credit=text)
    return site.Noticed(item=item, press=(piece,), pictures=(picture,))


def voice(title: str, **more: object) -> site.VoiceForm:
    """The form of those to whom the same happened."""
    about = f"This happened to me too: {title}\n/stories/s1"
    form = site.VoiceForm(title=title, title_language="en", path="/stories/s1", nonce="n", check="c", about=about, needed=2, members=3)
    return msgspec.structs.replace(form, **more)


def inquiry(**more: object) -> site.InquiryForm:
    """The form of somebody a text is about, or of the press."""
    return msgspec.structs.replace(site.InquiryForm(path="/stories/s1/correction", nonce="n", needed=2, members=3), **more)


def named_form(**more: object) -> site.NamedForm:
    """The form of somebody who would support a campaign with a name."""
    return msgspec.structs.replace(site.NamedForm(title="", title_language="en", path="/campaigns/c1", nonce="n", needed=2, members=3), **more)


def empty(renderer: Renderer, outer: Shell) -> dict[str, bytes]:
    """The pages with as little in them as can be."""
    return {
        "find": renderer.find(outer, site.FindPage()),
        "follow": renderer.follow(outer, site.FollowPage()),
        "press": renderer.press(outer, site.PressPage(members=3, needed_to_publish=2)),
        "voice": renderer.voice(outer, voice("", notes=False)),
        "inquiry": renderer.inquiry(outer, inquiry(path="/press/write")),
        "named": renderer.named(outer, named_form()),
        "spoken": renderer.spoken(outer, site.SpokenPage(title="", title_language="en", path="/stories/s1")),
    }
