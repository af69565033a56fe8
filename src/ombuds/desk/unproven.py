# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases that a log calls published while the checked record holds nothing of theirs: lists tell the state before that.

A member can log any publication (T05). What would prove this case's own is kept beside it until the record holds it: the
source's agreement, or, where there is none, the leaves that the log names. A leaf of another case passes here; what is
public of a case is judged by release/asking.py. See spec/desk.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.case import Case, State
from ombuds.core.consent import read_answer
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Hash, Id
from ombuds.desk.parts import Desk

UNPROVEN = "unproven:"


class Unproven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case that only its log calls published: its state without that, and the hashes of which the record would hold one."""

    v: int
    case: Id
    state: State
    proofs: tuple[Hash, ...]


def told_state(desk: Desk, case: Case) -> State:
    """Return the state of a case as lists tell it, and remember a publication that nothing proves yet."""
    found = _unproven(case) if case.state == "published" else None
    if found is None or _proven(desk, found):
        desk.vault.drop_note(f"{UNPROVEN}{case.id}")
        return case.state
    desk.vault.keep_note(f"{UNPROVEN}{case.id}", encode(found))
    return found.state


def settle_proven(desk: Desk) -> None:
    """Call those cases published of which the record holds something since."""
    for found in (decode(kept, Unproven) for kept in desk.vault.notes(UNPROVEN).values()):
        if _proven(desk, found):
            with desk.vault.together():
                desk.vault.keep_matter(msgspec.structs.replace(desk.vault.matter(found.case), state="published"))
                desk.vault.drop_note(f"{UNPROVEN}{found.case}")


def _unproven(case: Case) -> Unproven:
    named = tuple(one.leaf for one in case.published)
    if case.question is None or case.answer is None:
        return Unproven(1, case.id, "open", named)
    contact = case.body.contact
    if read_answer(case.answer, case.question, contact.mailbox, contact.consent_key).choice == "agree" and not case.withdrawn:
        return Unproven(1, case.id, "agreed", (case.answer.hash,))
    return Unproven(1, case.id, "refused", named)


def _proven(desk: Desk, found: Unproven) -> bool:
    proofs = frozenset(found.proofs)
    return any(line.leaf in proofs or (line.parameters is not None and line.parameters.basis.commitment in proofs) for line in desk.record.lines)
