# SPDX-License-Identifier: AGPL-3.0-or-later
"""A batch after another statement: posts of one that are fewer than twenty wait, and a version that changes nothing for posts holds nobody up."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.campaign import PostRef
from ombuds.core.encoding import encode
from ombuds.core.errors import EntryRefused
from ombuds.core.publication import Place, Salted
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.approving import approve, asked
from ombuds.desk.release.batch import next_batch, propose_next
from ombuds.desk.release.prepare import Aim, Chosen, propose_batch, propose_campaign
from tests.core.pictures import said
from tests.desk.campaigns import Running, publish
from tests.desk.desks import World
from tests.desk.screens import Browser


def _number(running: Running) -> int:
    desk = running.world["vera"]
    return len(wall(desk, campaign(desk, running.id)).posts)


def _goes_on(running: Running, **changed: object) -> None:
    terms = msgspec.structs.replace(running.terms, **changed)
    running.content = msgspec.structs.replace(running.content, campaign=terms, correction=said("Mended."))
    publish(running.world, propose_campaign(running.world["anna"], running.content, Aim(running.id)))


def _states(running: Running) -> None:
    _goes_on(running, statement=said("We ask for her release."))


def test_a_goal_changes_nothing_for_posts(running: Running) -> None:
    """Posts from before and after a version that only set a goal name one version and leave in one batch."""
    before = running.posts(10)
    _goes_on(running, goal=500)
    running.accepts([*before, *running.posts(10, first=10)])
    running.publishes()
    assert (campaign(running.world["vera"], running.id).statements, _number(running)) == ((1,), 20)


def test_a_post_of_a_version_that_changed_nothing_is_junk(running: Running) -> None:
    """A sealed post that names a version which only set a goal would stand apart, and is passed over."""
    _goes_on(running, goal=500)
    (strange,) = running.posts(1, version=2)
    assert strange.id not in running.world["anna"].vault.posts.known(running.id)


def test_few_of_the_old_statement_wait(running: Running) -> None:
    """Of nineteen posts that joined the old statement and twenty that joined the new one the twenty leave."""
    old = running.posts(19)
    _states(running)
    running.accepts([*old, *running.posts(20, first=19, version=2)])
    ahead = next_batch(running.world["anna"], running.id)
    running.publishes()
    assert (ahead.accepted, ahead.apart, _number(running)) == (20, 19, 20)


def test_two_halves_are_no_batch(running: Running) -> None:
    """Ten posts of each of two statements are twenty posts and no batch; the screen counts what one statement lacks."""
    old = running.posts(10)
    _states(running)
    running.accepts([*old, *running.posts(10, first=10, version=2)])
    ahead = next_batch(running.world["anna"], running.id)
    assert (ahead.accepted, ahead.apart) == (10, 10)
    with pytest.raises(EntryRefused):
        propose_next(running.world["anna"], running.id)


def test_another_desk_refuses_a_batch_with_one_apart(running: Running, world: World) -> None:
    """A maker who puts one accepted post of the old statement among nineteen of the new one gets no second signature."""
    (old,) = running.posts(1)
    _states(running)
    running.accepts([old, *running.posts(20, first=1, version=2)])
    anna, place = world["anna"], Place(running.terms.wall, 1, "")
    seen = asked(anna, propose_next(anna, running.id)).publication
    assert seen is not None and seen.batch is not None
    left, *others = seen.enclosure.chosen
    pending, alone = anna.vault.posts.pending(running.id, left.post), Chosen(old.id, left.salt)
    ref = PostRef(Salted(f"{place.subject}/{place.version}", alone.salt, encode(old.pending.post)).commitment, old.pending.withdraw)
    refs = (ref, *(each for each in seen.batch.posts if each.withdraw != pending.withdraw))
    batch = msgspec.structs.replace(seen.batch, posts=tuple(sorted(refs, key=lambda each: each.commitment)))
    proposal = propose_batch(anna, place, batch, (alone, *others))
    world.sync("boris")
    with pytest.raises(EntryRefused, match="told from the others"):
        approve(world["boris"], proposal)


def test_what_is_left_leaves_after_the_end(running: Running, world: World) -> None:
    """Once a campaign takes no posts any more, the few of the old statement leave with the others."""
    old = running.posts(3)
    _states(running)
    running.accepts([*old, *running.posts(20, first=3, version=2)])
    world.calendar.day = running.terms.ends + timedelta(days=1)
    assert next_batch(world["anna"], running.id).accepted == 23


def test_the_screen_says_who_waits(running: Running, anna: Browser) -> None:
    """The campaign's screen says how many accepted posts the next batch leaves out, and until when."""
    old = running.posts(2)
    _states(running)
    running.accepts([*old, *running.posts(20, first=2, version=2)])
    page = anna.open(f"/campaigns/{running.id}").text
    assert "20 accepted posts go with it." in page
    assert "2 more accepted posts joined another statement" in page
