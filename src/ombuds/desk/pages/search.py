# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search: all that this member may read, looked through on this machine; what is typed goes nowhere else.

It works without the server, and nothing of it is kept. See spec/desk.md.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from ombuds.core.errors import NotHere, QueryUnclear
from ombuds.desk.index import Hit, Hits
from ombuds.desk.lines import LineKind
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.pages.desk_found import FoundLine, FoundPiece, SearchView
from ombuds.pages.languages import mark
from ombuds.pages.query import LONGEST, UNCLEAR, Query, read_query
from ombuds.pages.values import Trouble

KINDS: dict[LineKind, str] = {
    "report": mark("Report"),
    "received": mark("Message of the source"),
    "sent": mark("Reply of the desk"),
    "note": mark("Note"),
    "status": mark("Status"),
    "draft": mark("Draft"),
    "file": mark("Name of a file"),
    "task": mark("Task"),
    "claim": mark("Claim"),
}


def search(visit: Visit) -> Response:
    """Show the field, and what was found."""
    typed = visit.query.one("query")
    if not typed.strip():
        return page(visit.room.renderer.search(visit.shell(), SearchView()))
    try:
        query = read_query(typed)
    except QueryUnclear as unclear:
        view = SearchView(query=typed[:LONGEST], asked=True, trouble=Trouble(sentence=UNCLEAR[unclear.detail], help=unclear.help))
        return page(visit.room.renderer.search(visit.shell(), view), 400)
    return page(visit.room.renderer.search(visit.shell(), _view(visit, typed, query)))


def _view(visit: Visit, typed: str, query: Query) -> SearchView:
    found = visit.desk.vault.index.find(query, _row(visit.query.one("older")), _row(visit.query.one("newer")))
    return SearchView(
        query=typed,
        asked=True,
        lines=tuple(_line(visit.desk, hit) for hit in found.hits),
        newer=_link(typed, "newer", found, 0) if found.newer else "",
        older=_link(typed, "older", found, -1) if found.older else "",
    )


def _row(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _link(typed: str, way: str, found: Hits, end: int) -> str:
    return "/search?" + urlencode({"query": typed, way: found.hits[end].line}) if found.hits else ""


def _line(desk: Desk, hit: Hit) -> FoundLine:
    own_draft = hit.kind == "draft" and not hit.place.isdigit()
    return FoundLine(
        link=f"/publish?draft={hit.place}" if own_draft else f"/cases/{hit.case}",
        title=_title(desk, hit.case),
        kind=KINDS[hit.kind],
        day=hit.day,
        pieces=tuple(FoundPiece(text=piece.text, found=piece.found) for piece in hit.pieces),
    )


def _title(desk: Desk, case: str) -> str:
    try:
        return desk.vault.matter(case).title
    except NotHere:
        return ""
