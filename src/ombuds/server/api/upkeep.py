# SPDX-License-Identifier: AGPL-3.0-or-later
"""How members keep the desk alive: the state they need, their weekly recipients, and the confirmations they sign together.

A confirmation becomes an entry of the ledger when enough members have signed the very same one, and only if it describes
this ledger as it is. A recipient that stands cannot be replaced by another for the same week (T29). See spec/api.md.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from ombuds.core.charter import FRESHNESS_TYPE, Freshness, InForce, check_epoch
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, joined, signers
from ombuds.core.errors import BadBytes, CharterRefused, NotAMember, OrderWrong
from ombuds.core.keys import epoch_of, hash_of
from ombuds.core.record import Record
from ombuds.core.wire import DeskState
from ombuds.server.api.calls import Call, done, told
from ombuds.server.api.signatures import only_by
from ombuds.server.store import ledger, members


def state(call: Call) -> Response:
    """Answer with what a desk needs to keep its keys and confirmations up to date."""
    now = call.parts.public.sealing_now()
    record = call.parts.public.record()
    with call.parts.store.read() as connection:
        waiting, statements = members.waiting(connection), members.statements(connection)
    return told(DeskState(now.charters, now.freshness, waiting, statements, record.size, record.tree.root().hex(), call.today))


def epoch(call: Call) -> Response:
    """Keep the caller's recipient for one week. Raises NotAMember, CharterRefused, OrderWrong."""
    given = call.read(Envelope)
    with call.parts.store.write() as connection:
        charter = call.parts.public.within(connection).charter
        said = check_epoch(given, charter, call.today)
        if said.member != call.member:
            raise NotAMember("another member's recipient")
        if said.epoch < epoch_of(call.today):
            raise OrderWrong("that week is over")
        standing = members.standing(connection, said.member, said.epoch)
        if standing is not None and _counts(call, standing, charter):
            if standing.payload != given.payload:
                raise OrderWrong("another recipient stands for that week")
            return done()
        members.keep_epoch(connection, said, only_by(given, [charter.charter.keys()[said.member]]), call.today)
    return done()


def confirm(call: Call) -> Response:
    """Join the caller's signature with the others', and enter the confirmation when they are enough. Raises OrderWrong, NotAMember."""
    given = call.read(Envelope)
    with call.parts.store.write() as connection:
        record = call.parts.public.within(connection)
        keys = record.charter.charter.keys("charter")
        if call.member not in signers(given, FRESHNESS_TYPE, keys):
            raise NotAMember("not signed by the caller")
        said = decode_canonical(given.payload, Freshness)
        if record.freshness is not None and hash_of(encode(record.freshness)) == given.hash:
            return done()
        _check_honest(call, said, record)
        known = {each.hash for each in members.statements(connection)}
        if not set(said.epochs) <= known:
            raise OrderWrong("it names recipients that are not here")
        before = members.confirmation(connection, given.hash)
        both = only_by(joined([before, given]) if before else given, keys.values())
        members.keep_confirmation(connection, both, said.day, keys[call.member].key_id)
        if len(signers(both, FRESHNESS_TYPE, keys)) >= record.charter.charter.thresholds.charter:
            ledger.append(connection, record, both.canonical(), ())
            members.forget_confirmations(connection)
    call.parts.public.record(fresh=True)
    return done()


def _check_honest(call: Call, said: Freshness, record: Record) -> None:
    """Check that a confirmation is about this desk, its charter in force, and this ledger. Raises CharterRefused, OrderWrong."""
    if said.instance_id != record.charter.instance_id or said.charter != record.charter.hash:
        raise CharterRefused("a confirmation of another charter")
    if list(said.epochs) != sorted(set(said.epochs)):
        raise OrderWrong("its recipients are not in order, each once")
    if abs(said.day - call.today) > timedelta(days=1):
        raise OrderWrong("a confirmation of another day")
    if record.freshness is not None and said.day < record.freshness.day:
        raise OrderWrong("a later day was confirmed already")
    if not 1 <= said.size <= record.size or record.tree.root(said.size).hex() != said.root:
        raise OrderWrong("it does not describe this ledger")


def _counts(call: Call, standing: Envelope, charter: InForce) -> bool:
    try:
        check_epoch(standing, charter, call.today)
    except (BadBytes, NotAMember, CharterRefused):
        # Signed with a key that the member has no longer: a new charter came in between.
        return False
    return True
