# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each sealed report cost its sender, and its size, so that what goes when there is no room is known without reading it (T20)."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer

revision = "0008"
down_revision = "0007"

# What came before there was effort had no way to show any.
FULL = "16"
SIZE = """UPDATE reports SET size = length(body)
  + coalesce((SELECT sum(length(shares.content)) FROM shares WHERE shares.report = reports.id), 0)
  + coalesce((SELECT sum(parts.size) FROM parts WHERE parts.owner = reports.id), 0)"""


def upgrade() -> None:
    """Add the columns, fill them for what is kept, and make the index."""
    op.add_column("reports", Column("effort", Integer, nullable=False, server_default=FULL))
    op.add_column("reports", Column("size", BigInteger, nullable=False, server_default="0"))
    op.execute(SIZE)
    op.create_index("reports_by_effort", "reports", ["effort", "confirmed", "released", "id", "size"])
