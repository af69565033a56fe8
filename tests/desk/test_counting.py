# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counts of a batch that nobody outside can count again: each desk that signs compares them with its own."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.campaign import Batch, Rejected
from ombuds.core.errors import EntryRefused
from ombuds.core.keys import Hash
from ombuds.core.publication import Place
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.approving import approve, asked
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.counting import counted
from ombuds.desk.release.prepare import propose_batch
from ombuds.server.campaign.slots import run_by_hand
from tests.desk.campaigns import Running
from tests.desk.screens import browser_at


@pytest.fixture
def ready(running: Running) -> Running:
    """Twenty accepted posts, three rejected ones, and four that one member has looked at."""
    sent = running.posts(27)
    for name in ("anna", "boris"):
        running.rules(name, sent[20:23], "reject", "advertising")
    running.rules("anna", sent[23:])
    running.world.sync()
    running.accepts(sent[:20])
    return running


def forged(running: Running, **changed: object) -> Hash:
    """Let Anna's desk propose the next batch with other counts than its own."""
    anna = running.world["anna"]
    seen = asked(anna, propose_next(anna, running.id)).publication
    assert seen is not None and seen.batch is not None
    batch: Batch = msgspec.structs.replace(seen.batch, **changed)
    proposal = propose_batch(anna, Place(running.terms.wall, 1, ""), batch, seen.enclosure.chosen)
    running.world.sync("boris")
    return proposal


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"rejected": (Rejected("advertising", 4),)}, "more rejected"),
        ({"rejected": (Rejected("advertising", 2),)}, "leaves out rejected"),
        ({"rejected": ()}, "leaves out rejected"),
        ({"rejected": (Rejected("insult", 3),)}, "more rejected"),
        ({"waiting": 3}, "leaves out posts that wait"),
        ({"waiting": 0}, "leaves out posts that wait"),
        ({"waiting": 400}, "many more posts"),
    ],
)
def test_counts_that_cannot_be_honest_are_not_signed(ready: Running, changed: dict[str, object], why: str) -> None:
    """A batch that counts more than this desk can know, or less than its maker certainly knew, is not signed."""
    proposal = forged(ready, **changed)
    with pytest.raises(EntryRefused, match=why):
        approve(ready.world["boris"], proposal)


def test_honest_counts_are_signed(ready: Running) -> None:
    """What a desk counts itself is signed by the others and becomes public as it is."""
    ready.publishes()
    vera = ready.world["vera"]
    last = wall(vera, campaign(vera, ready.id)).last
    assert last is not None and (last.waiting, last.rejected) == (4, (Rejected("advertising", 3),))


def test_a_desk_that_fetched_later_is_shown_both_numbers(ready: Running) -> None:
    """Posts and rulings that came after a proposal make the counts of an honest desk differ: the screen shows both, and it can be signed."""
    proposal = propose_next(ready.world["anna"], ready.id)
    more = ready.posts(2, first=60)
    for name in ("boris", "vera"):
        ready.rules(name, more[:1], "reject", "insult")
    ready.world.sync("boris")
    page = browser_at(ready.world, ready.world["boris"]).open("/approve").text
    approve(ready.world["boris"], proposal)
    assert "Waiting after it, as this desk counts" in page and "1 post rejected, as this desk counts" in page


def test_what_is_rejected_while_a_batch_waits_is_counted_by_the_next(ready: Running) -> None:
    """A post that is rejected between the signing of a batch and its hour stands in the counts of the batch after it."""
    more = ready.posts(1, first=60)
    ready.signs()
    for name in ("anna", "boris"):
        ready.rules(name, more, "reject", "insult")
    ready.world.sync()
    run_by_hand(ready.world.parts)
    ready.world.sync()
    vera = ready.world["vera"]
    made = wall(vera, campaign(vera, ready.id))
    assert made.last is not None and (made.last.rejected, dict(counted(vera, ready.id, made, 0).rejected)) == (
        (Rejected("advertising", 3),),
        {"advertising": 3, "insult": 1},
    )


def test_a_member_who_was_away_signs_the_next_batch(ready: Running) -> None:
    """A desk that never saw what was rejected before an earlier batch takes the signed counts of it, and signs the next batch."""
    ready.publishes()
    boris = ready.world["boris"]
    boris.vault.posts._file.put("DELETE FROM post WHERE state = 'rejected'")
    ready.accepts(ready.posts(20, first=100))
    proposal = propose_next(ready.world["anna"], ready.id)
    ready.world.sync("boris")
    approve(boris, proposal)
    ready.world.sync()
    run_by_hand(ready.world.parts)
    ready.world.sync()
    assert len(wall(boris, campaign(boris, ready.id)).posts) == 40
