# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of publications, each in a row of its own beside the text."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pictures",
        Column("subject", String(32), nullable=False),
        Column("version", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("salted", LargeBinary, nullable=False),
        PrimaryKeyConstraint("subject", "version", "number"),
        sqlite_with_rowid=False,
    )
