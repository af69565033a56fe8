# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record: every leaf is checked under the charter in force at its index, and nothing follows but the next version (T18, T30)."""

from __future__ import annotations

from dataclasses import replace as swapped
from datetime import date, timedelta

import msgspec
import pytest

from ombuds.core.charter import FRESHNESS_TYPE, Freshness, check_founding, sign_charter
from ombuds.core.custody import PROPOSAL_TYPE, approve, propose
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, joined, sign
from ombuds.core.errors import (
    AlreadyUsed,
    CharterRefused,
    EntryMissing,
    EntryRefused,
    Expired,
    HistoryForked,
    Malformed,
    NotEnough,
    NotThisApproval,
)
from ombuds.core.publication import Basis, Entry, EntryParameters, Place, new_place
from ombuds.core.record import Record
from ombuds.core.tree import Tree, leaf_hash
from tests.core import builders as b

DESK = b.desk_of()
FIRST = DESK.charter.envelope.canonical()
ENTRY = b.entry_of(DESK)
replaced = msgspec.structs.replace


def _record(*leaves: bytes) -> Record:
    record = Record(FIRST)
    for leaf in leaves:
        record.advance(leaf)
    return record


def _again(entry: Entry, **parts: object) -> bytes:
    """The same entry with a changed proposal, signed anew by anna and boris."""
    proposal = replaced(entry.quorum.proposal, **parts)
    return joined(approve(proposal, b.key_of(name)) for name in ("anna", "boris")).canonical()


def _takedown(place: Place, desk: b.Desk = DESK, **parts: object) -> bytes:
    said = replaced(EntryParameters(1, "takedown", place.version, (), (), Basis("desk"), "safety", b.TODAY), **parts)
    proposal = propose(desk.charter.rule("takedown", b.TODAY), place.subject, place.prev, said, b.TODAY)
    return b.quorum_of(desk, proposal, "anna", "boris").envelope.canonical()


def _confirmation(record: Record, **parts: object) -> bytes:
    size = record.size
    said = Freshness(1, DESK.charter.instance_id, record.charter.hash, (), size, record.tree.root(size).hex(), b.TODAY)
    return sign(FRESHNESS_TYPE, encode(replaced(said, **parts)), *map(b.key_of, b.NAMES)).canonical()


def _succession(record: Record, names: tuple[str, ...], **parts: object) -> bytes:
    before = record.charter
    charter = b.changed(b.charter_of(names), version=before.charter.version + 1, prev=before.hash, **parts)
    return sign_charter(charter, *map(b.key_of, {*b.NAMES, *names})).canonical()


def test_entries_are_read_in_order() -> None:
    """A charter, a confirmation, a story, its correction and its takedown are read as such."""
    record = _record(DESK.freshness.canonical(), ENTRY.leaf)
    subject = ENTRY.quorum.proposal.subject
    record.advance(b.entry_of(DESK, record.place(subject), b.story("Corrected")).leaf)
    record.advance(_takedown(record.place(subject)))
    assert [line.kind for line in record.lines] == ["charter", "freshness", "story", "correction", "takedown"]


def test_the_tree_is_that_of_the_leaves() -> None:
    """The record's root is the ledger's root over the same leaves."""
    assert _record(ENTRY.leaf).tree.root() == Tree([leaf_hash(FIRST), leaf_hash(ENTRY.leaf)]).root()


def test_a_copy_goes_on_alone() -> None:
    """A leaf that is tried on a copy does not change the record."""
    record = _record()
    record.copy().advance(ENTRY.leaf)
    assert (record.size, record.tree.size, record.head(ENTRY.quorum.proposal.subject)) == (1, 1, None)


def test_a_refused_leaf_changes_nothing() -> None:
    """After a refusal the record stands where it stood."""
    record = _record(ENTRY.leaf)
    with pytest.raises(AlreadyUsed):
        record.advance(ENTRY.leaf)
    assert (record.size, record.tree.size, record.charter) == (2, 2, DESK.charter)


def test_an_entry_is_used_once() -> None:
    """The same approvals do not publish twice."""
    record = _record(ENTRY.leaf)
    with pytest.raises(AlreadyUsed):
        record.advance(_again(ENTRY, prev="1" * 64))


