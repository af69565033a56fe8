# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two files of a photograph, looked at once when a post is taken in: whether they are one picture, and what it looks like.

What a supporter's machine says of a likeness is not believed, and neither is a small picture that a page would show in the place
of the large one (T26). Both are opened in a cell alone. Where none can start, that is noted, and a person compares. It rules
over nothing. See spec/desk.md.
"""

from __future__ import annotations

from ombuds.core.errors import EntryRefused, OrderWrong
from ombuds.core.posts import Pending, Ruling, WhyNot
from ombuds.desk.postbox import DIFFERS, UNSEEN, PostLine
from ombuds.media.badge import Badges, NoPicture


class Pairs:
    """What looks at photographs while posts are taken in; its cell starts with the first one."""

    def __init__(self, badges: Badges | None = None) -> None:
        self._badges, self._possible = badges or Badges(), True

    def seen(self, pending: Pending) -> str:
        """Return the likeness of a photograph, or that its files differ, or that they could not be compared; nothing for a drawn badge."""
        if len(pending.files) != 2:
            return ""
        if not self._possible:
            return UNSEEN
        try:
            found = self._badges.compared(*pending.files)
        except NoPicture as none:
            # What no decoder takes is no pair; without a cell nothing is known of this one and of the next.
            self._possible = none.reason != "cell"
            return DIFFERS if self._possible else UNSEEN
        return f"{found.near:016x}" if found.same else DIFFERS

    def close(self) -> None:
        """End the cell."""
        self._badges.close()


def check_ruling(line: PostLine, ruling: Ruling, reason: WhyNot) -> None:
    """Check that a post whose files differ is rejected as planted, or held back. Raises OrderWrong."""
    if line.pair == DIFFERS and (ruling == "accept" or (ruling == "reject" and reason != "planted")):
        raise OrderWrong("the small and the large picture of a post differ: it can only be rejected as planted, or held back")


def check_chosen(line: PostLine) -> None:
    """Check that a post of a batch is one that members accepted, over files that are one picture. Raises EntryRefused."""
    if line.state != "accepted":
        raise EntryRefused("it holds a post that two members have not accepted")
    if line.pair == DIFFERS:
        raise EntryRefused("it holds a photograph whose small and large picture differ")
