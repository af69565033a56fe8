# SPDX-License-Identifier: AGPL-3.0-or-later
"""A page's proof stands by itself, and whatever is changed in it is named (T18)."""

from __future__ import annotations

from dataclasses import replace as swapped
from datetime import timedelta

import msgspec
import pytest

from ombuds.core.charter import InForce, check_founding, check_succession, sign_charter
from ombuds.core.encoding import encode
from ombuds.core.errors import (
    CharterRefused,
    CheckpointWrong,
    ContentChanged,
    EntryMissing,
    EntryRefused,
    Malformed,
    NotEnough,
    NotThisApproval,
)
from ombuds.core.record import PageProof, check_page
from tests.core import builders as b

DESK = b.desk_of()
FIRST = DESK.charter.envelope.canonical()
ENTRY = b.entry_of(DESK)
replaced = msgspec.structs.replace
CHAIN = [DESK.charter]
PAGE = b.page_proof(CHAIN, [FIRST, ENTRY.leaf], ENTRY.files[0])


def _second(charter: InForce, **parts: object) -> InForce:
    return check_succession(sign_charter(b.changed(b.charter_of(), version=2, prev=charter.hash, **parts), *map(b.key_of, b.NAMES)), charter)


def test_a_page_is_proven_by_itself() -> None:
    """Entry, index, size and desk of a page follow from its proof alone."""
    page = check_page(PAGE)
    assert (page.text.quorum.envelope.canonical(), page.index, page.size, page.founding.instance_id) == (ENTRY.leaf, 1, 2, DESK.charter.instance_id)


def test_a_page_of_an_earlier_charter_still_holds() -> None:
    """A page published before a change of members is proven with the later charter beside it."""
    second = _second(DESK.charter)
    leaves = [FIRST, second.envelope.canonical(), ENTRY.leaf]
    assert check_page(b.page_proof([DESK.charter, second], leaves, ENTRY.files[0])).charter.hash == DESK.charter.hash


FILE = ENTRY.files[0]
BAD_PAGES = {
    "other content": (replaced(PAGE, file=replaced(FILE, content=encode(b.story("Forged")))), ContentChanged),
    "another salt": (replaced(PAGE, file=replaced(FILE, salt=bytes(32))), ContentChanged),
    "another leaf": (replaced(PAGE, leaf=b.entry_of(DESK).leaf), ContentChanged),
    "a charter as leaf": (replaced(PAGE, leaf=FIRST), NotThisApproval),
    "no charter": (replaced(PAGE, charters=()), CharterRefused),
    "another version": (replaced(PAGE, v=2), CharterRefused),
    "another desk": (replaced(PAGE, charters=(b.desk_of(("anna", "boris", "carla", "dora")).charter.envelope,)), EntryRefused),
    "no proof": (replaced(PAGE, proof=b""), Malformed),
    "a proof of another entry": (replaced(PAGE, proof=b.page_proof(CHAIN, [FIRST, b.entry_of(DESK).leaf], FILE).proof), EntryMissing),
}


@pytest.mark.parametrize(("page", "error"), BAD_PAGES.values(), ids=BAD_PAGES.keys())
def test_a_page_that_was_changed_is_refused(page: PageProof, error: type[Exception]) -> None:
    """A page whose content, entry, charters or proof were changed is refused for its own reason."""
    with pytest.raises(error):
        check_page(page)


def test_a_page_under_a_foreign_log_key_is_refused() -> None:
    """A checkpoint that another key signed proves nothing."""
    foreign = check_founding(sign_charter(b.changed(b.charter_of(), log_key=b.key_of("other log").public.text), *map(b.key_of, b.NAMES)))
    entry = b.entry_of(swapped(DESK, charter=foreign))
    page = b.page_proof([foreign], [foreign.envelope.canonical(), entry.leaf], entry.files[0])
    with pytest.raises(CheckpointWrong):
        check_page(page)


def test_a_page_that_one_member_signed_is_refused() -> None:
    """A page's entry needs the charter's threshold."""
    envelope = ENTRY.quorum.envelope
    leaf = replaced(envelope, signatures=envelope.signatures[:1]).canonical()
    with pytest.raises(NotEnough):
        check_page(b.page_proof(CHAIN, [FIRST, leaf], FILE))


def test_a_page_under_an_expired_charter_is_refused() -> None:
    """A page that the members of an expired charter signed is refused, as the record refuses it."""
    over = check_founding(sign_charter(b.changed(b.charter_of(), expires=b.TODAY - timedelta(days=1)), *map(b.key_of, b.NAMES)))
    entry = b.entry_of(swapped(DESK, charter=over))
    with pytest.raises(EntryRefused):
        check_page(b.page_proof([over], [over.envelope.canonical(), entry.leaf], entry.files[0]))
