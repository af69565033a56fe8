# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts of stories and updates: kept in the member's own vault until they are proposed.

A draft is nobody else's business; casework/notes.py shows one to a case's team. See spec/desk.md.
"""

from __future__ import annotations

from ombuds.core.keys import Id, random_id
from ombuds.core.publication import Content
from ombuds.desk.kept import KeptDraft
from ombuds.desk.parts import Desk
from ombuds.desk.release.pictures import forget_unused
from ombuds.desk.release.prepare import NEW, Aim


def save_draft(desk: Desk, content: Content, case: str = "", draft: str = "", aim: Aim = NEW) -> KeptDraft:
    """Keep a draft, new or in place of an earlier one; ``aim`` says what it is a later version of."""
    kept = KeptDraft(1, draft or random_id(), case, aim.subject, content, desk.today, aim.pinned)
    desk.vault.keep_draft(kept)
    return kept


def drafts(desk: Desk, case: Id | None = None) -> list[KeptDraft]:
    """Return the drafts, latest first, all or those of one case."""
    return desk.vault.drafts(case)


def discard(desk: Desk, draft: Id) -> None:
    """Delete a draft."""
    desk.vault.forget_draft(draft)
    forget_unused(desk)
