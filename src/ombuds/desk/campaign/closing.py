# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is left of a campaign that takes no posts any more: settled all together, so that no sealed post lies at the server for ever.

After a batch the rejected posts are settled with the published ones, in one list. A campaign that reaches no other batch has no
published ones to hide them among; so they go with everything that was never decided, once nothing of it can become a batch:
the server reads that all are gone, and not which were rejected. It publishes nothing. See spec/desk.md.
"""

from __future__ import annotations

from datetime import timedelta

from ombuds.core.campaign import LEAST_BATCH
from ombuds.core.wire_posts import Settled
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import State

AFTER = timedelta(days=14)
UNDECIDED: tuple[State, ...] = ("waiting", "accepted", "quarantined")


def close_ended(desk: Desk, found: Campaign) -> bool:
    """Settle what is left of a campaign two weeks after its last day, and say whether that is done: then no posts are fetched. Raises RemoteSilent.

    While enough posts are accepted for a batch nothing is settled: members can still publish them.
    """
    box = desk.vault.posts
    if desk.today <= found.terms.ends + AFTER:
        return False
    if len(box.lines(found.id, "accepted", limit=LEAST_BATCH)) >= LEAST_BATCH:
        return False
    open_ones = [line.id for state in UNDECIDED for line in box.lines(found.id, state, limit=-1)]
    rejected = [line.id for line in box.lines(found.id, "rejected", limit=-1) if line.post is not None]
    if open_ones or rejected:
        # In the order of their names, which tells nothing of what was ruled.
        desk.remote.settled(found.id, Settled(tuple(sorted([*open_ones, *rejected]))))
        box.settle(found.id, rejected)
        for post in open_ones:
            box.forget(found.id, post, "closed")
    return True
