# SPDX-License-Identifier: AGPL-3.0-or-later
"""What lies on the members' table: proposals, each member's approval, and objections.

A member has one approval and one objection for each proposal; a second one does not count twice (T23). What was approved
is joined from the rows whenever it is asked for. It does not count towards a quorum; core does. See spec/store.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy import case as case_of

from ombuds.core.custody import Proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, joined, read
from ombuds.core.errors import NotHere, OrderWrong, TooLarge
from ombuds.core.keys import Hash, MemberName
from ombuds.core.wire import Approval
from ombuds.server.store.schema import approvals, objections, proposals

MOST_OPEN = 30
MOST_STOPPED = 300
ENCLOSURE_LIMIT = 5 * 1024 * 1024
# Every desk fetches all of it: what one member lays there alone is bounded (T05).
MOST_LAID = 64 * 1024 * 1024
# No desk takes an answer without end: large proposals make more pages.
PAGE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class OnTable:
    """A proposal with everything that was handed in about it, by member."""

    hash: Hash
    approvals: dict[MemberName, Approval]
    objections: tuple[Envelope, ...]
    done: bool

    @property
    def envelope(self) -> Envelope:
        """The proposal under all its approvals."""
        return joined(each.envelope for each in self.approvals.values())

    @property
    def cards(self) -> tuple[Envelope, ...]:
        """The cards under all signatures, each once."""
        piles: dict[Hash, list[Envelope]] = {}
        for approval in self.approvals.values():
            for card in approval.cards:
                piles.setdefault(card.hash, []).append(card)
        return tuple(joined(piles[each]) for each in sorted(piles))


def lay(connection: Connection, proposal: Proposal, approval: Approval, enclosure: bytes) -> None:
    """Lay a proposal on the table; one that lies there already stays as it is."""
    if lies(connection, proposal.hash):
        return
    place = connection.execute(select(func.coalesce(func.max(proposals.c.place), 0))).scalar_one() + 1
    row = {"hash": proposal.hash, "envelope": encode(approval.envelope), "enclosure": enclosure, "expires": proposal.expires}
    connection.execute(insert(proposals).values(**row, done=False, place=place))


def lies(connection: Connection, proposal: Hash) -> bool:
    """Say whether a proposal lies on the table."""
    return connection.execute(select(proposals.c.done).where(proposals.c.hash == proposal)).first() is not None


def check_room(connection: Connection, member: MemberName, approval: Approval, enclosure: bytes) -> None:
    """Check that a member does not cover the table with proposals that nobody else approved yet. Raises OrderWrong, TooLarge.

    What was stopped makes room for another proposal; it is bounded by itself, so that proposing and stopping does not go on for ever.
    """
    if len(enclosure) > ENCLOSURE_LIMIT:
        raise TooLarge
    alone = select(approvals.c.proposal).group_by(approvals.c.proposal).having(func.count() == 1, func.min(approvals.c.member) == member)
    waiting = (proposals.c.done.is_(False), proposals.c.hash.in_(alone))
    is_stopped = case_of((proposals.c.hash.in_(select(objections.c.proposal)), 1), else_=0)
    laid = func.length(proposals.c.enclosure) + func.length(approvals.c.approval)
    counted = select(func.count(), func.coalesce(func.sum(is_stopped), 0), func.coalesce(func.sum(laid), 0))
    of_both = counted.select_from(proposals.join(approvals, approvals.c.proposal == proposals.c.hash))
    count, stopped, size = connection.execute(of_both.where(*waiting)).one()
    if count - stopped >= MOST_OPEN or stopped >= MOST_STOPPED or size + len(enclosure) + len(encode(approval)) > MOST_LAID:
        raise OrderWrong("too many proposals of yours wait for another member already, or were stopped and are not over yet")


def keep_approval(connection: Connection, proposal: Hash, member: MemberName, approval: Approval) -> None:
    """Keep a member's approval in place of an earlier one of theirs."""
    mine = (approvals.c.proposal == proposal, approvals.c.member == member)
    content = encode(approval)
    if connection.execute(update(approvals).where(*mine).values(approval=content)).rowcount == 0:
        connection.execute(insert(approvals).values(proposal=proposal, member=member, approval=content))


