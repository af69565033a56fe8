# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases as the server keeps them: grants, sealed events in order, waiting messages, replies, and whose each part is.

Everything is sealed; the server knows a case's mailbox, how long its log is, and which members hold something of it. A
member is shown only cases of which they hold something, and only their own part of it (T05). It does not check who may
open a case; the API does. See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Connection, Select, delete, func, insert, select, update
from sqlalchemy import case as case_of

from ombuds.core.attachments import Manifest
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import AlreadyUsed, NotAMember, NotHere, OrderWrong
from ombuds.core.keys import Hash, Id, MemberName
from ombuds.core.sealing import Sealed, SealedShare
from ombuds.core.wire import CaseSeen, NewCase, Reports, SealedMessage
from ombuds.server.store.schema import brought, cases, events, grants, logged, messages, openings, parts, replies, reports, shares

REPORTS_PAGE = 50
EVENTS_PAGE = 200
# No desk takes an answer without end: whoever writes large slots makes more pages, and stops nobody (T05).
EVENTS_BYTES = 8 * 1024 * 1024
LEAST_COST = 16 * 1024


def released(connection: Connection, member: MemberName, after: str) -> Reports:
    """Return a page of sealed reports that were released and are kept, each with this member's own share alone."""
    mine = reports.join(shares, (shares.c.report == reports.c.id) & (shares.c.member == member))
    some = select(reports.c.sealed, reports.c.body, shares.c.epoch, shares.c.content, reports.c.effort).select_from(mine)
    some = some.where(reports.c.released.is_(True), reports.c.id > after).order_by(reports.c.id).limit(REPORTS_PAGE + 1)
    rows = connection.execute(some).all()
    shown = rows[:REPORTS_PAGE]
    found = (_whole(sealed, body, SealedShare(member, epoch, content)) for sealed, body, epoch, content, _ in shown)
    return Reports(tuple(found), len(rows) > REPORTS_PAGE, tuple(row.effort for row in shown))


def report(connection: Connection, wanted: Id) -> Sealed:
    """Return one sealed report without its body and shares. Raises NotHere."""
    row = connection.execute(select(reports.c.sealed).where(reports.c.id == wanted, reports.c.released.is_(True))).first()
    if row is None:
        raise NotHere("no such report, or it was opened already")
    return decode(row.sealed, Sealed)


def holders(connection: Connection, wanted: Id) -> set[MemberName]:
    """Return the members to whom a report was sealed: those whom the source did not leave out."""
    return set(connection.execute(select(shares.c.member).where(shares.c.report == wanted)).scalars())


def open_case(connection: Connection, new: NewCase, mailbox: Hash, by: MemberName, day: date) -> None:
    """Make a case of a report whose sealed original stays until a second member has read the case. Raises AlreadyUsed, NotHere."""
    if connection.execute(select(cases.c.id).where(cases.c.id == new.case)).first():
        raise AlreadyUsed("this case was opened already")
    # Pressed once more, the form must not put another report in the place of one that was opened.
    if connection.execute(update(reports).where(reports.c.id == new.report).values(confirmed=True)).rowcount != 1:
        raise NotHere("it was opened already")
    row = {"id": new.case, "mailbox": mailbox, "seq": 1, "card": encode(new.card), "open": True, "day": day}
    connection.execute(insert(cases).values(**row))
    connection.execute(insert(openings).values(case=new.case, report=new.report, member=by))
    granted, kept = ({each.member: each.content for each in pile} for pile in (new.grants, new.custody))
    for member in sorted({*granted, *kept}):
        values = {"case": new.case, "member": member, "grant": granted.get(member, b""), "custody": kept.get(member, b"")}
        connection.execute(insert(grants).values(**values))
    connection.execute(insert(events).values(case=new.case, seq=1, content=new.event))


def confirm(connection: Connection, case: Id, by: MemberName) -> None:
    """Forget a case's sealed original, as a member says who reads the case and did not open it. Raises NotAMember."""
    opened = connection.execute(select(openings.c.report, openings.c.member).where(openings.c.case == case)).first()
    if opened is None:
        return  # another member was quicker, or its time was over
    if opened.member == by:
        raise NotAMember("who opened a report does not say alone that the case reads")
    # Another case of the same report was not read by anybody but its opener: its source is not to write to it.
    others = select(openings.c.case).where(openings.c.report == opened.report, openings.c.case != case)
    connection.execute(update(cases).where(cases.c.id.in_(others)).values(open=False))
    hand_over(connection, opened.report, case)
    connection.execute(delete(shares).where(shares.c.report == opened.report))
    # The form's row stays until it is forgotten by age: pressed once more, the form must not make a second report.
    connection.execute(delete(reports).where(reports.c.id == opened.report))


