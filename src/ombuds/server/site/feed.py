# SPDX-License-Identifier: AGPL-3.0-or-later
"""The feeds of a language, and of a hashtag in it: the latest entries with their titles, summaries and tags, as Atom and as JSON Feed.

Days only: an entry is dated with the midnight of its day. See RFC 4287, JSON Feed 1.1 and spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere
from ombuds.pages import labels
from ombuds.pages.text import shown
from ombuds.pages.values import FeedItem
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import item, tag_key, tags_of

ENTRIES = 30
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
# XML has no way to write these two, not even as a number.
NO_XML = str.maketrans("", "", "\ufffe\uffff")


@dataclass(frozen=True)
class _Feed:
    """What both kinds of feed are made of: addresses are whole ones if the desk's own is known."""

    title: str
    desk: str
    language: str
    name: str
    here: str
    page: str
    day: date
    items: list[tuple[str, FeedItem, str]]


def atom(visit: Visit) -> bytes:
    """The feed as Atom. Raises NotHere for a tag under which nothing is."""
    feed = _feed(visit, "feed.atom")
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">',
        f"<id>{_safe(feed.name)}</id>",
        f"<title>{_safe(feed.title)}</title>",
        f"<author><name>{_safe(feed.desk)}</name></author>",
        f"<updated>{_midnight(feed.day)}</updated>",
        f'<link rel="self" type="application/atom+xml" href="{_safe(feed.here)}"/>',
        f'<link rel="alternate" type="text/html" hreflang="{feed.language}" href="{_safe(feed.page)}"/>',
        *(_entry(leaf, each, address, feed.language) for leaf, each, address in feed.items),
        "</feed>",
    )
    return "\n".join(lines).encode()


def json_feed(visit: Visit) -> bytes:
    """The feed as JSON Feed. Raises NotHere for a tag under which nothing is."""
    feed = _feed(visit, "feed.json")
    return encode(
        {
            "version": VERSION,
            "title": shown(feed.title),
            "home_page_url": feed.page,
            "feed_url": feed.here,
            "language": feed.language,
            "authors": [{"name": shown(feed.desk)}],
            "items": [_item(leaf, each, address) for leaf, each, address in feed.items],
        }
    )


def _feed(visit: Visit, name: str) -> _Feed:
    typed = visit.path.get("tag", "")
    tag = tag_key(typed)
    entries = [each for each in visit.shelf.entries if not typed or tag in tags_of(each)]
    if typed and not entries:
        raise NotHere
    path = f"/tags/{quote(tag, safe='')}/" if typed else "/"
    shell, gone = visit.shell(path + name), visit.language.said(labels.KINDS["takedown"])
    items = [(each.line.leaf, item(each, shell.language, gone)) for each in entries[: -ENTRIES - 1 : -1]]
    return _Feed(
        title=f"{shell.desk_name} · #{tag}" if typed else shell.desk_name,
        desk=shell.desk_name,
        language=shell.language,
        name=f"urn:sha256:{visit.record.charter.instance_id}:{shell.language}" + (f":{quote(tag, safe='')}" if typed else ""),
        here=shell.address + shell.link(path + name),
        page=shell.address + shell.link(path.rstrip("/") if typed else path),
        day=items[0][1].day if items else visit.today,
        items=[(leaf, each, shell.address + shell.link(each.path)) for leaf, each in items],
    )


def _entry(leaf: str, each: FeedItem, address: str, language: str) -> str:
    said = f' xml:lang="{_safe(each.language)}"'
    return "".join(
        (
            f"<entry><id>urn:sha256:{leaf}</id><title{said}>{_safe(each.title)}</title><updated>{_midnight(each.day)}</updated>",
            f'<link rel="alternate" type="text/html" hreflang="{language}" href="{_safe(address)}"/>',
            *(f'<category term="{_safe(tag)}"/>' for tag in each.tags),
            f"<summary{said}>{_safe(each.summary)}</summary></entry>",
        )
    )


def _item(leaf: str, each: FeedItem, address: str) -> dict[str, object]:
    text = shown(each.summary or each.title)
    return {
        "id": f"urn:sha256:{leaf}",
        "url": address,
        "title": shown(each.title),
        "content_text": text,
        "summary": text,
        "date_published": _midnight(each.day),
        "language": each.language,
        "tags": [shown(tag) for tag in each.tags],
    }


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _safe(text: str) -> str:
    return escape(shown(text).translate(NO_XML))
