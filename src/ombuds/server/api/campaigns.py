# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's posts: taken sealed from anybody, handed to moderators, made public with the batch that enough members signed.

A post is taken at the address of reports. A member gets sealed posts that were released and the log of sealed rulings; who
ruled what the server cannot read. Every batch is folded here before it is appended (T18, T26). See spec/api.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from ombuds.core.age import plain_size
from ombuds.core.attachments import rung
from ombuds.core.campaign import read_batch
from ombuds.core.content import read_content
from ombuds.core.errors import EntryRefused, Malformed, NotAMember, NotHere, TooLarge
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.posts import check_files, read_post
from ombuds.core.publication import Entry
from ombuds.core.record import Record
from ombuds.core.terms import Terms
from ombuds.core.wire import Kept
from ombuds.core.wire_posts import NewPost, NewRulings, PostIds, RulingsSeen, Settled, WallPage, WallPosts, Withdraw, Withdrawals
from ombuds.server.api.calls import Call, done, told
from ombuds.server.http.parts import Parts
from ombuds.server.store import cases, ledger, posts, walls

LARGEST_POST = 1024 * 1024
LARGEST_BUNDLE = 1024 * 1024
MOST_WAITING = 50_000
PAGE = 60
# Not for ever: a post that is taken back is to be gone soon from caches, too.
AN_HOUR = "public, max-age=3600"


def take(call: Call, new: NewPost) -> Response:
    """Keep a sealed post whole or not at all; the same one may be sent again. Raises NotHere, TooLarge, Malformed, AlreadyUsed, StoreBusy, StoreFull."""
    keep_post(call.parts, new)
    return told(Kept(1, new.id))


def keep_post(parts: Parts, new: NewPost) -> None:
    """Keep a sealed post of an open campaign. Raises NotHere, TooLarge, Malformed, AlreadyUsed, StoreBusy, StoreFull."""
    if len(new.content) > LARGEST_POST:
        raise TooLarge
    if rung(plain_size(len(new.content))) != plain_size(len(new.content)):
        raise Malformed("a post's size is not on the ladder")
    record = parts.public.record()
    with parts.store.read() as connection:
        if not terms_of(connection, record, new.campaign).open_on(parts.today):
            raise NotHere("this campaign takes no posts now")
        if posts.is_kept(connection, new):
            return
    part = random_id()
    store_parts(parts, {part: new.content})
    with parts.store.write() as connection:
        if posts.is_kept(connection, new):
            return
        cases.check_unused(connection, new.id)
        gone = posts.room(connection, MOST_WAITING)
        posts.add(connection, new, part, parts.today)
    delete_parts(parts, gone)


def withdraw(call: Call) -> Response:
    """Take a post back, if there is one; the answer is the same in any case. Raises Malformed, StoreBusy, StoreFull."""
    take_back(call.parts, call.read(Withdraw).token)
    return done()


def take_back(parts: Parts, token: bytes) -> None:
    """Hide what a token withdraws at once; what waits is deleted. Raises StoreBusy, StoreFull."""
    with parts.store.write() as connection:
        waiting = posts.withdrawn(connection, hash_of(token))
        walls.withdraw(connection, token, bool(waiting), parts.today)
        gone = posts.forget(connection, waiting)
    delete_parts(parts, gone)


def ids(call: Call) -> Response:
    """Answer with a page of released posts' names. Raises NotAMember."""
    _check_moderates(call)
    with call.parts.store.read() as connection:
        return told(PostIds(*posts.released(connection, call.path["campaign"], call.query.get("after", ""))))


def post(call: Call) -> Response:
    """Answer with a sealed post. Raises NotAMember, NotHere."""
    _check_moderates(call)
    with call.parts.store.read() as connection:
        part = posts.part_of(connection, call.path["campaign"], call.path["post"])
    return StreamingResponse(call.parts.store.blobs.read(part), media_type="application/octet-stream")


def rulings(call: Call) -> Response:
    """Answer with sealed bundles of rulings after a number. Raises NotAMember, Malformed."""
    _check_moderates(call)
    with call.parts.store.read() as connection:
        found = posts.rulings_after(connection, call.path["campaign"], call.number("after"))
        return told(RulingsSeen(found, posts.last_rulings(connection, call.path["campaign"])))


def rule(call: Call) -> Response:
    """Add the next sealed bundle of rulings. Raises NotAMember, OrderWrong if another desk was quicker, TooLarge."""
    _check_moderates(call)
    new = call.read(NewRulings)
    if len(new.content) > LARGEST_BUNDLE:
        raise TooLarge("a bundle of rulings has at most 1 MiB")
    record = call.parts.public.record()
    with call.parts.store.write() as connection:
        terms_of(connection, record, call.path["campaign"])
        posts.add_rulings(connection, call.path["campaign"], new.seq, new.content)
    return done()


