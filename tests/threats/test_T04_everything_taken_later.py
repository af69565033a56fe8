# SPDX-License-Identifier: AGPL-3.0-or-later
"""T04: every vault and the server are taken after a report's time is over; what was never opened stays closed, even from an old copy."""

from __future__ import annotations

from ombuds.core.keys import random_id
from ombuds.desk.casework.passing import REWRAPPED_DAYS
from tests.desk.desks import NAMES
from tests.threats.seizure import disk_of, seize
from tests.world import World


def _let_weeks_pass(world: World, days: int) -> None:
    for _ in range(days // 7):
        world.calendar.pass_days(7)
        world.renew()


def test_a_report_outlives_its_time_closed(world: World) -> None:
    """A copy of the server's disk from the day of a report and every vault of ten weeks later do not open it."""
    text = random_id()
    world.officer.reports(text)
    world.sync()
    copied = disk_of(world)
    _let_weeks_pass(world, REWRAPPED_DAYS + 14)
    assert text.encode() not in seize([*copied, *disk_of(world)], *(world[name].vault for name in NAMES))


def test_a_report_within_its_time_opens(world: World) -> None:
    """The same vaults a month after the report do open it, so it was time that closed it."""
    text = random_id()
    world.officer.reports(text)
    world.sync()
    _let_weeks_pass(world, 28)
    assert text.encode() in seize(disk_of(world), *(world[name].vault for name in NAMES))
