# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stored ledger: founded once, appended whole, and the record in memory never ahead of the disk (T18)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ombuds.core.envelope import sign
from ombuds.core.errors import CharterRefused, ContentChanged, NotHere, OmbudsError
from ombuds.core.keys import SigningKey
from ombuds.core.wire import NewEntry
from ombuds.server.store import ledger
from ombuds.server.store.public import PublicRecord
from tests.server.acts import drafted, hands, lay, publish, record_of, said, signed
from tests.server.institution import Institution
from tests.server.postgres import BOTH

pytestmark = BOTH


def test_a_desk_is_founded_once(here: Institution) -> None:
    """A second founding of the same store is refused."""
    with pytest.raises(CharterRefused):
        ledger.found(here.parts.store, here.charter.envelope)


def test_nothing_but_a_charter_founds(here: Institution) -> None:
    """A statement that is no charter founds nothing."""
    with pytest.raises(OmbudsError):
        ledger.found(here.parts.store, sign("text/plain", b"x", SigningKey.generate()))


def test_an_entry_without_its_file_is_refused(here: Institution) -> None:
    """The store itself refuses a publication whose file is missing."""
    draft = drafted(here, said())
    leaf = signed(draft.proposal, *hands(here)[:2]).canonical()
    with pytest.raises(ContentChanged), here.parts.store.write() as connection:
        ledger.append(connection, here.parts.public.within(connection), leaf, ())


def test_appending_leaves_the_record_as_it_was(here: Institution) -> None:
    """The record that readers hold does not change while an entry is appended."""
    draft, record = drafted(here, said()), record_of(here)
    with here.parts.store.write() as connection:
        ledger.append(connection, record, signed(draft.proposal, *hands(here)[:2]).canonical(), draft.files)
        assert record.size == 2


def test_another_process_catches_up(here: Institution) -> None:
    """A second process sees what the first one appended, checked anew."""
    other = PublicRecord(here.parts.store, here.parts.public._log_key)
    before = other.record().size
    publish(here, drafted(here, said()))
    assert (before, other.record(fresh=True).size) == (2, 3)


def test_a_foreign_log_key_signs_nothing(here: Institution) -> None:
    """A server whose log key is not the charter's hands out no checkpoint."""
    with pytest.raises(NotHere):
        PublicRecord(here.parts.store, SigningKey.generate()).checkpoint()


def test_two_releases_at_once_are_one_entry(here: Institution) -> None:
    """Two desks that release the same publication at the same moment make one entry of it."""
    draft = drafted(here, said())
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    entry = NewEntry(signed(draft.proposal, anna, boris), draft.files)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda hand: hand.post("entries", entry).status_code, (anna, boris)))
    assert (answers, record_of(here).size) == ([200, 200], 3)


def test_other_entries_at_once_all_stand(here: Institution) -> None:
    """Six publications that are released at the same moment all stand in the ledger, one after the other."""
    drafts = [drafted(here, said(f"Number {number}")) for number in range(6)]
    with ThreadPoolExecutor(6) as all_at_once:
        answers = list(all_at_once.map(lambda draft: publish(here, draft).status_code, drafts))
    assert (answers, record_of(here).size) == ([200] * 6, 8)
