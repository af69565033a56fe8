# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report form: rendered once for a charter and a language, then handed out with a fresh nonce in it.

It also gives a form back with everything that was typed when something was refused, and shows the closed page when the
desk's keys are stale (T07). It does not read a report. See spec/server.md.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, zip_longest

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.charter import InForce
from ombuds.core.errors import FreshnessStale, IntakeClosed, OmbudsError
from ombuds.core.keys import Hash, Id, hash_of, random_id
from ombuds.core.words import LANGUAGES
from ombuds.pages.source_values import ClosedPage, ConfirmedPage, Kept, ReportForm, SentPage
from ombuds.pages.values import Choice, Trouble
from ombuds.server.campaign.ticket import ticket
from ombuds.server.http.answers import page, scripted
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, nonce_of, ticket_of
from ombuds.server.http.parts import Parts, language_of, parts_of, record_of, shell_of

PATH = "/report"
PLACE = "0" * 32


class ReportPages:
    """Pages of the charter in force that are rendered once and then cut where the visit's own values belong."""

    def __init__(self) -> None:
        self._charter = ""
        self._cut: dict[tuple[object, ...], list[bytes]] = {}

    def fresh(self, parts: Parts, charter: InForce, language: str) -> bytes:
        """Return an empty form with a nonce and a ticket of its own."""
        rows = self._rows(charter, (language,), lambda: _form(parts, charter, language, _empty(parts, charter, PLACE, PLACE)))
        nonce = random_id()
        # The page holds the nonce, then the ticket.
        return b"".join(chain.from_iterable(zip_longest(rows, (nonce.encode(), ticket(parts.form_key, nonce).encode()), fillvalue=b"")))

    def thanks(self, parts: Parts, charter: InForce, language: str, said: SentPage) -> bytes:
        """Return the page with the words."""
        blank = msgspec.structs.replace(said, words=(PLACE,) * len(said.words), check=PLACE, nonce=PLACE)
        shell = shell_of(charter, language, PATH)
        rows = self._rows(charter, (language, said.words_language, said.ask, said.inquiry), lambda: parts.renderer.sent(shell, blank))
        # The page holds twelve words, then the form's nonce and its check, in this order.
        return b"".join(chain.from_iterable(zip_longest(rows, (each.encode() for each in (*said.words, said.nonce, said.check)), fillvalue=b"")))

    def confirmed(self, parts: Parts, charter: InForce, language: str, inquiry: bool = False) -> bytes:
        """Return the page on what happens next."""
        said = charter.charter
        page_value = ConfirmedPage(needed=said.thresholds.open, members=len(said.keys("open")), inquiry=inquiry)
        return self._rows(charter, (language, "confirmed", inquiry), lambda: parts.renderer.confirmed(shell_of(charter, language, PATH), page_value))[0]

    def _rows(self, charter: InForce, which: tuple[object, ...], render: Callable[[], bytes]) -> list[bytes]:
        if self._charter != charter.hash:
            self._charter, self._cut = charter.hash, {}
        rows = self._cut.get(which)
        if rows is None:
            rows = self._cut[which] = render().split(PLACE.encode())
        return rows


async def show(request: Request) -> Response:
    """Show the form, or the closed page. Raises NotHere."""
    parts, language = parts_of(request), language_of(request)
    pages: ReportPages = request.app.state.report_pages
    charter = (await record_of(parts)).charter
    try:
        parts.public.epochs(parts.today)
    except FreshnessStale:
        return await run_in_threadpool(closed, parts, language)
    return scripted(parts, pages.fresh(parts, charter, language))


def closed(parts: Parts, language: str) -> Response:
    """Answer that the desk takes no reports now."""
    record = parts.public.record()
    since = record.freshness.day if record.freshness else None
    shell = shell_of(record.charter, language, PATH)
    return page(parts.renderer.closed(shell, ClosedPage(since=since, addresses=record.charter.charter.addresses)), status_of(IntakeClosed()))


def given_back(parts: Parts, language: str, fields: Fields, refusal: OmbudsError) -> Response:
    """Answer with the form, all that was typed, and what was refused; a form keeps its nonce and its ticket."""
    charter = parts.public.record().charter
    known = charter.charter.keys("open")
    kept = Kept(
        what=fields.one("what"),
        who=fields.one("who"),
        where=fields.one("where"),
        when=fields.one("when"),
        type=fields.one("type"),
        wishes=fields.every("wish"),
        exclude=tuple(name for name in fields.every("exclude") if name in known),
        words_language=fields.one("words_language"),
    )
    form = msgspec.structs.replace(_empty(parts, charter, nonce_of(fields), ticket_of(fields)), kept=kept, trouble=Trouble.of(refusal))
    return scripted(parts, _form(parts, charter, language, form), status_of(refusal))


def form_hash(nonce: Id) -> Hash:
    """Return the name under which the store remembers a form."""
    return hash_of(b"ombuds form\x00" + nonce.encode())


def _form(parts: Parts, charter: InForce, language: str, form: ReportForm) -> bytes:
    return parts.renderer.report(shell_of(charter, language, PATH), form)


def _empty(parts: Parts, charter: InForce, nonce: Id, brought: str) -> ReportForm:
    said = charter.charter
    members = tuple(said.keys("open"))
    return ReportForm(
        nonce=nonce,
        ticket=brought,
        largest=parts.settings.largest_upload,
        needed=said.thresholds.open,
        members=len(members),
        excludable=tuple(Choice(value=name, label=name) for name in members),
        longest=parts.settings.largest_text,
        most_files=parts.settings.most_files,
        leave_out=max(0, len(members) - charter.sealing_minimum),
        words_languages=LANGUAGES,
    )
