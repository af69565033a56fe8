# SPDX-License-Identifier: AGPL-3.0-or-later
"""For which refused posts another picture is asked for, as signed lists say, so that whoever holds the token can ask."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, String

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table; lists before it asked for nothing."""
    op.create_table(
        "wished",
        Column("hash", String(64), nullable=False),
        Column("wall", String(32), nullable=False),
        Column("campaign", String(32), nullable=False),
        PrimaryKeyConstraint("hash", "wall"),
        sqlite_with_rowid=False,
    )
