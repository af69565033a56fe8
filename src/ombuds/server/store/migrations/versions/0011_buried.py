# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashes of the names of posts that are gone, so that no other post takes such a name (T26)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table("buried", Column("hash", String(64), primary_key=True, nullable=False), sqlite_with_rowid=False)
