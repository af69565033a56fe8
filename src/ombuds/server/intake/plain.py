# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report without JavaScript: the server seals it while it arrives and makes its words.

For this one visit the server sees the text and the words in memory, and the page says so; nothing readable touches the
disk or a log (T08, T10). The row is on the disk before the words are shown (promise 3). It is one of the few files that
may derive a source's keys. See spec/server.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ombuds.core import words
from ombuds.core.effort import BITS
from ombuds.core.errors import AlreadyUsed, FreshnessStale, OmbudsError
from ombuds.core.keys import Id
from ombuds.core.sealing import NOTHING_SAID, Draft, Sealed, Sealing
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.pages.languages import mark
from ombuds.pages.source_values import SentPage
from ombuds.pages.values import ErrorPage, Trouble
from ombuds.server.campaign.ticket import waited
from ombuds.server.http.answers import page
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, nonce_of, ticket_of
from ombuds.server.http.multipart import Arriving, Limits, read_on
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.http.shelf import Shelf
from ombuds.server.intake.confirm import ask_back
from ombuds.server.intake.draft import text_of, wishes_of
from ombuds.server.intake.form import PATH, ReportPages, closed, form_hash, given_back
from ombuds.server.store.intake import add_parts, keep_report
from ombuds.server.store.room import Bound, make_room

RECEIVED = Trouble(
    sentence=mark("This report was received already."),
    help=mark("Its words were written down. Look into the inbox with them; to tell more, write from there."),
)


class _Visit:
    """One report on its way in: the sealing, the files so far, and the form that brings them."""

    def __init__(self, parts: Parts, pages: ReportPages, content_type: str) -> None:
        self.pages = pages
        self.sealing = Sealing(parts.public.epochs(parts.today))
        self.shelf = Shelf(parts.store.blobs, parts.today)
        self.form = Arriving(content_type, Limits.of(parts.settings), self.shelf, lambda _fields: self.shelf.begin(self.sealing.file()))


async def send(request: Request) -> Response:
    """Take a report and answer with its words, or with the form and what was refused. Raises NotHere, Malformed."""
    parts, language = parts_of(request), language_of(request)
    await record_of(parts)
    try:
        visit = _Visit(parts, request.app.state.report_pages, request.headers.get("content-type", ""))
    except FreshnessStale:
        return await run_in_threadpool(closed, parts, language)
    try:
        rest = await read_on(request.stream(), visit.form)
        if visit.form.has_files:
            # The end of a large file takes long to seal and to bring to the disk: reports without one do not wait for it.
            await run_in_threadpool(visit.form.finish, rest)
            return await keeping(request, lambda: _keep(parts, visit, language))
        return await keeping(request, lambda: _finish_and_keep(parts, visit, rest, language))
    except AlreadyUsed as refusal:
        shell = shell_of(parts.public.record().charter, language, PATH)
        return page(parts.renderer.error(shell, ErrorPage(trouble=RECEIVED, status=409)), status_of(refusal))
    except OmbudsError as refusal:
        return await run_in_threadpool(given_back, parts, language, visit.form.fields, refusal)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        # Whatever went wrong, also a cancelled request: no file stays that no report acknowledges.
        visit.shelf.abandon()


def _finish_and_keep(parts: Parts, visit: _Visit, rest: bytes, language: str) -> Response:
    visit.form.finish(rest)
    return _keep(parts, visit, language)


def _keep(parts: Parts, visit: _Visit, language: str) -> Response:
    fields = visit.form.fields
    for note, stored in visit.shelf.files:
        visit.sealing.keep(note, stored)
    charter = parts.public.record().charter
    keys = derive(words.new_entropy(), charter.instance_id)
    text = text_of(fields, parts.languages[language], parts.settings.largest_text)
    draft = Draft(text, language, "no-javascript", wishes_of(fields, charter), keys.contact)
    nonce = nonce_of(fields)
    report = _store(parts, visit.sealing.finish(draft), nonce, _effort(parts, fields))
    visit.shelf.acknowledge()
    return page(_thanks(parts, visit.pages, language, fields, _Kept(report, keys)))


def keep_note(parts: Parts, pages: ReportPages, language: str, fields: Fields, text: str) -> Response:
    """Seal a text without files as a report of its own, keep it and answer with its words. Raises AlreadyUsed, FreshnessStale, StoreBusy, StoreFull."""
    return page(_thanks(parts, pages, language, fields, _keep_text(parts, language, fields, text)))


def keep_inquiry(parts: Parts, pages: ReportPages, language: str, fields: Fields, text: str) -> Response:
    """Do the same with a question from outside, and say so. Raises AlreadyUsed, FreshnessStale, StoreBusy, StoreFull."""
    kept = replace(_keep_text(parts, language, fields, text), inquiry=True)
    return page(_thanks(parts, pages, language, fields, kept))


def _keep_text(parts: Parts, language: str, fields: Fields, text: str) -> _Kept:
    sealing = Sealing(parts.public.epochs(parts.today))
    keys = derive(words.new_entropy(), parts.public.record().charter.instance_id)
    draft = Draft(text, language, "no-javascript", NOTHING_SAID, keys.contact)
    return _Kept(_store(parts, sealing.finish(draft), nonce_of(fields), _effort(parts, fields)), keys)


@dataclass(frozen=True, repr=False)
class _Kept:
    """A report that was kept, and the keys of its words."""

    report: Id
    keys: SourceKeys
    inquiry: bool = False


def _effort(parts: Parts, fields: Fields) -> int:
    # No work can be asked of a page without JavaScript: that the form was open for a moment counts as much.
    return BITS if waited(parts.form_key, nonce_of(fields), ticket_of(fields)) else 0


def _store(parts: Parts, sealed: Sealed, nonce: Id, effort: int) -> Id:
    with parts.store.write() as connection:
        gone = keep_report(connection, sealed, form_hash(nonce), parts.today, effort)
        add_parts(connection, sealed.id, sealed.manifest, parts.today)
        gone += make_room(connection, sealed.id, Bound.of(parts.settings, parts.today))
    for part in gone:
        parts.store.blobs.delete(part)
    return sealed.id


def _thanks(parts: Parts, pages: ReportPages, language: str, fields: Fields, kept: _Kept) -> bytes:
    chosen, nonce = fields.one("words_language"), nonce_of(fields)
    chosen = chosen if chosen in words.LANGUAGES else "en"
    twelve = words.to_words(kept.keys.entropy, chosen)
    ask, check = ask_back(parts.form_key, nonce, kept.report, twelve)
    said = SentPage(words=twelve, ask=ask, check=check, nonce=nonce, words_language=chosen, inquiry=kept.inquiry)
    return pages.thanks(parts, parts.public.record().charter, language, said)
