# SPDX-License-Identifier: AGPL-3.0-or-later
"""A look at the server on bad days: forked and withheld records, keys slipped in, servers that are silent or lie."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from starlette.testclient import TestClient

from ombuds.core.age import Identity
from ombuds.core.charter import Freshness, confirm, sign_epoch, sign_freshness
from ombuds.core.custody import PROPOSAL_TYPE, Proposal, read_proposal
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, Signature
from ombuds.core.errors import EntryMissing, FreshnessStale, HistoryForked, RemoteSilent, Tampered, VaultDamaged
from ombuds.core.keys import epoch_of
from ombuds.core.wire import Approval, DeskState
from ombuds.desk.chain import FORK
from ombuds.desk.fetch import sync
from ombuds.desk.parts import Desk, open_desk
from ombuds.desk.release.approving import approve, waiting
from ombuds.desk.release.prepare import propose_update
from ombuds.desk.remote import Remote
from ombuds.desk.weeks import check_confirmation, confirm_weeks, keep_statements, oldest_kept, publish_weeks
from ombuds.server.app import build, put_together
from ombuds.server.config import Settings
from ombuds.server.http.parts import Parts
from ombuds.server.store import custody, ledger
from tests.desk.desks import ADDRESS, World, update


@contextmanager
def second_server(world: World) -> Iterator[Parts]:
    """Start another server from a copy of what the first one holds now."""
    folder = world.folder / "second"
    folder.mkdir(mode=0o700)
    for name in ("log.key", "form.key"):
        (folder / name).write_bytes((world.parts.settings.folder / name).read_bytes())
        (folder / name).chmod(0o600)
    _copy(world.parts.settings.folder / "ombuds.db", folder / "ombuds.db")
    parts = put_together(Settings(data=str(folder)), world.calendar)
    yield parts
    parts.store.close()


def _copy(old: Path, new: Path) -> None:
    with sqlite3.connect(old) as source, sqlite3.connect(new) as target:
        source.backup(target)
    source.close()
    target.close()


def _moved(desk: Desk, parts: Parts) -> Desk:
    """Return the same desk, talking to another server."""
    return open_desk(desk.vault, TestClient(build(parts), base_url=ADDRESS), desk.clock)


def _publish(world: World) -> None:
    proposal = propose_update(world["anna"], update())
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()


def _other_history(world: World, parts: Parts) -> None:
    """Let the second server go on with another entry than the first."""
    desk = world["anna"]
    with parts.store.write() as connection:
        record = parts.public.within(connection)
        said = confirm(desk.charter, (), record.size, record.tree.root(), desk.today)
        leaf = sign_freshness(said, *(world[name].key for name in ("anna", "boris", "vera"))).canonical()
        ledger.append(connection, record, leaf, ())
    parts.public.record(fresh=True)


class Listening(Remote):
    """A client that keeps the confirmations it should send."""

    def __init__(self, client: httpx2.Client, address: str) -> None:
        super().__init__(client, address)
        self.heard: list[Envelope] = []

    def confirm(self, freshness: Envelope) -> None:
        """Keep a confirmation."""
        self.heard.append(freshness)


def _state(desk: Desk) -> DeskState:
    return desk.remote.state()


def test_a_forked_history_is_refused(world: World) -> None:
    """A server that goes on with another history than the pinned one is found out."""
    with second_server(world) as parts:
        _publish(world)
        _other_history(world, parts)
        found = sync(_moved(world["anna"], parts))
    assert [type(trouble.error) for trouble in found.troubles] == [HistoryForked]


def test_a_forked_history_leaves_its_proof(world: World) -> None:
    """The signed checkpoint of a forked history is kept as evidence."""
    with second_server(world) as parts:
        _publish(world)
        _other_history(world, parts)
        sync(_moved(world["anna"], parts))
        note = parts.public.checkpoint()
    assert world["anna"].vault.note(FORK) == note


def test_a_forked_history_changes_no_pin(world: World) -> None:
    """After a forked history was shown, the desk still holds the one it had."""
    with second_server(world) as parts:
        _publish(world)
        before = world["anna"].vault.pin()
        _other_history(world, parts)
        sync(_moved(world["anna"], parts))
    assert world["anna"].vault.pin() == before


def test_a_server_that_withholds_entries_is_found_out(world: World) -> None:
    """A server that shows fewer entries than before is told as such."""
    with second_server(world) as parts:
        _publish(world)
        found = sync(_moved(world["anna"], parts))
    assert EntryMissing in [type(trouble.error) for trouble in found.troubles]


def test_a_desk_goes_on_from_its_pin(world: World) -> None:
    """A desk that was closed reads only what is new and ends where the others are."""
    _publish(world)
    again = open_desk(world["anna"].vault, TestClient(build(world.parts), base_url=ADDRESS), world.calendar)
    assert again.record.size == world["boris"].record.size


def test_a_record_changed_in_the_vault_is_noticed(world: World) -> None:
    """A vault whose leaves do not lead to its pin does not open as a desk."""
    desk = world["anna"]
    desk.vault.keep_pin(msgspec.structs.replace(desk.vault.pin(), root="0" * 64))
    with pytest.raises(VaultDamaged):
        open_desk(desk.vault, TestClient(build(world.parts)), world.calendar)


def test_keys_are_published_three_weeks_ahead(world: World) -> None:
    """Each member has keys for this week and the three after it at the server."""
    now = epoch_of(world.calendar())
    assert sorted(world["anna"].vault.epochs()) == [now, now + 1, now + 2, now + 3]


def test_old_keys_are_deleted(world: World) -> None:
    """A week's key is gone when 14 days have passed after its week."""
    first = epoch_of(world.calendar())
    world.calendar.pass_days(28)
    world.renew()
    assert first not in world["anna"].vault.epochs()


