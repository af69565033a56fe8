# SPDX-License-Identifier: AGPL-3.0-or-later
"""Room for sealed posts: a flood that pays for each piece pushes out by chance and shuts nobody out, and large pieces cost more (T20)."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from itertools import count

import msgspec
import pytest
from sqlalchemy import update

from ombuds.core.age import seal
from ombuds.core.effort import BITS, bits_of
from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere, StoreFull
from ombuds.core.keys import hash_of
from ombuds.core.wire_posts import NewPost, PostIds
from ombuds.server import tick
from ombuds.server.campaign.keeping import keep_post
from ombuds.server.store import posts, schema
from tests.server.acts import hands
from tests.server.campaigns import MODERATION, Campaign, begin, send
from tests.server.institution import Institution


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A public campaign."""
    return begin(here)


def test_a_store_full_of_work_shuts_nobody_out(here: Institution, campaign: Campaign) -> None:
    """Where desks were shown posts that cost work and fill all the room, newcomers who worked are kept, too: chance decides who goes."""
    many = campaign.join(6)
    with here.parts.store.write() as connection:
        connection.execute(update(schema.posts).values(effort=BITS, released=True))
    most = len(many[0].new.content) * len(many)
    tight = dataclasses.replace(here.parts, settings=msgspec.structs.replace(here.parts.settings, most_post_bytes=most))
    kept = 0
    for number in range(20):
        with suppress(StoreFull):
            keep_post(tight, campaign.supporter(number).new, waited=True)
            kept += 1
    assert kept > 0


def test_the_name_decides_nothing(here: Institution, campaign: Campaign) -> None:
    """Of posts that cost as much work it is not always the same name that goes."""
    campaign.join(4)
    with here.parts.store.write() as connection:
        connection.execute(update(schema.posts).values(effort=BITS))
    gone, size = set(), len(campaign.sent[0].new.content)
    for _ in range(40):
        with suppress(NotHere), here.parts.store.write() as connection:
            gone |= set(posts.room(connection, 3 * size))
            raise NotHere  # undone: each try begins with all four
    assert len(gone) > 1


def test_more_work_is_asked_for_a_large_post(here: Institution, campaign: Campaign) -> None:
    """A post of a megabyte that cost as much work as a small one goes before it."""
    small, large = campaign.supporter(), campaign.supporter(1)
    padded = encode(large.pending).ljust(1024 * 1024)
    content = seal(padded, [MODERATION.recipient])
    # Named so that it would stay if names decided.
    large.new = msgspec.structs.replace(large.new, id="f" * 32, content=content)
    small.new = msgspec.structs.replace(small.new, id="0" * 32)
    for each in (small, large):
        send(here, msgspec.structs.replace(each.new, effort=_exactly(each.new)))
    with here.parts.store.write() as connection:
        posts.room(connection, len(content))
    tick.run(here.parts, 23, force=True)
    assert hands(here)[0].get(f"campaigns/{campaign.id}/posts", PostIds).ids == (small.new.id,)


def _exactly(new: NewPost) -> int:
    """A number of exactly 16 bits of work."""
    content = hash_of(new.content)
    return next(number for number in count(10**9) if bits_of(new.id, content, number) == BITS)
