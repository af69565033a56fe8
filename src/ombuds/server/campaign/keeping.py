# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping a sealed post, and taking one back: what the campaign's pages and the API have in common.

The server reads no post. A post is kept whole or not at all; a revealed token hides at once and deletes what waits (T20,
T26). See spec/api.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ombuds.core.age import plain_size
from ombuds.core.attachments import rung
from ombuds.core.content import Content
from ombuds.core.effort import BITS, asked, bits_of
from ombuds.core.errors import Malformed, NotHere, StoreFull, TooLarge
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.posts import waits_of
from ombuds.core.wire_posts import NewPost
from ombuds.server.http.parts import Parts
from ombuds.server.store import cases, posts, walls

LARGEST_POST = 1024 * 1024
FINISHED = ("fixed", "refused", "closed")


def takes_posts(campaign: Content, day: date) -> bool:
    """Whether a campaign takes posts on a day: within its days, and while it has no outcome."""
    return campaign.terms is not None and campaign.terms.open_on(day) and campaign.status not in FINISHED


def keep_post(parts: Parts, new: NewPost, waited: bool = False) -> None:
    """Keep a sealed post of an open campaign; ``waited`` says that its form was open long enough to count as effort.

    Raises NotHere, TooLarge, Malformed, AlreadyUsed, StoreBusy, StoreFull.
    """
    if plain_size(len(new.content)) > LARGEST_POST:
        raise TooLarge
    if rung(plain_size(len(new.content))) != plain_size(len(new.content)):
        raise Malformed("a post's size is not on the ladder")
    record = parts.public.record()
    with parts.store.read() as connection:
        if not takes_posts(walls.content_of(connection, record, new.campaign)[0], parts.today):
            raise NotHere("this campaign takes no posts now")
        if posts.is_kept(connection, new):
            return
    # What a large post lacks of the work that is asked for it counts against it.
    missing = asked(len(new.content)) - bits_of(new.id, hash_of(new.content), new.effort)
    effort = BITS if waited else min(BITS, max(0, BITS - missing))
    part = random_id()
    store_parts(parts, {part: new.content})
    with parts.store.write() as connection:
        if posts.is_kept(connection, new):
            return
        cases.check_unused(connection, new.id)
        posts.add(connection, new, part, effort, parts.today)
        gone = posts.room(connection, parts.settings.most_post_bytes)
        if part in gone:
            # Taken back whole: nobody is thanked for what is not kept.
            raise StoreFull
    delete_parts(parts, gone)


def take_back(parts: Parts, token: bytes) -> None:
    """Hide what a token withdraws at once; what waits is deleted. Raises StoreBusy, StoreFull."""
    with parts.store.write() as connection:
        waiting = posts.withdrawn(connection, waits_of(token))
        walls.withdraw(connection, token, bool(waiting), parts.today)
        gone = posts.forget(connection, waiting)
    delete_parts(parts, gone)


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
