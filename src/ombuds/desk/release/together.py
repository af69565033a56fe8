# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which accepted posts can leave in one batch: so many of each statement as a batch has at least, so that none stands apart by it.

A post names the version whose statement it joined. One of the old statement among nineteen of the new one would be told from
them, and its day with it (T11, T35). Once a campaign takes no posts any more, what is left leaves together. It changes nothing.
See spec/desk.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ombuds.core.campaign import LEAST_BATCH, MOST_BATCH
from ombuds.core.errors import EntryRefused
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine


def together(desk: Desk, found: Campaign, lines: Sequence[PostLine]) -> list[PostLine]:
    """Return those of these posts that can leave together, or the most of one statement while no statement has enough."""
    if desk.today > found.terms.ends:
        return list(lines)
    named = Counter(line.post.version for line in lines if line.post is not None)
    enough = {version for version, number in named.items() if number >= LEAST_BATCH}
    leaving = enough or {version for version, _ in named.most_common(1)}
    return [line for line in lines if line.post is not None and line.post.version in leaving]


def apart(desk: Desk, found: Campaign) -> int:
    """Return how many accepted posts the next batch would leave out because too few joined their statement."""
    lines = desk.vault.posts.lines(found.id, "accepted", limit=MOST_BATCH)
    return len(lines) - len(together(desk, found, lines))


def check_together(desk: Desk, found: Campaign, lines: Sequence[PostLine]) -> None:
    """Check that no post of a batch stands apart by its statement. Raises EntryRefused."""
    if len(together(desk, found, lines)) < len(lines):
        raise EntryRefused("fewer than twenty of its posts joined one statement of the campaign: these would be told from the others")
