# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking for a correction, and a question of the press: a form that says which story it concerns.

Who writes here is no whistleblower but somebody a text is about, or a newspaper: the words of the form speak to them. What they
write is sealed like a report while it arrives, names the story in its sealed text, and has an inbox with words of its own. The
form says what the server can see meanwhile; with JavaScript the browser seals it before it leaves (T02). It judges nothing. See spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.charter import InForce
from ombuds.core.errors import AlreadyUsed, FreshnessStale, NotHere, OmbudsError, ReportEmpty, TooLarge
from ombuds.core.keys import Id, random_id
from ombuds.core.publication import Content, read_content
from ombuds.core.words import LANGUAGES
from ombuds.pages.inquiries import CORRECTION, PRESS, about, begun
from ombuds.pages.languages import mark
from ombuds.pages.site_values import InquiryForm
from ombuds.pages.values import Trouble
from ombuds.server.campaign.ticket import ticket
from ombuds.server.http.answers import scripted
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, nonce_of, read_fields, ticket_of
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.intake.form import ReportPages, closed
from ombuds.server.intake.plain import keep_inquiry
from ombuds.server.store import ledger

ASKED = mark("Correction asked for")
PLACES = {"update": "updates", "campaign": "campaigns"}
PRESS_ASKS = mark("Question of the press")
RECEIVED = Trouble(
    sentence=mark("This was received already."), help=mark("Its words were written down. Look into the inbox with them; to tell more, write from there.")
)


@dataclass(frozen=True)
class _Asked:
    """One visit to the form: about which story, or of the press."""

    parts: Parts
    charter: InForce
    language: str
    path: str
    title: str = ""
    title_language: str = ""

    @property
    def said(self) -> str:
        """The sentence under which the desk reads the text."""
        language = self.parts.languages[self.language]
        return f"{language.said(ASKED)}: {self.title}" if self.title else language.said(PRESS_ASKS)


async def show(request: Request) -> Response:
    """Show the form, or that the desk takes nothing now. Raises NotHere for what is not public."""
    asked = await _asked(request)
    try:
        asked.parts.public.epochs(asked.parts.today)
    except FreshnessStale:
        return await run_in_threadpool(closed, asked.parts, asked.language)
    return scripted(asked.parts, _form(asked, _fresh(asked)))


async def send(request: Request) -> Response:
    """Take what was written and answer with its words, or with the form and what was refused. Raises NotHere, StoreBusy, TooLarge, Malformed."""
    asked = await _asked(request)
    fields = await read_fields(request, asked.parts.settings.largest_text)
    pages: ReportPages = request.app.state.report_pages
    return await keeping(request, lambda: _keep(asked, pages, fields))


def _keep(asked: _Asked, pages: ReportPages, fields: Fields) -> Response:
    text = fields.one("text").strip()
    try:
        if not text:
            raise ReportEmpty
        if len(text) > asked.parts.settings.largest_text:
            raise TooLarge
        return keep_inquiry(asked.parts, pages, asked.language, fields, begun(asked.said, asked.path, text))
    except AlreadyUsed as refusal:
        return scripted(asked.parts, _form(asked, _fresh(asked), "", RECEIVED), status_of(refusal))
    except OmbudsError as refusal:
        return scripted(asked.parts, _form(asked, (nonce_of(fields), ticket_of(fields)), text, Trouble.of(refusal)), status_of(refusal))


def _fresh(asked: _Asked) -> tuple[Id, str]:
    nonce = random_id()
    return nonce, ticket(asked.parts.form_key, nonce)


def _form(asked: _Asked, of: tuple[Id, str], text: str = "", trouble: Trouble | None = None) -> bytes:
    said = asked.charter.charter
    form = InquiryForm(
        title=asked.title,
        title_language=asked.title_language,
        path=asked.path,
        nonce=of[0],
        ticket=of[1],
        text=text,
        about=about(asked.said, asked.path),
        longest=asked.parts.settings.largest_text,
        words_languages=LANGUAGES,
        needed=said.thresholds.open,
        members=len(said.keys("open")),
        trouble=trouble,
    )
    return asked.parts.renderer.inquiry(shell_of(asked.charter, asked.language, asked.path), form)


async def _asked(request: Request) -> _Asked:
    parts, language = parts_of(request), language_of(request)
    charter = (await record_of(parts)).charter
    subject = str(request.path_params.get("subject", ""))
    if not subject:
        return _Asked(parts, charter, language, PRESS)
    content = await run_in_threadpool(_public, parts, subject)
    text = next((text for text in content.texts if text.language == language), content.texts[0])
    place = PLACES.get(content.kind, "stories")
    # An update may have no title; the desk finds it by its address.
    return _Asked(parts, charter, language, f"/{place}/{subject}{CORRECTION}", text.title or parts.languages[language].said(mark("Update")), text.language)


def _public(parts: Parts, subject: str) -> Content:
    head = parts.public.record().head(subject)
    if head is None or head.parameters is None:
        raise NotHere
    with parts.store.read() as connection:
        salted = ledger.content(connection, subject, head.version)
    if salted is None or head.kind == "wall":
        raise NotHere
    return read_content(salted.content)
