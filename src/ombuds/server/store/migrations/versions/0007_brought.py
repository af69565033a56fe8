# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which member brought a reply or a part, so that one member's share of the disk and of an inbox has an end (T05)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "brought",
        Column("id", String(32), primary_key=True, nullable=False),
        Column("member", String(32), nullable=False),
        Column("size", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
