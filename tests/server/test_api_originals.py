# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed original of an opened report stays at the server until a second member of the case's team says that the case reads."""

from __future__ import annotations

from datetime import timedelta

from httpx2 import Response
from sqlalchemy import func, select

from ombuds.core.encoding import decode
from ombuds.core.keys import Id
from ombuds.core.wire import Cases, CaseSeen, Refusal, Reports
from ombuds.server import tick
from ombuds.server.store import inbox, schema
from tests.server.acts import Hand, Opening, approved, hands, opened, opening, part_for, report_in
from tests.server.institution import Institution

ALL = ("anna", "boris", "vera")


def refusal(answer: Response) -> tuple[int, str]:
    """The status of an answer and the error it names."""
    said: Refusal = decode(answer.content, Refusal)
    return answer.status_code, said.error


def _counted(here: Institution) -> tuple[int, int, int]:
    """How many reports, shares and openings there are."""
    with here.parts.store.read() as connection:
        tables = (schema.reports, schema.shares, schema.openings)
        reports, shares, openings = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    return reports, shares, openings


def _with_part(here: Institution, what: Opening) -> Id:
    part = part_for(here, b"a sealed part")
    with here.parts.store.write() as connection:
        connection.execute(schema.parts.update().where(schema.parts.c.id == part.id).values(owner=what.report.id))
    return part.id


def _owner(here: Institution, part: Id) -> str | None:
    with here.parts.store.read() as connection:
        return connection.execute(select(schema.parts.c.owner).where(schema.parts.c.id == part)).scalar_one_or_none()


def _seen(hand: Hand, case: Id) -> CaseSeen:
    return next(seen for seen in hand.get("cases", Cases).cases if seen.case == case)


def _confirms(hand: Hand, what: Opening) -> int:
    status: int = hand.post(f"cases/{what.card.case}/confirm", {}).status_code
    return status


def test_an_opened_report_is_kept(here: Institution) -> None:
    """When a report was opened, its row and every share of it are still there."""
    opened(here, ALL)
    assert _counted(here) == (1, 3, 1)


def test_an_opened_report_is_still_listed(here: Institution) -> None:
    """Until a second member read the case, each member who holds a share fetches the sealed report as before."""
    what = opened(here, ALL)
    assert [[each.id for each in hand.get("reports", Reports).reports] for hand in hands(here)] == [[what.report.id]] * 3


def test_a_case_says_that_its_original_is_kept(here: Institution) -> None:
    """Whoever holds something of a case is told that its sealed original is still kept."""
    what = opened(here)
    assert [_seen(hand, what.card.case).original for hand in hands(here)] == [True] * 3


def test_who_opened_a_report_does_not_let_it_go(here: Institution) -> None:
    """The opener's own word that the case reads is refused, and everything stays."""
    what = opened(here, ALL)
    answer = hands(here)[0].post(f"cases/{what.card.case}/confirm", {})
    assert (refusal(answer), _counted(here)) == ((403, "NotAMember"), (1, 3, 1))


def test_who_is_not_on_the_team_does_not_let_it_go(here: Institution) -> None:
    """A member who holds only a custody share is told that there is no such case, and everything stays."""
    what = opened(here, ("anna", "boris"))
    answer = hands(here)[2].post(f"cases/{what.card.case}/confirm", {})
    assert (refusal(answer), _counted(here)) == ((404, "NotHere"), (1, 3, 1))


def test_a_second_member_lets_the_original_go(here: Institution) -> None:
    """When another member of the team says that the case reads, the sealed report and its shares are gone."""
    what = opened(here, ALL)
    assert (_confirms(hands(here)[1], what), _counted(here)) == (204, (0, 0, 0))


def test_a_case_says_that_its_original_is_gone(here: Institution) -> None:
    """Once a second member read the case, whoever holds something of it is told that the original is gone."""
    what = opened(here, ALL)
    _confirms(hands(here)[1], what)
    assert [_seen(hand, what.card.case).original for hand in hands(here)] == [False] * 3


def test_a_third_member_may_say_it_too(here: Institution) -> None:
    """Whoever says it after another did, or says it twice, gets the same answer."""
    what = opened(here, ALL)
    assert [_confirms(hand, what) for hand in (*hands(here)[1:], hands(here)[1])] == [204] * 3


