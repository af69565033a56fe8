# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's door for programs that seal by themselves: parts, reports, the inbox. The server sees nothing readable.

Whoever knows an inbox's secret may ask; nothing else is asked, and nothing is kept of the visit. The secret stands in a
body, never in an address. An inbox that nobody knows is asked for with the same statements as an empty one and answers
with as many bytes (T01, T08, T10). It checks all that can be seen from outside, and opens nothing. See spec/api.md.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response, StreamingResponse

from ombuds.core.age import sealed_size
from ombuds.core.attachments import PART_SIZE, Manifest
from ombuds.core.effort import BITS, bits_of
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, NotHere, TooLarge
from ombuds.core.keys import Hash, Id, RunningHash, epoch_of, hash_of, hkdf, pseudorandom
from ombuds.core.sealing import BODY_STEP, check_arrived, check_shape
from ombuds.core.source import Reply
from ombuds.core.wire import InboxAsked, InboxSeen, Kept, NewMessage, NewReport, PartAsked, RepliesDeleted
from ombuds.core.wire_posts import NewPost
from ombuds.server.api import campaigns, reports
from ombuds.server.api.calls import JSON, Call, done, told
from ombuds.server.http.multipart import Limits
from ombuds.server.store import cases
from ombuds.server.store import inbox as store
from ombuds.server.store.blobs import Blobs
from ombuds.server.store.intake import is_kept, keep_report
from ombuds.server.store.room import Bound, make_room

# How a campaign's post begins; a report begins with the nonce of its form.
POST = b'{"v":1,"id":'
SLOTS = 16
SECRET = 32
# Sixteen short replies and the cards of an inbox fit into one step: a longer answer is two steps, three, and so on.
ANSWER_STEP = 512 * 1024
# What the note of one file may add to a body.
NOTE_BYTES = 1024


def put_part(call: Call) -> Response:
    """Store a part that belongs to nobody yet; when too much waits, the oldest goes. Raises StoreFull, AlreadyUsed, Malformed, NotHere."""
    with call.parts.store.write() as connection:
        gone = cases.make_room(connection, call.parts.settings.most_unowned_parts * PART_SIZE - len(call.body))
    for old in gone:
        call.parts.store.blobs.delete(old)
    return reports.keep_part(call)


def report(call: Call) -> Response:
    """Keep a sealed report with its parts, or a campaign's sealed post, whole or not at all; the same one may be sent again.

    Raises FreshnessStale, OrderWrong, TooManyExcluded, TooLarge, NotHere, AlreadyUsed, Malformed, StoreBusy, StoreFull.
    """
    if call.body.startswith(POST):
        return campaigns.take(call, call.read(NewPost))
    new, today = call.read(NewReport), call.today
    sealed, form = new.sealed, hash_of(b"ombuds report\x00" + new.nonce.encode())
    with call.parts.store.read() as connection:
        if is_kept(connection, sealed, form):
            return told(Kept(1, sealed.id))
    # Sealed before midnight of a Sunday, it may come after it.
    weeks = frozenset((epoch_of(today), epoch_of(today - timedelta(days=1))))
    check_arrived(sealed, call.parts.public.epochs(today), weeks)
    _check_amount(call, sealed.body, sealed.manifest)
    _check_uploaded(call.parts.store.blobs, sealed.manifest)
    with call.parts.store.write() as connection:
        if is_kept(connection, sealed, form):
            return told(Kept(1, sealed.id))
        cases.check_unused(connection, sealed.id)
        gone = keep_report(connection, sealed, form, today, min(BITS, bits_of(sealed.id, sealed.manifest.hash, new.effort)))
        cases.own(connection, sealed.manifest, sealed.id)
        gone += make_room(connection, sealed.id, Bound.of(call.parts.settings, today))
    for part_gone in gone:
        call.parts.store.blobs.delete(part_gone)
    return told(Kept(1, sealed.id))


