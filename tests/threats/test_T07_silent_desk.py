# SPDX-License-Identifier: AGPL-3.0-or-later
"""T07: the members fall silent; nothing becomes public by itself, the intake closes with a plain sentence, what is public stays."""

from __future__ import annotations

import pytest

from ombuds.core.charter import CHARTER_DAYS, FRESHNESS_DAYS
from ombuds.core.errors import Expired
from ombuds.server import tick
from tests.world import World

CLOSED = "This desk takes no reports now"
SILENCES = [FRESHNESS_DAYS + 1, CHARTER_DAYS + 1, 365]


def _let_days_pass(world: World, days: int) -> None:
    """Let days go by in which only the server's own clockwork runs."""
    for _ in range(days):
        world.calendar.pass_days(1)
        tick.run(world.parts, 23, force=True)


@pytest.mark.parametrize("days", SILENCES)
def test_nothing_publishes_by_itself(world: World, days: int) -> None:
    """A text that one member signed and a text that nobody signed are as little public after a long silence as before."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    asked = case.asks()
    world.officer.agrees(asked)
    world.desk.proposes(case, "anna", asked.content)
    lines = len(world.parts.public.record(fresh=True).lines)
    _let_days_pass(world, days)
    assert len(world.parts.public.record(fresh=True).lines) == lines


@pytest.mark.parametrize("days", SILENCES)
def test_the_intake_closes_with_a_plain_sentence(world: World, days: int) -> None:
    """After a silence whoever wants to report is told so in a plain sentence, and gets no form."""
    _let_days_pass(world, days)
    page = world.client.get("/en/report")
    assert (page.status_code, CLOSED in page.text, "<form" in page.text) == (503, True, False)


def test_a_form_that_was_open_is_not_taken(world: World) -> None:
    """A report from a form that was opened before the silence is not taken."""
    form = world.officer.browser.open("/en/report").form("/report")
    _let_days_pass(world, FRESHNESS_DAYS + 1)
    page = world.officer.browser.press(form, {"what": "beaten in custody"})
    assert (page[0], CLOSED in page[2].decode()) == (503, True)


@pytest.mark.parametrize("days", SILENCES)
def test_what_is_public_stays(world: World, days: int) -> None:
    """After a silence every public page stands as before, and still proves what it says."""
    published = world.desk.publishes(None, together=["anna", "boris"])
    before = world.reader.sees(published.path)
    _let_days_pass(world, days)
    assert world.reader.sees(published.path) == before
    assert world.mirror.checks(published).texts == 1


def test_an_expired_charter_lets_nobody_publish(world: World) -> None:
    """After the charter's last day two members who come back cannot publish under it."""
    _let_days_pass(world, CHARTER_DAYS + 1)
    with pytest.raises(Expired):
        world.desk.publishes(None, together=["anna", "boris"])


def test_members_who_come_back_open_the_intake(world: World) -> None:
    """A desk that was silent for a month takes reports again as soon as its members have renewed its keys."""
    _let_days_pass(world, 30)
    before = world.client.get("/en/report").status_code
    world.renew()
    assert (before, world.client.get("/en/report").status_code) == (503, 200)
