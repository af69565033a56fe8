# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a post back, or asking what became of it, with the twelve words of its receipt and without JavaScript.

The words come in the body of a POST and are forgotten with the answer. Taking back answers the same whether they fit a post or
not; the post is hidden at once and counted with the next batch, in the open (T20, T26). Asking changes nothing, and no visit is
kept (T08, T11). It is one of the few files that may derive a source's keys. See spec/site.md.
"""

from __future__ import annotations

from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import WordsChecksum, WordsWrong
from ombuds.core.posts import WhyGone
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from ombuds.pages.join_values import WithdrawPage
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble
from ombuds.server.campaign.keeping import take_back
from ombuds.server.http.answers import page
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import read_fields
from ombuds.server.http.parts import Parts, keeping, language_of, parts_of, record_of, shell_of
from ombuds.server.store import fates

PATH = "/withdraw"
ID_LENGTH = 32
# The form's other button says "back": what is pressed is as long, and so is what is answered (T11).
ASK = "look"
FATES = ("waits", "wall", "asked", "unknown")
# The error speaks of an inbox; these words are typed for a post.
NO_POST = Trouble(sentence=mark("Each word is in the list, but together they are not the words of a post."), help=WordsChecksum.help)


async def show(request: Request) -> Response:
    """Show where the words are typed. Raises NotHere."""
    return await _page(request, WithdrawPage())


async def take(request: Request) -> Response:
    """Hide what the words withdraw, or say what became of it. Raises NotHere, TooLarge, StoreBusy, StoreFull."""
    parts = parts_of(request)
    language_of(request)
    instance = (await record_of(parts)).charter.instance_id
    fields = await read_fields(request)
    try:
        token = derive(read_words(fields.one("words")), instance).withdrawal
    except WordsWrong as wrong:
        return await _page(request, WithdrawPage(trouble=NO_POST if isinstance(wrong, WordsChecksum) else Trouble.of(wrong)), status_of(wrong))
    if fields.one("do") == ASK:
        fate = await run_in_threadpool(_fate, parts, token)
        return await _answer(request, WithdrawPage(fate=fate.word, campaign=fate.campaign, reason=fate.reason))
    await keeping(request, lambda: take_back(parts, token))
    return await _answer(request, WithdrawPage(done=True))


def _fate(parts: Parts, token: bytes) -> fates.Fate:
    with parts.store.read() as connection:
        return fates.of(connection, token)


async def _page(request: Request, said: WithdrawPage, status: int = 200) -> Response:
    return page(await _made(request, said), status)


async def _answer(request: Request, said: WithdrawPage) -> Response:
    """Answer as long as with the longest page, so that nobody on the line tells who takes back from who asks, or what became of a post (T10, T11)."""
    told = (WithdrawPage(fate=word, campaign="0" * ID_LENGTH) for word in FATES)
    every = (WithdrawPage(done=True), *told, *(WithdrawPage(fate="fell", reason=reason) for reason in get_args(WhyGone)))
    longest = max([len(await _made(request, each)) for each in every])
    return page((await _made(request, said)).ljust(longest, b"\n"))


async def _made(request: Request, said: WithdrawPage) -> bytes:
    parts, language = parts_of(request), language_of(request)
    charter = (await record_of(parts)).charter
    return parts.renderer.withdraw(shell_of(charter, language, PATH), said)
