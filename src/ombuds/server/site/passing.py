# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a campaign gives its supporters to pass on: the page, texts for networks, and the papers to print.

Made of what is public on this day, the same for everybody: no address holds anything of who asks, and nothing is noted (T20). A
paper is named by what it shows, as a card is; a name that is not of what is public is not here. See spec/cards.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import msgspec
from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.content import Content, Text, in_language
from ombuds.core.errors import Malformed, NotHere
from ombuds.media.sharing import PAPER_TYPE, Paper, can_draw
from ombuds.pages import qr
from ombuds.pages.hashtags import looked_at
from ombuds.pages.languages import mark
from ombuds.pages.passing import NETWORKS, Network, Saying, short_form, told
from ombuds.pages.share_values import InOneLanguage, PaperLink, SharePage, ToCopy
from ombuds.pages.text import shown
from ombuds.server.http.parts import language_of
from ombuds.server.site.cards import KEPT, Drawn, card_of, milestone_cards, order_of, tags_of
from ombuds.server.site.ready import Site, Visit
from ombuds.server.site.shelf import Shown, text_for

PATH = "/papers"
NAME = re.compile(r"([0-9a-f]{32})\.(poster|number|sign|badges)\.([0-9a-f]{32})\.pdf\Z")

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "poster": mark("Poster on A5 (PDF)"),
        "number": mark("Poster on A5 with the number of this day (PDF)"),
        "sign": mark("Sign on A4 to hold, for a photograph without a badge (PDF)"),
        "badges": mark("Drawn badges on A4 to cut out (PDF)"),
    }
)


def page(visit: Visit) -> bytes:
    """The page with which a campaign is passed on. Raises NotHere."""
    last, content = campaign_of(visit, visit.path["subject"])
    text, path = text_for(content, visit.language.code), f"{last.path}/share"
    code = qr.rows(address_of(visit, last)) if visit.address else ()
    given = SharePage(
        title=text.title,
        title_language=text.language,
        path=last.path,
        address=address_of(visit, last),
        tags=tuple(map(looked_at, content.tags)),
        spoken=tuple(_in_one_language(visit, last, content, each) for each in texts_of(visit, content)),
        pack=visit.shell(path).link(f"{last.path}/pack.zip"),
        embed=_embed(visit, last, text),
        code=qr.outline(code),
        squares=len(code) + 2 * qr.QUIET,
    )
    return visit.parts.renderer.share(visit.shell(path), given)


async def paper(request: Request) -> Response:
    """Answer with one paper. Raises NotHere for a name that is not of what is public now, StoreBusy."""
    named = NAME.match(request.path_params["name"])
    language_of(request)
    if named is None:
        raise NotHere
    site: Site = request.app.state.site
    drawn: Drawn = request.app.state.cards
    wanted = await run_in_threadpool(_ordered, site, request, named)
    if wanted.name != named[3]:
        raise NotHere
    return Response(await drawn.picture(wanted), media_type=PAPER_TYPE, headers={"cache-control": KEPT})


def campaign_of(visit: Visit, subject: str) -> tuple[Shown, Content]:
    """Return a campaign's last version. Raises NotHere, also after a takedown."""
    versions = visit.shelf.subjects.get(subject)
    if not versions or versions[-1].kind != "campaign" or versions[-1].content is None:
        raise NotHere
    return versions[-1], versions[-1].content


def texts_of(visit: Visit, content: Content) -> tuple[Text, ...]:
    """Return the texts of a campaign, the reader's first."""
    first = text_for(content, visit.language.code)
    return (first, *(text for text in content.texts if text is not first))


def seen_by(visit: Visit, content: Content, text: Text) -> Visit | None:
    """Return the visit of a reader who gets a text with our words around it, or nothing if nobody does."""
    known = visit.parts.languages.get(text.language)
    if known is not None:
        return replace(visit, language=known)
    return visit if text_for(content, visit.language.code) is text else None


