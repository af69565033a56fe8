# SPDX-License-Identifier: AGPL-3.0-or-later
"""T01: the server's disk is taken; nothing that anybody wrote is readable on it at any step, and no hour and no order of arrival."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from ombuds.core.keys import random_bytes, random_id
from ombuds.desk.casework.notes import note, share_draft, status
from ombuds.server import tick
from ombuds.server.store.schema import metadata
from tests.desk.desks import story
from tests.threats.disk import lying_in
from tests.together import Asked, Case, Receipt
from tests.world import World

DAY = 24 * 60 * 60
SECONDS = 10**8  # a count of anything is below this, a clock of any unit above it
PLACES = ("text", "who", "where", "when", "file", "file name", "follow-up", "follow-up file", "note", "status", "draft", "reply", "reply file", "region")


@dataclass
class Journey:
    """A whole journey in steps, in which everything that anybody writes is a secret of its own."""

    world: World
    secret: dict[str, str] = field(default_factory=lambda: {name: random_id() for name in PLACES})

    def file(self, name: str) -> list[tuple[str, bytes]]:
        """A file so large that a careless server would put it into a temporary file."""
        return [(f"{self.secret['file name']}.png", random_bytes(1_200_000) + self.secret[name].encode() + bytes(1_000))]

    def reports(self) -> Receipt:
        """The officer reports."""
        filled: dict[str, str | list[str]] = {name: self.secret[name] for name in ("who", "where", "when")}
        return self.world.officer.reports(self.secret["text"], self.file("file"), **filled)

    def is_opened(self, receipt: Receipt) -> Case:
        """Two members open the report."""
        return self.world.desk.opens(receipt, together=["anna", "boris"])

    def is_talked_about(self, case: Case) -> None:
        """The desk answers, the officer writes again, the members take notes."""
        case.replies(self.secret["reply"], self.file("reply file"))
        self.world.officer.writes(case.receipt, self.secret["follow-up"], self.file("follow-up file"))
        self.world.sync()
        note(self.world["vera"], case.id, self.secret["note"])
        status(self.world["anna"], case.id, self.secret["status"])
        share_draft(self.world["boris"], case.id, story(self.secret["draft"]))

    def is_asked(self, case: Case) -> Asked:
        """The desk asks for a text whose region the officer will leave out."""
        return case.asks(story(region=self.secret["region"]))

    def is_published(self, asked: Asked) -> None:
        """The officer agrees to the rest, and two members publish it."""
        self.world.officer.agrees(asked, without=["region"])
        self.world.desk.publishes(asked.case, together=["anna", "vera"], content=story(region=""))

    def steps(self) -> Iterator[tuple[str, Receipt]]:
        """Go step by step, and stop after each for somebody who takes the disk."""
        receipt = self.reports()
        yield "reported", receipt
        case = self.is_opened(receipt)
        yield "opened", receipt
        self.is_talked_about(case)
        yield "talked", receipt
        asked = self.is_asked(case)
        yield "asked", receipt
        self.is_published(asked)
        yield "published", receipt
        self.world.calendar.pass_days(1)
        tick.run(self.world.parts, 12)
        yield "rewritten", receipt

    def secrets(self, receipt: Receipt) -> dict[str, bytes]:
        """Everything that must not be found, by name."""
        return {**{name: secret.encode() for name, secret in self.secret.items()}, "words": receipt.words.encode()}


@pytest.fixture
def journey(world: World, tmp_path: Path) -> Iterator[Journey]:
    """A journey on a machine that has no temporary folder: whoever needs one fails."""
    known, tempfile.tempdir = tempfile.tempdir, str(tmp_path / "there-is-none")
    yield Journey(world)
    tempfile.tempdir = known


def test_nothing_readable_lies_on_the_disk(journey: Journey) -> None:
    """After no step of a whole journey does the server's folder hold a text, a name, a file, a file's name or the words."""
    folder = journey.world.parts.settings.folder
    found = [f"{step}: {each}" for step, receipt in journey.steps() for each in lying_in(folder, journey.secrets(receipt))]
    assert found == []


def test_what_is_public_is_found(journey: Journey) -> None:
    """The same search does find the title that was published, so it would have found the rest."""
    for _ in journey.steps():
        pass
    assert lying_in(journey.world.parts.settings.folder, {"title": story().texts[0].title.encode()}) != []


def test_nothing_readable_is_logged(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    """No line that any part of the program logs on the journey, at any level, holds what somebody wrote."""
    caplog.set_level(0)
    *_, (_, receipt) = journey.steps()
    logged = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert [name for name, secret in journey.secrets(receipt).items() if secret.decode() in logged] == []


def test_no_row_tells_an_hour(journey: Journey) -> None:
    """No cell of any table but the machine's own lease holds a moment finer than a day."""
    for _ in journey.steps():
        pass
    finer = []
    with journey.world.parts.store.read() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)).mappings():
                finer += [f"{table.name}.{name}" for name, cell in row.items() if _tells_an_hour(cell)]
    assert set(finer) <= {"leases.until"}


def test_no_file_tells_an_hour(journey: Journey) -> None:
    """Every stored part and every folder of parts has the midnight of a day as its time."""
    *_, _last = journey.steps()
    blobs = journey.world.parts.settings.folder / "blobs"
    assert [path.name for path in blobs.rglob("*") if path.stat().st_mtime % DAY] == []


def test_no_order_of_arrival_is_left(world: World) -> None:
    """After the nightly rewrite the reports lie in the order of their random names, whenever they came."""
    for number in range(8):
        world.officer.reports(f"report {number}")
    world.calendar.pass_days(1)
    tick.run(world.parts, 12)
    reports = metadata.tables["reports"]
    with world.parts.store.read() as connection:
        bodies = connection.execute(select(reports.c.body).order_by(reports.c.id)).scalars().all()
    content = (world.parts.settings.folder / "ombuds.db").read_bytes()
    places = [content.index(body[40:80]) for body in bodies]
    assert places in (sorted(places), sorted(places, reverse=True))


def _tells_an_hour(cell: object) -> bool:
    if isinstance(cell, int):
        return cell > SECONDS
    return hasattr(cell, "hour") or (isinstance(cell, str) and re.search(r"\d\d:\d\d", cell) is not None)
