# SPDX-License-Identifier: AGPL-3.0-or-later
"""A start that finds the tables up to date leaves the migrations alone, and one that does not, does not."""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, select, text

from ombuds.core.effort import BITS
from ombuds.server.config import Settings, read_settings
from ombuds.server.store import migrations
from ombuds.server.store.db import open_store
from ombuds.server.store.schema import reports
from ombuds.server.store.version import LAST_STEP, is_current, taken
from tests.server.institution import Institution


def test_the_program_knows_its_last_step(here: Institution) -> None:
    """The step that a start compares with is the last one among the migrations."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_heads() == [LAST_STEP]


def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    """An empty database is one that has steps to take."""
    assert not is_current(read_settings({}, chosen={"data": str(tmp_path)}))


def test_a_migrated_database_is_current(here: Institution) -> None:
    """A database that took every step is left alone at the next start."""
    assert is_current(here.parts.settings)


def test_a_database_without_a_step_is_not_current(here: Institution) -> None:
    """A database that remembers no step has steps to take."""
    with here.parts.store.write() as connection:
        connection.execute(delete(taken))
    assert not is_current(here.parts.settings)


def _up_to(settings: Settings, step: str, *statements: str) -> None:
    """Take the steps up to one, and do something with the tables as they are then."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    store = open_store(settings)
    with store.write() as connection:
        context = MigrationContext.configure(connection, opts={"fn": lambda done, _context: script._upgrade_revs(step, done)})
        with Operations.context(context):
            context.run_migrations()
        for statement in statements:
            connection.execute(text(statement))
    store.close()


def test_what_was_kept_before_there_was_effort_counts_in_full(tmp_path: Path) -> None:
    """A report of an older program, which could show no work, goes no earlier than others, and its size is known with its shares and parts."""
    settings = read_settings({}, chosen={"data": str(tmp_path)})
    _up_to(
        settings,
        "0007",
        "INSERT INTO reports VALUES ('r', 'm', x'00', x'0102030405', '2026-01-01', false, false)",
        "INSERT INTO shares VALUES ('r', 'anna', 1, x'0102')",
        "INSERT INTO parts VALUES ('p', 'r', 70000, '2026-01-01')",
    )
    _up_to(settings, "head")
    store = open_store(settings)
    with store.read() as connection:
        found = connection.execute(select(reports.c.effort, reports.c.size)).all()
    store.close()
    assert found == [(BITS, 70_007)]
