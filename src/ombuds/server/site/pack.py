# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's pack: its pictures, papers and texts in every language as one ZIP, made when it is asked for.

Everybody gets the same bytes: no time, no name of a program and nothing of who asks stands in it (T20). Its pictures are those
of cards.py, from the same bounded memory. See spec/cards.md.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.content import Content
from ombuds.media.sharing import Card, Paper, can_draw
from ombuds.pages.languages import mark
from ombuds.pages.passing import NETWORKS, told
from ombuds.server.http.parts import language_of
from ombuds.server.site.cards import KEPT, Drawn, card_of, milestone_cards, milestones_of, order_of
from ombuds.server.site.passing import address_of, campaign_of, papers_of, saying_of, seen_by, texts_of
from ombuds.server.site.ready import Site, Visit
from ombuds.server.site.shelf import Shown, text_for

TYPE = "application/zip"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
FOLDER = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
FILES = {"poster": "poster.pdf", "number": "poster-with-number.pdf", "sign": "sign.pdf", "badges": "badges.pdf"}
ALIKE = mark("Everything here is the same for everybody. Nothing in it tells who took it.")
CAREFUL = mark(
    "Whoever posts under their own name shows where they stand. Use an account that does not lead to you if that can harm you, and look at the guide first."
)
LINES = (
    ("card.png", mark("A picture for a post. card.txt says what it shows, for those who do not see it.")),
    ("milestone-*.png", mark("A picture for each milestone that the wall has passed, with its words beside it as text.")),
    ("texts", mark("A text to copy for each kind of network.")),
    ("poster.pdf", mark("A poster to print on A5, without a number and with the number of this day.")),
    ("sign.pdf", mark("A sign on A4 for those who photograph a sign instead of a badge.")),
    ("badges.pdf", mark("Drawn badges with the hashtag on A4, to cut out.")),
)


class Packing(NamedTuple):
    """What goes into a pack: texts, and what is to be drawn, by the names of their files."""

    texts: dict[str, str]
    drawn: dict[str, Card | Paper]


async def pack(request: Request) -> Response:
    """Answer with a campaign's pack. Raises NotHere, StoreBusy."""
    language_of(request)
    site: Site = request.app.state.site
    drawn: Drawn = request.app.state.cards
    packing = await run_in_threadpool(_packing, site, request)
    files = {name: text.encode() for name, text in packing.texts.items()}
    for name, order in packing.drawn.items():
        files[name] = await drawn.picture(order)
    return Response(await run_in_threadpool(zipped, files), media_type=TYPE, headers={"cache-control": KEPT})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP that is the same each time, in the order of their names."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, FIRST_DAY)
            entry.create_system, entry.external_attr = 3, READABLE
            # What was drawn is packed already.
            entry.compress_type = ZIP_DEFLATED if name.endswith(".txt") else ZIP_STORED
            archive.writestr(entry, content)
    return made.getvalue()


def _packing(site: Site, request: Request) -> Packing:
    visit = site.visit(request.scope)
    last, content = campaign_of(visit, request.path_params["subject"])
    texts, drawn = {"README.txt": _readme(visit, last, content)}, dict[str, Card | Paper]()
    for text in texts_of(visit, content):
        if not FOLDER.match(text.language):
            continue
        saying, reader = saying_of(visit, last, content, text), seen_by(visit, content, text)
        for network in NETWORKS:
            texts[f"{text.language}/texts/{network.name}.txt"] = told(saying, network) + "\n"
        if reader is not None:
            drawn |= {f"{text.language}/{FILES[kind]}": order for kind, order in papers_of(reader, last, content).items()}
            card, said = order_of(reader, last), card_of(reader, last)
            if said is not None and can_draw(card):
                drawn[f"{text.language}/card.png"] = card
                texts[f"{text.language}/card.txt"] = said.shows + "\n"
            milestones = milestones_of(reader, last)
            for number, told_by in milestone_cards(reader, last).items():
                drawn[f"{text.language}/milestone-{number}.png"] = milestones[number]
                texts[f"{text.language}/milestone-{number}.txt"] = told_by.shows + "\n"
    return Packing(texts, drawn)


def _readme(visit: Visit, last: Shown, content: Content) -> str:
    said = visit.language.said
    title = saying_of(visit, last, content, text_for(content, visit.language.code)).title
    lines = [title, address_of(visit, last), "", said(ALIKE), said(CAREFUL), ""]
    return "\n".join([*lines, *(f"{name}: {said(what)}" for name, what in LINES), ""])
