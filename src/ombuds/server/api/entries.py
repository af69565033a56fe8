# SPDX-License-Identifier: AGPL-3.0-or-later
"""What enough members signed becomes public: a publication with its files, a takedown, or the next charter.

Everything is checked before anything is written, in one transaction: the signatures under the charter in force, the
files against what was signed, the place in the subject's history, the day, and that no member stopped it (T05, T18). The
same entry sent twice is one entry. A batch of a wall is checked as wholly, and waits for the next fixed hour (T11). See
spec/api.md.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from ombuds.core.charter import CHARTER_TYPE
from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.errors import AlreadyUsed, EntryRefused, Malformed, OrderWrong
from ombuds.core.keys import hash_of
from ombuds.core.publication import check_entry
from ombuds.core.record import Line, Record
from ombuds.core.wire import Appended, NewEntry
from ombuds.core.wire_posts import FixedHour, LeavesAt, Leaving
from ombuds.server.api.calls import Call, done, told
from ombuds.server.api.table import check_open, rule_of
from ombuds.server.campaign.keeping import delete_parts
from ombuds.server.campaign.slots import run_by_hand
from ombuds.server.store import custody, leaving, ledger, members, slots, walls
from ombuds.server.store.leaving import next_slot


def publish(call: Call) -> Response:
    """Append an entry, and answer where it stands; of a batch of a wall, when it leaves.

    Raises NotHere (never proposed, or a post of a batch that was not handed in), Stopped, AlreadyUsed, NotEnough,
    NotThisApproval, Expired, EntryRefused, ContentChanged, CharterRefused, BadSignature, Malformed, TooLarge.
    """
    new = call.read(NewEntry)
    line: Line | LeavesAt
    if new.envelope.payloadType == CHARTER_TYPE:
        line = _succeed(call, new)
    else:
        line = _enter(call, new)
    if isinstance(line, LeavesAt):
        return told(line)
    call.parts.public.record(fresh=True)
    return told(Appended(line.index, line.leaf))


def waiting(call: Call) -> Response:
    """Answer with the batches that wait for their hour, and with the fixed hour that is the next one."""
    with call.parts.store.read() as connection:
        slot = next_slot(connection, call.parts.settings.slots, call.today)
        return told(Leaving(slots.seen(connection, slot), FixedHour(*slot)))


def run_slot(call: Call) -> Response:
    """Let the batches of walls leave now, in a demonstration alone. Raises OrderWrong, StoreBusy, StoreFull."""
    if not call.parts.public.record().charter.charter.demonstration:
        raise OrderWrong("batches leave at fixed hours")
    run_by_hand(call.parts)
    return done()


def _enter(call: Call, new: NewEntry) -> Line | LeavesAt:
    proposal = read_proposal(new.envelope)
    leaf = new.envelope.canonical()
    with call.parts.store.write() as connection:
        record = call.parts.public.within(connection)
        if (there := _standing(record, leaf)) is not None:
            if there.kind == "wall":
                raise AlreadyUsed("it is public already")
            return there
        quorum = Quorum.of(new.envelope, rule_of(record.charter, proposal, call.today))
        check_open(custody.on_table(connection, proposal.hash))
        if len(new.envelope.signatures) != len(quorum.members):
            raise Malformed("a signature that counts for nobody")
        entry = check_entry(quorum, new.files)
        if abs(entry.parameters.day - call.today) > timedelta(days=1):
            raise EntryRefused("its day is not today")
        record.check_next(quorum)
        if entry.parameters.kind == "wall":
            return slots.lay(connection, next_slot(connection, call.parts.settings.slots, call.today), record, entry)
        taken = walls.walls_of(connection, record, entry.subject) if entry.parameters.kind == "takedown" else ()
        line = ledger.append(connection, record, entry.leaf, entry.files)
        gone = [part for wall in taken for part in walls.destroy(connection, wall)]
        custody.mark_done(connection, proposal.hash)
    delete_parts(call.parts, gone)
    return line


def _succeed(call: Call, new: NewEntry) -> Line:
    leaf = new.envelope.canonical()
    with call.parts.store.write() as connection:
        record = call.parts.public.within(connection)
        if (there := _standing(record, leaf)) is not None:
            return there
        line = ledger.append(connection, record, leaf, new.files)
        # What was on the table named the charter before this one: it is void now, and so is what waited for signatures.
        custody.clear_all(connection)
        leaving.clear(connection)
        members.forget_confirmations(connection)
    return line


def _standing(record: Record, leaf: bytes) -> Line | None:
    """Return the line of a leaf that was appended before."""
    wanted = hash_of(leaf)
    return next((line for line in reversed(record.lines) if line.leaf == wanted), None)
