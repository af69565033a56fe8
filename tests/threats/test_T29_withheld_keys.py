# SPDX-License-Identifier: AGPL-3.0-or-later
"""T29: the server withholds members' keys so that reports pass them by: it can only close the intake, and it is found out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import msgspec
import pytest
from sqlalchemy import delete, select

from ombuds.cli.known import recipients_of
from ombuds.core.charter import Epochs, check_freshness
from ombuds.core.envelope import read
from ombuds.core.errors import FreshnessStale
from ombuds.core.keys import epoch_of
from ombuds.server.store.schema import epochs
from tests.core import builders as b
from tests.world import World

FIVE = ("anna", "boris", "carla", "dora", "emil")
DESKS = [(b.NAMES, 2), (FIVE, 2), (FIVE, 3)]


def _sealable(desk: b.Desk) -> Iterator[frozenset[str]]:
    """Give every set of members to whom a sealer would seal, whichever of the keys a server hands out."""
    for count in range(len(desk.names) + 1):
        for shown in combinations(desk.statements, count):
            try:
                found: Epochs = check_freshness(desk.freshness, shown, desk.charter, b.TODAY)
            except FreshnessStale:
                continue
            yield frozenset(found.recipients)


@pytest.mark.parametrize(("names", "k"), DESKS)
def test_a_report_goes_to_more_than_can_open_it(names: tuple[str, ...], k: int) -> None:
    """Whichever keys are withheld, a report is sealed to more members than are needed to open it and to a majority, or not at all."""
    found = list(_sealable(b.desk_of(names, k)))
    assert found and [members for members in found if len(members) < max(k + 1, len(names) // 2 + 1)] == []


@pytest.mark.parametrize(("names", "k"), DESKS)
def test_the_desk_cannot_be_split(names: tuple[str, ...], k: int) -> None:
    """No two reports can be sealed to two groups of members that have nobody in common."""
    found = list(_sealable(b.desk_of(names, k)))
    assert [(one, other) for one, other in combinations(found, 2) if not one & other] == []


@pytest.mark.parametrize(("names", "k"), DESKS)
def test_members_who_work_with_the_server_are_too_few(names: tuple[str, ...], k: int) -> None:
    """Fewer members than may open never make up all but one of those to whom a report goes: at least two others could read it."""
    found = list(_sealable(b.desk_of(names, k)))
    assert [(turned, members) for turned in combinations(names, k - 1) for members in found if len(members - set(turned)) < 2] == []


def _kept(world: World, name: str) -> list[str]:
    with world.parts.store.read() as connection:
        rows = connection.execute(select(epochs.c.statement).where(epochs.c.member == name, epochs.c.epoch == epoch_of(world.calendar())))
        return [read(row).hash for row in rows.scalars()]


def _withhold(world: World, name: str) -> None:
    with world.parts.store.write() as connection:
        connection.execute(delete(epochs).where(epochs.c.member == name, epochs.c.epoch == epoch_of(world.calendar())))


def test_the_command_line_seals_nothing(world: World) -> None:
    """When the key of one of three is left out of what the server tells, the source's own program refuses to seal."""
    now, charter = world["anna"].remote.sealing(), world["anna"].charter
    withheld = msgspec.structs.replace(now, epochs=now.epochs[1:])
    recipients_of(now, charter, world.calendar)
    with pytest.raises(FreshnessStale):
        recipients_of(withheld, charter, world.calendar)


def test_the_member_s_own_desk_hands_it_in_again(world: World) -> None:
    """The desk of the member whose key the server lost or hid hands in the same one at its next look; nobody is removed meanwhile."""
    before = _kept(world, "vera")
    _withhold(world, "vera")
    world.sync("anna", "boris")
    gone = _kept(world, "vera")
    world.sync("vera")
    assert (gone, _kept(world, "vera"), "vera" in world["anna"].charter.charter.keys("open")) == ([], before, True)
