# SPDX-License-Identifier: AGPL-3.0-or-later
"""One look at what is due: batches leave at fixed hours, reminders at theirs, old things are erased, once a day all is rewritten.

Batches leave together, so that the moment at which a desk or a source sees something tells nothing about when it came
(T01). Running it twice does nothing more; one worker at a time does the work. See spec/server.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ombuds.core.keys import Id, random_id
from ombuds.host.clock import seconds
from ombuds.server.http.parts import Parts
from ombuds.server.notices import remind
from ombuds.server.store import housekeeping as house
from ombuds.server.store import posts, replies, voices, walls
from ombuds.server.store.db import Store
from ombuds.server.store.leaving import kind_of
from ombuds.server.store.slots import leave

LEASE = "tick"
LEASE_SECONDS = 600
REWRITE = "rewrite"


@dataclass(frozen=True)
class Ticked:
    """What one look did."""

    released: int = 0
    erased: int = 0
    orphans: int = 0
    reminded: int = 0


@dataclass(frozen=True)
class Due:
    """What leaves whatever the hour: what waits for desks and sources, and the batches of walls."""

    inbox: bool
    walls: bool


def run(parts: Parts, hour: int, force: bool = False, demonstration: bool = False) -> Ticked:
    """Do what is due at this hour of today, or release at once when forced. Raises StoreBusy, StoreFull.

    In a demonstration nobody waits for a batch, but for the walls of campaigns: those wait as they do in earnest.
    """
    holder = random_id()
    store, today = parts.store, parts.today
    now = seconds()
    with store.write() as connection:
        taken = house.take_lease(connection, house.Lease(LEASE, holder, now + LEASE_SECONDS), now)
    if not taken:
        # By hand what waits leaves in any case, in a transaction of its own; the rest is done by whoever holds the lease.
        return Ticked(released=_release(parts, hour, Due(True, True))) if force else Ticked()
    try:
        # First of all, so that the second at which it leaves does not tell how much there was to do (T27).
        reminded = remind(parts, hour)
        released = _release(parts, hour, Due(force or demonstration, force))
        erased = _erase(parts, today)
        orphans = house.sweep_files(store, today)
        _rewrite_daily(store, today)
    finally:
        with store.write() as connection:
            house.take_lease(connection, house.Lease(LEASE, holder, 0), now)
    return Ticked(released, erased, orphans, reminded)


def _release(parts: Parts, hour: int, due_now: Due) -> int:
    today, count, gone = parts.today, 0, list[Id]()
    with parts.store.write() as connection:
        past = [kind_of(slot) for slot in parts.settings.slots if slot <= hour]
        due = [kind for kind in past if house.left_on(connection, kind) != today]
        for kind in due:
            house.has_left(connection, kind, today)
        if not due and not due_now.inbox:
            return 0
        voices.count(connection)
        posts.release(connection)
        posts.count_awaited(connection)
        count += house.release(connection, today, parts.settings.reply_days)
        if due or due_now.walls:
            left, gone = leave(connection, parts.public.within(connection), today)
            count += left
    for part in gone:
        parts.store.blobs.delete(part)
    return count


def _erase(parts: Parts, today: date) -> int:
    settings = parts.settings
    with parts.store.write() as connection:
        house.forget_old(connection, today)
        voices.forget(connection, today)
        replies.forget_gone(connection)
        house.forget_long_logged(connection, today)
        gone = house.forget_unowned(connection, today)
        gone += house.erase_replies(connection, today)
        gone += posts.forget_old(connection, today)
        gone += walls.forget_old(connection, today)
        gone += house.erase_unopened(connection, today, settings.unopened_days, settings.reply_days)
    for part in gone:
        parts.store.blobs.delete(part)
    return len(gone)


def _rewrite_daily(store: Store, today: date) -> None:
    with store.read() as connection:
        if house.left_on(connection, REWRITE) == today:
            return
    house.rewrite(store)
    # Remembered afterwards: one that was refused is tried again at the next look.
    with store.write() as connection:
        house.has_left(connection, REWRITE, today)
