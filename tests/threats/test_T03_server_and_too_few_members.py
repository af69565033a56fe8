# SPDX-License-Identifier: AGPL-3.0-or-later
"""T03: the server and every member but enough are taken, with their passphrases; no unopened report can be opened with that."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from ombuds.core.keys import random_id
from ombuds.desk.casework.opening import approve_opening, propose_opening
from tests.desk.desks import NAMES, institution
from tests.threats.seizure import disk_of, seize
from tests.world import World

K = 2
TOO_FEW = list(combinations(NAMES, K - 1))
ENOUGH = list(combinations(NAMES, K))


@pytest.mark.parametrize("taken", TOO_FEW)
def test_too_few_open_no_report(world: World, taken: tuple[str, ...]) -> None:
    """With the server's disk and one vault less than are needed, no unopened report and no file of it can be read."""
    text, inside = random_id(), random_id()
    world.officer.reports(text, files=[("a.txt", inside.encode())])
    world.sync()
    found = seize(disk_of(world), *(world[name].vault for name in taken))
    assert (text.encode() in found, inside.encode() in found) == (False, False)


@pytest.mark.parametrize("taken", TOO_FEW)
def test_too_few_open_no_report_that_is_asked_for(world: World, taken: tuple[str, ...]) -> None:
    """A report whose opening one member has asked for and signed is as closed as before."""
    text = random_id()
    receipt = world.officer.reports(text)
    world.desk.proposes_opening(receipt, taken[0])
    world.sync()
    assert text.encode() not in seize(disk_of(world), *(world[name].vault for name in taken))


def test_too_few_open_no_case_of_another_team(world: World) -> None:
    """With the server's disk and the vault of a member who is not on a case's team, nothing of that case can be read."""
    text, told = random_id(), random_id()
    receipt = world.officer.reports(text)
    case = world.desk.opens(receipt, together=["boris", "anna"], team=["boris", "vera"])
    case.replies(told)
    world.officer.writes(receipt, told)
    world.sync()
    found = seize(disk_of(world), world["anna"].vault)
    assert (text.encode() in found, told.encode() in found) == (False, False)


@pytest.mark.parametrize("taken", ENOUGH)
def test_enough_do_open_a_report(world: World, taken: tuple[str, ...]) -> None:
    """The same search does read the report when as many vaults are taken as open together, so it would have found it."""
    text, inside = random_id(), random_id()
    world.officer.reports(text, files=[("a.txt", inside.encode())])
    world.sync()
    found = seize(disk_of(world), *(world[name].vault for name in taken))
    assert (text.encode() in found, inside.encode() in found) == (True, True)


def test_too_few_open_no_report_that_some_have_approved(tmp_path: Path) -> None:
    """Where three of four open together, a report that two have approved stays closed to a raid on two machines and the server."""
    text = random_id()
    with institution(tmp_path, names=("anna", "boris", "dora", "vera"), k=3) as four:
        report = four.source().reports(text)
        four.sync()
        proposal = propose_opening(four["anna"], [report])
        four.sync("boris")
        approve_opening(four["boris"], proposal)
        four.sync()
        assert text.encode() not in seize(disk_of(four), four["anna"].vault, four["vera"].vault)
        approve_opening(four["vera"], proposal)
        four.sync("vera", "boris")
        assert len(four.sync("anna")["anna"].opened) == 1
