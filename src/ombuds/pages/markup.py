# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns the Markdown of a published text into HTML that can do nothing (T24).

CommonMark with raw HTML off, then a short list of allowed tags on top, so that one mistake in either does no harm. No
pictures (a picture is a request that tells who reads) and links that say nothing about where the reader comes from.
The same text always gives the same bytes: a page is proven by rendering it again (T18). See spec/pages.md.
"""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from ombuds.pages.text import shown

TAGS = frozenset(("p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "a", "h2", "h3", "h4", "hr", "code", "pre"))
SCHEMES = frozenset(("https", "http", "mailto"))
_MARKS = re.compile(r"[*_`#>]+")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)")
_LEVELS = {"h1": 2, "h2": 2, "h3": 3}  # deeper ones become the fourth


def plain(text: str) -> str:
    """Return the words of a text without what draws its layout, in one line, for lists that show words alone."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


class Writer:
    """Markdown to safe HTML; made once."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])

    def html(self, text: str) -> Markup:
        """Return the text as safe HTML; its headings start at the second level, under the title."""
        tokens = self._markdown.parse(shown(text))
        level = 1
        for token in tokens:
            if token.type == "heading_open":
                # Readers of a page by ear walk its headings: never skip a level.
                level = min(_LEVELS.get(token.tag, 4), level + 1)
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{level}"
        rendered = self._markdown.renderer.render(tokens, self._markdown.options, {})
        return Markup(  # noqa: S704 - cleaned on the way in
            nh3.clean(
                rendered,
                tags=set(TAGS),
                attributes={"a": {"href"}},
                url_schemes=set(SCHEMES),
                link_rel="noopener noreferrer nofollow",
            )
        )
