# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables, in portable column types: the same on SQLite and PostgreSQL.

There is no column for an address, a user agent, an hour or an order of arrival (promise 4): keys are random, days are
days. Everything about people is sealed bytes or a hash. Queries stand in the files beside this one. See spec/store.md.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table

metadata = MetaData()


def _table(name: str, *columns: Column[object] | PrimaryKeyConstraint | Index) -> Table:
    # WITHOUT ROWID: SQLite's hidden row number would be an order of arrival (T01).
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _hash(name: str, key: bool = False) -> Column[object]:
    return Column(name, String(64), primary_key=key, nullable=False)


def _id(name: str, key: bool = False) -> Column[object]:
    return Column(name, String(32), primary_key=key, nullable=False)


def _bytes(name: str) -> Column[object]:
    return Column(name, LargeBinary, nullable=False)


def _day(name: str = "day", nullable: bool = False) -> Column[object]:
    return Column(name, Date, nullable=nullable)


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False)


def _number(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False)


# One row a sealed report. ``sealed`` is wire Sealed without body and shares; ``released`` lets desks see it; ``effort`` is in
# bits, and ``size`` counts body, shares and parts.
reports = _table(
    "reports",
    _id("id", key=True),
    _hash("mailbox"),
    _bytes("sealed"),
    _bytes("body"),
    _day(),
    _flag("released"),
    _flag("confirmed"),
    _number("effort"),
    Column("size", BigInteger, nullable=False),
)
Index("reports_by_mailbox", reports.c.mailbox)
# In the order in which reports go when there is no room for all; it holds the sizes, so that their sum reads no report.
Index("reports_by_effort", reports.c.effort, reports.c.confirmed, reports.c.released, reports.c.id, reports.c.size)
shares = _table(
    "shares", _id("report"), Column("member", String(32), nullable=False), _number("epoch"), _bytes("content"), PrimaryKeyConstraint("report", "member")
)
# A form's nonce (hashed) and the report it made, so that a second POST replaces the first unless its words were confirmed.
forms = _table("forms", _hash("nonce", key=True), _id("report"), _day())
# Every stored part; ``owner`` is the report, message, reply or case it belongs to, "" until acknowledged. tick deletes orphans.
parts = _table("parts", _id("id", key=True), Column("owner", String(32), nullable=False), _number("size"), _day())
Index("parts_by_owner", parts.c.owner)
# Which member brought a reply or a part, and its size: no member takes the whole disk, or a whole inbox (T05).
brought = _table("brought", _id("id", key=True), Column("member", String(32), nullable=False), _number("size"))

cases = _table("cases", _id("id", key=True), _hash("mailbox"), _number("seq"), _bytes("card"), _flag("open"), _day())
Index("cases_by_mailbox", cases.c.mailbox)
# The cases that a report was opened as, while the sealed original is kept, and which member opened it.
openings = _table("openings", _id("case", key=True), _id("report"), Column("member", String(32), nullable=False))
Index("openings_by_report", openings.c.report)
grants = _table("grants", _id("case"), Column("member", String(32), nullable=False), _bytes("grant"), _bytes("custody"), PrimaryKeyConstraint("case", "member"))
events = _table("events", _id("case"), _number("seq"), _bytes("content"), PrimaryKeyConstraint("case", "seq"))
# From a source to an open case, until the desk has logged it.
messages = _table("messages", _id("id", key=True), _id("case"), _bytes("content"), _bytes("files"), _day(), _flag("released"))
Index("messages_by_case", messages.c.case)
# Which member said first that a message stands in the case log: it goes when a second one says so.
logged = _table("logged", _id("message"), Column("member", String(32), nullable=False), PrimaryKeyConstraint("message", "member"))
# From the desk to a source; shown when released, erased after ``erase``.
replies = _table("replies", _id("id", key=True), _hash("mailbox"), _bytes("content"), _bytes("files"), _flag("released"), _day("erase", nullable=True))
Index("replies_by_mailbox", replies.c.mailbox)

proposals = _table("proposals", _hash("hash", key=True), _bytes("envelope"), _bytes("enclosure"), _day("expires"), _flag("done"), _number("place"))
approvals = _table("approvals", _hash("proposal"), Column("member", String(32), nullable=False), _bytes("approval"), PrimaryKeyConstraint("proposal", "member"))
objections = _table(
    "objections", _hash("proposal"), Column("member", String(32), nullable=False), _bytes("objection"), PrimaryKeyConstraint("proposal", "member")
)

