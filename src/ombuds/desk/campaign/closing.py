# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is left of a campaign that takes no posts any more: settled all together, so that no sealed post lies at the server for ever.

After a batch the rejected posts are settled with the published ones, in one list. A campaign that reaches no other batch has no
published ones to hide them among; so they go with everything that was never decided, once nothing of it can become a batch:
the server reads that all are gone, and not which were rejected. It publishes nothing. See spec/desk.md.
"""

from __future__ import annotations

from datetime import timedelta

from ombuds.core.campaign import LEAST_BATCH
from ombuds.core.keys import Hash
from ombuds.core.wire_posts import Settled
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.campaign.copies import wall_if_holds
from ombuds.desk.campaign.held import named, taken_back
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import DIFFERS, State

AFTER = timedelta(days=14)
UNDECIDED: tuple[State, ...] = ("waiting", "accepted", "quarantined")


def close_ended(desk: Desk, found: Campaign) -> bool:
    """Settle what is left of a campaign two weeks after its last day, and say whether that is done: then no posts are fetched. Raises RemoteSilent.

    While enough posts for a batch are accepted that can stand on a wall together, nothing is settled: members can still publish them.
    """
    box = desk.vault.posts
    if desk.today <= found.terms.ends + AFTER or _fill_a_batch(desk, found):
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


def _fill_a_batch(desk: Desk, found: Campaign) -> bool:
    """Say whether a batch can still be made of accepted posts, as batch.py chooses them, or is proposed already.

    Of posts that name one receipt one can leave, once members reject the others; so many copies, accepted too, are one post.
    """
    lines = desk.vault.posts.lines(found.id, "accepted", limit=-1)
    if len(lines) < LEAST_BATCH:
        return False
    made, apart = wall_if_holds(desk, found), set[Hash]()
    # What was taken back leaves with the proposal that names it, and with no other batch.
    gone = taken_back(desk, found.id) - named(desk, found.id)
    for line in lines:
        withdraw = desk.vault.receipts.of(found.id, line.id)
        if line.pair != DIFFERS and line.id not in gone and not (made and made.knows(withdraw)):
            apart.add(withdraw)
    return len(apart) >= LEAST_BATCH
