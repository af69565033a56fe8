# SPDX-License-Identifier: AGPL-3.0-or-later
"""A start that finds the tables up to date leaves the migrations alone, and one that does not, does not."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import delete

from ombuds.server.config import read_settings
from ombuds.server.store import migrations
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
