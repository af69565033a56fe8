# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed reports on the disk: kept whole or not at all, shown to desks once a batch has left, forgotten when opened.

The server has no words and no keys: a report is sealed bytes, a mailbox hash and a day. One form keeps at most one
report, so that a second press of the button makes no second report. See spec/store.md; T01, promise 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from ombuds.core.attachments import Manifest
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import AlreadyUsed, NotHere
from ombuds.core.keys import Hash, Id, MemberName
from ombuds.core.sealing import Sealed, SealedShare
from ombuds.server.store.housekeeping import forget_parts
from ombuds.server.store.schema import forms, parts, reports, shares


def keep_report(connection: Connection, sealed: Sealed, form: Hash, day: date) -> list[Id]:
    """Keep a report in place of an unconfirmed one of the same form; return parts whose files are to be deleted.

    Raises AlreadyUsed if this form's report was confirmed, or its id is taken.
    """
    gone = _make_room(connection, form)
    if connection.execute(select(reports.c.id).where(reports.c.id == sealed.id)).first() is not None:
        raise AlreadyUsed
    bare = msgspec.structs.replace(sealed, body=b"", shares=())
    row = {"id": sealed.id, "mailbox": sealed.mailbox, "sealed": encode(bare), "body": sealed.body, "day": day, "released": False, "confirmed": False}
    connection.execute(insert(reports).values(row))
    each = [{"report": sealed.id, "member": one.member, "epoch": one.epoch, "content": one.content} for one in sealed.shares]
    connection.execute(insert(shares), each)
    connection.execute(insert(forms).values(nonce=form, report=sealed.id, day=day))
    return gone


def add_parts(connection: Connection, owner: Id, files: Manifest, day: date) -> None:
    """Name the owner of parts that were written in this very visit."""
    rows = [{"id": part.id, "owner": owner, "size": part.size, "day": day} for file in files.files for part in file.parts]
    if rows:
        connection.execute(insert(parts), rows)


def announce_part(connection: Connection, part: Id, size: int, day: date) -> None:
    """Remember a part that arrived before its report; tick deletes it unless it is claimed."""
    connection.execute(insert(parts).values(id=part, owner="", size=size, day=day))


def claim_parts(connection: Connection, owner: Id, files: Manifest) -> None:
    """Make announced parts belong to a report or message. Raises NotHere if one is missing, not of this size or owned by another."""
    for file in files.files:
        for part in file.parts:
            mine = update(parts).where(parts.c.id == part.id, parts.c.owner == "", parts.c.size == part.size)
            if connection.execute(mine.values(owner=owner)).rowcount != 1:
                raise NotHere("a stored piece is missing")


def confirm_form(connection: Connection, form: Hash) -> None:
    """Mark the report of a form as confirmed: its words were written down. Raises NotHere."""
    report = select(forms.c.report).where(forms.c.nonce == form).scalar_subquery()
    if connection.execute(update(reports).where(reports.c.id == report).values(confirmed=True)).rowcount != 1:
        raise NotHere


def released_reports(connection: Connection, member: MemberName, after: Id, most: int) -> list[Sealed]:
    """List released reports that follow an id, in the order of their random ids, each with this member's own share."""
    wanted = select(reports).where(reports.c.released.is_(True), reports.c.id > after).order_by(reports.c.id).limit(most)
    rows = connection.execute(wanted).all()
    mine = select(shares).where(shares.c.member == member, shares.c.report.in_([row.id for row in rows]))
    held = {row.report: SealedShare(row.member, row.epoch, row.content) for row in connection.execute(mine).all()}
    return [_whole(row.sealed, row.body, (held[row.id],) if row.id in held else ()) for row in rows]


def report_of(connection: Connection, report: Id) -> Sealed:
    """Return one report without shares. Raises NotHere."""
    row = connection.execute(select(reports.c.sealed, reports.c.body).where(reports.c.id == report, reports.c.released.is_(True))).one_or_none()
    if row is None:
        raise NotHere
    return _whole(row.sealed, row.body, ())


def replace_share(connection: Connection, report: Id, share: SealedShare) -> None:
    """Put a member's share that was sealed anew in the place of the old one. Raises NotHere."""
    mine = update(shares).where(shares.c.report == report, shares.c.member == share.member)
    if connection.execute(mine.values(epoch=share.epoch, content=share.content)).rowcount != 1:
        raise NotHere


def forget_reports(connection: Connection, ids: Iterable[Id]) -> None:
    """Forget reports that were opened and sealed anew; their parts stay until their owner changes or forgets them."""
    # Their forms stay as well: pressing the button again must not make the report a second time.
    gone = list(ids)
    connection.execute(delete(shares).where(shares.c.report.in_(gone)))
    connection.execute(delete(reports).where(reports.c.id.in_(gone)))


def _make_room(connection: Connection, form: Hash) -> list[Id]:
    before = select(forms.c.report, reports.c.confirmed).outerjoin(reports, reports.c.id == forms.c.report).where(forms.c.nonce == form)
    row = connection.execute(before).one_or_none()
    if row is None:
        return []
    # No row any more means that a desk has opened it: it was received.
    if row.confirmed or row.confirmed is None:
        raise AlreadyUsed
    forget_reports(connection, [row.report])
    connection.execute(delete(forms).where(forms.c.nonce == form))
    return forget_parts(connection, [row.report])


def _whole(bare: bytes, body: bytes, held: tuple[SealedShare, ...]) -> Sealed:
    return msgspec.structs.replace(decode(bare, Sealed), body=body, shares=held)
