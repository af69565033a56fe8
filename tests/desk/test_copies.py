# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posts that name another one's receipt: they keep nobody off the wall, whatever names their senders chose (T26)."""

from __future__ import annotations

import pytest

from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id, hash_of, random_bytes
from ombuds.core.posts import Pending, Post, seal_post, waits_of
from ombuds.core.wire_posts import NewPost
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release import batch
from ombuds.desk.release.approving import approve, refuse
from ombuds.desk.release.batch import next_batch, propose_next
from ombuds.server.campaign.keeping import keep_post
from ombuds.server.campaign.slots import run_by_hand
from tests.desk.campaigns import Running, Supporter
from tests.desk.screens import Browser


def named(running: Running, name: Id, withdraw: Hash) -> Supporter:
    """Let somebody send a badge under a name and with a receipt's hash of their choice; it waits for the next hour."""
    token = random_bytes(32)
    post = Post(1, running.id, 1, "badge", "en", "I stand with him as well.", badge=3)
    pending = Pending(1, running.world["anna"].instance_id, "browser", post, withdraw)
    keep_post(running.world.parts, NewPost(1, name, running.id, waits_of(token), seal_post(pending, running.terms)))
    return Supporter(name, pending, token)


def comes(running: Running, *members: str) -> None:
    """Let the hour come, and these members look."""
    running.world.release()
    running.world.sync(*members)


def test_posts_that_fit_no_batch_keep_out_no_others(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accepted badges with one shared receipt and the lowest names leave room for as many honest ones as a batch takes."""
    monkeypatch.setattr(batch, "MOST_BATCH", 30)
    shared = [named(running, f"{number:032x}", "ab" * 32) for number in range(35)]
    honest = running.posts(32)
    running.accepts(shared + honest)
    before = next_batch(running.world["anna"], running.id).accepted
    running.publishes()
    states = [running.world["anna"].vault.posts.line(running.id, each.id).state for each in honest]
    assert (before, states.count("published")) == (30, 30)


def test_a_copy_that_comes_later_is_passed_over(running: Running) -> None:
    """A member who copies the receipt of a post that waits keeps it off no wall: who came first stays."""
    sent = running.posts(20)
    copy = named(running, "0" * 32, sent[0].pending.withdraw)
    comes(running)
    running.accepts(sent)
    running.publishes()
    with pytest.raises(NotHere):
        running.world["anna"].vault.posts.line(running.id, copy.id)
    assert running.world["anna"].vault.posts.line(running.id, sent[0].id).state == "published"


def test_a_copy_of_what_is_public_is_passed_over(running: Running) -> None:
    """A post with the receipt of one on the wall is taken in by no desk."""
    sent = running.posts(20)
    running.accepts(sent)
    running.publishes()
    copy = named(running, "0" * 32, sent[0].pending.withdraw)
    comes(running)
    with pytest.raises(NotHere):
        running.world["boris"].vault.posts.line(running.id, copy.id)


def test_a_pair_of_one_look_waits_together(running: Running) -> None:
    """Of two that came between two looks of a desk none is passed over, and while both are accepted neither leaves; a rejection lets the other go."""
    sent = [running.post(number) for number in range(21)]
    copy = named(running, "0" * 32, sent[0].pending.withdraw)
    comes(running)
    anna = running.world["anna"]
    running.accepts([*sent, copy])
    before = next_batch(anna, running.id).accepted
    for member in ("anna", "boris"):
        running.rules(member, [copy], "reject", "planted")
    running.world.sync()
    running.publishes()
    assert (before, anna.vault.posts.line(running.id, sent[0].id).state, len(wall(anna, campaign(anna, running.id)).posts)) == (20, "published", 21)


def test_a_pair_is_told(running: Running, anna: Browser) -> None:
    """Who rules over one of two posts with one receipt reads that there is another; beside any other post nothing is said."""
    one, _ = running.post(0), running.post(1)
    named(running, "0" * 32, one.pending.withdraw)
    comes(running)
    page = anna.open(f"/campaigns/{running.id}/posts").text
    assert page.count("Another post here names the same receipt") == 2


def test_a_copy_goes_when_the_other_is_public(running: Running) -> None:
    """What waits with the receipt of a post that a batch published is gone from the desk with that batch."""
    sent = [running.post(number) for number in range(20)]
    copy = named(running, "0" * 32, sent[0].pending.withdraw)
    comes(running)
    running.accepts(sent)
    running.publishes()
    with pytest.raises(NotHere):
        running.world["anna"].vault.posts.line(running.id, copy.id)


def test_what_is_settled_leaves_no_receipt(running: Running) -> None:
    """With what a settled post holds, the hash that it names leaves the vault."""
    sent = running.posts(20)
    running.accepts(sent)
    held = running.world["anna"].vault.receipts.of(running.id, sent[0].id)
    running.publishes()
    with pytest.raises(NotHere):
        running.world["anna"].vault.receipts.of(running.id, sent[0].id)
    assert held == hash_of(sent[0].token)


def test_a_supporter_undoes_no_round_of_signatures(running: Running) -> None:
    """A post of a proposed batch that is taken back leaves the batch as it is; readers never see it, and the next batch counts it."""
    sent = running.posts(20)
    running.accepts(sent)
    world = running.world
    proposal = propose_next(world["anna"], running.id)
    running.takes_back(sent[3])
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    run_by_hand(world.parts)
    world.sync()
    found = campaign(world["vera"], running.id)
    shown = [file for file in world["vera"].remote.wall_page(running.terms.wall, 1, 0).posts if file is not None]
    count = len(wall(world["vera"], found).posts)
    propose_next(world["anna"], running.id)
    assert (count, len(shown)) == (20, 19)


def test_what_was_taken_back_comes_into_no_other_batch(running: Running) -> None:
    """Kept for a proposal's sake alone, a post is counted for no other batch, and is forgotten once the proposal is stopped."""
    sent = running.posts(21)
    running.accepts(sent)
    world = running.world
    proposal = propose_next(world["anna"], running.id)
    running.takes_back(sent[3])
    world.sync()
    held = next_batch(world["anna"], running.id).accepted
    refuse(world["boris"], proposal, "not yet")
    world.sync()
    with pytest.raises(NotHere):
        world["anna"].vault.posts.line(running.id, sent[3].id)
    assert held == 20
