# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox without JavaScript: the words come in the body of a POST, open the inbox in memory, and are forgotten.

For the time of one answer the server knows the words, and the page says so. They are never in an address, a cookie, a
file or a log (T08). Unknown words open an empty inbox. It is one of the few files that may derive a source's keys; what
it writes is sealed in visit.py and sending.py. See spec/inbox.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from ombuds.core import consent
from ombuds.core.attachments import FileNote, FileOpener, FileParts
from ombuds.core.charter import InForce
from ombuds.core.errors import FreshnessStale, IntakeClosed, Malformed, NotHere, OmbudsError, WordsWrong
from ombuds.core.keys import Hash, random_id
from ombuds.core.messages import Thread
from ombuds.core.pictures import LARGEST_PICTURE
from ombuds.core.publication import check_picture
from ombuds.core.source import Opened, Where, where_of
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.words import read_words
from ombuds.pages.languages import mark
from ombuds.pages.source_values import ConsentForm, InboxPage
from ombuds.pages.values import Trouble
from ombuds.server.http.answers import page
from ombuds.server.http.errors import status_of
from ombuds.server.http.fields import Fields, read_fields
from ombuds.server.http.multipart import read_on
from ombuds.server.http.parts import Parts, language_of, parts_of, record_of, shell_of
from ombuds.server.inbox import visit
from ombuds.server.inbox.entrance import entrance
from ombuds.server.inbox.pages import PATH, exactly, page_of, question_of, trouble_of
from ombuds.server.inbox.sending import Sender, Sending, id_of, message_of, report

NO_CARD = Trouble(
    sentence=mark("The desk cannot take this step today."),
    help=mark("No case of yours is open, or its key has run out. Come back in a few days; a message can be sent at any time."),
)
CLOSES = mark("I close my case. Please publish nothing more from it.")
NONE_ANSWERED: Mapping[str, str] = MappingProxyType({})
# A button of the consent page -> what is signed, and how it is shown.
CHOICES: dict[str, tuple[consent.Choice, str]] = {
    "agree": ("agree", "agreed"),
    "partly": ("agree", "partly"),
    "refuse": ("refuse", "refused"),
    "revoke": ("revoke", "revoked"),
}


@dataclass(frozen=True, repr=False)
class _Inbox:
    """One inbox on one visit."""

    parts: Parts
    charter: InForce
    language: str
    words: str
    keys: SourceKeys
    places: tuple[Where, ...]
    number: str = ""  # the page of the messages that is looked at

    @property
    def where(self) -> Where | None:
        """Where a message goes that answers nothing in particular."""
        return where_of(self.places, "")

    @property
    def thread(self) -> Thread:
        return self.keys.thread(self.where.card.generation if self.where else 0)

    def opened(self) -> Opened:
        return visit.opened(self.parts, self.keys.mailbox_hash, self.keys.identity, self.thread)

    def shown(self, done: str = "", answered: Mapping[str, str] = NONE_ANSWERED) -> Response:
        """Answer with the inbox as it is now, and with what was done."""
        return page(self._render(msgspec.structs.replace(self._page(answered), done=done)))

    def refused(self, trouble: Trouble, status: int, kept: str = "") -> Response:
        """Answer with the inbox, what was refused, and what was typed."""
        return page(self._render(msgspec.structs.replace(self._page(NONE_ANSWERED), trouble=trouble, kept=kept)), status)

    def _page(self, answered: Mapping[str, str]) -> InboxPage:
        shown = page_of(self.opened(), self.number, self.parts.languages[self.language], answered)
        return msgspec.structs.replace(shown, words=self.words, nonce=random_id(), largest=self.parts.settings.largest_upload)

    def _render(self, inbox: InboxPage) -> bytes:
        return self.parts.renderer.inbox(shell_of(self.charter, self.language, PATH), inbox)


async def enter(request: Request) -> Response:
    """Show where the words are typed. Raises NotHere."""
    parts, language = parts_of(request), language_of(request)
    return entrance(parts, (await record_of(parts)).charter, language)