def test_a_key_is_kept_fourteen_days(world: World) -> None:
    """A week's key is still there 13 days after its week."""
    first = epoch_of(world.calendar())
    world.calendar.pass_days(7 - world.calendar().weekday() + 13)
    world.sync()
    assert first in world["anna"].vault.epochs()


def test_the_intake_opens_by_itself_after_a_holiday(world: World) -> None:
    """When members look again after a month, reports can be sealed again."""
    world.calendar.pass_days(30)
    world.renew()
    assert sorted(world.parts.public.epochs(world.calendar()).recipients) == ["anna", "boris", "vera"]


def test_without_the_members_the_intake_closes(world: World) -> None:
    """Eleven days after the last confirmation nothing is sealed any more."""
    world.calendar.pass_days(11)
    with pytest.raises(FreshnessStale):
        world.parts.public.epochs(world.calendar())


def test_a_settled_confirmation_is_not_signed_again(world: World) -> None:
    """On the day of a confirmation a further look signs nothing."""
    assert world.sync("vera")["vera"].signed is False


def _pending(world: World, changed: Freshness) -> bool:
    """Say whether Boris joins a confirmation that Anna signed, three days later."""
    desk = world["boris"]
    state = msgspec.structs.replace(_state(desk), freshness=None, pending=(sign_freshness(changed, world["anna"].key),))
    statements = keep_statements(desk, state)
    remote = Listening(httpx2.Client(), ADDRESS)
    confirm_weeks(replace(desk, remote=remote), state, statements)
    return [envelope.hash for envelope in remote.heard] == [state.pending[0].hash]


def _said(world: World) -> Freshness:
    desk = world["anna"]
    statements = keep_statements(desk, _state(desk))
    return confirm(desk.charter, statements, desk.record.size, desk.record.tree.root(), desk.today)


def test_an_honest_confirmation_is_joined(world: World) -> None:
    """A confirmation of exactly the keys and the ledger that a desk sees is countersigned."""
    assert _pending(world, _said(world))


