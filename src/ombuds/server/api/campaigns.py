# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's posts: taken sealed from anybody, handed to moderators, made public with the batch that enough members signed.

A post is taken at the address of reports. A member gets sealed posts that were released and the log of sealed rulings; who
ruled what the server cannot read. Every batch is folded here before it is appended (T18, T26). See spec/api.md.
"""

from __future__ import annotations

from starlette.responses import Response, StreamingResponse

from ombuds.core.campaign import read_batch
from ombuds.core.errors import NotAMember, NotHere, TooLarge
from ombuds.core.keys import hash_of, random_id
from ombuds.core.posts import check_files, read_post
from ombuds.core.wire import Kept
from ombuds.core.wire_posts import NewPost, NewRulings, PostIds, RulingsSeen, Settled, WallPage, WallPosts, Withdraw, Withdrawals
from ombuds.server.api.calls import Call, done, told
from ombuds.server.campaign.keeping import delete_parts, keep_post, store_parts, take_back
from ombuds.server.store import ledger, posts, walls

LARGEST_BUNDLE = 1024 * 1024
PAGE = 60
# No longer than a page, and never shown once that is over: a post that is taken back is gone from caches within a minute.
A_MINUTE = "public, max-age=60, must-revalidate"


def take(call: Call, new: NewPost) -> Response:
    """Keep a sealed post whole or not at all; the same one may be sent again. Raises NotHere, TooLarge, Malformed, AlreadyUsed, StoreBusy, StoreFull."""
    keep_post(call.parts, new)
    return told(Kept(1, new.id))


def withdraw(call: Call) -> Response:
    """Take a post back, if there is one; the answer is the same in any case. Raises Malformed, StoreBusy, StoreFull."""
    take_back(call.parts, call.read(Withdraw).token)
    return done()


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
        walls.terms_of(connection, record, call.path["campaign"])
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
        return told(Withdrawals(walls.uncounted(connection, walls.terms_of(connection, record, call.path["campaign"]).wall)))


def hand_in(call: Call) -> Response:
    """Keep posts of a batch that is about to be published. Raises NotAMember, NotHere, Malformed, ContentChanged, StoreFull."""
    if call.member not in call.parts.public.record().charter.charter.keys("publish"):
        raise NotAMember
    said, record = call.read(WallPosts), call.parts.public.record()
    with call.parts.store.read() as connection:
        wall = walls.terms_of(connection, record, call.path["campaign"]).wall
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


def wall_page(call: Call) -> Response:
    """Answer with a page of a batch's posts, in its order. Raises NotHere, Malformed."""
    wall, version, first = call.path["wall"], call.number("version"), call.number("from")
    with call.parts.store.read() as connection:
        salted = ledger.content(connection, wall, version)
        # The ledger may have been written by another process within the second that a record lives.
        head = (call.parts.public.record().head(wall) or call.parts.public.record(fresh=True).head(wall)) if salted else None
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
    return StreamingResponse(call.parts.store.blobs.read(part), headers={"cache-control": A_MINUTE}, media_type="image/jpeg")


def _check_moderates(call: Call) -> None:
    if call.member not in call.parts.public.record().charter.charter.keys("moderate"):
        raise NotAMember("this member does not moderate")
