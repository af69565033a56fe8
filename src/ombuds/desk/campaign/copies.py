# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that name the receipt of another one: a copy that would keep the other off the wall, told before either is ruled over.

Who came first stays: a member's copy of what waits is released at a later hour than what it copies. Of posts that come in one
look nothing that a sender chooses decides; they wait together until members reject all but one (T26). See spec/campaign.md.
"""

from __future__ import annotations

from contextlib import suppress

from ombuds.core.campaign import Wall
from ombuds.core.errors import ContentChanged, EntryRefused, NotHere
from ombuds.core.keys import Id
from ombuds.core.posts import Pending
from ombuds.core.wire_posts import Settled
from ombuds.desk.campaign.campaigns import Campaign, wall
from ombuds.desk.parts import Desk


class Copies:
    """What one look knows of receipts: each campaign's wall as it was when the look began, and which posts came in it."""

    def __init__(self) -> None:
        self._walls: dict[Id, Wall | None] = {}
        self._came: set[Id] = set()

    def check(self, desk: Desk, found: Campaign, post: Id, pending: Pending) -> None:
        """Check that a post that comes in names a receipt of its own. Raises NotHere for one that an earlier post or the wall knows."""
        if found.id not in self._walls:
            self._walls[found.id] = wall_if_holds(desk, found)
        made = self._walls[found.id]
        earlier = desk.vault.receipts.holders(found.id, pending.withdraw) - self._came
        if earlier or (made is not None and made.knows(pending.withdraw)):
            raise NotHere("a post that names another one's receipt")
        self._came.add(post)


def drop_copies(desk: Desk, subject: Id, published: list[Id]) -> None:
    """Forget the posts that name the receipt of one that is public now: no batch can take them. Raises RemoteSilent."""
    box = desk.vault
    copies = sorted({each for post in published for each in box.receipts.beside(subject, post)} - set(published))
    if copies:
        desk.remote.settled(subject, Settled(tuple(copies)))
        for post in copies:
            box.posts.forget(subject, post, "copy")


def wall_if_holds(desk: Desk, found: Campaign) -> Wall | None:
    """Return the wall, and nothing for one that does not hold: that is told where it is shown, and nothing is lost by it. Raises RemoteSilent."""
    with suppress(ContentChanged, EntryRefused, NotHere):
        return wall(desk, found)
    return None
