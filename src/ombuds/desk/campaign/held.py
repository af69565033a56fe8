# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that were taken back while a proposed batch names them: kept until it ends, so that one supporter does not undo what all members signed.

A server hides such a post from the moment on at which its batch is public, by the token that was revealed, and the batch after
it counts that. No later batch takes it. It shows nothing to anybody. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Id
from ombuds.desk.parts import Desk

NAMED, BACK = "named:", "back:"


def keep_named(desk: Desk, subject: Id, posts: Iterable[Id]) -> None:
    """Keep which posts of a campaign the proposals name that are not over."""
    _keep(desk, NAMED + subject, posts)


def named(desk: Desk, subject: Id) -> frozenset[Id]:
    """Return the posts that proposals name which were not over at the last look."""
    return _kept(desk, NAMED + subject)


def keep_back(desk: Desk, subject: Id, posts: Iterable[Id]) -> None:
    """Keep which of the named posts the server lists no more."""
    _keep(desk, BACK + subject, posts)


def taken_back(desk: Desk, subject: Id) -> frozenset[Id]:
    """Return the posts that are here for a proposal's sake alone."""
    return _kept(desk, BACK + subject)


def _keep(desk: Desk, name: str, posts: Iterable[Id]) -> None:
    wanted = frozenset(posts)
    if wanted != _kept(desk, name):
        desk.vault.keep_note(name, encode(tuple(sorted(wanted))))


def _kept(desk: Desk, name: str) -> frozenset[Id]:
    kept = desk.vault.note(name)
    return frozenset(decode(kept, tuple[Id, ...])) if kept is not None else frozenset()
