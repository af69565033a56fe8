# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the public site and who answers them. See spec/site.md."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.server.site import pages, stories
from ombuds.server.site.feed import ATOM, feed
from ombuds.server.site.ready import Page

PAGES: tuple[tuple[str, Page], ...] = (
    ("/{lang}/", Page(pages.home, ("before",))),
    ("/{lang}/stories", Page(pages.stories, ("type", "region", "status", "language", "page"))),
    ("/{lang}/stories/{subject}", Page(stories.story)),
    ("/{lang}/updates/{subject}", Page(stories.story)),
    ("/{lang}/tags/{tag}", Page(pages.tag, ("page",))),
    ("/{lang}/ledger", Page(pages.ledger, ("before",))),
    ("/{lang}/charter", Page(pages.charter)),
    ("/{lang}/about", Page(pages.about)),
    ("/{lang}/guide", Page(pages.guide)),
    ("/{lang}/feed.atom", Page(feed, kind=ATOM)),
    ("/stories/{subject}.proof", Page(stories.proof, kind="application/json")),
)
ROUTES: tuple[BaseRoute, ...] = tuple(Route(path, page, methods=["GET"]) for path, page in PAGES)
