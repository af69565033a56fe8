# SPDX-License-Identifier: AGPL-3.0-or-later
"""T34: the report concerns a member; a source can leave members out where the desk is large enough, and is told where it is not."""

from __future__ import annotations

import pytest

from ombuds.core.errors import TooManyExcluded
from ombuds.core.sealing import seal_report
from tests.core.builders import desk_of, draft_of, source_of
from tests.server.visits import post_report
from tests.world import World

FIVE = ("anna", "boris", "carla", "dora", "emil")


def test_nothing_is_sealed_to_who_was_left_out() -> None:
    """In a desk of five a report that leaves one member out has a share for each of the others and none for that one."""
    desk = desk_of(FIVE, 3)
    sealed = seal_report(draft_of(source_of(desk), exclude=("emil",)), desk.epochs)
    assert [share.member for share in sealed.shares] == ["anna", "boris", "carla", "dora"]


def test_no_more_are_left_out_than_opening_can_spare() -> None:
    """In a desk of five of whom three open together, a report that leaves two out is not sealed."""
    desk = desk_of(FIVE, 3)
    with pytest.raises(TooManyExcluded):
        seal_report(draft_of(source_of(desk), exclude=("dora", "emil")), desk.epochs)


def test_a_desk_of_three_refuses_and_keeps_the_text(world: World) -> None:
    """In a desk of three a report that leaves a member out is given back with its text, and nothing of it is kept."""
    page = post_report(world.client, {"what": "it was one of you", "exclude": ["vera"]})
    world.release()
    assert (page.status_code, "it was one of you" in page.text, world["anna"].remote.reports().reports) == (400, True, ())
