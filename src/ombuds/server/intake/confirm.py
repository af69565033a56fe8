# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two of the twelve words are asked back, so that nobody leaves without having written them down.

The server keeps no words: the page carries a check over the form's nonce, its report, the places and the two words, made
with a key that only this server has. A form that was sent once more, in another tab or by going back, has another report:
the words of the first open nothing any more, and whoever gives those back is told that they are not the ones. A wrong answer
costs nothing: the report is kept either way. See spec/server.md; T08.
"""

from __future__ import annotations

from unicodedata import category, normalize

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.keys import Id, mac_of, random_below, same
from ombuds.pages.source_values import RecheckPage
from ombuds.server.http.answers import page
from ombuds.server.http.fields import nonce_of, read_fields
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.intake.form import ReportPages, form_hash
from ombuds.server.store.intake import confirm_form, report_of

PATH = "/report"
ASKED = 2
COUNT = 12
# Lists are made so that four letters tell a word.
LETTERS = 4


def ask_back(key: bytes, nonce: Id, report: Id, words: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Choose the places to ask for, counted from one, and return them with the check that goes into the page."""
    first = random_below(COUNT)
    second = (first + 1 + random_below(COUNT - 1)) % COUNT
    ask = tuple(sorted((first + 1, second + 1)))
    return ask, _check(key, (nonce, report), ask, [words[place - 1] for place in ask])


async def confirm(request: Request) -> Response:
    """Take the two words: go on to what happens next, or ask again. Raises NotHere, StoreBusy."""
    parts, language = parts_of(request), language_of(request)
    fields = await read_fields(request)
    ask, nonce, check = _places(fields.one("check")), nonce_of(fields), fields.one("check")
    charter, inquiry = (await record_of(parts)).charter, bool(fields.one("inquiry"))
    report = await run_in_threadpool(_report, parts, nonce)
    given = _check(parts.form_key, (nonce, report), ask, [fields.one(f"word_{place}") for place in ask])
    if len(ask) != ASKED or not same(given.encode(), check.encode()):
        return page(parts.renderer.recheck(shell_of(charter, language, PATH), RecheckPage(ask=ask or (1, 2), check=check, nonce=nonce, inquiry=inquiry)), 400)
    await keeping(request, lambda: _confirmed(parts, nonce))
    pages: ReportPages = request.app.state.report_pages
    return page(pages.confirmed(parts, charter, language, inquiry))


def _confirmed(parts: Parts, nonce: Id) -> None:
    with parts.store.write() as connection:
        confirm_form(connection, form_hash(nonce))


def _report(parts: Parts, nonce: Id) -> Id:
    with parts.store.read() as connection:
        return report_of(connection, form_hash(nonce))


def _check(key: bytes, form: tuple[Id, Id], ask: tuple[int, ...], words: list[str]) -> str:
    said = "\x00".join([*form, *map(str, ask), *map(_plain, words)])
    return "-".join([*map(str, ask), mac_of(key, b"ombuds words\x00" + said.encode()).hex()])


def _plain(word: str) -> str:
    letters = (c for c in normalize("NFKD", word[:100]).casefold() if category(c).startswith("L"))
    return "".join(letters)[:LETTERS]


def _places(check: str) -> tuple[int, ...]:
    places = check.split("-")[:-1]
    # Two digits at most: a number from outside is never turned into a long one.
    return tuple(int(place) for place in places if place in {str(n) for n in range(1, COUNT + 1)})[:ASKED]
