# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk that is stopped at any step of an opening goes on from there, and a sealed copy that is kept is kept whole."""

from __future__ import annotations

import msgspec

from ombuds.core.keys import Hash, Id
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.casework.originals import READ, openings
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve
from tests.desk.desks import World


def _agreed(world: World, team: tuple[str, ...] = ()) -> tuple[Id, Hash]:
    """Let Anna propose to open a report, and Boris approve."""
    report = world.source().reports("beaten in custody")
    world.sync()
    proposal = propose_opening(world["anna"], [report], team)
    world.sync("boris")
    approve(world["boris"], proposal)
    return report, proposal


def test_an_opener_who_was_stopped_after_handing_in_goes_on(world: World) -> None:
    """A desk that was stopped before it let go of its sealed copy opens nothing twice, and its case reads at the next look."""
    desk = world["anna"]
    report, proposal = _agreed(world)
    kept = desk.vault.report(report)
    (case,) = world.sync("anna")["anna"].opened
    desk.vault.keep_report(kept.sealed, kept.day)
    desk.vault.drop_note(READ + kept.sealed.manifest.hash)
    desk.vault.keep_proposal(msgspec.structs.replace(desk.vault.proposal(proposal).seen, done=False), desk.today)
    found = world.sync("anna")["anna"]
    left = (desk.vault.report_ids(), desk.vault.matter(case).state, read_case(desk, case).body.text, found.troubles)
    assert left == (set(), "open", "beaten in custody", [])


def test_a_reader_who_was_stopped_after_saying_so_goes_on(world: World) -> None:
    """A desk that was stopped between its word to the server and its own vault lets go of its sealed copy at the next look."""
    desk = world["boris"]
    report, _ = _agreed(world)
    kept = desk.vault.report(report)
    (case,) = world.sync("anna")["anna"].opened
    world.sync("boris")
    desk.vault.keep_report(kept.sealed, kept.day)
    world.sync("boris")
    assert (desk.vault.report_ids(), read_case(desk, case).body.text, openings(desk)) == (set(), "beaten in custody", ())


def test_an_opener_does_not_fetch_the_report_again(world: World) -> None:
    """While nobody else has read the case, the opener's desk does not take the report for a new one."""
    _agreed(world)
    world.sync("anna")
    assert (world.sync("anna")["anna"].reports, world["anna"].vault.report_ids()) == (0, set())


def test_an_opener_does_not_let_the_original_go(world: World) -> None:
    """However often the opener's desk looks, the others still find the sealed report at the server."""
    report, _ = _agreed(world)
    world.sync("anna", "anna", "anna")
    assert [[each.id for each in world[name].remote.reports().reports] for name in ("boris", "vera")] == [[report]] * 2


def test_the_share_of_a_copy_that_waits_outlives_its_week(world: World) -> None:
    """A desk outside the team whose copy waits for a second reader moves its share before the week's key goes."""
    report, _ = _agreed(world, ("anna", "boris"))
    world.sync("anna", "vera")
    for _ in range(4):
        world.calendar.pass_days(7)
        world.sync("vera", "vera")
    assert world["vera"].vault.report(report).share is not None
