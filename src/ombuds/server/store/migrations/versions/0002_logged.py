# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who said that a message stands in the case log: one member's word alone erases none (T05)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "logged",
        Column("message", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        PrimaryKeyConstraint("message", "member"),
        sqlite_with_rowid=False,
    )
