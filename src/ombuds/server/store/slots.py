# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches of walls leave at the server's fixed hours: each is checked wholly when it is handed in, and again when its hour comes.

So the moment at which a wall changes tells nothing about when its posts came or when members signed (T11). One transaction
lets a batch wait, and one makes it public, whole or not at all (T21). Who may publish what is decided by the members'
signatures. See spec/campaign.md and
spec/store.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.errors import EntryRefused, Expired, OmbudsError, OrderWrong
from ombuds.core.keys import Id
from ombuds.core.publication import Entry, check_entry, read_parameters
from ombuds.core.record import Record
from ombuds.core.wire import NewEntry
from ombuds.core.wire_posts import LeavesAt
from ombuds.host.logs import log_error
from ombuds.server.store import custody, fates, leaving, ledger, walls
from ombuds.server.store.leaving import Slot, Waiting


def lay(connection: Connection, slot: Slot, record: Record, entry: Entry) -> LeavesAt:
    """Let a signed batch wait for its hour if it could be public now, and say when it leaves; the same one may be handed in again.

    Raises OrderWrong (another one of this wall waits), EntryRefused, Expired, NotHere, ContentChanged, Malformed, TooLarge.
    """
    proposal, envelope = entry.quorum.proposal, entry.quorum.envelope
    _check_slot(slot, entry)
    walls.check_entry(connection, record, entry)
    ledger.check(record, entry.leaf, entry.files)
    there = leaving.of(connection, entry.subject)
    if there not in ("", proposal.hash):
        raise OrderWrong("another batch of this wall waits for its hour")
    if not there:
        leaving.keep(connection, Waiting(entry.subject, proposal.hash, NewEntry(envelope, entry.files)))
    return LeavesAt(proposal.hash, *slot)


def seen(connection: Connection, slot: Slot) -> tuple[LeavesAt, ...]:
    """Return the batches that wait, and when they leave."""
    return tuple(LeavesAt(proposal, *slot) for proposal in leaving.proposals(connection))


def leave(connection: Connection, before: Record, today: date) -> tuple[int, list[Id]]:
    """Make all batches public that wait; return how many, and the parts to be deleted.

    One that follows no more is left out and waits no more: a desk that hands it in again is told why.
    """
    record, count, gone = before.copy(), 0, list[Id]()
    for waiting in leaving.take(connection):
        try:
            entry = _again(record, today, waiting.entry)
            ready = walls.check_entry(connection, record, entry)
            ledger.check(record, entry.leaf, entry.files)
        except OmbudsError as wrong:
            log_error("a batch that waited for its hour follows no more", wrong)
            continue
        ledger.append(connection, record, entry.leaf, entry.files)
        fates.fall(connection, ready.wall, ready.batch.removed)
        gone += walls.publish(connection, ready)
        custody.mark_done(connection, waiting.proposal)
        record.advance(entry.leaf)
        count += 1
    return count, gone


def _check_slot(slot: Slot, entry: Entry) -> None:
    # The record takes no entry that is dated two days before one above it: what waits over midnight must still fit in then.
    if slot.day - entry.parameters.day > timedelta(days=1):
        raise EntryRefused("its day would be two days past when it leaves")
    if entry.quorum.proposal.expires < slot.day:
        raise Expired("its approvals expire before it leaves")


def _again(record: Record, today: date, new: NewEntry) -> Entry:
    """Check the signatures of a batch under the charter that is in force when its hour comes."""
    proposal = read_proposal(new.envelope)
    # Of the day on which they signed, as the record asks: a server that stood still for days loses nothing that it was thanked for.
    rule = record.charter.rule(proposal.action, read_parameters(proposal).day)
    if record.charter.expired(today):
        raise Expired("the charter has expired")
    return check_entry(Quorum.of(new.envelope, rule), new.files)