def hand_over(connection: Connection, report: Id, case: Id) -> None:
    """Give the files of a report to the case that it became; no other case is counted as opened from it any longer."""
    connection.execute(update(parts).where(parts.c.owner == report).values(owner=case))
    connection.execute(delete(openings).where(openings.c.report == report))


def is_case(connection: Connection, case: Id, card: bytes) -> bool:
    """Say whether this very case stands here already, under this card."""
    return connection.execute(select(cases.c.card).where(cases.c.id == case)).scalar_one_or_none() == card


def card(connection: Connection, case: Id) -> Envelope:
    """Return a case's card. Raises NotHere."""
    content: bytes | None = connection.execute(select(cases.c.card).where(cases.c.id == case)).scalar_one_or_none()
    if content is None:
        raise NotHere("no such case")
    return read(content)


def cards(connection: Connection, ids: Iterable[Id]) -> tuple[Envelope, ...]:
    """Return the cards of those of these cases that there are."""
    return tuple(read(content) for content in connection.execute(select(cases.c.card).where(cases.c.id.in_(list(ids)))).scalars())


def keep_card(connection: Connection, case: Id, renewed: Envelope) -> None:
    """Keep a card in place of a case's present one."""
    connection.execute(update(cases).where(cases.c.id == case).values(card=encode(renewed)))


def seen_by(connection: Connection, member: MemberName) -> tuple[CaseSeen, ...]:
    """Return the cases of which a member holds something, with the member's own part."""
    new = (messages.c.released.is_(True), messages.c.id.not_in(_said_by(member)))
    waiting = select(messages.c.case, func.count().label("count")).where(*new).group_by(messages.c.case).subquery()
    mine = cases.join(grants, (grants.c.case == cases.c.id) & (grants.c.member == member)).outerjoin(waiting, waiting.c.case == cases.c.id)
    wanted = select(cases, grants.c.grant, grants.c.custody, func.coalesce(waiting.c.count, 0).label("waits"), openings.c.report)
    rows = connection.execute(wanted.select_from(mine.outerjoin(openings, openings.c.case == cases.c.id)).order_by(cases.c.id)).all()
    return tuple(CaseSeen(row.id, row.mailbox, row.seq, row.waits, read(row.card), row.grant, row.custody, row.report is not None) for row in rows)


def check_works_on(connection: Connection, case: Id, member: MemberName) -> Hash:
    """Check that a case was granted to a member and return its mailbox; a custody share alone is not enough. Raises NotHere."""
    mine = cases.join(grants, (grants.c.case == cases.c.id) & (grants.c.member == member) & (grants.c.grant != b""))
    mailbox: Hash | None = connection.execute(select(cases.c.mailbox).select_from(mine).where(cases.c.id == case)).scalar_one_or_none()
    if mailbox is None:
        raise NotHere("no such case, or it was granted to others")
    return mailbox


def log(connection: Connection, case: Id, after: int) -> tuple[bytes, ...]:
    """Return a page of a case's sealed events in order, after a number: as many as a desk takes at once, and one at least."""
    later = select(events.c.seq, func.length(events.c.content)).where(events.c.case == case, events.c.seq > after)
    until, size = after, 0
    for seq, length in connection.execute(later.order_by(events.c.seq).limit(EVENTS_PAGE)):
        size += length
        if until > after and size > EVENTS_BYTES:
            break
        until = seq
    some = select(events.c.content).where(events.c.case == case, events.c.seq > after, events.c.seq <= until)
    return tuple(connection.execute(some.order_by(events.c.seq)).scalars())


def add_event(connection: Connection, case: Id, seq: int, content: bytes) -> None:
    """Add the next event of a case; the very last one may be sent again. Raises OrderWrong if another desk was quicker."""
    here = select(events.c.content).where(events.c.case == case, events.c.seq == seq)
    if connection.execute(here).scalar_one_or_none() == content:
        return
    if connection.execute(update(cases).where(cases.c.id == case, cases.c.seq == seq - 1).values(seq=seq)).rowcount != 1:
        raise OrderWrong("another event came first")
    connection.execute(insert(events).values(case=case, seq=seq, content=content))


def waiting(connection: Connection, case: Id, member: MemberName) -> tuple[SealedMessage, ...]:
    """Return the source's released messages that this member has not logged yet."""
    some = select(messages.c.id, messages.c.content, messages.c.files).where(messages.c.case == case, messages.c.released.is_(True))
    rows = connection.execute(some.where(messages.c.id.not_in(_said_by(member))).order_by(messages.c.id))
    return tuple(SealedMessage(name, content, decode(files, Manifest)) for name, content, files in rows)


