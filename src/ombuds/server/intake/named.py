# SPDX-License-Identifier: AGPL-3.0-or-later
"""Supporting a campaign with a name: a page that warns first, and after it a form to the desk.

The page warns of what can follow and offers the post without a name before anything else; the form opens for whoever ticks to
have read that. What is written is sealed like an inquiry, by the browser if it runs the script, names the campaign in its sealed
text, and has an inbox in which the desk checks who it is and asks for consent to the exact words. It publishes nothing. See spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.charter import InForce
from ombuds.core.content import Content, Text
from ombuds.core.errors import AlreadyUsed, FreshnessStale, OmbudsError, TooLarge
from ombuds.core.keys import Id, random_id
from ombuds.core.record import Record
from ombuds.core.words import LANGUAGES
from ombuds.pages.inquiries import NAMED, about, begun
from ombuds.pages.languages import mark
from ombuds.pages.site_values import NamedForm
from ombuds.pages.values import Trouble
from ombuds.server.campaign.keeping import takes_posts
from ombuds.server.campaign.ticket import ticket
from ombuds.server.http.answers import scripted
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, nonce_of, read_fields, ticket_of
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.intake.form import ReportPages, closed
from ombuds.server.intake.inquiry import RECEIVED
from ombuds.server.intake.plain import keep_inquiry
from ombuds.server.store import walls

SAID = mark("Wants to support with a name")
NAME, ROLE = mark("Name"), mark("Role")
MAY, MAY_NOT = mark("A portrait may be shown; it comes through the inbox."), mark("No portrait.")
LONGEST_LINE = 300
UNREAD = Trouble(sentence=mark("Read the warning first."), help=mark("Nothing was sent. Tick below it that you have read it."))
EMPTY = Trouble(sentence=mark("Your name, your role and your words are needed."), help=mark("Nothing was sent. What you wrote is still there."))
OVER = Trouble(sentence=mark("This campaign takes no posts and no names now."), help=mark("Nothing was sent."))


@dataclass(frozen=True)
class _Asked:
    """One visit: which campaign, its text for this reader, and whether it still takes names."""

    parts: Parts
    charter: InForce
    language: str
    path: str
    text: Text
    is_open: bool


async def show(request: Request) -> Response:
    """Show the warning, the form to whoever read it, or that the desk takes nothing now. Raises NotHere for what is no campaign."""
    asked = await _asked(request)
    try:
        asked.parts.public.epochs(asked.parts.today)
    except FreshnessStale:
        return await run_in_threadpool(closed, asked.parts, asked.language)
    return scripted(asked.parts, _form(asked, Fields(), random_id(), request.query_params.get("read") == "1"))


async def send(request: Request) -> Response:
    """Take the form and answer with its words, or with what was refused. Raises NotHere, StoreBusy, TooLarge, Malformed."""
    asked = await _asked(request)
    fields = await read_fields(request, asked.parts.settings.largest_text)
    pages: ReportPages = request.app.state.report_pages
    return await keeping(request, lambda: _keep(asked, pages, fields))


def _keep(asked: _Asked, pages: ReportPages, fields: Fields) -> Response:
    if not asked.is_open:
        return scripted(asked.parts, _form(asked, fields, nonce_of(fields), True, OVER), 409)
    if fields.one("read") != "1":
        return scripted(asked.parts, _form(asked, fields, nonce_of(fields), False, UNREAD), 400)
    if not all(fields.one(name).strip() for name in ("name", "role", "text")):
        return scripted(asked.parts, _form(asked, fields, nonce_of(fields), True, EMPTY), 400)
    try:
        return keep_inquiry(asked.parts, pages, asked.language, fields, _sealed(asked, fields))
    except AlreadyUsed as refusal:
        return scripted(asked.parts, _form(asked, Fields(), random_id(), True, RECEIVED), status_of(refusal))
    except OmbudsError as refusal:
        return scripted(asked.parts, _form(asked, fields, nonce_of(fields), True, Trouble.of(refusal)), status_of(refusal))


def _sealed(asked: _Asked, fields: Fields) -> str:
    """Return what the desk will read: which campaign, who, and the words. Raises TooLarge."""
    words, said = fields.one("text").strip(), asked.parts.languages[asked.language].said
    name, role = (" ".join(fields.one(each).split()) for each in ("name", "role"))
    if len(words) > asked.parts.settings.largest_text or max(len(name), len(role)) > LONGEST_LINE:
        raise TooLarge
    portrait = said(MAY if fields.one("portrait") else MAY_NOT)
    return begun(_said(asked), asked.path + NAMED, f"{said(NAME)}: {name}\n{said(ROLE)}: {role}\n{portrait}\n\n{words}")


def _said(asked: _Asked) -> str:
    return f"{asked.parts.languages[asked.language].said(SAID)}: {asked.text.title}"


def _form(asked: _Asked, typed: Fields, nonce: Id, read: bool, trouble: Trouble | None = None) -> bytes:
    said = asked.charter.charter
    form = NamedForm(
        title=asked.text.title,
        title_language=asked.text.language,
        path=asked.path,
        nonce=nonce,
        ticket=ticket_of(typed) or ticket(asked.parts.form_key, nonce),
        needed=said.thresholds.open,
        members=len(said.keys("open")),
        open=asked.is_open,
        read=read,
        name=typed.one("name"),
        role=typed.one("role"),
        text=typed.one("text").strip(),
        portrait=bool(typed.one("portrait")),
        about=about(_said(asked), asked.path + NAMED),
        longest=asked.parts.settings.largest_text,
        words_languages=LANGUAGES,
        trouble=trouble,
    )
    shell = shell_of(asked.charter, asked.language, asked.path + NAMED)
    return asked.parts.renderer.named(shell, form)


async def _asked(request: Request) -> _Asked:
    parts, language = parts_of(request), language_of(request)
    record = await record_of(parts)
    campaign = str(request.path_params["subject"])
    content = await run_in_threadpool(_public, parts, record, campaign)
    text = next((text for text in content.texts if text.language == language), content.texts[0])
    return _Asked(parts, record.charter, language, f"/campaigns/{campaign}", text, takes_posts(content, parts.today))


def _public(parts: Parts, record: Record, campaign: Id) -> Content:
    with parts.store.read() as connection:
        return walls.content_of(connection, record, campaign)[0]
