# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: a member who lays a second proposal of what the others publish, with something else beside it, stops no desk and moves no case."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.desk.fetch import sync
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.current import current
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.prepare import Enclosure, propose_update
from tests.desk.campaigns import publish
from tests.desk.desks import opened, update
from tests.desk.screens import browser_at
from tests.threats.test_T26_false_enclosures import lays, sealed, twin
from tests.world import World

NOTHING = Enclosure(1, "", "", "", (), None, None)


def enclosed(desk: Desk, kind: str) -> bytes:
    """An enclosure of nothing, or what opens nowhere."""
    return b"junk" if kind == "junk" else sealed(desk, NOTHING)


@pytest.mark.parametrize("kind", ["junk", "nothing"])
def test_a_second_proposal_closes_no_screen(world: World, kind: str) -> None:
    """When both proposals are over, each desk still shows what is public, and the screens on which members publish and sign answer."""
    vera, proposal = world["vera"], propose_update(world["anna"], update())
    sync(vera)
    lays(vera, twin(vera, proposal), enclosed(vera, kind))
    publish(world, proposal)
    subject = next(line.subject for line in world["anna"].record.lines if line.proposal == proposal)
    world.calendar.pass_days(3)
    world.renew()
    anna, boris = (browser_at(world, world[name]) for name in ("anna", "boris"))
    answers = [each.open(path).status_code for each in (anna, boris) for path in ("/publish", "/approve", f"/publish?continues={subject}")]
    assert (current(world["boris"], subject).content, answers) == (update(), [200] * 6)


def test_a_second_proposal_moves_nothing_into_another_case(world: World) -> None:
    """An update that no case is behind is logged in none, although a member laid it once more as coming from one."""
    case, vera = opened(world, world.source()), world["vera"]
    proposal = propose_update(world["anna"], update())
    sync(vera)
    true = read_enclosure(vera, vera.vault.proposal(proposal).seen)
    lays(vera, twin(vera, proposal), sealed(vera, msgspec.structs.replace(true, case=case)))
    publish(world, proposal)
    world.calendar.pass_days(3)
    world.renew()
    logged = [read_case(world[name], case).published for name in ("anna", "boris")]
    assert [len(each) for each in logged] == [0, 0]
