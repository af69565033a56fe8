# SPDX-License-Identifier: AGPL-3.0-or-later
"""T31: somebody seals junk by the dozen to tire out the openers: it stands apart, one approval opens all, and what is broken holds up nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import update as change

from ombuds.core.keys import Id
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve
from ombuds.server.store.schema import reports, shares
from tests.desk.desks import World, institution
from tests.desk.screens import browser_at

JUNK = 40
APART = "junk is likelier among these"
TRUE = "beaten in custody"


def _opened(world: World, chosen: list[Id]) -> tuple[list[str], int]:
    """Open reports with one proposal and one approval; return the texts that the opener reads, and how many troubles were told."""
    world.sync()
    proposal = propose_opening(world["anna"], chosen)
    world.sync("boris")
    approve(world["boris"], proposal)
    found = world.sync("anna")["anna"]
    return [read_case(world["anna"], case).body.text for case in found.opened], len(found.troubles)


def test_one_approval_opens_all(tmp_path: Path) -> None:
    """Among forty reports of junk a true one is opened by the same single approval as they are."""
    with institution(tmp_path) as world:
        chosen = [world.source().reports("buy now") for _ in range(JUNK)]
        chosen.insert(50, world.source().reports(TRUE))
        texts, troubles = _opened(world, chosen)
    assert (texts.count(TRUE), len(texts), troubles) == (1, JUNK + 1, 0)


def test_junk_without_work_stands_apart(world: World) -> None:
    """At a desk the true report stands above, and forty that cost nothing stand below, under the word that junk is likelier among them."""
    for _ in range(JUNK):
        world.source().reports("buy now", effort=0)
    true = world.source().reports(TRUE)
    world.sync("anna")
    page = browser_at(world, world["anna"]).open("/cases").text
    above, _, below = page.partition(APART)
    shown = [re.findall(r'name="report" value="(\w+)"', part) for part in (above, below)]
    assert (shown[0], len(shown[1]), true in shown[1]) == ([true], JUNK, False)


def test_today_counts_junk_without_work_apart(world: World) -> None:
    """Today tells of the one true report, and of those that cost nothing by themselves."""
    for _ in range(3):
        world.source().reports("buy now", effort=0)
    world.source().reports(TRUE)
    world.sync("anna")
    page = browser_at(world, world["anna"]).open("/").text
    assert "1 report waits to be opened." in page and "3 reports came without proof of work" in page


def test_cases_counts_each_list_by_itself(world: World) -> None:
    """Above an empty list of reports with work nothing is counted, and the lesser list says that somebody honest may stand in it."""
    for _ in range(2):
        world.source().reports(TRUE, effort=0)
    world.sync("anna")
    page = browser_at(world, world["anna"]).open("/cases").text
    assert "2 reports came without proof of work" in page and "wrote quickly without JavaScript" in page and "to be opened." not in page


def test_what_stands_apart_is_opened_as_before(world: World) -> None:
    """A true report that came without work, from somebody who was quick and tired, opens by the same approval as any other."""
    quick = world.source().reports(TRUE, effort=0)
    assert _opened(world, [quick, world.source().reports("another")])[0].count(TRUE) == 1


@pytest.mark.parametrize("broken", ["body", "share of anna", "share of boris"])
def test_a_broken_report_holds_up_no_other(world: World, broken: str) -> None:
    """A report whose sealer spoilt its body or the opener's or an approver's share keeps none of those from opening that were chosen with it."""
    bad, good = world.source().reports("buy now"), [world.source().reports(TRUE) for _ in range(3)]
    with world.parts.store.write() as connection:
        if broken == "body":
            connection.execute(change(reports).where(reports.c.id == bad).values(body=bytes(40_000)))
        else:
            spoilt = change(shares).where(shares.c.report == bad, shares.c.member == broken.removeprefix("share of "))
            connection.execute(spoilt.values(content=bytes(2_000)))
    assert _opened(world, [good[0], bad, *good[1:]])[0] == [TRUE] * 3


def test_a_flood_does_not_hide_what_came_before(world: World) -> None:
    """A desk fetches everything that is sealed, however much it is, and lists what came first."""
    first = world.source().reports(TRUE)
    for _ in range(JUNK):
        world.source().reports("buy now")
    world.sync("vera")
    assert first in {kept.sealed.id for kept in world["vera"].vault.reports()} and len(world["vera"].vault.report_ids()) == JUNK + 1
