# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings the tables of a database to what this version of the program expects, one numbered step after another.

It runs once, in the process that starts the workers. Each step is written out in portable operations and never changes
afterwards. See spec/store.md.
"""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ombuds.server.config import Settings
from ombuds.server.store.db import open_store


def migrate(settings: Settings) -> None:
    """Take every step that this database has not taken yet. Raises StoreBusy, StoreFull."""
    script = ScriptDirectory(str(Path(__file__).parent))
    store = open_store(settings)
    try:
        with store.write() as connection:
            context = MigrationContext.configure(
                connection,
                opts={"fn": lambda taken, _context: script._upgrade_revs("head", taken)},
            )
            with Operations.context(context):
                context.run_migrations()
    finally:
        store.close()
