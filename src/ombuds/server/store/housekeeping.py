# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due by the calendar: batches leave, old replies and unopened reports are erased, orphans are swept up.

Everything here may run twice, or stop half way, and be right after the next run: rows go first, in one transaction, and
files after it (a file without a row is an orphan). It does not know the hour; tick.py does. See spec/store.md; T01, T11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Table, delete, insert, select, update

from ombuds.core.keys import Hash, random_below, random_id
from ombuds.server.store.cases import forget_message, hand_over
from ombuds.server.store.db import BUSY_SECONDS, Store
from ombuds.server.store.schema import (
    batches,
    cases,
    contents,
    forms,
    leases,
    ledger,
    logged,
    messages,
    metadata,
    nonces,
    openings,
    parts,
    pictures,
    replies,
    reports,
    shares,
)

ORPHAN_DAYS = 2
FORM_DAYS = 3
NONCE_DAYS = 2
LOGGED_DAYS = 30
FUZZ_DAYS = 5
ROWS = 500
# What everybody may read in its order is not put into another one.
PUBLIC = (ledger, contents, pictures)


@dataclass(frozen=True)
class Lease:
    """The right to do the periodic work until a second of the machine's clock."""

    name: str
    holder: str
    until: int


def take_lease(connection: Connection, lease: Lease, now: int) -> bool:
    """Take or renew the lease, and say whether it is ours now."""
    row = connection.execute(select(leases.c.holder, leases.c.until).where(leases.c.name == lease.name)).one_or_none()
    if row is None:
        connection.execute(insert(leases).values(name=lease.name, holder=lease.holder, until=lease.until))
        return True
    if row.holder != lease.holder and row.until > now:
        return False
    connection.execute(update(leases).where(leases.c.name == lease.name).values(holder=lease.holder, until=lease.until))
    return True


def left_on(connection: Connection, kind: str) -> date | None:
    """Return the day on which a kind of batch last left."""
    return connection.execute(select(batches.c.day).where(batches.c.kind == kind)).scalar_one_or_none()


def has_left(connection: Connection, kind: str, day: date) -> None:
    """Remember that a kind of batch left on this day."""
    if connection.execute(update(batches).where(batches.c.kind == kind).values(day=day)).rowcount == 0:
        connection.execute(insert(batches).values(kind=kind, day=day))


def release(connection: Connection, today: date, reply_days: int) -> int:
    """Let everything that waits leave together, reports and messages to desks, replies to sources, and return how many."""
    count = connection.execute(update(reports).where(reports.c.released.is_(False)).values(released=True)).rowcount
    count += connection.execute(update(messages).where(messages.c.released.is_(False)).values(released=True)).rowcount
    for (reply,) in connection.execute(select(replies.c.id).where(replies.c.released.is_(False))).all():
        # The day of erasing is blurred, so that it does not tell the day of release (T11).
        day = today + timedelta(days=reply_days - FUZZ_DAYS + random_below(2 * FUZZ_DAYS + 1))
        count += connection.execute(update(replies).where(replies.c.id == reply).values(released=True, erase=day)).rowcount
    return count


def erase_replies(connection: Connection, today: date) -> list[str]:
    """Erase replies whose day has come; return the parts whose files are to be deleted."""
    due = select(replies.c.id).where(replies.c.released.is_(True), replies.c.erase <= today)
    ids = connection.execute(due.limit(ROWS)).scalars().all()
    connection.execute(delete(replies).where(replies.c.id.in_(ids)))
    return forget_parts(connection, ids)


def erase_unopened(connection: Connection, today: date, days: int, reply_days: int) -> list[str]:
    """Erase sealed reports whose time is over; return the parts to be deleted.

    If nobody opened one, word of it is left in its inbox. If somebody did, its files belong to the case from here on.
    """
    due = select(reports.c.id, reports.c.mailbox).where(reports.c.day < today - timedelta(days=days))
    rows = connection.execute(due.limit(ROWS)).all()
    ids = [row.id for row in rows]
    opened = _handed_over(connection, ids)
    connection.execute(delete(shares).where(shares.c.report.in_(ids)))
    connection.execute(delete(forms).where(forms.c.report.in_(ids)))
    connection.execute(delete(reports).where(reports.c.id.in_(ids)))
    leave_word(connection, [row.mailbox for row in rows if row.id not in opened], today, reply_days)
    return forget_parts(connection, ids)


