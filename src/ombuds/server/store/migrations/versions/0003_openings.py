# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which report a case was opened from and by whom: the sealed original goes when a second member reads the case (T05)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; a case's files are those that it owns, so the list of them goes."""
    op.create_table(
        "openings",
        Column("case", String(32), nullable=False),
        Column("report", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        PrimaryKeyConstraint("case"),
        sqlite_with_rowid=False,
    )
    op.create_index("openings_by_report", "openings", ["report"])
    op.drop_column("cases", "files")
