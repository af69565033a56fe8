# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why posts were taken off a wall, as signed lists say, so that whoever holds the token can ask."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, String

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table; of what fell before it nothing is told but what it was told then."""
    op.create_table(
        "fallen",
        Column("hash", String(64), nullable=False),
        Column("wall", String(32), nullable=False),
        Column("reason", String(32), nullable=False),
        PrimaryKeyConstraint("hash", "wall"),
        sqlite_with_rowid=False,
    )