def inbox(call: Call) -> Response:
    """Answer with an inbox: its cards, and its released replies among others that are nothing. Raises Malformed."""
    mailbox = _mailbox(call.read(InboxAsked).mailbox)
    with call.parts.store.read() as connection:
        cards, replies = store.cards_of(connection, mailbox), store.replies_of(connection, mailbox)
    slots = max(1, -(-len(replies) // SLOTS)) * SLOTS
    filled = [*replies, *(_nothing(call, mailbox, place) for place in range(slots - len(replies)))]
    seen = encode(InboxSeen(1, tuple(cards), tuple(sorted(filled, key=lambda each: each.id))))
    whole = seen.ljust(-(-len(seen) // ANSWER_STEP) * ANSWER_STEP)
    return Response(whole, headers={"cache-control": "no-store"}, media_type=JSON)


def message(call: Call) -> Response:
    """Keep a message that is sealed to the inbox's open case. Raises NotHere, TooLarge, Malformed, StoreBusy, StoreFull."""
    new = call.read(NewMessage)
    mailbox = _mailbox(new.mailbox)
    check_shape(new.message.content, new.message.files)
    _check_amount(call, new.message.content, new.message.files)
    _check_uploaded(call.parts.store.blobs, new.message.files)
    with call.parts.store.write() as connection:
        store.check_open(connection, mailbox, new.case)
        store.keep_uploaded(connection, new.case, new.message, call.today)
    return told(Kept(1, new.message.id))


def part(call: Call) -> Response:
    """Answer with one part of a file in a released reply. Raises NotHere, Malformed."""
    asked = call.read(PartAsked)
    with call.parts.store.read() as connection:
        store.check_part(connection, _mailbox(asked.mailbox), asked.reply, asked.part)
    content = call.parts.store.blobs.read(asked.part)
    return StreamingResponse(content, headers={"cache-control": "no-store"}, media_type="application/octet-stream")


def delete(call: Call) -> Response:
    """Delete replies of an inbox with their files; those that are not there are deleted already. Raises Malformed, StoreBusy."""
    asked = call.read(RepliesDeleted)
    with call.parts.store.write() as connection:
        gone = store.delete_replies(connection, _mailbox(asked.mailbox), list(asked.ids))
    for part_gone in gone:
        call.parts.store.blobs.delete(part_gone)
    return done()


def _mailbox(secret: bytes) -> Hash:
    if len(secret) != SECRET:
        raise Malformed("an inbox's secret has 32 bytes")
    return hash_of(secret)


def _nothing(call: Call, mailbox: Hash, place: int) -> Reply:
    """Return what fills an empty slot: as long as a short reply, and the same on every visit to this inbox."""
    key = hkdf(call.parts.form_key, b"ombuds inbox", f"{mailbox} {place}".encode())
    made = pseudorandom(key, 16 + sealed_size(BODY_STEP))
    return Reply(made[:16].hex(), made[16:], Manifest(hash_of(made[16:]), ()))


def _check_amount(call: Call, content: bytes, files: Manifest) -> None:
    """Check the sizes against the settings. Raises TooLarge."""
    limits = Limits.of(call.parts.settings)
    amount = sum(each.size for file in files.files for each in file.parts)
    if len(files.files) > limits.files or amount > limits.body or len(content) > limits.text + limits.files * NOTE_BYTES:
        raise TooLarge


def _check_uploaded(blobs: Blobs, files: Manifest) -> None:
    """Read every listed part from the disk and compare it. Raises NotHere for a missing one, Malformed for another one."""
    for each in (each for file in files.files for each in file.parts):
        if (found := _stored(blobs, each.id)) != (each.size, each.sha256):
            raise NotHere("a part of a file was not uploaded") if found is None else Malformed("a part of a file is not the listed one")


def _stored(blobs: Blobs, part_id: Id) -> tuple[int, Hash] | None:
    running, size = RunningHash(), 0
    try:
        for piece in blobs.read(part_id):
            running.update(piece)
            size += len(piece)
    except NotHere:
        return None
    return size, running.hash()