async def look(request: Request) -> Response:
    """Open the inbox of the words. Raises NotHere, TooLarge."""
    return await _with_inbox(request, _look)


async def ask(request: Request) -> Response:
    """Show the exact text that the desk asks about. Raises NotHere."""
    return await _with_inbox(request, _ask)


async def answer(request: Request) -> Response:
    """Sign and keep the answer to a question. Raises NotHere, StoreBusy."""
    return await _with_inbox(request, _answer)


async def delete(request: Request) -> Response:
    """Delete one message, or all that stood on the page. Raises NotHere, StoreBusy."""
    return await _with_inbox(request, _delete)


async def close(request: Request) -> Response:
    """Tell the desk that the source closes the case. Raises NotHere, StoreBusy."""
    return await _with_inbox(request, _close)


async def save(request: Request) -> Response:
    """Send one file of a message, opened on the way. Raises NotHere."""
    return await _with_inbox(request, _save)


async def reply(request: Request) -> Response:
    """Take a message with files, sealed while it arrives. Raises NotHere, Malformed."""
    parts, language = parts_of(request), language_of(request)
    charter = (await record_of(parts)).charter
    sending = Sending(parts, request.headers.get("content-type", ""), lambda fields: _sender(_open(parts, charter, language, fields)))
    try:
        rest = await read_on(request.stream(), sending.form)
        return await run_in_threadpool(_sent, parts, charter, language, sending, rest)
    except WordsWrong as refusal:
        return _asked_again(parts, charter, language, refusal)
    except OmbudsError as refusal:
        return await run_in_threadpool(_given_back, parts, charter, language, sending.form.fields, refusal)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        sending.abandon()


async def _with_inbox(request: Request, work: Callable[[_Inbox, Fields], Response]) -> Response:
    parts, language = parts_of(request), language_of(request)
    charter = (await record_of(parts)).charter
    fields = await read_fields(request)
    try:
        return await run_in_threadpool(lambda: work(_open(parts, charter, language, fields), fields))
    except WordsWrong as refusal:
        return _asked_again(parts, charter, language, refusal)
    except FreshnessStale as refusal:
        return await run_in_threadpool(_given_back, parts, charter, language, fields, refusal)


def _open(parts: Parts, charter: InForce, language: str, fields: Fields) -> _Inbox:
    typed = " ".join(fields.one("words").split())
    keys = derive(read_words(typed), charter.instance_id)
    return _Inbox(parts, charter, language, typed, keys, visit.places(parts, charter, keys.mailbox_hash), fields.one("page"))


def _asked_again(parts: Parts, charter: InForce, language: str, refusal: OmbudsError) -> Response:
    trouble = trouble_of(refusal, parts.languages[language])
    return entrance(parts, charter, language, trouble, status_of(refusal))


def _look(inbox: _Inbox, _fields: Fields) -> Response:
    return inbox.shown()


def _ask(inbox: _Inbox, fields: Fields) -> Response:
    opened = inbox.opened()
    question = opened.question(fields.one("question"))
    named = question_of(question, inbox.language, opened.standing(question))
    asked = exactly(named, question.content, inbox.parts.renderer, _pictures(inbox, opened, question), inbox.parts.today)
    form = ConsentForm(words=inbox.words, nonce=random_id(), question=asked)
    return page(inbox.parts.renderer.consent(shell_of(inbox.charter, inbox.language, PATH), form))


def _pictures(inbox: _Inbox, opened: Opened, question: consent.Question) -> dict[Hash, bytes]:
    """Return the pictures that came with a question and are the ones that its text names."""
    came: dict[Hash, bytes] = {}
    wanted = {picture.sha256: picture for picture in question.content.pictures}
    for each in opened.replies:
        files = each.message.files if each.message and each.message.question == question else ()
        for note in (note for note in files if note.sha256 in wanted and note.size <= LARGEST_PICTURE):
            with suppress(OmbudsError):
                content = b"".join(_plain(inbox, *opened.file(str(each.number), note.id)))
                check_picture(wanted[note.sha256], content)
                came[note.sha256] = content
    return came


