# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed batches of walls that wait for their hour, and how many posts of a campaign waited when the last hour came (T11)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String

revision = "0009"
down_revision = "0008"

WAITED = "INSERT INTO awaited (campaign, number) SELECT campaign, count(*) FROM posts WHERE released GROUP BY campaign"


def upgrade() -> None:
    """Make the tables, and go on with the numbers that were shown until now."""
    op.create_table(
        "leaving",
        Column("wall", String(32), primary_key=True, nullable=False),
        Column("proposal", String(64), nullable=False),
        Column("entry", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "awaited",
        Column("campaign", String(32), primary_key=True, nullable=False),
        Column("number", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(WAITED)
