# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of those who join: empty with a badge by chance, or given back with all that was typed and what was refused.

A badge by chance, so that walls are not all of the first one. It reads no form. See spec/site.md.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.campaign import LEAST_BATCH
from ombuds.core.keys import random_below, random_id
from ombuds.core.said import Said
from ombuds.core.words import LANGUAGES
from ombuds.pages.join_values import JoinForm, Offered, Typed
from ombuds.pages.values import Choice
from ombuds.server.campaign.asked import Asked
from ombuds.server.campaign.filled import COLOURS, OWN, SHAPES, typed_in
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.refusals import PostRefused
from ombuds.server.campaign.ticket import ticket
from ombuds.server.http.answers import joining
from ombuds.server.http.fields import Fields, nonce_of

LONGEST_TICKET = 100


async def fresh(request: Request, asked: Asked) -> bytes:
    """Return an empty form with a nonce of its own."""
    nonce, terms = random_id(), asked.terms
    typed = Typed(
        kind="badge" if "badge" in terms.kinds else terms.kinds[0],
        shape=str(random_below(SHAPES)),
        colour=str(random_below(COLOURS)),
        sentence="0" if terms.offered else OWN,
    )
    form = await _form(request, asked, nonce, typed)
    return asked.parts.renderer.join(asked.shell, msgspec.structs.replace(form, ticket=ticket(asked.parts.form_key, nonce)))


async def given_back(request: Request, asked: Asked, fields: Fields, refused: PostRefused) -> Response:
    """Answer with the form, all that was typed, and what was refused; a photograph must be chosen again."""
    form = await _form(request, asked, nonce_of(fields), typed_in(fields))
    form = msgspec.structs.replace(form, ticket=fields.one("ticket")[:LONGEST_TICKET], trouble=refused.trouble)
    return joining(asked.parts, asked.parts.renderer.join(asked.shell, form), refused.status)


async def _form(request: Request, asked: Asked, nonce: str, typed: Typed) -> JoinForm:
    terms, photographs = asked.terms, ""
    if "photo" in terms.kinds and asked.is_open:
        cells: Photographs = request.app.state.photographs
        photographs = "taken" if await cells.possible() else "refused"
    return JoinForm(
        title=asked.text.title,
        title_language=asked.text.language,
        path=asked.path,
        nonce=nonce,
        version=asked.version,
        statement=Offered(value="", **_said(asked, terms.statement)),
        badges="badge" in terms.kinds,
        photographs=photographs,
        shapes=SHAPES,
        colours=COLOURS,
        offered=tuple(Offered(value=str(place), **_said(asked, words)) for place, words in enumerate(terms.offered)),
        ranks=_choices(asked, terms.ranks, typed.rank),
        regions=_choices(asked, terms.regions, typed.region),
        words_languages=LANGUAGES,
        typed=typed,
        open=asked.is_open,
        campaign=asked.campaign,
        recipient=terms.recipient,
        instance=asked.charter.instance_id,
        least=LEAST_BATCH,
    )


def _said(asked: Asked, words: tuple[Said, ...]) -> dict[str, str]:
    said = asked.said(words)
    return {"text": said.text, "language": said.language}


def _choices(asked: Asked, lists: tuple[tuple[Said, ...], ...], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=str(place), label=asked.said(words).text, chosen=str(place) == chosen) for place, words in enumerate(lists))
