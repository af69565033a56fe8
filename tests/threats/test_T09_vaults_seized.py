# SPDX-License-Identifier: AGPL-3.0-or-later
"""T09: as many vaults as open together are seized while the server runs on; what these can go on to read ends within days."""

from __future__ import annotations

import pytest

from ombuds.core.age import Identity
from ombuds.core.charter import EPOCHS_AHEAD, FRESHNESS_DAYS, sign_epoch
from ombuds.core.errors import CharterRefused
from ombuds.core.keys import epoch_of
from tests.world import World


def test_the_intake_closes_within_ten_days(world: World) -> None:
    """At first the intake stays open, and from the eleventh day on after the members last confirmed their keys, nobody can report to them."""
    statuses = []
    for _ in range(FRESHNESS_DAYS + 1):
        world.calendar.pass_days(1)
        statuses.append(world.client.get("/en/report").status_code)
    assert (max(statuses[:4]), statuses[-1]) == (200, 503)


def test_keys_are_published_three_weeks_ahead_at_most(world: World) -> None:
    """The server takes no member's key for a week further ahead, so that none is in use for long after its owner is gone."""
    desk = world["anna"]
    week = epoch_of(desk.today) + EPOCHS_AHEAD + 1
    with pytest.raises(CharterRefused):
        desk.remote.publish_epoch(sign_epoch(desk.instance_id, "anna", week, Identity.generate().recipient, desk.key))


def test_no_desk_makes_keys_further_ahead(world: World) -> None:
    """A member's vault holds keys for this week and three more, and no others."""
    now = epoch_of(world["anna"].today)
    assert sorted(world["anna"].vault.epochs()) == list(range(now, now + EPOCHS_AHEAD + 1))
