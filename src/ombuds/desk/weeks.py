# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member's weekly keys and the members' common confirmation of them, without ceremony.

A desk makes its keys three weeks ahead and deletes them 14 days after their week. It signs a confirmation only if that
lists exactly the keys it can verify, its own among them, and the ledger it has read itself: so neither a server nor one
member can slip a key in (T07, T09, T28). It opens no share. See spec/charter.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from ombuds.core.age import Identity, Recipient
from ombuds.core.charter import (
    EPOCH_KEPT_DAYS,
    EPOCHS_AHEAD,
    FRESHNESS_TYPE,
    EpochKey,
    Freshness,
    check_epoch,
    confirm,
    sign_epoch,
    sign_freshness,
)
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import Envelope, signers
from ombuds.core.errors import FreshnessStale, OmbudsError, Tampered
from ombuds.core.keys import epoch_of
from ombuds.core.wire import DeskState
from ombuds.desk.parts import Desk

RENEW_AFTER_DAYS = 3
STATEMENTS = "statements"


def publish_weeks(desk: Desk, state: DeskState) -> int:
    """Make the own keys of this week and three ahead, publish those that the server lacks, and return how many it lacked."""
    now = epoch_of(desk.today)
    known = {statement.hash for statement in state.epochs}
    own = desk.vault.epochs()
    lacked = 0
    for week in range(now, now + EPOCHS_AHEAD + 1):
        if week not in own:
            identity = Identity.generate()
            statement = sign_epoch(desk.instance_id, desk.name, week, identity.recipient, desk.key)
            desk.vault.keep_epoch(week, identity, statement)
        else:
            statement = own[week][1]
        if statement.hash not in known:
            desk.remote.publish_epoch(statement)
            lacked += 1
    return lacked


def oldest_kept(desk: Desk) -> int:
    """Return the first week whose key is not yet to be deleted."""
    return epoch_of(desk.today - timedelta(days=EPOCH_KEPT_DAYS))


def keep_statements(desk: Desk, state: DeskState) -> tuple[Envelope, ...]:
    """Keep and return the members' statements for this week and later that hold. Raises Tampered if the own key made one that this desk did not."""
    own = {statement.hash for _, statement in desk.vault.epochs().values()}
    held = []
    for statement in state.epochs:
        key = _read(desk, statement)
        if key is None or key.epoch < epoch_of(desk.today):
            continue
        if key.member == desk.name and statement.hash not in own:
            raise Tampered("somebody else has your signing key: tell the other members now")
        held.append(statement)
    desk.vault.keep_note(STATEMENTS, encode(held))
    return tuple(held)


def recipient_of(desk: Desk, member: str) -> Recipient:
    """Return a member's recipient of this week, from statements that hold. Raises FreshnessStale."""
    for statement in decode(desk.vault.note(STATEMENTS) or b"[]", tuple[Envelope, ...]):
        key = _read(desk, statement)
        if key is not None and (key.member, key.epoch) == (member, epoch_of(desk.today)):
            return Recipient.parse(key.recipient)
    raise FreshnessStale(f"{member} has no key for this week")


def confirm_weeks(desk: Desk, state: DeskState, statements: Iterable[Envelope]) -> bool:
    """Countersign the members' confirmation, or begin one; return whether something was signed."""
    held = tuple(statements)
    expected = tuple(sorted({statement.hash for statement in held}))
    if _settled(desk, state, expected) or not _worth(desk, held):
        return False
    fitting = sorted((envelope for envelope in state.pending if _fits(desk, envelope, expected)), key=lambda one: one.hash)
    if any(_signed(desk, envelope) for envelope in fitting):
        return False
    if fitting:
        agreed = decode_canonical(fitting[0].payload, Freshness)
    else:
        agreed = confirm(desk.charter, held, desk.record.size, desk.record.tree.root(), desk.today)
    desk.remote.confirm(sign_freshness(agreed, desk.key))
    return True


def check_confirmation(desk: Desk, envelope: Envelope, expected: tuple[str, ...]) -> Freshness:
    """Check that a confirmation says what this desk knows to be true. Raises FreshnessStale, Malformed."""
    said = decode_canonical(envelope.payload, Freshness)
    if envelope.payloadType != FRESHNESS_TYPE or (said.instance_id, said.charter) != (desk.instance_id, desk.charter.hash):
        raise FreshnessStale("a confirmation of another charter")
    if abs(said.day - desk.today) > timedelta(days=1):
        raise FreshnessStale("a confirmation of another day")
    if said.epochs != expected:
        raise FreshnessStale("it does not list exactly the keys that this desk can verify")
    if said.size > desk.record.size or desk.record.tree.root(said.size).hex() != said.root:
        raise FreshnessStale("it confirms another ledger")
    return said


def _fits(desk: Desk, envelope: Envelope, expected: tuple[str, ...]) -> bool:
    try:
        check_confirmation(desk, envelope, expected)
    except OmbudsError:
        return False
    return True


def _signed(desk: Desk, envelope: Envelope) -> bool:
    return desk.key.public.key_id in {signature.keyid for signature in envelope.signatures}


def _settled(desk: Desk, state: DeskState, expected: tuple[str, ...]) -> bool:
    if state.freshness is None:
        return False
    try:
        if not signers(state.freshness, FRESHNESS_TYPE, desk.charter.charter.keys("charter")):
            return False
        said = decode_canonical(state.freshness.payload, Freshness)
    except OmbudsError:
        return False
    recent = desk.today - timedelta(days=RENEW_AFTER_DAYS) <= said.day
    return recent and said.epochs == expected and said.charter == desk.charter.hash


def _worth(desk: Desk, statements: tuple[Envelope, ...]) -> bool:
    """Say whether enough members have keys for this week: a confirmation of fewer lets nobody seal."""
    able = desk.charter.charter.keys("open")
    keys = [_read(desk, statement) for statement in statements]
    return len({key.member for key in keys if key and key.epoch == epoch_of(desk.today) and key.member in able}) >= desk.charter.sealing_minimum


def _read(desk: Desk, statement: Envelope) -> EpochKey | None:
    try:
        return check_epoch(statement, desk.charter, desk.today)
    except OmbudsError:
        return None
