# SPDX-License-Identifier: AGPL-3.0-or-later
"""T22: the disk is full, or the database is locked by somebody else: a page that can be read, and nothing lost from the form.

The operating system itself refuses to let a file grow, and another connection holds the database's own lock, as a backup
that hangs would. Files without room are tried in tests/server/test_full_disk.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from html import unescape

import pytest

from ombuds.core.errors import StoreBusy, StoreFull
from ombuds.desk.casework.talk import reply
from ombuds.desk.log import read_case
from tests.desk.desks import update
from tests.server.test_full_disk import NOTHING, no_file_above
from tests.together import Case, Receipt
from tests.world import World

TEXT = 'They took my leave & "more".\n\n<b>A second paragraph.</b>'
FIELDS: dict[str, str] = {"what": TEXT, "who": "The captain", "where": "Station 5", "when": "In March", "type": "leave", "wish": "publicity"}


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Hold the database's lock from outside of the server."""
    with closing(sqlite3.connect(world.parts.settings.folder / "ombuds.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def trouble(world: World, which: str) -> AbstractContextManager[None]:
    """One of the two troubles."""
    return locked(world) if which == "locked" else no_file_above(NOTHING)


@pytest.fixture(params=["locked", "full"])
def which(request: pytest.FixtureRequest) -> str:
    """Each of the two troubles in turn."""
    return str(request.param)


@pytest.fixture
def case(world: World) -> tuple[Receipt, Case]:
    """A report that was opened while all was well."""
    receipt = world.officer.reports("beaten in custody")
    return receipt, world.desk.opens(receipt, ("anna", "boris"))


def _reports(world: World) -> int:
    world.release()
    world.sync("vera")
    return len(world["vera"].vault.reports())


def _lost(page: str) -> list[str]:
    """Name the fields of the report form that a page does not hold any more."""
    there = unescape(page)
    held = {name: value in there for name, value in FIELDS.items() if name not in ("type", "wish")}
    held |= {"type": '<option value="leave" selected>' in page, "wish": 'value="publicity" checked' in page}
    return [name for name, stands in held.items() if not stands]


def test_a_report_is_given_back_whole(world: World, which: str) -> None:
    """A report that cannot be kept comes back with a sentence and with every field as it was filled in; nothing of it is kept."""
    form = world.officer.browser.open("/en/report").form("/report")
    with trouble(world, which):
        status, _, content = world.officer.browser.press(form, dict(FIELDS))
    said = {"locked": StoreBusy, "full": StoreFull}[which]().sentence
    assert (status, said in content.decode(), _lost(content.decode()), _reports(world)) == ({"locked": 503, "full": 507}[which], True, [], 0)


def test_the_form_that_came_back_goes_through(world: World, which: str) -> None:
    """The same form, pressed again when the trouble is over, is kept once."""
    form = world.officer.browser.open("/en/report").form("/report")
    with trouble(world, which):
        world.officer.browser.press(form, dict(FIELDS))
    assert (world.officer.browser.press(form, dict(FIELDS))[0], _reports(world)) == (200, 1)


def test_a_message_is_given_back(world: World, which: str, case: tuple[Receipt, Case]) -> None:
    """A message from the inbox that cannot be kept comes back with its text, under the same words."""
    form = world.officer.looks(case[0]).form("/inbox/reply")
    with trouble(world, which):
        status, _, content = world.officer.browser.press(form, {"text": TEXT})
    assert status in (503, 507) and TEXT in unescape(content.decode()) and case[0].words in content.decode()


def test_everybody_reads_meanwhile(world: World, which: str, case: tuple[Receipt, Case]) -> None:
    """Public pages, the form and an inbox are read while nothing can be written."""
    told = world.desk.publishes(None, ("anna", "boris"), update("A hearing"))
    with trouble(world, which):
        pages = [world.reader.sees(path) for path in ("/en/", told.path, "/en/ledger", "/en/report")]
        assert world.officer.looks(case[0]).status == 200 and [page for page in pages if "</html>" not in page] == []


def test_a_member_s_reply_goes_out_later(world: World, which: str, case: tuple[Receipt, Case]) -> None:
    """A reply that the server cannot keep is refused by its name; sent again when the trouble is over, it is read once."""
    with trouble(world, which), pytest.raises((StoreBusy, StoreFull)):
        reply(world["anna"], case[1].id, "We are looking into it.", [])
    world.sync("anna")
    reply(world["anna"], case[1].id, "We are looking into it.", [])
    world.release()
    said = [line.message.text for line in read_case(world["anna"], case[1].id).said]
    assert (said.count("We are looking into it."), world.officer.looks(case[0]).html.count("We are looking into it.")) == (1, 1)
