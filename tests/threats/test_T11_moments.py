# SPDX-License-Identifier: AGPL-3.0-or-later
"""T11: somebody compares when an officer wrote with when the desk or the inbox moved; things leave together at fixed hours."""

from __future__ import annotations

from ombuds.desk.casework.talk import reply
from ombuds.server import tick
from tests.desk.campaigns import begin
from tests.server.visits import post_report
from tests.world import World


def _seen_at(world: World, hours: tuple[int, ...]) -> list[int]:
    """How many reports a desk sees after the clockwork of each hour."""
    seen = []
    for hour in hours:
        tick.run(world.parts, hour)
        seen.append(len(world["anna"].remote.reports().reports))
    return seen


def test_reports_reach_desks_in_batches(world: World) -> None:
    """Reports that came after one batch are seen by no desk before the next, and then all at once."""
    _, morning, evening, *_ = world.parts.settings.slots
    tick.run(world.parts, morning)
    for number in range(3):
        post_report(world.client, {"what": f"report {number}"})
    assert _seen_at(world, (morning, evening - 1, evening)) == [0, 0, 3]


def test_replies_reach_inboxes_in_batches(world: World) -> None:
    """A reply that was written after one batch stands in no inbox before the next."""
    receipt = world.officer.reports("beaten in custody")
    case = world.desk.opens(receipt, together=["anna", "boris"])
    world.calendar.pass_days(1)
    _, morning, evening, *_ = world.parts.settings.slots
    tick.run(world.parts, morning)
    reply(world["anna"], case.id, "We have read your report.")
    shown = []
    for hour in (morning, evening - 1, evening):
        tick.run(world.parts, hour)
        shown.append("We have read your report." in world.officer.looks(receipt).html)
    assert shown == [False, False, True]


def test_walls_change_at_the_hours_alone(world: World) -> None:
    """Whenever members sign a batch, the wall and its number change at the next fixed hour; whoever watches learns no moment of theirs."""
    running = begin(world)
    running.accepts(running.posts(20))
    world.calendar.pass_days(1)
    world.renew()
    _, morning, evening, *_ = world.parts.settings.slots
    tick.run(world.parts, morning)
    running.signs()
    path, shown = f"/api/walls/{running.terms.wall}/1?from=0", []
    for hour in (morning, evening - 1, evening):
        tick.run(world.parts, hour)
        shown.append(world.client.get(path).status_code)
    assert shown == [404, 404, 200]
