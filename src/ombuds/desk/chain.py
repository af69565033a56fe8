# SPDX-License-Identifier: AGPL-3.0-or-later
"""Goes on with the public record from where this desk stood: every new leaf checked, every old one still there.

A server that shows a shorter or another history than the one that was pinned is caught here, and its signed checkpoint is
kept as the proof (T20, T30). Nothing is kept of a step that does not hold as a whole. See spec/record.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.errors import CheckpointWrong, EntryMissing, HistoryForked, NotHere
from ombuds.core.notes import Checkpoint, open_checkpoint
from ombuds.core.record import Record
from ombuds.core.wire import DeskState, Leaves
from ombuds.desk.parts import Desk

FORK = "fork"


def catch_up(desk: Desk) -> int:
    """Check and keep the ledger's new leaves; return how many.

    Raises HistoryForked, EntryMissing, CheckpointWrong, EntryRefused, CharterRefused and what else the record's checks raise.
    """
    start = desk.record.size
    record = desk.record.copy()
    fetched: list[bytes] = []
    while True:
        answer = _leaves(desk, record.size)
        if answer.first != record.size:
            raise EntryMissing("the server sent other entries than those asked for")
        for leaf in answer.leaves:
            record.advance(leaf)
            fetched.append(leaf)
        if record.size >= answer.size:
            break
        if not answer.leaves:
            raise EntryMissing("the server promises entries and does not send them")
    _check_end(desk, record, answer)
    _keep(desk, record, start, fetched)
    return len(fetched)


def check_state(desk: Desk, state: DeskState) -> None:
    """Check that a member's view of the server agrees with the record. Raises HistoryForked, EntryMissing."""
    if state.size > desk.record.size:
        raise EntryMissing("the server tells members of a longer ledger than readers")
    if desk.record.tree.root(state.size).hex() != state.root:
        raise HistoryForked("the server tells members of another ledger than readers")
    known = [charter.hash for charter in desk.record.charters]
    if [envelope.hash for envelope in state.charters] != known[: len(state.charters)]:
        raise HistoryForked("the server shows members other charters than its ledger holds")


def _leaves(desk: Desk, first: int) -> Leaves:
    try:
        return desk.remote.leaves(first)
    except NotHere:
        _told_less(desk)
        raise EntryMissing("the server shows fewer entries than before") from None


def _told_less(desk: Desk) -> None:
    """Look whether a shorter ledger is at least the same one. Raises HistoryForked, CheckpointWrong."""
    note = desk.remote.checkpoint()
    said = open_checkpoint(note, desk.charter.origin, desk.charter.log_key)
    if said.size > desk.record.size or desk.record.tree.root(said.size) != said.root:
        _keep_proof(desk, note)
        raise HistoryForked("the server signed another history than the one it showed before")


def _check_end(desk: Desk, record: Record, answer: Leaves) -> Checkpoint:
    checkpoint = open_checkpoint(answer.checkpoint, record.charter.origin, record.charter.log_key)
    if checkpoint.size != record.size:
        raise CheckpointWrong("it is over another length than the entries")
    if checkpoint.root != record.tree.root():
        _keep_proof(desk, answer.checkpoint)
        raise HistoryForked("the server signed another history than the one it showed before")
    return checkpoint


def _keep(desk: Desk, record: Record, start: int, fetched: list[bytes]) -> None:
    pin = desk.vault.pin()
    seen = msgspec.structs.replace(
        pin, version=record.charter.charter.version, charter=record.charter.hash, size=record.size, root=record.tree.root().hex()
    )
    if seen != pin:
        with desk.vault.together():
            desk.vault.keep_leaves(start, fetched)
            desk.vault.keep_pin(seen)
        desk.record = record


def _keep_proof(desk: Desk, checkpoint: bytes) -> None:
    # Together with the own leaves this signed note proves that the server told two stories.
    desk.vault.keep_note(FORK, checkpoint)
