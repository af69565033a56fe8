# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of proposals that a desk fetches at every look: how much of it comes again."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from ombuds.desk.fetch import sync
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.release.prepare import propose_update
from tests.desk.desks import World, update


def _asked(desk: Desk) -> list[str]:
    """Return a list that grows with every address this desk asks for."""
    asked = list[str]()
    client = desk.remote._client
    assert isinstance(client, TestClient)
    client.event_hooks = {"request": [lambda request: asked.append(request.url.path)]}
    return asked


@pytest.mark.parametrize("away", [False, True])
def test_what_was_done_is_sent_whole_once_at_most(world: World, away: bool) -> None:
    """A list leaves out what a done proposal was about: a desk keeps what it saw, and one that was away asks for it once."""
    desk = world["vera"]
    asked = _asked(desk)
    proposal = propose_update(world["anna"], update())
    world.sync("boris", *([] if away else ["vera"]))
    approve(world["boris"], proposal)
    world.sync("anna", "boris")
    (listed,) = desk.remote.proposals().proposals
    for _ in range(3):
        sync(desk)
    kept, whole = desk.vault.proposal(proposal), world["anna"].vault.proposal(proposal).seen.enclosure
    assert (listed.done, listed.enclosure, kept.done, kept.seen.enclosure) == (True, b"", True, whole)
    assert (whole != b"", asked.count(f"/api/members/proposals/{proposal}")) == (True, int(away))
