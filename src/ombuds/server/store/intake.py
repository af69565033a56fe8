# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed reports on the disk: kept whole or not at all, and replaced by a second press of the same button.

The server has no words and no keys: a report is sealed bytes, a mailbox hash and a day. One form keeps at most one
report. How desks see reports stands in cases.py. See spec/store.md; T01, promise 3.
"""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import Connection, Date, String, bindparam, delete, exists, insert, select, update

from ombuds.core.attachments import Manifest
from ombuds.core.encoding import encode
from ombuds.core.errors import AlreadyUsed, NotHere
from ombuds.core.keys import Hash, Id
from ombuds.core.sealing import Sealed
from ombuds.server.store.housekeeping import forget_parts
from ombuds.server.store.schema import forms, parts, reports, shares

# Built once: these run for every report, and building a statement costs more than running it.
_BEFORE = select(forms.c.report, reports.c.confirmed).outerjoin(reports, reports.c.id == forms.c.report).where(forms.c.nonce == bindparam("form"))
_REPORT_OF_FORM = select(forms.c.report).where(forms.c.nonce == bindparam("form")).scalar_subquery()
_CONFIRM = update(reports).where(reports.c.id == _REPORT_OF_FORM).values(confirmed=True)
_ADD_REPORT, _ADD_SHARE = insert(reports), insert(shares)
# A form that is known is not added, and that is how it is found to be known.
_NEW_FORM = select(bindparam("form", type_=String), bindparam("report", type_=String), bindparam("day", type_=Date)).where(
    ~exists().where(forms.c.nonce == bindparam("form"))
)
# PostgreSQL's driver forgets the count of added rows unless it is asked to keep it.
_ADD_FORM = insert(forms).from_select(["nonce", "report", "day"], _NEW_FORM).execution_options(preserve_rowcount=True)


def keep_report(connection: Connection, sealed: Sealed, form: Hash, day: date, effort: int) -> list[Id]:
    """Keep a report, and the bits of effort that it cost, in place of an unconfirmed one of the same form; return parts whose files are to be deleted.

    Raises AlreadyUsed if this form's report was confirmed.
    """
    name = {"form": form, "report": sealed.id, "day": day}
    gone: list[Id] = []
    if connection.execute(_ADD_FORM, name).rowcount == 0:
        gone = _forget_before(connection, form)
        connection.execute(_ADD_FORM, name)
    row = {"id": sealed.id, "mailbox": sealed.mailbox, "sealed": _bare(sealed), "body": sealed.body, "day": day, "released": False, "confirmed": False}
    connection.execute(_ADD_REPORT, {**row, "effort": effort, "size": _size(sealed)})
    each = [{"report": sealed.id, "member": one.member, "epoch": one.epoch, "content": one.content} for one in sealed.shares]
    connection.execute(_ADD_SHARE, each)
    return gone


def is_kept(connection: Connection, sealed: Sealed, form: Hash) -> bool:
    """Say whether this very report was kept before, perhaps even opened since. Raises AlreadyUsed for another one of its name."""
    row = connection.execute(select(forms.c.report, reports.c.sealed).outerjoin(reports, reports.c.id == forms.c.report).where(forms.c.nonce == form)).first()
    if row is None or row.report != sealed.id:
        return False
    if row.sealed is not None and row.sealed != _bare(sealed):
        raise AlreadyUsed
    return True


def add_parts(connection: Connection, owner: Id, files: Manifest, day: date) -> None:
    """Name the owner of parts that were written in this very visit."""
    rows = [{"id": part.id, "owner": owner, "size": part.size, "day": day} for file in files.files for part in file.parts]
    if rows:
        connection.execute(insert(parts), rows)


def report_of(connection: Connection, form: Hash) -> Id:
    """Return the report that a form sent last. Raises NotHere for an unknown form."""
    row = connection.execute(_BEFORE, {"form": form}).one_or_none()
    if row is None:
        raise NotHere
    report: Id = row.report
    return report


def confirm_form(connection: Connection, form: Hash) -> None:
    """Mark the report of a form as confirmed: its words were written down. Raises NotHere for an unknown form."""
    if connection.execute(_CONFIRM, {"form": form}).rowcount == 1:
        return
    # A desk may have opened the report already: the words are right all the same.
    if connection.execute(_BEFORE, {"form": form}).one_or_none() is None:
        raise NotHere


def _bare(sealed: Sealed) -> bytes:
    return encode(msgspec.structs.replace(sealed, body=b"", shares=()))


def _size(sealed: Sealed) -> int:
    files = sum(part.size for file in sealed.manifest.files for part in file.parts)
    return len(sealed.body) + sum(len(share.content) for share in sealed.shares) + files


def _forget_before(connection: Connection, form: Hash) -> list[Id]:
    row = connection.execute(_BEFORE, {"form": form}).one()
    # No report any more means that a desk has opened it: it was received.
    if row.confirmed is not False:
        raise AlreadyUsed
    connection.execute(delete(shares).where(shares.c.report == row.report))
    connection.execute(delete(reports).where(reports.c.id == row.report))
    connection.execute(delete(forms).where(forms.c.nonce == form))
    return forget_parts(connection, [row.report])