def forget_logged(connection: Connection, case: Id, ids: Iterable[Id], by: MemberName) -> None:
    """Forget messages that stand in the case log as two members say; one member's word only hides them from that member (T05)."""
    for each in dict.fromkeys(ids):
        mine = (messages.c.id == each, messages.c.case == case, messages.c.released.is_(True))
        if connection.execute(select(messages.c.id).where(*mine)).first() is None:
            continue
        said = set(connection.execute(select(logged.c.member).where(logged.c.message == each)).scalars())
        if said - {by}:
            forget_message(connection, each, case)
        elif not said:
            connection.execute(insert(logged).values(message=each, member=by))


def forget_message(connection: Connection, message: Id, case: Id) -> None:
    """Forget a message; its files belong to the case from here on."""
    connection.execute(delete(messages).where(messages.c.id == message))
    connection.execute(delete(logged).where(logged.c.message == message))
    connection.execute(update(parts).where(parts.c.owner == message).values(owner=case))


def own(connection: Connection, files: Manifest, owner: Id) -> None:
    """Give the uploaded parts of a manifest to their owner. Raises NotHere if one is missing or belongs to somebody."""
    for file in files.files:
        for part in file.parts:
            free = (parts.c.id == part.id, parts.c.owner == "", parts.c.size == part.size)
            if connection.execute(update(parts).where(*free).values(owner=owner)).rowcount != 1:
                raise NotHere("a part of a file was not uploaded")


def check_unused(connection: Connection, name: Id) -> None:
    """Check that a name that came from outside is nobody's yet: parts follow their owner's name when it goes. Raises AlreadyUsed."""
    for column in (reports.c.id, cases.c.id, messages.c.id, replies.c.id, parts.c.owner):
        if connection.execute(select(column).where(column == name).limit(1)).first() is not None:
            raise AlreadyUsed("something of this name is here already")


def keep_part(connection: Connection, part: Id, size: int, day: date) -> None:
    """Keep the row of a part that was just stored and belongs to nobody yet."""
    connection.execute(insert(parts).values(id=part, owner="", size=size, day=day))


def make_room(connection: Connection, room: int) -> list[Id]:
    """Forget parts that belong to nobody, the oldest day's first, until all take no more bytes than this; return those that are gone.

    What members uploaded is bounded by itself.
    """
    waiting = (parts.c.owner == "", parts.c.id.not_in(select(brought.c.id)))
    # A small file costs the disk a block and a name too: nobody fills it with parts of one byte.
    cost = func.sum(case_of((parts.c.size > LEAST_COST, parts.c.size), else_=LEAST_COST))
    over: int = (connection.execute(select(cost).where(*waiting)).scalar_one() or 0) - room
    gone: list[Id] = []
    if over > 0:
        # Names are random, and so is the order within a day.
        rows = connection.execute(select(parts.c.id, parts.c.size).where(*waiting).order_by(parts.c.day, parts.c.id))
        for name, size in rows:
            if over <= 0:
                break
            gone.append(name)
            over -= max(size, LEAST_COST)
        for name in gone:
            connection.execute(delete(parts).where(parts.c.id == name))
    return gone


def free_part(connection: Connection, part: Id) -> int | None:
    """Return the size of a stored part that belongs to nobody yet, or None."""
    size: int | None = connection.execute(select(parts.c.size).where(parts.c.id == part, parts.c.owner == "")).scalar_one_or_none()
    return size


def count(connection: Connection, ids: Iterable[Id]) -> int:
    """Count how many of these cases there are."""
    found: int = connection.execute(select(func.count()).select_from(cases).where(cases.c.id.in_(list(ids)))).scalar_one()
    return found


def check_may_read(connection: Connection, part: Id, member: MemberName) -> None:
    """Check that a part belongs to a kept report that the member holds a share of, or to a case of theirs. Raises NotHere."""
    owner: str | None = connection.execute(select(parts.c.owner).where(parts.c.id == part)).scalar_one_or_none()
    if not owner:
        raise NotHere("no such part")
    shared = reports.join(shares, shares.c.report == reports.c.id)
    mine = (reports.c.id == owner, reports.c.released.is_(True), shares.c.member == member)
    if connection.execute(select(reports.c.id).select_from(shared).where(*mine)).first() is None:
        opened = openings.join(grants, (grants.c.case == openings.c.case) & (grants.c.member == member))
        # Until the original goes, each case that was opened from it reads its files where they are.
        if connection.execute(select(openings.c.case).select_from(opened).where(openings.c.report == owner, grants.c.grant != b"")).first():
            return
        message = select(messages.c.case).where(messages.c.id == owner, messages.c.released.is_(True))
        check_works_on(connection, connection.execute(message).scalar_one_or_none() or owner, member)


def _said_by(member: MemberName) -> Select[tuple[object]]:
    return select(logged.c.message).where(logged.c.member == member)


def _whole(sealed: bytes, body: bytes, share: SealedShare) -> Sealed:
    return msgspec.structs.replace(decode(sealed, Sealed), body=body, shares=(share,))
