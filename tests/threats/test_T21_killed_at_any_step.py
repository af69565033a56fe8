# SPDX-License-Identifier: AGPL-3.0-or-later
"""T21: a real server is killed in the middle of its work, again and again; what was thanked for is there, and never half of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from ombuds.cli.drive_looks import words_on
from ombuds.cli.visitor import Visitor
from ombuds.core.errors import OmbudsError, RemoteSilent
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve
from ombuds.desk.release.prepare import propose_update
from ombuds.mirror.check import check
from ombuds.mirror.copy import copy
from ombuds.server import tick
from ombuds.server.store.schema import parts as part_rows
from tests.desk.desks import NAMES, update
from tests.threats.served import Served, serving
from tests.together import Receipt
from tests.world import World, founded

# Seconds from the beginning of the work to the kill: from the first bytes of the first request to many requests later.
MOMENTS = (0.05, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2)
UPLOADS = (0.01, 0.03, 0.06, 0.1, 0.2, 0.4, 1.5)
FILE = bytes(600_000)
MANY = 12


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of three that was founded on the real day, which a real server program reads by itself."""
    with founded(tmp_path, datetime.now(UTC).date()) as everybody:
        yield everybody


def _sends_until_dead(served: Served, world: World) -> list[Receipt]:
    """Send reports with a file until the server is gone, and return the words of those that were thanked for."""
    thanked = []
    with suppress(OmbudsError, httpx2.HTTPError), httpx2.Client(base_url=served.address, timeout=20) as client:
        officer = Visitor(client)
        form = officer.open("/en/report").form("/report")
        while True:
            words = words_on(officer.send(form, {"what": "beaten in custody"}, (("a.bin", FILE, "application/octet-stream"),)))
            thanked.append(Receipt(" ".join(words), world["anna"].instance_id))
            form = officer.open("/en/report").form("/report")
    return thanked


def test_every_report_that_was_thanked_for_opens(world: World) -> None:
    """After kills at many moments of the intake, every report whose words were shown is there and opens with its file whole."""
    thanked = []
    for moment in UPLOADS:
        with serving(world) as served, served.killed_after(moment):
            thanked += _sends_until_dead(served, world)
    with serving(world):
        world.release()
        world.sync()
        opened = _opened(world, [kept.sealed.id for kept in world["anna"].vault.reports()])
        bodies = [read_case(world["anna"], case).body for case in opened]
    assert thanked
    assert {body.contact.mailbox for body in bodies} >= {receipt.keys.mailbox_hash for receipt in thanked}
    assert {(body.text, tuple(file.size for file in body.files)) for body in bodies} == {("beaten in custody", (len(FILE),))}


def test_no_part_is_left_over(world: World) -> None:
    """After kills in the middle of uploads, the clockwork of a later day leaves only parts that belong to something, each whole."""
    for moment in UPLOADS[1:5]:
        with serving(world) as served, served.killed_after(moment):
            _sends_until_dead(served, world)
    world.calendar.pass_days(4)
    tick.run(world.parts, 23, force=True)
    with world.parts.store.read() as connection:
        owned = {row.id: row.size for row in connection.execute(select(part_rows)) if row.owner}
    lying = {path.name: path.stat().st_size for path in (world.parts.settings.folder / "blobs").rglob("*") if path.is_file()}
    assert lying == owned


def _broken_off(world: World, moment: float) -> bool:
    """Let Anna's desk work until the server is killed, and say whether that broke her work off."""
    with serving(world) as served, served.killed_after(moment):
        try:
            world.sync("anna")
        except RemoteSilent:
            return True
    return False


def test_an_opening_is_whole_or_not_at_all(world: World) -> None:
    """After kills at many moments of an opening of many reports, each report has become exactly one case that all three read."""
    reports = [world.source().reports(f"report {number}", [("a.bin", b"inside")]) for number in range(MANY)]
    world.sync()
    proposal = propose_opening(world["anna"], reports)
    world.sync("boris")
    approve(world["boris"], proposal)
    assert any([_broken_off(world, moment) for moment in MOMENTS])
    with serving(world):
        world.sync()
        texts = [sorted(read_case(world[name], each.id).body.text for each in world[name].vault.matters()) for name in NAMES]
        left = [world[name].remote.reports().reports for name in NAMES]
    assert (texts, left) == ([sorted(f"report {number}" for number in range(MANY))] * 3, [()] * 3)


def test_a_publication_is_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    """After kills at many moments of publishing, every text stands in the ledger exactly once, and the whole record holds."""
    proposals = [propose_update(world["anna"], update(f"update {number}")) for number in range(MANY)]
    world.sync("boris")
    for proposal in proposals:
        approve(world["boris"], proposal)
    assert any([_broken_off(world, moment) for moment in MOMENTS])
    with serving(world) as served:
        world.sync()
        with httpx2.Client(base_url=served.address, timeout=20) as client:
            copy(client, tmp_path / "copy")
    lines = [line for line in check(tmp_path / "copy").record.lines if line.kind == "update"]
    assert (len(lines), len({line.subject for line in lines}), check(tmp_path / "copy").texts) == (MANY, MANY, MANY)


def _opened(world: World, reports: list[str]) -> list[str]:
    proposal = propose_opening(world["anna"], reports)
    world.sync("boris")
    approve(world["boris"], proposal)
    return list(chain.from_iterable(found.opened for found in world.sync("anna").values()))
