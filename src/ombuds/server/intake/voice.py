# SPDX-License-Identifier: AGPL-3.0-or-later
"""This happened to me too: a form below a story, without an account, that adds one to the story's number.

No clock and no address is kept: a voice waits with others for the next batch, and a form counts once (T04, T11). The limit
is the form itself: it is good for the story and the days it was given out for. A note is optional; it is sealed and kept
as a report that names the story, with words of its own: by the browser, which then sends the voice without it, or here while
it arrives. See spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.charter import InForce
from ombuds.core.errors import AlreadyUsed, FreshnessStale, NotHere, OmbudsError, TooLarge
from ombuds.core.keys import Hash, Id, hash_of, mac_of, random_id, same
from ombuds.core.publication import Content, read_content
from ombuds.core.words import LANGUAGES
from ombuds.pages.languages import mark
from ombuds.pages.published import asks_who_else
from ombuds.pages.site_values import SpokenPage, VoiceForm
from ombuds.pages.values import Shell, Trouble
from ombuds.server.campaign.ticket import ticket
from ombuds.server.http.answers import page, scripted
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, nonce_of, read_fields, ticket_of
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.intake.form import ReportPages
from ombuds.server.intake.plain import RECEIVED, keep_note
from ombuds.server.store import ledger, voices

# A form is good on its own day and on the next: somebody may write over midnight.
GOOD_DAYS = 2
HEADING = mark("This happened to me too")
TOO_OLD = Trouble(sentence=mark("This form is too old."), help=mark("Send it once more; what you wrote is still there."))


@dataclass(frozen=True)
class _Asked:
    """One visit to the form of a story."""

    parts: Parts
    language: str
    subject: Id
    title: str
    title_language: str
    charter: InForce

    @property
    def path(self) -> str:
        """The story's path without the language."""
        return f"/stories/{self.subject}"


async def show(request: Request) -> Response:
    """Show the form of a story. Raises NotHere for what is no story, or tells of one person."""
    asked = await _asked(request)
    return scripted(asked.parts, _form(asked, _fresh(asked)))


async def speak(request: Request) -> Response:
    """Take one voice, and a note if there is one. Raises NotHere, StoreBusy, TooLarge, Malformed."""
    asked = await _asked(request)
    fields = await read_fields(request, asked.parts.settings.largest_text)
    pages: ReportPages = request.app.state.report_pages
    return await keeping(request, lambda: _keep(asked, pages, fields))


def _keep(asked: _Asked, pages: ReportPages, fields: Fields) -> Response:
    parts, nonce, note = asked.parts, nonce_of(fields), fields.one("note").strip()
    if not any(same(fields.one("check").encode(), _check(asked, nonce, day).encode()) for day in _good(parts.today)):
        return scripted(parts, _form(asked, _fresh(asked), note, TOO_OLD), 400)
    try:
        if len(note) > parts.settings.largest_text:
            raise TooLarge
        with parts.store.write() as connection:
            voices.add(connection, _name(nonce), asked.subject, parts.today)
        if note:
            return keep_note(parts, pages, asked.language, fields, _told(asked, note))
    except AlreadyUsed as refusal:
        return scripted(parts, _form(asked, _fresh(asked), "", RECEIVED), status_of(refusal))
    except OmbudsError as refusal:
        return scripted(parts, _form(asked, (nonce, ticket_of(fields)), note, Trouble.of(refusal)), status_of(refusal))
    return page(parts.renderer.spoken(_shell(asked), SpokenPage(title=asked.title, title_language=asked.title_language, path=asked.path)))


def _told(asked: _Asked, note: str) -> str:
    # The desk reads it as a report: it must see which story it belongs to.
    return f"{_about(asked)}\n\n{note}"


def _about(asked: _Asked) -> str:
    return f"{asked.parts.languages[asked.language].said(HEADING)}: {asked.title}\n{asked.path}"


def _fresh(asked: _Asked) -> tuple[Id, str]:
    nonce = random_id()
    return nonce, ticket(asked.parts.form_key, nonce)


def _form(asked: _Asked, of: tuple[Id, str], note: str = "", trouble: Trouble | None = None) -> bytes:
    said, nonce = asked.charter.charter, of[0]
    form = VoiceForm(
        title=asked.title,
        title_language=asked.title_language,
        path=asked.path,
        nonce=nonce,
        ticket=of[1],
        check=_check(asked, nonce, asked.parts.today),
        about=_about(asked),
        longest=asked.parts.settings.largest_text,
        note=note,
        notes=_takes_notes(asked.parts),
        words_languages=LANGUAGES,
        needed=said.thresholds.open,
        members=len(said.keys("open")),
        trouble=trouble,
    )
    return asked.parts.renderer.voice(_shell(asked), form)


def _takes_notes(parts: Parts) -> bool:
    try:
        parts.public.epochs(parts.today)
    except FreshnessStale:
        return False
    return True


def _check(asked: _Asked, nonce: Id, day: date) -> str:
    return mac_of(asked.parts.form_key, "\x00".join(("ombuds voice", asked.subject, nonce, day.isoformat())).encode()).hex()


def _good(today: date) -> tuple[date, ...]:
    return tuple(today - timedelta(days=days) for days in range(GOOD_DAYS))


def _name(nonce: Id) -> Hash:
    # Another name than the report's from the same form: the two are not brought together.
    return hash_of(b"ombuds voice\x00" + nonce.encode())


def _shell(asked: _Asked) -> Shell:
    return shell_of(asked.charter, asked.language, f"{asked.path}/too")


async def _asked(request: Request) -> _Asked:
    parts, language = parts_of(request), language_of(request)
    record = await record_of(parts)
    subject = str(request.path_params["subject"])
    content = await run_in_threadpool(_story, parts, subject)
    text = next((text for text in content.texts if text.language == language), content.texts[0])
    return _Asked(parts, language, subject, text.title, text.language, record.charter)


def _story(parts: Parts, subject: str) -> Content:
    head = parts.public.record().head(subject)
    if head is None or head.parameters is None:
        raise NotHere
    with parts.store.read() as connection:
        salted = ledger.content(connection, subject, head.version)
    if salted is None or head.kind == "wall" or (content := read_content(salted.content)).kind != "story":
        raise NotHere
    if not asks_who_else(content, head.parameters.basis.kind):
        raise NotHere
    return content
