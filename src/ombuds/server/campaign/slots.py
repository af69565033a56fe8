# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hour of the walls, run by hand: what a demonstration's members may ask for, because there nobody is protected by waiting.

What leaves and how is store/slots.py's, and the clockwork's. See spec/demonstration.md.
"""

from __future__ import annotations

from ombuds.server.campaign.keeping import delete_parts
from ombuds.server.http.parts import Parts
from ombuds.server.store import posts, slots


def run_by_hand(parts: Parts) -> int:
    """Let the batches of walls leave now, and return how many did. Raises StoreBusy, StoreFull."""
    with parts.store.write() as connection:
        count, gone = slots.leave(connection, parts.public.within(connection), parts.today)
        posts.count_awaited(connection)
    parts.public.record(fresh=True)
    delete_parts(parts, gone)
    return count