def test_files_stay_where_they_are_until_then(here: Institution) -> None:
    """Before a second member read the case, a file belongs to the report and is read by its holders and by the team."""
    what = opened(here, ALL)
    part = _with_part(here, what)
    assert [hand.send("GET", f"/api/members/parts/{part}").content for hand in hands(here)] == [b"a sealed part"] * 3


def test_a_member_without_a_share_reads_the_files_of_a_case(here: Institution) -> None:
    """A member of the team who holds no share of the report reads its files while the original is kept; one outside does not."""
    what = opened(here, ("anna", "boris"))
    part = _with_part(here, what)
    with here.parts.store.write() as connection:
        connection.execute(schema.shares.delete().where(schema.shares.c.member != "anna"))
    assert [hand.send("GET", f"/api/members/parts/{part}").status_code for hand in hands(here)] == [200, 200, 404]


def test_files_go_to_the_case(here: Institution) -> None:
    """When the original goes, its files belong to the case."""
    what = opened(here, ALL)
    part = _with_part(here, what)
    _confirms(hands(here)[1], what)
    assert _owner(here, part) == what.card.case


def _twice(here: Institution) -> tuple[Opening, Opening]:
    first = opened(here, ALL)
    return first, opened(here, ALL, first.report)


def test_a_report_is_opened_again(here: Institution) -> None:
    """While the original is kept, another proposal makes another case of the same report."""
    _twice(here)
    assert _counted(here) == (1, 3, 2)


def test_files_go_to_the_case_that_reads(here: Institution) -> None:
    """Of two cases of one report, the one that a second member reads first gets the files."""
    _, second = _twice(here)
    part = _with_part(here, second)
    _confirms(hands(here)[1], second)
    assert _owner(here, part) == second.card.case


def test_a_case_that_nobody_read_takes_no_messages(here: Institution) -> None:
    """Of two cases of one report, a source is shown the card of the one that a second member reads, and no other."""
    first, second = _twice(here)
    _confirms(hands(here)[1], second)
    with here.parts.store.read() as connection:
        (card,) = inbox.cards_of(connection, first.report.mailbox)
    assert second.card.case.encode() in card.payload


def test_a_case_that_nobody_read_lets_nothing_go(here: Institution) -> None:
    """Once the original is gone, saying that the other case reads changes nothing."""
    first, second = _twice(here)
    part = _with_part(here, second)
    _confirms(hands(here)[1], second)
    assert (_confirms(hands(here)[1], first), _owner(here, part)) == (204, second.card.case)


def test_a_report_that_is_gone_is_not_opened_again(here: Institution) -> None:
    """Once a second member read the case, its report can be opened no more."""
    what, (anna, boris, _) = opened(here, ALL), hands(here)
    again = opening(here, team=ALL, report=what.report)
    approved(here, again)
    _confirms(boris, what)
    assert refusal(anna.post("cases", again.case(anna, boris))) == (404, "NotHere")


def _grows_old(here: Institution) -> None:
    here.calendar.day += timedelta(days=here.parts.settings.unopened_days + 1)
    tick.run(here.parts, 23, force=True)


def test_an_original_that_nobody_confirms_goes_with_its_time(here: Institution) -> None:
    """Where nobody but the opener works on a case, the original goes when its time is over."""
    opened(here)
    _grows_old(here)
    assert _counted(here) == (0, 0, 0)


def test_its_files_stay_with_the_case(here: Institution) -> None:
    """When an opened report's time is over, its files belong to the case and stay."""
    what = opened(here)
    part = _with_part(here, what)
    _grows_old(here)
    assert (_owner(here, part), hands(here)[0].send("GET", f"/api/members/parts/{part}").content) == (what.card.case, b"a sealed part")


def test_its_source_is_not_told_that_nobody_opened_it(here: Institution) -> None:
    """When an opened report's time is over, no word of that lies in the inbox; for one that nobody opened it does."""
    opened(here)
    other = report_in(here)
    _grows_old(here)
    with here.parts.store.read() as connection:
        assert list(connection.execute(select(schema.replies.c.mailbox)).scalars()) == [other.mailbox]