def saying_of(visit: Visit, last: Shown, content: Content, text: Text) -> Saying:
    """Return what there is to say of a campaign in one language."""
    statement = in_language(content.terms.statement, text.language) if content.terms else ""
    reader = seen_by(visit, content, text) or visit
    return Saying(shown(text.title), tags_of(content, text.title), address_of(reader, last), shown(text.summary), shown(statement))


def address_of(visit: Visit, last: Shown) -> str:
    """Return the whole address of a campaign in the reader's language."""
    return visit.address + visit.shell(last.path).link(last.path)


def papers_of(visit: Visit, last: Shown, content: Content) -> dict[str, Paper]:
    """Return the papers that can be printed in the reader's language, by kind."""
    made = {}
    for kind, order in PAPERS.items():
        try:
            wanted = order(visit, last, content)
        except (Malformed, NotHere):
            continue  # words that are too many for it
        if can_draw(wanted):
            made[kind] = wanted
    return made


def _poster(visit: Visit, last: Shown, content: Content) -> Paper:
    card, address = order_of(visit, last), address_of(visit, last)
    code = qr.rows(address) if visit.address else ()
    return Paper(kind="poster", direction=card.direction, title=card.title, tags=tags_of(content, card.title), desk=card.desk, address=address, code=code)


def _numbered(visit: Visit, last: Shown, content: Content) -> Paper:
    card = order_of(visit, last)
    if not card.number:
        raise NotHere
    return msgspec.structs.replace(_poster(visit, last, content), number=card.number, caption=card.caption)


def _sign(visit: Visit, last: Shown, content: Content) -> Paper:
    saying = saying_of(visit, last, content, text_for(content, visit.language.code))
    return Paper(kind="sign", direction=order_of(visit, last).direction, title=short_form(saying), tags=saying.tags[:1])


def _badges(visit: Visit, last: Shown, content: Content) -> Paper:
    card = order_of(visit, last)
    return Paper(kind="badges", direction=card.direction, title=card.title, tags=tags_of(content, card.title)[:1])


PAPERS: Mapping[str, Callable[[Visit, Shown, Content], Paper]] = MappingProxyType({"poster": _poster, "number": _numbered, "sign": _sign, "badges": _badges})


def _ordered(site: Site, request: Request, named: re.Match[str]) -> Paper:
    visit = site.visit(request.scope)
    return PAPERS[named[2]](visit, *campaign_of(visit, named[1]))


def _in_one_language(visit: Visit, last: Shown, content: Content, text: Text) -> InOneLanguage:
    saying, reader = saying_of(visit, last, content, text), seen_by(visit, content, text)
    papers = papers_of(reader, last, content) if reader else {}
    code = reader.language.code if reader else ""
    highest = next(iter(milestone_cards(reader, last).items()), None) if reader else None
    return InOneLanguage(
        language=text.language,
        texts=_to_copy(saying),
        card=card_of(reader, last) if reader else None,
        milestone=highest[1] if highest else None,
        reached=reader.language.number(highest[0]) if reader and highest else "",
        papers=tuple(PaperLink(title=TITLES[kind], path=f"{PATH}/{code}/{last.line.subject}.{kind}.{order.name}.pdf") for kind, order in papers.items()),
    )


def _to_copy(saying: Saying) -> tuple[ToCopy, ...]:
    """Return the text for each network; those that take the same one share a field."""
    same: dict[str, list[Network]] = {}
    for network in NETWORKS:
        same.setdefault(told(saying, network), []).append(network)
    return tuple(ToCopy(name=some[0].name, networks=tuple(each.title for each in some), text=text) for text, some in same.items())


def _embed(visit: Visit, last: Shown, text: Text) -> str:
    return f'<iframe src="{escape(address_of(visit, last))}/embed" title="{escape(shown(text.title))}" width="320" height="240" loading="lazy"></iframe>'
