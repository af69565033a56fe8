# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of a post, for whoever holds its token: it waits, it is on the wall, the members took it off, another picture is asked for.

What was refused for any other reason, what was taken back and what never was here are one answer. A question writes nothing and
keeps no visit (T08, T11). See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from ombuds.core.campaign import Removed
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.posts import waits_of
from ombuds.server.store import posts
from ombuds.server.store.schema import fallen, wall_posts, wished, withdrawals


class Fate(NamedTuple):
    """What became of a post: ``waits``, ``wall``, ``asked``, ``fell`` or ``unknown``.

    Where another picture is asked for, of which campaign; where the members took it off the wall, why.
    """

    word: str
    campaign: Id = ""
    reason: str = ""


def ask(connection: Connection, wall: Id, campaign: Id, hashes: Iterable[Hash]) -> None:
    """Keep for which posts of a campaign a batch of its wall asks for another picture."""
    rows = [{"hash": each, "wall": wall, "campaign": campaign} for each in hashes]
    if rows:
        connection.execute(insert(wished), rows)


def fall(connection: Connection, wall: Id, removed: Iterable[Removed]) -> None:
    """Keep why members take posts off a wall, while the posts are still there."""
    for each in removed:
        there = select(wall_posts.c.withdraw).where(wall_posts.c.wall == wall, wall_posts.c.commitment == each.commitment, wall_posts.c.version > 0)
        name = connection.execute(there).scalar_one_or_none()
        known = select(fallen.c.hash).where(fallen.c.hash == name, fallen.c.wall == wall)
        if name is not None and connection.execute(known).first() is None:
            connection.execute(insert(fallen).values(hash=name, wall=wall, reason=each.reason))


def forget(connection: Connection, wall: Id) -> None:
    """Ask for no picture any more, and tell no reason: the wall was taken down, alone or with its campaign."""
    for table in (wished, fallen):
        connection.execute(delete(table).where(table.c.wall == wall))


def of(connection: Connection, token: bytes) -> Fate:
    """Return what became of the post of a token."""
    name = hash_of(token)
    if connection.execute(select(withdrawals.c.hash).where(withdrawals.c.hash == name)).first() is not None:
        return Fate("unknown")
    if connection.execute(select(wall_posts.c.id).where(wall_posts.c.withdraw == name, wall_posts.c.version > 0)).first() is not None:
        return Fate("wall")
    campaign: Id | None = connection.execute(select(wished.c.campaign).where(wished.c.hash == name).limit(1)).scalar_one_or_none()
    if campaign is not None:
        return Fate("asked", campaign)
    reason: str | None = connection.execute(select(fallen.c.reason).where(fallen.c.hash == name).limit(1)).scalar_one_or_none()
    if reason is not None:
        return Fate("fell", reason=reason)
    return Fate("waits") if posts.withdrawn(connection, waits_of(token)) else Fate("unknown")
