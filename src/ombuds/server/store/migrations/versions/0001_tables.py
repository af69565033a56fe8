# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first tables."""

from __future__ import annotations

from alembic import op

from ombuds.server.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    metadata.create_all(op.get_bind())
