# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first tables, written out: this step never changes, whatever schema.py says later."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, PrimaryKeyConstraint, String

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    for make in (_reports, _parts, _inboxes, _cases, _custody, _keys, _record, _clockwork):
        make()


def _reports() -> None:
    _table(
        "reports",
        Column("id", String(32), nullable=False),
        Column("mailbox", String(64), nullable=False),
        Column("sealed", LargeBinary(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        Column("day", Date(), nullable=False),
        Column("released", Boolean(), nullable=False),
        Column("confirmed", Boolean(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("reports_by_mailbox", "reports", ["mailbox"])
    _table(
        "shares",
        Column("report", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        Column("epoch", Integer(), nullable=False),
        Column("content", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("report", "member"),
    )
    _table(
        "forms",
        Column("nonce", String(64), nullable=False),
        Column("report", String(32), nullable=False),
        Column("day", Date(), nullable=False),
        PrimaryKeyConstraint("nonce"),
    )


def _parts() -> None:
    _table(
        "parts",
        Column("id", String(32), nullable=False),
        Column("owner", String(32), nullable=False),
        Column("size", Integer(), nullable=False),
        Column("day", Date(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("parts_by_owner", "parts", ["owner"])


def _inboxes() -> None:
    _table(
        "messages",
        Column("id", String(32), nullable=False),
        Column("case", String(32), nullable=False),
        Column("content", LargeBinary(), nullable=False),
        Column("files", LargeBinary(), nullable=False),
        Column("day", Date(), nullable=False),
        Column("released", Boolean(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("messages_by_case", "messages", ["case"])
    _table(
        "replies",
        Column("id", String(32), nullable=False),
        Column("mailbox", String(64), nullable=False),
        Column("content", LargeBinary(), nullable=False),
        Column("files", LargeBinary(), nullable=False),
        Column("released", Boolean(), nullable=False),
        Column("erase", Date(), nullable=True),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("replies_by_mailbox", "replies", ["mailbox"])


def _cases() -> None:
    _table(
        "cases",
        Column("id", String(32), nullable=False),
        Column("mailbox", String(64), nullable=False),
        Column("seq", Integer(), nullable=False),
        Column("card", LargeBinary(), nullable=False),
        Column("files", LargeBinary(), nullable=False),
        Column("open", Boolean(), nullable=False),
        Column("day", Date(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("cases_by_mailbox", "cases", ["mailbox"])
    _table(
        "grants",
        Column("case", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        Column("grant", LargeBinary(), nullable=False),
        Column("custody", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("case", "member"),
    )
    _table(
        "events",
        Column("case", String(32), nullable=False),
        Column("seq", Integer(), nullable=False, autoincrement=False),
        Column("content", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("case", "seq"),
    )


def _custody() -> None:
    _table(
        "proposals",
        Column("hash", String(64), nullable=False),
        Column("envelope", LargeBinary(), nullable=False),
        Column("enclosure", LargeBinary(), nullable=False),
        Column("expires", Date(), nullable=False),
        Column("done", Boolean(), nullable=False),
        Column("place", Integer(), nullable=False),
        PrimaryKeyConstraint("hash"),
    )
    _table(
        "approvals",
        Column("proposal", String(64), nullable=False),
        Column("member", String(32), nullable=False),
        Column("approval", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("proposal", "member"),
    )
    _table(
        "objections",
        Column("proposal", String(64), nullable=False),
        Column("member", String(32), nullable=False),
        Column("objection", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("proposal", "member"),
    )


def _keys() -> None:
    _table(
        "epochs",
        Column("member", String(32), nullable=False),
        Column("epoch", Integer(), nullable=False, autoincrement=False),
        Column("statement", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("member", "epoch"),
    )
    _table(
        "confirmations",
        Column("hash", String(64), nullable=False),
        Column("envelope", LargeBinary(), nullable=False),
        Column("day", Date(), nullable=False),
        PrimaryKeyConstraint("hash"),
    )
    _table("nonces", Column("nonce", String(32), nullable=False), Column("day", Date(), nullable=False), PrimaryKeyConstraint("nonce"))


def _record() -> None:
    _table(
        "ledger", Column("index", Integer(), nullable=False, autoincrement=False), Column("leaf", LargeBinary(), nullable=False), PrimaryKeyConstraint("index")
    )
    _table(
        "contents",
        Column("subject", String(32), nullable=False),
        Column("version", Integer(), nullable=False, autoincrement=False),
        Column("index", Integer(), nullable=False),
        Column("salted", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("subject", "version"),
    )


def _clockwork() -> None:
    _table(
        "leases",
        Column("name", String(32), nullable=False),
        Column("holder", String(32), nullable=False),
        Column("until", BigInteger(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
    _table("batches", Column("kind", String(32), nullable=False), Column("day", Date(), nullable=False), PrimaryKeyConstraint("kind"))


def _table(name: str, *parts: Column[object] | PrimaryKeyConstraint) -> None:
    # WITHOUT ROWID: SQLite's hidden row number would be an order of arrival (T01).
    op.create_table(name, *parts, sqlite_with_rowid=False)