def _answer(inbox: _Inbox, fields: Fields) -> Response:
    inbox.parts.public.epochs(inbox.parts.today)  # before a card is looked for, as when a message is sent
    opened = inbox.opened()
    question = opened.question(fields.one("question"))
    # Whoever has the question has shown that the words are an inbox's: what is said about its card gives nothing away.
    where = where_of(inbox.places, opened.case_of(question))
    if where is None:
        return inbox.refused(NO_CARD, 409)
    if fields.one("answer") not in CHOICES:
        raise Malformed
    said, shown = CHOICES[fields.one("answer")]
    # What is not ticked is left out whichever button was pressed: nothing unticked is ever agreed to.
    kept = fields.every("item")
    without = tuple(item for item in question.items if item not in kept) if said == "agree" else ()
    signed = consent.answer(question, inbox.keys.mailbox_hash, said, without, inbox.keys.consent)
    named = id_of(inbox.thread, fields, ("answer", question.hash, said, *without))
    message = msgspec.structs.replace(message_of(inbox.thread, opened.highest(where.card.case), "", named), answer=signed)
    visit.keep(inbox.parts, where, inbox.thread, message, ())
    return inbox.shown("answered", {question.id: "partly" if without else shown})


def _delete(inbox: _Inbox, fields: Fields) -> Response:
    # The form names what stood on its page: a reply that came since was not read yet, and stays.
    wanted = fields.one("message").split()
    if not wanted:
        raise NotHere
    gone = [each.reply.id for each in inbox.opened().replies if each.reply.id in wanted]
    visit.delete(inbox.parts, inbox.keys.mailbox_hash, gone)
    return inbox.shown("deleted" if len(wanted) == 1 else "emptied")


def _close(inbox: _Inbox, fields: Fields) -> Response:
    inbox.parts.public.epochs(inbox.parts.today)  # before a card is looked for, as when a message is sent
    opened = inbox.opened()
    for where in inbox.places:
        case = where.card.case
        message = message_of(inbox.thread, opened.highest(case), "", id_of(inbox.thread, fields, ("close", case)))
        visit.keep(inbox.parts, where, inbox.thread, msgspec.structs.replace(message, close=True), ())
    if not inbox.places:
        # Without a card the wish goes the way of any message, so that it is kept, and no answer tells who has a case (T08).
        said = inbox.parts.languages[inbox.language].said(CLOSES)
        report(inbox.parts, _sender(inbox), (said, id_of(inbox.thread, fields, ("close", ""))), opened)
    return inbox.shown("closed")


def _save(inbox: _Inbox, fields: Fields) -> Response:
    opened = inbox.opened()
    note, stored = opened.file(str(opened.named(fields.one("message")).number), fields.one("file"))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(note.name, safe='')}", "content-length": str(note.size)}
    return StreamingResponse(_plain(inbox, note, stored), headers=headers, media_type="application/octet-stream")


def _plain(inbox: _Inbox, note: FileNote, stored: FileParts) -> Iterator[bytes]:
    opener = FileOpener(note, inbox.keys.identity)
    for part in stored.parts:
        for piece in inbox.parts.store.blobs.read(part.id):
            if plain := opener.write(piece):
                yield plain
    yield opener.finish()


def _sent(parts: Parts, charter: InForce, language: str, sending: Sending, rest: bytes) -> Response:
    sender = sending.finish(rest)
    inbox = _open(parts, charter, language, sending.form.fields)
    sending.keep(sender, inbox.opened())
    return inbox.shown("sent")


def _given_back(parts: Parts, charter: InForce, language: str, fields: Fields, refusal: OmbudsError) -> Response:
    shown = IntakeClosed() if isinstance(refusal, FreshnessStale) else refusal
    return _open(parts, charter, language, fields).refused(Trouble.of(shown), status_of(refusal), fields.one("text"))


def _sender(inbox: _Inbox) -> Sender:
    return Sender(inbox.thread, inbox.where, inbox.keys.contact, inbox.language)
