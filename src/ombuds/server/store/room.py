# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes when sealed reports take more room than there is: what cost its sender no work first, what was confirmed later.

A flood meets its own junk here before it meets anybody's report. Nobody's address is known, no door is closed for all, and a
report that a desk has opened stays. See spec/store.md; T20.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, select

from ombuds.core.effort import BITS
from ombuds.core.errors import StoreFull
from ombuds.core.keys import Id
from ombuds.server.config import Settings
from ombuds.server.store.housekeeping import ROWS, forget_parts, leave_word
from ombuds.server.store.schema import forms, openings, reports, shares

_TAKEN = select(func.coalesce(func.sum(reports.c.size), 0))
_IN_TURN = (
    select(reports.c.id, reports.c.size, reports.c.mailbox, reports.c.effort, reports.c.confirmed)
    .where(reports.c.id.not_in(select(openings.c.report)))
    .order_by(reports.c.effort, reports.c.confirmed, reports.c.released, reports.c.id)
    # Where the setting was made much smaller, the rest goes with the next reports.
    .limit(ROWS)
)


@dataclass(frozen=True)
class Bound:
    """How many bytes sealed reports may take, and how long word of one that went is left in its inbox."""

    most: int
    reply_days: int
    today: date

    @classmethod
    def of(cls, settings: Settings, today: date) -> Bound:
        """Read it from the settings."""
        return cls(settings.most_report_bytes, settings.reply_days, today)


def make_room(connection: Connection, new: Id, bound: Bound) -> list[Id]:
    """Erase sealed reports until all take no more bytes than this; return the parts to be deleted.

    Among equals the random names decide: what came yesterday is as likely to go as what comes now. Raises StoreFull, which
    leaves everything as it was, when it is the turn of the new one: what was not acknowledged pushes nothing out.
    """
    over = int(connection.execute(_TAKEN).scalar_one()) - bound.most
    if over <= 0:
        return []
    gone = dict[Id, str]()
    for row in connection.execute(_IN_TURN):
        if over <= 0:
            break
        if row.id == new:
            raise StoreFull
        # Whoever worked for it or wrote its words down may look into its inbox; a flood leaves no rows of that kind.
        gone[row.id] = row.mailbox if row.confirmed or row.effort >= BITS else ""
        over -= row.size
    connection.execute(delete(shares).where(shares.c.report.in_(list(gone))))
    connection.execute(delete(forms).where(forms.c.report.in_(list(gone))))
    connection.execute(delete(reports).where(reports.c.id.in_(list(gone))))
    leave_word(connection, [mailbox for mailbox in gone.values() if mailbox], bound.today, bound.reply_days)
    return forget_parts(connection, gone)
