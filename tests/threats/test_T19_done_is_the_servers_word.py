# SPDX-License-Identifier: AGPL-3.0-or-later
"""T19: a server that calls a proposal done too early, or hands out a wrong enclosure once, hides nothing once it tells the truth."""

from __future__ import annotations

import pytest

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.encoding import encode
from ombuds.core.keys import Hash
from ombuds.core.sealing import padded
from ombuds.desk.campaign.campaigns import keep_moderation, moderation
from ombuds.desk.fetch import sync
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve, waiting
from ombuds.desk.release.prepare import Enclosure, propose_campaign, propose_update
from tests.desk.campaigns import text_of
from tests.desk.desks import update
from tests.world import World


def said(world: World, proposal: Hash, what: str, value: object) -> None:
    """Let the server say something else of a proposal."""
    with world.parts.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE proposals SET {what} = ? WHERE hash = ?", (value, proposal))  # noqa: S608


def true_one(world: World, proposal: Hash) -> bytes:
    """The enclosure as its proposer sealed it."""
    return world["anna"].vault.proposal(proposal).seen.enclosure


def false_one(desk: Desk, kind: str) -> bytes:
    """An enclosure that opens nowhere, or one that every member opens, of nothing."""
    readers = [Recipient.parse(member.recipient) for member in desk.charter.charter.members]
    return b"junk" if kind == "junk" else seal(padded(encode(Enclosure(1, "", "", "", (), None, None))), readers)


def test_what_was_called_done_too_early_is_asked_again(world: World) -> None:
    """A desk that was told that a proposal is done asks its member all the same once the server says otherwise."""
    proposal = propose_update(world["anna"], update())
    said(world, proposal, "done", True)
    world.sync("vera")
    before = [each.hash for each in waiting(world["vera"])]
    said(world, proposal, "done", False)
    world.sync("vera")
    assert (before, [each.hash for each in waiting(world["vera"])]) == ([], [proposal])


@pytest.mark.parametrize("kind", ["junk", "empty"])
@pytest.mark.parametrize("when", ["open", "done"])
def test_a_wrong_enclosure_loses_no_key(world: World, kind: str, when: str) -> None:
    """A desk that was given a wrong enclosure for one look, before or after the campaign was public, has the key to its posts afterwards."""
    identity, vera = Identity.generate(), world["vera"]
    keep_moderation(world["anna"], identity)
    content = text_of(recipient=identity.recipient.text)
    proposal = propose_campaign(world["anna"], content)
    true, false = true_one(world, proposal), false_one(vera, kind)
    if when == "open":
        said(world, proposal, "enclosure", false)
        sync(vera)
        said(world, proposal, "enclosure", true)
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync("anna", "boris")
    if when == "done":
        said(world, proposal, "enclosure", false)
        sync(vera)
        said(world, proposal, "enclosure", true)
    for _ in range(2):
        sync(vera)
    assert content.terms
    assert moderation(vera, content.terms).seed == identity.seed


def test_who_signed_is_shown_as_the_server_says_it_last(world: World) -> None:
    """A desk that was told that a proposal is done while one member had signed knows the second signature afterwards."""
    proposal = propose_update(world["anna"], update())
    said(world, proposal, "done", True)
    world.sync("vera")
    said(world, proposal, "done", False)
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync("anna", "boris", "vera")
    signed = len(world["vera"].vault.proposal(proposal).seen.envelope.signatures)
    assert signed == 2


def test_a_true_enclosure_is_not_replaced(world: World) -> None:
    """What a desk holds rightly stays, whatever the server hands out for a proposal that is done."""
    proposal = propose_update(world["anna"], update())
    true = true_one(world, proposal)
    world.sync("boris", "vera")
    approve(world["boris"], proposal)
    world.sync("anna", "boris")
    said(world, proposal, "enclosure", b"junk")
    found = sync(world["vera"])
    is_true = world["vera"].vault.proposal(proposal).seen.enclosure == true
    assert (found.troubles, is_true) == ([], True)