def keep_objection(connection: Connection, proposal: Hash, member: MemberName, objection: Envelope) -> None:
    """Keep a member's objection; the first one stays."""
    mine = (objections.c.proposal == proposal, objections.c.member == member)
    if connection.execute(select(objections.c.member).where(*mine)).first() is None:
        connection.execute(insert(objections).values(proposal=proposal, member=member, objection=encode(objection)))


def on_table(connection: Connection, proposal: Hash) -> OnTable:
    """Return one proposal with all that was handed in about it. Raises NotHere."""
    done = connection.execute(select(proposals.c.done).where(proposals.c.hash == proposal)).scalar_one_or_none()
    if done is None:
        raise NotHere("no such proposal")
    given = connection.execute(select(approvals.c.member, approvals.c.approval).where(approvals.c.proposal == proposal).order_by(approvals.c.member))
    against = connection.execute(select(objections.c.objection).where(objections.c.proposal == proposal).order_by(objections.c.member))
    return OnTable(
        proposal,
        {member: decode(content, Approval) for member, content in given},
        tuple(read(content) for content in against.scalars()),
        done,
    )


def enclosure(connection: Connection, proposal: Hash) -> bytes:
    """Return what a proposal is about, sealed to the members. Raises NotHere."""
    found: bytes | None = connection.execute(select(proposals.c.enclosure).where(proposals.c.hash == proposal)).scalar_one_or_none()
    if found is None:
        raise NotHere("no such proposal")
    return found


def page(connection: Connection, today: date, after: Hash) -> tuple[OnTable, ...]:
    """Return a page of the proposals whose time is not over, newest last, behind one of them: as many as a desk takes at once, and one at least.

    Behind one that lies here no longer, it begins anew.
    """
    last = connection.execute(select(proposals.c.place).where(proposals.c.hash == after)).scalar_one_or_none() or 0
    given = select(func.sum(func.length(approvals.c.approval))).where(approvals.c.proposal == proposals.c.hash).scalar_subquery()
    against = select(func.sum(func.length(objections.c.objection))).where(objections.c.proposal == proposals.c.hash).scalar_subquery()
    # The enclosure of one that was done is not in the list: a desk that has it not asks for it once.
    size = case_of((proposals.c.done, 0), else_=func.length(proposals.c.enclosure)) + func.coalesce(given, 0) + func.coalesce(against, 0)
    later = select(proposals.c.hash, size).where(proposals.c.expires >= today, proposals.c.place > last).order_by(proposals.c.place)
    found, taken = list[Hash](), 0
    for name, length in connection.execute(later):
        taken += length
        if found and taken > PAGE_BYTES:
            break
        found.append(name)
    return tuple(on_table(connection, each) for each in found)


def mark_done(connection: Connection, proposal: Hash) -> None:
    """Mark a proposal as carried out; it was single use."""
    connection.execute(update(proposals).where(proposals.c.hash == proposal).values(done=True))


def clear_expired(connection: Connection, today: date) -> None:
    """Take proposals off the table whose time is over."""
    _clear(connection, list(connection.execute(select(proposals.c.hash).where(proposals.c.expires < today)).scalars()))


def clear_all(connection: Connection) -> None:
    """Take every proposal off the table: they were made under a charter that is in force no longer."""
    _clear(connection, list(connection.execute(select(proposals.c.hash)).scalars()))


def _clear(connection: Connection, hashes: list[Hash]) -> None:
    for each in hashes:
        connection.execute(delete(approvals).where(approvals.c.proposal == each))
        connection.execute(delete(objections).where(objections.c.proposal == each))
        connection.execute(delete(proposals).where(proposals.c.hash == each))
