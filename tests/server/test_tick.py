# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clockwork: batches leave together at their hours, old things are erased, and running it twice does nothing more."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from ombuds.core.keys import random_id
from ombuds.host.clock import seconds
from ombuds.server import tick
from ombuds.server.store.housekeeping import Lease, take_lease
from ombuds.server.store.schema import forms, parts, replies, reports, shares
from tests.server.answers import open_case, reply
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import post_report, sent_of, stored

pytestmark = BOTH


def _released(here: Institution) -> list[bool]:
    with here.parts.store.read() as connection:
        return list(connection.execute(select(reports.c.released)).scalars())


def _files(here: Institution) -> list[Path]:
    return [path for path in (here.folder / "blobs").rglob("*") if path.is_file()]


def test_a_report_waits_for_the_batch(here: Institution, browser: TestClient) -> None:
    """Before the next hour of release a new report is not shown to desks."""
    tick.run(here.parts, 11)
    sent_of(post_report(browser, {"what": "Text."}))
    tick.run(here.parts, 12)
    assert _released(here) == [False]


def test_a_batch_leaves_at_its_hour(here: Institution, browser: TestClient) -> None:
    """At the next hour of release all that waits leaves together."""
    tick.run(here.parts, 11)
    sent_of(post_report(browser, {"what": "One."}))
    sent_of(post_report(browser, {"what": "Two."}))
    assert tick.run(here.parts, 17).released == 2


def test_a_forced_batch_leaves_now(here: Institution, browser: TestClient) -> None:
    """A forced look releases whatever the hour."""
    tick.run(here.parts, 11)
    sent_of(post_report(browser, {"what": "Text."}))
    assert tick.run(here.parts, 12, force=True).released == 1


def test_twice_is_once(here: Institution, browser: TestClient) -> None:
    """A second look at the same hour does nothing."""
    sent_of(post_report(browser, {"what": "Text."}))
    tick.run(here.parts, 17)
    assert tick.run(here.parts, 17) == tick.Ticked()


def test_another_holder_of_the_lease_is_left_alone(here: Institution, browser: TestClient) -> None:
    """While another worker holds the lease nothing is released."""
    sent_of(post_report(browser, {"what": "Text."}))
    with here.parts.store.write() as connection:
        take_lease(connection, Lease(tick.LEASE, "another", seconds() + 100), seconds())
    assert tick.run(here.parts, 23).released == 0


def test_a_released_reply_gets_its_blurred_day(here: Institution, browser: TestClient) -> None:
    """A reply is erased within five days of the thirtieth day after its release."""
    case = open_case(here, sent_of(post_report(browser, {"what": "Text."})).line)
    reply(case, "Answer.")
    with here.parts.store.write() as connection:
        connection.execute(update(replies).values(released=False, erase=None))
    tick.run(here.parts, 23)
    with here.parts.store.read() as connection:
        day = connection.execute(select(replies.c.erase)).scalar_one()
    assert day is not None
    assert 25 <= (day - here.calendar.day).days <= 35


def test_an_old_reply_is_erased_with_its_file(here: Institution, browser: TestClient) -> None:
    """After its day a reply and its file are gone."""
    case = open_case(here, sent_of(post_report(browser, {"what": "Text."})).line)
    reply(case, "Answer.", file=b"content")
    here.calendar.pass_days(31)
    tick.run(here.parts, 0)
    with here.parts.store.read() as connection:
        assert connection.execute(select(replies)).all() == []
    assert _files(here) == []


def test_an_unopened_report_is_erased(here: Institution, browser: TestClient) -> None:
    """After sixty days nothing of a report that nobody opened is left, neither rows nor files."""
    sent_of(post_report(browser, {"what": "Text."}, (("a.txt", b"a"),)))
    here.calendar.pass_days(61)
    tick.run(here.parts, 0)
    with here.parts.store.read() as connection:
        rest = [connection.execute(select(table)).all() for table in (reports, shares, parts, forms)]
    assert (rest, _files(here)) == ([[], [], [], []], [])


def test_a_report_within_its_time_stays(here: Institution, browser: TestClient) -> None:
    """On the sixtieth day a report is still there."""
    sent_of(post_report(browser, {"what": "Text."}))
    here.calendar.pass_days(60)
    tick.run(here.parts, 0)
    assert len(stored(here)) == 1


def test_an_unclaimed_part_is_swept_up(here: Institution) -> None:
    """A part that was stored and never acknowledged is gone after three days, row and file."""
    part = random_id()
    writer = here.parts.store.blobs.open(part, here.calendar.day)
    writer.write(b"sealed")
    writer.close()
    with here.parts.store.write() as connection:
        connection.execute(insert(parts), {"id": part, "owner": "", "size": 6, "day": here.calendar.day})
    here.calendar.pass_days(3)
    tick.run(here.parts, 0)
    assert _files(here) == []


def test_a_file_without_a_row_is_swept_up(here: Institution) -> None:
    """A file that a crash left behind is gone after some days, and one of today stays."""
    old, new = random_id(), random_id()
    for part in (old, new):
        here.parts.store.blobs.open(part, here.calendar.day).write(b"sealed")
    (path,) = [path for path in _files(here) if path.name == old]
    os.utime(path, (0, 0))
    assert tick.run(here.parts, 0).orphans == 1
    assert [path.name for path in _files(here)] == [new]
