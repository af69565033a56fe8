# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store: durable when it says so, quiet about hours, and the same tables by migration as by the program."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from starlette.testclient import TestClient

from ombuds.core.errors import NotHere, SettingWrong, StoreBusy
from ombuds.core.keys import random_id
from ombuds.server import tick
from ombuds.server.config import Settings
from ombuds.server.store import housekeeping
from ombuds.server.store.db import open_store
from ombuds.server.store.schema import metadata, nonces, replies
from tests.server.answers import open_case, reply
from tests.server.institution import Institution
from tests.server.visits import post_report, sent_of


def test_a_failed_transaction_keeps_nothing(here: Institution) -> None:
    """What was written before an error is gone after it."""
    row = {"nonce": random_id(), "day": here.calendar.day}
    with pytest.raises(NotHere), here.parts.store.write() as connection:
        connection.execute(insert(nonces), row)
        raise NotHere
    with here.parts.store.read() as connection:
        assert connection.execute(select(nonces)).all() == []


def test_a_reader_is_not_stopped_by_a_writer(here: Institution) -> None:
    """While somebody writes, pages can still be read."""
    other = connect(here.folder / "ombuds.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with here.parts.store.read() as connection:
        assert connection.execute(select(nonces)).all() == []
    other.close()


def test_a_writer_gives_up_with_a_sentence(here: Institution) -> None:
    """A writer that cannot get the store says that it is busy."""
    other = connect(here.folder / "ombuds.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy), here.parts.store.write():
        raise AssertionError
    other.close()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1)])
def test_the_database_is_opened_carefully(here: Institution, pragma: str, value: str | int) -> None:
    """Every connection syncs fully, keeps a write-ahead log and overwrites what is deleted."""
    with here.parts.store.read() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_a_part_tells_no_hour(here: Institution) -> None:
    """A stored part is private to its owner and dated to midnight."""
    part = random_id()
    writer = here.parts.store.blobs.open(part, here.calendar.day)
    writer.write(b"sealed")
    writer.close()
    found = (here.folder / "blobs" / part[:2] / part).stat()
    day = here.calendar.day
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert datetime.fromtimestamp(found.st_mtime, UTC) == datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_a_part_has_no_other_name_than_an_id(here: Institution) -> None:
    """A name that is no id leads to no file."""
    with pytest.raises(NotHere):
        here.parts.store.blobs.read("../../log.key")


def test_migrations_make_the_tables_of_the_program(here: Institution) -> None:
    """After all steps the database holds exactly the tables and columns that the program knows."""
    with here.parts.store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_no_table_has_a_hidden_row_number(here: Institution) -> None:
    """No table of the program keeps SQLite's hidden number, which would be an order of arrival."""
    with here.parts.store.read() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    numbered = [row.name for row in rows if "WITHOUT ROWID" not in row.sql]
    assert numbered == ["alembic_version"]


@pytest.mark.parametrize("address", ["nothing://here", "no address"])
def test_an_unknown_kind_of_database_is_refused(address: str, tmp_path: Path) -> None:
    """An address of a database that the program cannot use stops it with a sentence."""
    with pytest.raises(SettingWrong, match="database"):
        open_store(Settings(data=str(tmp_path), database=address))


def test_a_rewrite_that_must_wait_too_long_says_so(here: Institution) -> None:
    """When another program holds the database, the nightly rewrite is refused like any writing, and tried again later."""
    other = connect(here.folder / "ombuds.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        housekeeping.rewrite(here.parts.store)
    other.close()


def test_erased_text_is_nowhere_in_the_file(here: Institution, browser: TestClient) -> None:
    """After the nightly rewrite the sealed bytes of an erased reply are in no file of the database."""
    case = open_case(here, sent_of(post_report(browser, {"what": "Text."})).line)
    reply(case, "Answer.")
    with here.parts.store.read() as connection:
        content = connection.execute(select(replies.c.content)).scalar_one()
    here.calendar.pass_days(36)
    tick.run(here.parts, 0)
    kept = b"".join(path.read_bytes() for path in here.folder.glob("ombuds.db*"))
    assert content[2000:3000] not in kept
