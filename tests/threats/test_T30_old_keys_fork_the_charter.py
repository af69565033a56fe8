# SPDX-License-Identifier: AGPL-3.0-or-later
"""T30: keys of members who were removed, a majority of the old charter, make another next charter: nobody who saw the ledger takes it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombuds.core.charter import Charter, sign_charter
from ombuds.core.errors import CharterRefused, CheckpointWrong, HistoryForked, NotThisApproval, OmbudsError
from ombuds.core.record import check_page
from ombuds.mirror.check import check
from ombuds.mirror.copy import copy
from tests.mirror.answering import Answering
from tests.mirror.ledgers import FIVE, Ledger, charter_of, key_of, member, succeeding, text
from tests.mirror.pages import proof_of

REMOVED = ("carla", "dora", "emil")
STAYING = ("anna", "boris", "gleb")


@pytest.fixture
def ledger() -> Ledger:
    """A desk of five that went on with three: two of the old members, and a new one. Something was published by each."""
    found = Ledger(FIVE)
    found.publish(text())
    found.succeed(succeeding(found.charter, members=tuple(map(member, STAYING)), thresholds=charter_of(STAYING).thresholds), (*FIVE, "gleb"))
    found.publish(text("After the change"))
    return found


def _other(ledger: Ledger) -> Charter:
    """The charter that the removed members would like in its place: they stay, with a log key of their own."""
    own = {"members": tuple(map(member, REMOVED)), "thresholds": charter_of(REMOVED).thresholds, "log_key": key_of("other log").public.text}
    return succeeding(ledger.charters[0], **own)


def _forked(ledger: Ledger) -> Ledger:
    """The ledger that they would show: the same beginning, then their own charter and texts."""
    fork = Ledger(FIVE)
    fork.leaves[:] = ledger.leaves[:2]
    fork.succeed(_other(ledger), REMOVED)
    fork.publish(text("They never removed us"), signers=REMOVED[:2])
    return fork


def test_it_does_not_follow_the_charter_in_force(ledger: Ledger) -> None:
    """In a ledger where the change stands, the other charter is refused."""
    with pytest.raises(CharterRefused):
        ledger.read().advance(sign_charter(_other(ledger), *map(key_of, REMOVED)).canonical())


def test_old_members_publish_nothing_more(ledger: Ledger) -> None:
    """An entry under the old charter, signed by its majority, is refused after the change."""
    record = ledger.read()
    old = Ledger(FIVE)
    old.publish(text("Late"), signers=REMOVED)
    with pytest.raises(NotThisApproval):
        record.advance(old.leaves[-1])


def test_a_mirror_keeps_both_stories(ledger: Ledger, tmp_path: Path) -> None:
    """A mirror that has copied the change refuses the other chain and keeps it beside its copy, as the proof."""
    with Answering(ledger).client() as client:
        copy(client, tmp_path / "copy")
    with Answering(_signed_by_others(_forked(ledger))).client() as client, pytest.raises(HistoryForked):
        copy(client, tmp_path / "copy")
    assert (check(tmp_path / "copy").record.charter.charter.version, (tmp_path / "copy.other-1").is_dir()) == (2, True)


def test_the_log_key_in_force_does_not_sign_their_ledger(ledger: Ledger) -> None:
    """A page from their chain does not hold under a checkpoint of the log key that the true charter names."""
    fork = _forked(ledger)
    subject = next(iter(fork.files)).partition("/")[0]
    with pytest.raises(CheckpointWrong):
        check_page(proof_of(fork, f"{subject}/1.json"))


def test_neither_chain_continues_the_other(ledger: Ledger) -> None:
    """The charters of both chains in one proof, in either order, are no chain."""
    subject = ledger.publish(text("And on"))
    proof = proof_of(ledger, f"{subject}/1.json")
    theirs = sign_charter(_other(ledger), *map(key_of, REMOVED))
    refused = []
    for chain in ((*proof.charters, theirs), (proof.charters[0], theirs, *proof.charters[1:])):
        try:
            check_page(msgspec.structs.replace(proof, charters=chain))
        except OmbudsError as wrong:
            refused.append(type(wrong))
    assert refused == [CharterRefused, CharterRefused]


class _Theirs(Ledger):
    """A ledger whose checkpoint is signed by the log key of the removed members."""

    def note(self, signer: str = "other log") -> bytes:
        """The checkpoint over everything."""
        return super().note(signer)


def _signed_by_others(fork: Ledger) -> Ledger:
    fork.__class__ = _Theirs
    return fork
