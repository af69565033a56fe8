# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Atom feed of a language: the latest entries with their titles and summaries.

Days only: an entry is dated with the midnight of its day. See RFC 4287 and spec/site.md.
"""

from __future__ import annotations

from datetime import date
from html import escape

from ombuds.pages import labels
from ombuds.pages.text import shown
from ombuds.pages.values import FeedItem
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import item

ENTRIES = 30
ATOM = "application/atom+xml; charset=utf-8"


def feed(visit: Visit) -> bytes:
    """The feed as Atom."""
    shell, instance = visit.shell("/feed.atom"), visit.record.charter.instance_id
    address = visit.parts.settings.address.rstrip("/")
    latest = visit.shelf.entries[: -ENTRIES - 1 : -1]
    gone = visit.language.said(labels.KINDS["takedown"])
    items = [(each.line.leaf, item(each, shell.language, gone)) for each in latest]
    day = items[0][1].day if items else visit.today
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{shell.language}">',
        f"<id>urn:sha256:{instance}:{shell.language}</id>",
        f"<title>{_safe(shell.desk_name)}</title>",
        f"<author><name>{_safe(shell.desk_name)}</name></author>",
        f"<updated>{_midnight(day)}</updated>",
        f'<link rel="self" href="{_safe(address + shell.link("/feed.atom"))}"/>',
        f'<link rel="alternate" href="{_safe(address + shell.link("/"))}"/>',
        *(_entry(leaf, each, address + shell.link(each.path)) for leaf, each in items),
        "</feed>",
    )
    return "\n".join(lines).encode()


def _entry(leaf: str, each: FeedItem, address: str) -> str:
    return (
        f"<entry><id>urn:sha256:{leaf}</id><title>{_safe(each.title)}</title><updated>{_midnight(each.day)}</updated>"
        f'<link href="{_safe(address)}"/><summary xml:lang="{_safe(each.language)}">{_safe(each.summary)}</summary></entry>'
    )


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _safe(text: str) -> str:
    return escape(shown(text))