epochs = _table("epochs", Column("member", String(32), nullable=False), _number("epoch"), _bytes("statement"), PrimaryKeyConstraint("member", "epoch"))
# Confirmations that wait for enough signatures, by the hash of their payload.
confirmations = _table("confirmations", _hash("hash", key=True), _bytes("envelope"), _day())
# Members' request nonces, kept two days (a replay is refused).
nonces = _table("nonces", _id("nonce", key=True), _day())

ledger = _table("ledger", Column("index", Integer, primary_key=True, autoincrement=False), _bytes("leaf"))
contents = _table("contents", _id("subject"), _number("version"), _number("index"), _bytes("salted"), PrimaryKeyConstraint("subject", "version"))
# The pictures beside a text, each by its number; apart from it, so that whoever reads texts reads no pictures.
pictures = _table("pictures", _id("subject"), _number("version"), _number("number"), _bytes("salted"), PrimaryKeyConstraint("subject", "version", "number"))

# "This happened to me too": one row a form until its day is over, and what the batches have added up for each story.
voices = _table("voices", _hash("form", key=True), _id("subject"), _day(), _flag("counted"))
tallies = _table("tallies", _id("subject", key=True), _number("number"))

# Sealed posts of campaigns, each a part, until two members settled them; and the log of the moderators' sealed rulings.
posts = _table(
    "posts",
    _id("id", key=True),
    _id("campaign"),
    _hash("withdraw"),
    _hash("content"),
    _id("part"),
    _number("size"),
    _number("effort"),
    _day(),
    _flag("released"),
)
Index("posts_by_campaign", posts.c.campaign, posts.c.id)
Index("posts_by_withdraw", posts.c.withdraw)
settled = _table("settled", _id("post"), Column("member", String(32), nullable=False), PrimaryKeyConstraint("post", "member"))
rulings = _table("rulings", _id("campaign"), _number("seq"), _bytes("content"), PrimaryKeyConstraint("campaign", "seq"))
# Hashes of the names of posts that desks were shown and that are gone: no other post takes such a name.
buried = _table("buried", _hash("hash", key=True))
# Posts of walls beside their batches; ``version`` is the batch's, 0 until it is published. Their pictures are parts.
wall_posts = _table(
    "wall_posts",
    _id("wall"),
    _hash("commitment"),
    _id("id"),
    _number("version"),
    Column("withdraw", String(64), nullable=False),
    _bytes("salted"),
    _day(),
    PrimaryKeyConstraint("wall", "commitment"),
)
Index("wall_posts_by_withdraw", wall_posts.c.withdraw)
Index("wall_posts_by_id", wall_posts.c.id)
wall_files = _table("wall_files", _id("post"), _hash("content"), _id("part"), PrimaryKeyConstraint("post", "content"))
Index("wall_files_by_content", wall_files.c.content)
# Tokens that take posts back, until a batch has counted them and after.
withdrawals = _table("withdrawals", _hash("hash", key=True), _bytes("token"), _day(), _flag("counted"))
# Signed batches that wait for the next fixed hour, one a wall; and how many posts of a campaign waited at the last one.
leaving = _table("leaving", _id("wall", key=True), _hash("proposal"), _bytes("entry"))
awaited = _table("awaited", _id("campaign", key=True), _number("number"))
# For which refused posts a batch asks for another picture, by the hashes whose tokens their supporters hold.
wished = _table("wished", _hash("hash"), _id("wall"), _id("campaign"), PrimaryKeyConstraint("hash", "wall"))
# Which posts the members took off a wall, by the same hashes, with the public reason.
fallen = _table("fallen", _hash("hash"), _id("wall"), Column("reason", String(32), nullable=False), PrimaryKeyConstraint("hash", "wall"))

# Who may run periodic work until when (epoch seconds of the machine; nothing about people).
leases = _table(
    "leases", Column("name", String(32), primary_key=True), Column("holder", String(32), nullable=False), Column("until", BigInteger, nullable=False)
)
# When batches last left: one row a kind of batch.
batches = _table("batches", Column("kind", String(32), primary_key=True), _day())
