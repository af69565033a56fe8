# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today: one list of what needs this member, and the cases they work on.

Opening it looks at the server first if the last look is older than a minute, and waits a few seconds for it at most; what
the vault holds is shown in any case. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from starlette.responses import Response

from ombuds.core.charter import FRESHNESS_DAYS
from ombuds.desk.casework.renewing import renewals_waiting
from ombuds.desk.kept import Matter
from ombuds.desk.log import read_case
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.campaigns import batches_to_answer, wall_items
from ombuds.desk.pages.cases import asked_to_open, case_line
from ombuds.desk.pages.due import assigned_cases, work_items
from ombuds.desk.pages.standing import to_be_signed
from ombuds.desk.pages.tour import steps
from ombuds.desk.pages.unread import opened_already, unread_items
from ombuds.desk.pages.visit import Visit, unanswered
from ombuds.desk.parts import Desk
from ombuds.pages.desk_values import TodayItem, TodayView
from ombuds.pages.languages import counted, mark
from ombuds.pages.values import Trouble

FRESH = 60.0
PATIENCE = 4.0
CHARTER_NOTICE = timedelta(days=21)
KEYS_NOTICE = timedelta(days=3)


def today(visit: Visit) -> Response:
    """Show what needs this member."""
    room, desk = visit.room, visit.desk
    wrong = room.fetch_within(desk, PATIENCE) if room.stale(FRESH) else None
    mine = [matter for matter in desk.vault.matters() if desk.vault.identities(matter.id)]
    posts, upkeep = tuple(wall_items(desk, room.language)), tuple(_upkeep(desk))
    items = (
        (*posts, *upkeep)
        if desk.only_moderates
        else (*unread_items(desk), *_approvals(desk), *_sealed(desk), *posts, *work_items(desk), *_cases(desk, mine), *upkeep)
    )
    theirs = assigned_cases(desk)
    view = TodayView(
        items=items,
        assigned=tuple(case_line(desk.vault.matter(case)) for case in sorted(theirs)),
        cases=tuple(case_line(matter) for matter in mine if matter.state not in ("closed", "none") and matter.id not in theirs),
        steps=() if desk.only_moderates else steps(desk, room.language),
    )
    return page(room.renderer.today(visit.shell(trouble=Trouble.of(wrong) if wrong else None), view))


def _approvals(desk: Desk) -> Iterator[TodayItem]:
    renewals = renewals_waiting(desk)
    count = unanswered(desk) - len(renewals) - batches_to_answer(desk)
    if renewals:
        why = mark("Sources can write to an open case for three weeks, then enough members must sign again. One press signs for all cases that are due.")
        yield TodayItem(title=mark("Cards run out"), text=why, link="/renew", action=mark("Sign all"), kind="renew", post=True)
    if count:
        text = counted("%(num)s answer is asked of you.", "%(num)s answers are asked of you.", count)
        yield TodayItem(title=mark("Approve or refuse"), text=text, link="/approve", action=mark("Look at it"), kind="approve")


def _sealed(desk: Desk) -> Iterator[TodayItem]:
    known = {*asked_to_open(desk), *opened_already(desk)}
    waiting = [report for report in desk.vault.lists.all_sealed() if report.submission not in known]
    fresh, lesser = ([report for report in waiting if report.worked is worked] for worked in (True, False))
    if fresh:
        text = counted(
            "%(num)s report waits to be opened. It may ask for something to be taken down, so it is better opened soon.",
            "%(num)s reports wait to be opened. One may ask for something to be taken down, so they are better opened soon.",
            len(fresh),
        )
        yield TodayItem(title=mark("New sealed reports"), text=text, link="/cases", action=mark("To the reports"), kind="open", day=fresh[0].day)
    if lesser:
        one = "%(num)s report came without proof of work: junk is likelier among these."
        text = counted(one, "%(num)s reports came without proof of work: junk is likelier among these.", len(lesser))
        title = mark("Sealed reports without proof of work")
        yield TodayItem(title=title, text=text, link="/cases", action=mark("To the reports"), kind="open", day=lesser[0].day)


def _cases(desk: Desk, mine: list[Matter]) -> Iterator[TodayItem]:
    for matter in mine:
        link = f"/cases/{matter.id}"
        if matter.void:
            text = mark("Something in the log of this case is no event of it, and was passed over. Look at what it is and who signed it.")
            yield TodayItem(title=matter.title or mark("A case"), text=text, link=link, action=mark("Look at it"), kind="look", day=matter.day)
        if matter.unread:
            text = mark("The source wrote.")
            yield TodayItem(title=matter.title, text=text, link=link, action=mark("Read and reply"), kind="reply", day=matter.day)
        if to_be_signed(desk, matter):
            text = mark("The source agreed; ask the members to sign.")
            yield TodayItem(title=matter.title, text=text, link=f"/publish?case={matter.id}", action=mark("To the text"), kind="publish", day=matter.day)
        elif not matter.unread and matter.state == "open" and not read_case(desk, matter.id).said:
            text = mark("The case is new. Tell the source that you have read it.")
            yield TodayItem(title=matter.title, text=text, link=link, action=mark("Read and reply"), kind="reply", day=matter.day)


def _upkeep(desk: Desk) -> Iterator[TodayItem]:
    charter, freshness = desk.charter.charter, desk.record.freshness
    if charter.expires - desk.today <= CHARTER_NOTICE:
        text = mark("The charter runs out soon. The members must sign its next version.")
        yield TodayItem(title=mark("Charter runs out"), text=text, link="/members", action=mark("To the members"), kind="renew", day=charter.expires)
    end = freshness.day + timedelta(days=FRESHNESS_DAYS) if freshness else desk.today
    if end - desk.today <= KEYS_NOTICE:
        text = mark("The members have not confirmed their keys together lately; without that no report can come. Each desk does it when it fetches.")
        yield TodayItem(title=mark("Keys must be confirmed"), text=text, link="/members", action=mark("To the members"), kind="renew", day=end)
