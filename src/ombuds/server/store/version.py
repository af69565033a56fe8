# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which step of the migrations this program's tables are at, and whether a database has taken it.

A database that is up to date is left alone without reading the migrations and their library. It changes nothing; the
steps stand in migrations. See spec/store.md.
"""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from ombuds.server.config import Settings
from ombuds.server.store.db import open_store

# The last step in migrations/versions; a test compares them.
LAST_STEP = "0012"

# What the migrations' library keeps, one row.
taken = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))


def is_current(settings: Settings) -> bool:
    """Say whether this database has taken the last step. Raises StoreBusy."""
    store = open_store(settings)
    try:
        with store.read() as connection:
            return inspect(connection).has_table(taken.name) and connection.execute(select(taken.c.version_num)).scalars().all() == [LAST_STEP]
    finally:
        store.close()