SKIPPED = {"a skipped version": (3, None), "the same version": (1, None), "another predecessor": (2, "1" * 64), "no predecessor": (2, "")}


@pytest.mark.parametrize(("version", "prev"), SKIPPED.values(), ids=SKIPPED.keys())
def test_versions_follow_each_other(version: int, prev: str | None) -> None:
    """An entry that skips a version or names another predecessor is refused."""
    record = _record(ENTRY.leaf)
    place = record.place(ENTRY.quorum.proposal.subject)
    with pytest.raises(EntryRefused):
        record.advance(b.entry_of(DESK, Place(place.subject, version, place.prev if prev is None else prev)).leaf)


@pytest.mark.parametrize("place", [Place("a" * 32, 2, ""), Place("a" * 32, 1, "1" * 64)])
def test_a_subject_begins_at_its_beginning(place: Place) -> None:
    """The first entry about a subject has version 1 and no predecessor."""
    with pytest.raises(EntryRefused):
        _record().advance(b.entry_of(DESK, place).leaf)


def test_nothing_follows_a_takedown() -> None:
    """What was taken down is not continued."""
    record = _record(ENTRY.leaf)
    subject = ENTRY.quorum.proposal.subject
    last = record.advance(_takedown(record.place(subject)))
    with pytest.raises(EntryRefused):
        record.advance(b.entry_of(DESK, Place(subject, 3, last.leaf)).leaf)


def test_a_takedown_has_no_next_place() -> None:
    """Asking where the next version of a removed story stands is refused."""
    record = _record(ENTRY.leaf)
    record.advance(_takedown(record.place(ENTRY.quorum.proposal.subject)))
    with pytest.raises(EntryRefused):
        record.place(ENTRY.quorum.proposal.subject)


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_unknown_is_taken_down(version: int) -> None:
    """A takedown of a subject that was never published is refused."""
    with pytest.raises(EntryRefused):
        _record().advance(_takedown(Place("a" * 32, version, "")))


def test_a_takedown_takes_as_many_as_the_charter_says() -> None:
    """One member takes nothing down."""
    record = _record(ENTRY.leaf)
    taken = msgspec.json.decode(_takedown(record.place(ENTRY.quorum.proposal.subject)), type=Envelope)
    with pytest.raises(NotEnough):
        record.advance(replaced(taken, signatures=taken.signatures[:1]).canonical())


def test_one_member_publishes_nothing() -> None:
    """An entry that one of three signed is refused."""
    envelope = ENTRY.quorum.envelope
    with pytest.raises(NotEnough):
        _record().advance(replaced(envelope, signatures=envelope.signatures[:1]).canonical())


def test_an_entry_of_another_desk_is_refused() -> None:
    """An entry that the same members signed at another desk is refused."""
    with pytest.raises(NotThisApproval):
        _record().advance(_again(ENTRY, instance_id="1" * 64))


def test_an_entry_that_came_too_late_is_refused() -> None:
    """An entry dated after its approvals expired is refused."""
    with pytest.raises(Expired):
        _record().advance(_again(ENTRY, expires=b.TODAY - timedelta(days=1)))


def test_an_entry_under_an_expired_charter_is_refused() -> None:
    """Members of an expired charter publish nothing until it is renewed."""
    over = check_founding(sign_charter(b.changed(b.charter_of(), expires=b.TODAY - timedelta(days=1)), *map(b.key_of, b.NAMES)))
    entry = b.entry_of(swapped(DESK, charter=over))
    with pytest.raises(EntryRefused):
        Record(over.envelope.canonical()).advance(entry.leaf)


OTHER_SPELLINGS = {
    "a space": FIRST[:-1] + b" }",
    "signatures in another order": encode(replaced(DESK.charter.envelope, signatures=DESK.charter.envelope.signatures[::-1])),
    "a signature twice": encode(replaced(DESK.charter.envelope, signatures=(DESK.charter.envelope.signatures[0], *DESK.charter.envelope.signatures))),
}


@pytest.mark.parametrize("leaf", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS.keys())
def test_a_leaf_has_one_spelling(leaf: bytes) -> None:
    """A leaf in a second spelling is refused."""
    with pytest.raises(EntryRefused):
        Record(leaf)


