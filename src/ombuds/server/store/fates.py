# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of a post, for whoever holds its token: it waits, it is on the wall, another picture is asked for, or nothing is known.

What was refused for any other reason, what was taken back and what never was here are one answer. It writes nothing and keeps no
visit (T08, T11). See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.posts import waits_of
from ombuds.server.store import posts
from ombuds.server.store.schema import wall_posts, wished, withdrawals


class Fate(NamedTuple):
    """What became of a post: ``waits``, ``wall``, ``asked`` or ``unknown``; where another picture is asked for, of which campaign."""

    word: str
    campaign: Id = ""


def ask(connection: Connection, wall: Id, campaign: Id, hashes: Iterable[Hash]) -> None:
    """Keep for which posts of a campaign a batch of its wall asks for another picture."""
    rows = [{"hash": each, "wall": wall, "campaign": campaign} for each in hashes]
    if rows:
        connection.execute(insert(wished), rows)


def forget(connection: Connection, wall: Id) -> None:
    """Ask for no picture any more: the wall was taken down, alone or with its campaign."""
    connection.execute(delete(wished).where(wished.c.wall == wall))


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
    return Fate("waits") if posts.withdrawn(connection, waits_of(token)) else Fate("unknown")