def settle(call: Call) -> Response:
    """Forget posts that are published or rejected, once a second member says so too. Raises NotAMember."""
    _check_moderates(call)
    said = call.read(Settled)
    with call.parts.store.write() as connection:
        gone = posts.settle(connection, call.path["campaign"], said.ids, call.member)
    delete_parts(call.parts, gone)
    return done()


def withdrawals(call: Call) -> Response:
    """Answer with tokens that no batch has counted. Raises NotHere."""
    record = call.parts.public.record()
    with call.parts.store.read() as connection:
        return told(Withdrawals(walls.uncounted(connection, terms_of(connection, record, call.path["campaign"]).wall)))


def hand_in(call: Call) -> Response:
    """Keep posts of a batch that is about to be published. Raises NotAMember, NotHere, Malformed, ContentChanged, StoreFull."""
    if call.member not in call.parts.public.record().charter.charter.keys("publish"):
        raise NotAMember
    said, record = call.read(WallPosts), call.parts.public.record()
    with call.parts.store.read() as connection:
        wall = terms_of(connection, record, call.path["campaign"]).wall
    for each in said.posts:
        check_files(read_post(each.post.content), each.files)
        with call.parts.store.read() as connection:
            if walls.has(connection, wall, each.post.commitment):
                continue
        made = {random_id(): content for content in each.files}
        store_parts(call.parts, made)
        with call.parts.store.write() as connection:
            walls.hand_in(connection, wall, each.post, {hash_of(content): part for part, content in made.items()}, call.today)
            walls.own(connection, {part: len(content) for part, content in made.items()}, wall, each.post.commitment, call.today)
    return done()


def publish(connection: Connection, record: Record, entry: Entry) -> list[Id]:
    """Make a batch public together with its list, inside the caller's transaction; return the parts to be deleted.

    Raises EntryRefused, NotHere, ContentChanged, Malformed.
    """
    batch = read_batch(entry.files[0].content)
    terms = terms_of(connection, record, batch.campaign)
    if terms.wall != entry.subject:
        raise EntryRefused("a batch on another campaign's wall")
    return walls.publish(connection, terms, walls.folded(connection, terms, batch.campaign), batch)


def terms_of(connection: Connection, record: Record, campaign: Id) -> Terms:
    """Return the terms of a campaign in its latest version. Raises NotHere for what is no campaign, or was taken down."""
    head = record.head(campaign)
    salted = ledger.content(connection, campaign, head.version) if head else None
    terms = read_content(salted.content).terms if salted and head and head.kind != "wall" else None
    if terms is None:
        raise NotHere("there is no such campaign")
    return terms


def wall_page(call: Call) -> Response:
    """Answer with a page of a batch's posts, in its order. Raises NotHere, Malformed."""
    wall, version, first = call.path["wall"], call.number("version"), call.number("from")
    with call.parts.store.read() as connection:
        salted = ledger.content(connection, wall, version)
        head = call.parts.public.record().head(wall)
        if salted is None or head is None or head.kind != "wall":
            raise NotHere
        refs = read_batch(salted.content).posts
        some = refs[first : first + PAGE]
        shown = walls.page(connection, wall, (ref.commitment for ref in some))
    return told(WallPage(tuple(shown.get(ref.commitment) for ref in some), first + PAGE < len(refs)), "no-cache")


def picture(call: Call) -> Response:
    """Answer with a public picture of a post. Raises NotHere."""
    with call.parts.store.read() as connection:
        part = walls.picture(connection, call.path["content"])
    return StreamingResponse(call.parts.store.blobs.read(part), headers={"cache-control": AN_HOUR}, media_type="image/jpeg")


def store_parts(parts: Parts, contents: dict[Id, bytes]) -> None:
    """Bring small files to the disk; a file that no row comes to name is an orphan, which tick sweeps. Raises StoreFull."""
    for name, content in contents.items():
        writer, kept = parts.store.blobs.open(name, parts.today), False
        try:
            writer.write(content)
            writer.close()
            kept = True
        finally:
            if not kept:
                writer.abandon()


def delete_parts(parts: Parts, names: Iterable[Id]) -> None:
    """Delete the files of parts whose rows are gone."""
    for name in names:
        parts.store.blobs.delete(name)


def _check_moderates(call: Call) -> None:
    if call.member not in call.parts.public.record().charter.charter.keys("moderate"):
        raise NotAMember("this member does not moderate")
