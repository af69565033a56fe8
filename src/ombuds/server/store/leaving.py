# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed batches that wait for the next fixed hour, one a wall, and the hour at which they leave.

A row is a wall, the hash of a proposal, and the entry as it was handed in; no hour of its coming. Nothing public reads it
(T11). What a batch must be to be kept here is not decided here. See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Hash, Id
from ombuds.core.wire import NewEntry
from ombuds.server.store.housekeeping import left_on
from ombuds.server.store.schema import leaving


class Waiting(NamedTuple):
    """A batch that waits: its wall, its proposal and the entry."""

    wall: Id
    proposal: Hash
    entry: NewEntry


class Slot(NamedTuple):
    """A fixed hour (UTC) of a day."""

    day: date
    hour: int


def kind_of(hour: int) -> str:
    """Return the name under which it is kept that what waited left at an hour."""
    return f"batch-{hour:02d}"


def next_slot(connection: Connection, hours: Sequence[int], today: date) -> Slot:
    """Return the first of the fixed hours at which nothing has left yet."""
    for hour in hours:
        if left_on(connection, kind_of(hour)) != today:
            return Slot(today, hour)
    return Slot(today + timedelta(days=1), hours[0])


def keep(connection: Connection, waiting: Waiting) -> None:
    """Let a batch wait."""
    connection.execute(insert(leaving).values(wall=waiting.wall, proposal=waiting.proposal, entry=encode(waiting.entry)))


def of(connection: Connection, wall: Id) -> Hash:
    """Return the proposal of the batch that waits for a wall, or nothing."""
    found: Hash | None = connection.execute(select(leaving.c.proposal).where(leaving.c.wall == wall)).scalar_one_or_none()
    return found or ""


def proposals(connection: Connection) -> tuple[Hash, ...]:
    """Return the proposals of all batches that wait."""
    return tuple(connection.execute(select(leaving.c.proposal).order_by(leaving.c.proposal)).scalars())


def take(connection: Connection) -> list[Waiting]:
    """Return all batches that wait, in the order of their walls' random names, and let none of them wait any more."""
    rows = connection.execute(select(leaving).order_by(leaving.c.wall)).all()
    connection.execute(delete(leaving))
    return [Waiting(row.wall, row.proposal, decode(row.entry, NewEntry)) for row in rows]


def drop(connection: Connection, proposal: Hash) -> None:
    """Let a batch wait no more that a member stopped."""
    connection.execute(delete(leaving).where(leaving.c.proposal == proposal))


def clear(connection: Connection) -> None:
    """Let no batch wait: all were signed under a charter that is in force no longer."""
    connection.execute(delete(leaving))
