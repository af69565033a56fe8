# SPDX-License-Identifier: AGPL-3.0-or-later
"""The wish for another picture: which hashes a batch publishes for posts that were refused so, and whether a proposed batch names them.

A hash is published once, whether its supporter holds a receipt or not, so that posts with one do not stand out. It leads to no
post and to nobody. It tells nobody: whoever has the words asks. See spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from ombuds.core.campaign import ASKED, MOST_ASKED, Batch, Wall
from ombuds.core.errors import EntryRefused
from ombuds.core.keys import Hash, Id
from ombuds.desk.parts import Desk


def wishes(desk: Desk, subject: Id, made: Wall, leaving: Iterable[Id]) -> tuple[Hash, ...]:
    """Return the hashes of refused posts for which another picture is asked for, and was not yet, in their order."""
    box = desk.vault.posts
    found = {box.pending(subject, post).withdraw for post in box.refused(subject, ASKED)}
    coming = {box.pending(subject, post).withdraw for post in leaving} if found else set()
    return tuple(sorted(each for each in found - coming if not made.knows(each)))[:MOST_ASKED]


def check_wishes(desk: Desk, made: Wall, batch: Batch, leaving: Iterable[Id]) -> None:
    """Check that a batch asks for other pictures as this desk would, before the batch is taken. Raises EntryRefused.

    Who fetched earlier knows fewer; a desk that missed a batch knows too little to judge.
    """
    if desk.vault.posts.counts(batch.campaign).get("published", 0) != made.accepted:
        return
    own = set(wishes(desk, batch.campaign, made, leaving))
    if not own >= set(batch.asks):
        raise EntryRefused("it asks for another picture of a post that this desk does not know as refused so")
    if len(batch.asks) < min(len(own), _counted(batch) - _counted(made.last)):
        raise EntryRefused("it counts refused posts for which it does not ask for another picture")


def _counted(batch: Batch | None) -> int:
    return sum(each.number for each in batch.rejected if each.reason == ASKED) if batch is not None else 0
