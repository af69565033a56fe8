# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who said of a story that this happened to them too, without who, and how many they are."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Date, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "voices",
        Column("form", String(64), primary_key=True, nullable=False),
        Column("subject", String(32), nullable=False),
        Column("day", Date, nullable=False),
        Column("counted", Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tallies",
        Column("subject", String(32), primary_key=True, nullable=False),
        Column("number", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
