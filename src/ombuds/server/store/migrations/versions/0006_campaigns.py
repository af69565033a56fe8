# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts of campaigns: sealed while they wait, public beside the batches of their walls, and the tokens that take them back."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, PrimaryKeyConstraint, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    _posts()
    _walls()


def _posts() -> None:
    op.create_table(
        "posts",
        Column("id", String(32), primary_key=True, nullable=False),
        Column("campaign", String(32), nullable=False),
        Column("withdraw", String(64), nullable=False),
        Column("content", String(64), nullable=False),
        Column("part", String(32), nullable=False),
        Column("size", Integer, nullable=False),
        Column("effort", Integer, nullable=False),
        Column("day", Date, nullable=False),
        Column("released", Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("posts_by_campaign", "posts", ["campaign", "id"])
    op.create_index("posts_by_withdraw", "posts", ["withdraw"])
    op.create_table(
        "settled",
        Column("post", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        PrimaryKeyConstraint("post", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rulings",
        Column("campaign", String(32), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        PrimaryKeyConstraint("campaign", "seq"),
        sqlite_with_rowid=False,
    )


def _walls() -> None:
    op.create_table(
        "wall_posts",
        Column("wall", String(32), nullable=False),
        Column("commitment", String(64), nullable=False),
        Column("id", String(32), nullable=False),
        Column("version", Integer, nullable=False),
        Column("withdraw", String(64), nullable=False),
        Column("salted", LargeBinary, nullable=False),
        Column("day", Date, nullable=False),
        PrimaryKeyConstraint("wall", "commitment"),
        sqlite_with_rowid=False,
    )
    op.create_index("wall_posts_by_withdraw", "wall_posts", ["withdraw"])
    op.create_index("wall_posts_by_id", "wall_posts", ["id"])
    op.create_table(
        "wall_files",
        Column("post", String(32), nullable=False),
        Column("content", String(64), nullable=False),
        Column("part", String(32), nullable=False),
        PrimaryKeyConstraint("post", "content"),
        sqlite_with_rowid=False,
    )
    op.create_index("wall_files_by_content", "wall_files", ["content"])
    op.create_table(
        "withdrawals",
        Column("hash", String(64), primary_key=True, nullable=False),
        Column("token", LargeBinary, nullable=False),
        Column("day", Date, nullable=False),
        Column("counted", Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
