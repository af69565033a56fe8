# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking for faces and writing in a photograph that waits: which squares a moderator might cover, as a hint and no more (T14).

It ticks nothing for good and rules over nothing; what it finds is kept nowhere. The photograph becomes points in one cell, and the
points meet the detector in another. A machine without the extra says so, and everything is ticked by hand. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from ombuds.core.errors import NotHere, OrderWrong
from ombuds.core.grid import boxes_of
from ombuds.core.keys import Id
from ombuds.desk.campaign.agreeing import Squares
from ombuds.desk.parts import Desk
from ombuds.media.badge import Badges, Detection, NoPicture, Seen


class Spotted(NamedTuple):
    """What may be a face or writing in a photograph, and the squares that touch it."""

    seen: tuple[Seen, ...]
    squares: Squares

    @property
    def faces(self) -> int:
        """How many boxes are around faces; the others are around writing."""
        return sum(each.what == "face" for each in self.seen)


class Spotting:
    """What looks at photographs of one desk; its cells start with the first one."""

    def __init__(self, desk: Desk, badges: Badges, detection: Detection) -> None:
        self._desk, self._badges, self._detection = desk, badges, detection

    def spotted(self, subject: Id, post: Id) -> Spotted:
        """Return what may be faces and writing in a photograph that waits. Raises NotHere, OrderWrong where nothing can be found out."""
        pending = self._desk.vault.posts.pending(subject, post)
        if not pending.files:
            raise NotHere("there is no such picture")
        try:
            drawn = self._badges.cleaned(pending.files[0])
            seen = self._detection.look(drawn)
        except NoPicture as none:
            # Without the extra there is no cell to look from, whatever the walls are.
            if none.reason == "cell":
                raise OrderWrong("this machine does not look for faces and writing: that is an extra of the program") from None
            raise OrderWrong("faces and writing could not be looked for in this photograph: look yourself") from None
        rectangles = ((each.box.x, each.box.y, each.box.width, each.box.height) for each in seen)
        return Spotted(seen, boxes_of(rectangles, (drawn.width, drawn.height)))


def can_look() -> bool:
    """Whether this machine has what looks for faces and writing, as far as is known without trying."""
    return Detection().possible


@contextmanager
def spotting(desk: Desk, detection: Detection | None = None) -> Iterator[Spotting]:
    """Lend what looks at photographs; its cells end with the block."""
    with closing(Badges()) as badges, closing(detection or Detection()) as looks:
        yield Spotting(desk, badges, looks)


def spot(desk: Desk, subject: Id, post: Id) -> Spotted:
    """Return what may be faces and writing in one photograph that waits. Raises NotHere, OrderWrong."""
    with spotting(desk) as lent:
        return lent.spotted(subject, post)
