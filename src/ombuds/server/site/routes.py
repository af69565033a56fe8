# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the public site and who answers them. See spec/site.md."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.pages.published import PICTURES
from ombuds.server.site import campaigns, cards, doors, pages, passing, reach, stories
from ombuds.server.site.badges import badge
from ombuds.server.site.feed import ATOM, JSON_FEED, atom, json_feed
from ombuds.server.site.pack import pack
from ombuds.server.site.pictures import picture
from ombuds.server.site.ready import Page
from ombuds.server.site.search import search

PAGES: tuple[tuple[str, Page], ...] = (
    ("/{lang}/", Page(pages.home, ("before",))),
    ("/{lang}/stories", Page(pages.stories, ("type", "region", "status", "language", "page"))),
    ("/{lang}/stories/{subject}", Page(stories.story)),
    ("/{lang}/updates/{subject}", Page(stories.story)),
    ("/{lang}/campaigns/{subject}", Page(stories.story, ("page", "language", "plain"))),
    ("/{lang}/campaigns/{subject}/wall", Page(campaigns.wall, ("page", "language", "plain"))),
    ("/{lang}/campaigns/{subject}/count", Page(campaigns.count)),
    ("/{lang}/campaigns/{subject}/embed", Page(campaigns.embedded, framed=True)),
    ("/{lang}/campaigns/{subject}/share", Page(passing.page, copied=True)),
    ("/{lang}/campaigns/{subject}/numbers.json", Page(campaigns.numbers, kind="application/json", framed=True)),
    ("/{lang}/tags/{tag}", Page(pages.tag, ("page",))),
    ("/{lang}/ledger", Page(pages.ledger, ("before",))),
    ("/{lang}/charter", Page(pages.charter)),
    ("/{lang}/about", Page(pages.about)),
    ("/{lang}/guide", Page(pages.guide)),
    ("/{lang}/follow", Page(reach.follow)),
    ("/{lang}/press", Page(reach.press)),
    ("/{lang}/search", Page(search, ("q", "page"), kept=False)),
    ("/{lang}/feed.atom", Page(atom, kind=ATOM)),
    ("/{lang}/feed.json", Page(json_feed, kind=JSON_FEED)),
    ("/{lang}/tags/{tag}/feed.atom", Page(atom, kind=ATOM)),
    ("/{lang}/tags/{tag}/feed.json", Page(json_feed, kind=JSON_FEED)),
    ("/sitemap.xml", Page(doors.sitemap, kind=doors.XML)),
    ("/sitemap-{part}.xml", Page(doors.sitemap_part, kind=doors.XML)),
    ("/robots.txt", Page(doors.robots, kind=doors.TEXT)),
    ("/.well-known/security.txt", Page(doors.security, kind=doors.TEXT)),
    ("/stories/{subject}.proof", Page(stories.proof, kind="application/json")),
)
ROUTES: tuple[BaseRoute, ...] = (
    *(Route(path, page, methods=["GET"]) for path, page in PAGES),
    Route(f"{cards.PATH}/{{lang}}/{{name}}", cards.card, methods=["GET"]),
    Route(f"{passing.PATH}/{{lang}}/{{name}}", passing.paper, methods=["GET"]),
    Route("/{lang}/campaigns/{subject}/pack.zip", pack, methods=["GET"]),
    Route(f"{campaigns.BADGES}{{number}}.svg", badge, methods=["GET"]),
    Route(f"{PICTURES}{{subject}}/{{name}}", picture, methods=["GET"]),
)
