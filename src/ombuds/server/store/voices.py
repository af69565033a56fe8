# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many people said of a story that this happened to them too: one row a form until the next batch, then a number.

A row says which story, on which day, and the hash of a form that the server gave out; nothing about who sent it. The hash
is another one than that of a report from the same form, so that the two cannot be brought together (T01, T11). See
spec/store.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from ombuds.core.errors import StoreBusy
from ombuds.core.keys import Hash, Id
from ombuds.server.store.schema import tallies, voices

KEPT_DAYS = 3
# Of all stories together, between two batches: a flood fills no disk. Whoever comes after it is told to come again.
MOST_WAITING = 20_000


def add(connection: Connection, form: Hash, subject: Id, day: date) -> None:
    """Keep one voice; the same form sent again is the same voice. Raises StoreBusy when too many wait for the next batch."""
    if connection.execute(select(voices.c.subject).where(voices.c.form == form)).first() is not None:
        return
    if connection.execute(select(func.count()).select_from(voices).where(voices.c.counted.is_(False))).scalar_one() >= MOST_WAITING:
        raise StoreBusy
    connection.execute(insert(voices).values(form=form, subject=subject, day=day, counted=False))


def count(connection: Connection) -> int:
    """Add what waits to the stories' numbers, all together, and return how many that were."""
    waiting = select(voices.c.subject, func.count().label("number")).where(voices.c.counted.is_(False)).group_by(voices.c.subject)
    rows = connection.execute(waiting).all()
    for subject, number in rows:
        known = update(tallies).where(tallies.c.subject == subject).values(number=tallies.c.number + number)
        if connection.execute(known).rowcount == 0:
            connection.execute(insert(tallies).values(subject=subject, number=number))
    connection.execute(update(voices).where(voices.c.counted.is_(False)).values(counted=True))
    return sum(number for _subject, number in rows)


def forget(connection: Connection, today: date) -> None:
    """Forget counted voices whose form nobody can send again."""
    connection.execute(delete(voices).where(voices.c.counted.is_(True), voices.c.day < today - timedelta(days=KEPT_DAYS)))


def numbers(connection: Connection, least: int) -> Mapping[Id, int]:
    """Return the number of every story that has as many voices as this, or more."""
    rows = connection.execute(select(tallies.c.subject, tallies.c.number).where(tallies.c.number >= least)).all()
    return {subject: number for subject, number in rows}
