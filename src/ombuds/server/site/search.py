# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search for readers: over everything public, in any form of a word, without JavaScript.

What is typed is neither kept nor logged, and no answer to it is kept by anybody. See spec/site.md; T08.
"""

from __future__ import annotations

from urllib.parse import urlencode

from ombuds.core.errors import QueryUnclear
from ombuds.core.publication import read_content
from ombuds.pages import labels
from ombuds.pages.markup import plain
from ombuds.pages.passages import Passages, Words
from ombuds.pages.query import LONGEST, UNCLEAR, Query, read_query
from ombuds.pages.site_values import FindPage, FoundItem
from ombuds.pages.values import Trouble
from ombuds.server.site.campaigns import listed
from ombuds.server.site.finding import Found
from ombuds.server.site.ready import Visit
from ombuds.server.store import ledger

PATH = "/search"
ITEMS = 20


def search(visit: Visit) -> bytes:
    """The field, and what was found."""
    typed = visit.query.get("q", "")
    if not typed.strip():
        return visit.parts.renderer.find(visit.shell(PATH), FindPage())
    try:
        query = read_query(typed)
    except QueryUnclear as unclear:
        trouble = Trouble(sentence=UNCLEAR[unclear.detail], help=unclear.help)
        return visit.parts.renderer.find(visit.shell(PATH), FindPage(query=typed[:LONGEST], asked=True, trouble=trouble))
    return visit.parts.renderer.find(visit.shell(PATH), _found(visit, typed, query))


def _found(visit: Visit, typed: str, query: Query) -> FindPage:
    found = visit.finder.find(visit.shelf, query, visit.language.code)
    number = _number(visit.query.get("page", ""))
    some = found[(number - 1) * ITEMS : number * ITEMS]
    passages = Passages(visit.finder.speller)
    words = query.words(visit.finder.speller)
    return FindPage(
        query=typed,
        asked=True,
        items=tuple(_item(visit, passages, words, each) for each in some),
        count=len(found),
        newer=_page(typed, number - 1) if number > 1 else None,
        older=_page(typed, number + 1) if number * ITEMS < len(found) else None,
    )


def _item(visit: Visit, passages: Passages, words: Words, found: Found) -> FoundItem:
    line = found.shown.line
    with visit.parts.store.read() as connection:
        salted = ledger.content(connection, line.subject, line.version)
    light = found.shown.content
    language = light.texts[found.place].language if light else visit.language.code
    line_of = listed(visit, found.shown, language, visit.language.said(labels.KINDS["takedown"]))
    if salted is None:
        # Taken down between two looks: its title stands in the list a second longer, its text does not.
        return FoundItem(item=line_of, title=passages.around(words, line_of.title))
    text = read_content(salted.content).texts[found.place]
    return FoundItem(item=line_of, title=passages.around(words, line_of.title), text=passages.around(words, plain(f"{text.summary}\n\n{text.body}")))


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _page(typed: str, number: int) -> str:
    return f"{PATH}?{urlencode({'q': typed, 'page': number})}"