def leave_word(connection: Connection, mailboxes: Iterable[Hash], today: date, reply_days: int) -> None:
    """Tell inboxes that a report of theirs is gone and was opened by nobody: a reply without content is the server's own word."""
    for mailbox in mailboxes:
        erase = today + timedelta(days=reply_days + random_below(FUZZ_DAYS))
        connection.execute(insert(replies).values(id=random_id(), mailbox=mailbox, content=b"", files=b"", released=True, erase=erase))


def _handed_over(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Give the files of those reports that were opened to their cases, and return those reports."""
    # Nobody but the opener has said that such a case reads. Of two cases of one report, the one that was worked on gets the files.
    some = select(openings.c.report, openings.c.case).join(cases, cases.c.id == openings.c.case).where(openings.c.report.in_(list(ids)))
    heirs = {row.report: row.case for row in connection.execute(some.order_by(cases.c.seq, cases.c.id)).all()}
    for report, case in heirs.items():
        hand_over(connection, report, case)
    return set(heirs)


def forget_old(connection: Connection, today: date) -> None:
    """Forget forms and request nonces that nobody can use any more."""
    connection.execute(delete(forms).where(forms.c.day < today - timedelta(days=FORM_DAYS)))
    connection.execute(delete(nonces).where(nonces.c.day < today - timedelta(days=NONCE_DAYS)))


def forget_long_logged(connection: Connection, today: date) -> None:
    """Forget messages that one member logged and that are old: their files belong to the case from here on."""
    old = select(messages.c.id, messages.c.case).where(messages.c.day < today - timedelta(days=LOGGED_DAYS), messages.c.id.in_(select(logged.c.message)))
    for message, case in connection.execute(old.limit(ROWS)).all():
        forget_message(connection, message, case)


def forget_parts(connection: Connection, owners: Iterable[str]) -> list[str]:
    """Forget the parts of these owners; return their ids, whose files are deleted after the commit."""
    mine = parts.c.owner.in_(list(owners))
    ids = list(connection.execute(select(parts.c.id).where(mine)).scalars())
    connection.execute(delete(parts).where(mine))
    return ids


def forget_unowned(connection: Connection, today: date) -> list[str]:
    """Forget parts that were never acknowledged; return their ids."""
    old = (parts.c.owner == "", parts.c.day < today - timedelta(days=1))
    ids = list(connection.execute(select(parts.c.id).where(*old)).scalars())
    connection.execute(delete(parts).where(*old))
    return ids


def sweep_files(store: Store, today: date) -> int:
    """Delete old files that no row names, which a crash left behind, and return how many."""
    count = 0
    old = list(store.blobs.older_than(today - timedelta(days=ORPHAN_DAYS)))
    for start in range(0, len(old), ROWS):
        some = old[start : start + ROWS]
        with store.read() as connection:
            known = set(connection.execute(select(parts.c.id).where(parts.c.id.in_(some))).scalars())
        for part in some:
            if part not in known:
                store.blobs.delete(part)
                count += 1
    return count


def rewrite(store: Store) -> None:
    """Write the database anew in the order of its random keys, so that no order of arrival and no erased row stays.

    Raises StoreBusy.
    """
    if store.engine.dialect.name == "sqlite":
        store.alone(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return
    for table in metadata.sorted_tables:
        if table not in PUBLIC:
            _put_back(store, table)
    store.alone("VACUUM (FULL)")


def _put_back(store: Store, table: Table) -> None:
    # PostgreSQL keeps rows as they came and marks each with its transaction: one transaction takes all and puts them in order.
    taken = delete(table).returning(*table.c).cte("taken")
    with store.write() as connection:
        connection.execute(insert(table).from_select(table.c.keys(), select(taken).order_by(*(taken.c[key.name] for key in table.primary_key))))