def test_an_unknown_kind_is_refused() -> None:
    """A statement that is no charter, confirmation or entry is refused."""
    with pytest.raises(EntryRefused):
        _record().advance(sign("text/plain", b"{}", b.key_of("anna")).canonical())


@pytest.mark.parametrize("leaf", [b"", b"{}", b"[]", FIRST[:-2]])
def test_a_leaf_is_an_envelope(leaf: bytes) -> None:
    """Bytes that are no envelope are refused as malformed."""
    with pytest.raises(Malformed):
        _record().advance(leaf)


def test_a_second_founding_is_refused() -> None:
    """A founding charter does not come twice."""
    with pytest.raises(CharterRefused):
        _record().advance(FIRST)


# Charters and confirmations.


def test_a_removed_member_publishes_nothing() -> None:
    """Entries signed under the old charter are refused from the new one on."""
    record = _record()
    record.advance(_succession(record, ("boris", "carla", "dora")))
    with pytest.raises(NotThisApproval):
        record.advance(ENTRY.leaf)


def test_old_keys_do_not_fork_the_charters() -> None:
    """All members of the first charter together cannot put another second one behind the true one."""
    record, other = _record(), _record()
    record.advance(_succession(record, ("boris", "carla", "dora")))
    with pytest.raises(CharterRefused):
        record.advance(_succession(other, b.NAMES, name="A fork"))


def test_members_confirm_the_ledger_they_saw() -> None:
    """A confirmation of an earlier size with its true root is read."""
    record = _record(ENTRY.leaf)
    record.advance(_confirmation(record, size=1, root=record.tree.root(1).hex()))
    assert record.freshness is not None and record.freshness.size == 1


def test_a_confirmed_entry_that_was_dropped_is_missed() -> None:
    """When members confirmed more entries than the ledger has, one is missing."""
    longer = _record(ENTRY.leaf)
    with pytest.raises(EntryMissing):
        _record().advance(_confirmation(longer))


def test_a_history_that_was_changed_is_noticed() -> None:
    """When members confirmed other entries than the ledger has, the history is forked."""
    other = _record(b.entry_of(DESK).leaf)
    with pytest.raises(HistoryForked):
        _record(ENTRY.leaf).advance(_confirmation(other))


def test_confirmations_go_forward() -> None:
    """A confirmation older than the last one is refused."""
    record = _record()
    record.advance(_confirmation(record))
    with pytest.raises(EntryRefused):
        record.advance(_confirmation(record, day=b.TODAY - timedelta(days=1)))


def test_a_minority_confirms_no_ledger() -> None:
    """A confirmation that one member signed is refused."""
    with pytest.raises(NotEnough):
        _record().advance(replaced(DESK.freshness, signatures=DESK.freshness.signatures[:1]).canonical())


@pytest.mark.parametrize("size", [-1, 0])
def test_a_confirmation_has_a_possible_size(size: int) -> None:
    """A confirmation of less than the founding charter is refused."""
    record = _record()
    with pytest.raises((EntryRefused, HistoryForked, EntryMissing)):
        record.advance(_confirmation(record, size=size))


def test_a_changed_type_is_no_entry() -> None:
    """A confirmation relabelled as an entry is refused."""
    with pytest.raises(Malformed):
        _record().advance(b.retyped(DESK.freshness, PROPOSAL_TYPE).canonical())


def test_each_line_says_its_day() -> None:
    """The day of an entry is the signed one, and a charter has none."""
    assert [line.day for line in _record(ENTRY.leaf).lines] == [None, date(2026, 11, 24)]


def test_a_new_place_is_free() -> None:
    """A fresh subject is unknown to the record."""
    assert _record(ENTRY.leaf).head(new_place().subject) is None


def test_an_entry_cannot_be_dated_back() -> None:
    """An entry dated more than a day before one that stands above it is refused, so that nobody writes yesterday's foresight today."""
    entry = b.entry_of(DESK)
    earlier = _again(entry, parameters=msgspec.Raw(encode(replaced(entry.parameters, day=b.TODAY - timedelta(days=2)))))
    _record(earlier, ENTRY.leaf)
    with pytest.raises(EntryRefused, match="dated before"):
        _record(ENTRY.leaf, earlier)