def test_a_confirmation_with_a_foreign_key_is_not_joined(world: World) -> None:
    """A confirmation that lists one more key than a desk can verify is not countersigned."""
    said = _said(world)
    assert not _pending(world, msgspec.structs.replace(said, epochs=tuple(sorted((*said.epochs, "f" * 64)))))


def test_a_confirmation_without_a_members_key_is_not_joined(world: World) -> None:
    """A confirmation that leaves out a key that a desk can verify is not countersigned."""
    said = _said(world)
    assert not _pending(world, msgspec.structs.replace(said, epochs=said.epochs[1:]))


def test_a_confirmation_of_another_ledger_is_not_joined(world: World) -> None:
    """A confirmation of another root than the one a desk has read is not countersigned."""
    assert not _pending(world, msgspec.structs.replace(_said(world), root="0" * 64))


def test_a_stale_confirmation_is_refused(world: World) -> None:
    """A confirmation of the day before yesterday is refused."""
    said = msgspec.structs.replace(_said(world), day=world.calendar() - timedelta(days=2))
    with pytest.raises(FreshnessStale):
        check_confirmation(world["boris"], sign_freshness(said, world["anna"].key), said.epochs)


def test_a_stolen_signing_key_is_noticed(world: World) -> None:
    """A key of the week that this desk did not make, under its own name, is told as a theft."""
    desk = world["anna"]
    foreign = sign_epoch(desk.instance_id, "anna", epoch_of(desk.today) + 1, Identity.generate().recipient, desk.key)
    state = _state(desk)
    with pytest.raises(Tampered):
        keep_statements(desk, msgspec.structs.replace(state, epochs=(*state.epochs, foreign)))


def test_lost_keys_are_published_again(world: World) -> None:
    """A key that the server lost is published again, the same one."""
    desk = world["anna"]
    state = _state(desk)
    mine = {statement.hash for _, statement in desk.vault.epochs().values()}
    without = tuple(statement for statement in state.epochs if statement.hash not in mine)
    assert publish_weeks(desk, msgspec.structs.replace(state, epochs=without)) == 4


def test_the_oldest_kept_week_is_two_weeks_back(world: World) -> None:
    """Keys of the week of 14 days ago are kept, and earlier ones are not."""
    assert oldest_kept(world["anna"]) == epoch_of(world.calendar()) - 2


def test_a_silent_server_is_told(world: World) -> None:
    """When the server cannot be reached, the look says so."""
    desk = world["anna"]
    with httpx2.Client(trust_env=False) as client, pytest.raises(RemoteSilent):
        # Nobody listens on port 1.
        sync(replace(desk, remote=Remote(client, "http://127.0.0.1:1")))


def test_the_confirmation_is_of_what_was_read(world: World) -> None:
    """The confirmation in the ledger names a size and root of this very ledger."""
    desk = world["anna"]
    freshness = desk.record.freshness
    assert freshness is not None and desk.record.tree.root(freshness.size).hex() == freshness.root


def test_a_statement_is_read_strictly(world: World) -> None:
    """What a desk confirms is read back in its canonical form."""
    said = _said(world)
    assert decode_canonical(sign_freshness(said, world["anna"].key).payload, Freshness) == said


def test_a_proposal_whose_signature_does_not_fit_is_not_kept(world: World) -> None:
    """A server that shows a proposal under a false signature is told of, and the list of what is asked stays readable."""
    boris = world["boris"]
    forged = Proposal(1, boris.instance_id, boris.charter.hash, "publish", "", "", msgspec.Raw(b"{}"), "a" * 32, boris.today)
    envelope = Envelope(PROPOSAL_TYPE, encode(forged), (Signature(world["anna"].key.public.key_id, b"x" * 64),))
    with world.parts.store.write() as connection:
        custody.lay(connection, read_proposal(envelope), Approval(envelope), b"")
        custody.keep_approval(connection, envelope.hash, "anna", Approval(envelope))
    found = world.sync("boris")["boris"]
    assert ([trouble.where for trouble in found.troubles], waiting(boris)) == (["proposal"], [])
