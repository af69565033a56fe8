# SPDX-License-Identifier: AGPL-3.0-or-later
"""T35: somebody fills a batch with posts of their own, so that what they do not know is the one that they look for.

The limit is stated, not hidden: of a batch of n posts with k false ones, n - k are left, and nineteen false posts that two
members accept isolate the twentieth. What stands against it is that people look at each post, and that nothing in a batch
tells more than who is in it.
"""

from __future__ import annotations

import random
from math import sqrt

import msgspec
import pytest

from ombuds.core.errors import EntryRefused
from ombuds.core.keys import random_id
from ombuds.core.posts import Post, read_post, salted_post
from ombuds.core.publication import Place
from ombuds.desk.release.batch import propose_next
from tests.desk.campaigns import begin
from tests.world import World

LEAST = 20
TRIALS = 1_500
SIGMAS = 4


def published(posts: list[Post]) -> list[Post]:
    """What everybody reads of a batch: its posts in the order of their commitments."""
    place = Place(random_id(), 1, "")
    return [read_post(file.content) for file in sorted((salted_post(place, post) for post in posts), key=lambda file: file.commitment)]


def guessed(false: int, total: int) -> bool:
    """One attack: the attacker knows the false posts and the days, takes those away, and points at one of the rest as the target's.

    The target's post says what the others' posts say: its words do not give it away. Who looks knows each by its badge and place alone.
    """
    campaign = random_id()
    mine = [Post(1, campaign, 1, "badge", "en", f"Invented {number}.", badge=number) for number in range(false)]
    honest = [Post(1, campaign, 1, "badge", "en", "I stand with him.", badge=47, shows=f"{number}") for number in range(total - false)]
    wall = published([*mine, *honest])
    left = [post for post in wall if post not in mine]
    # The strongest rule that uses the order: always the first. The target is always the post that came first.
    return left[0] == honest[0]


@pytest.mark.parametrize("false", [0, 5, 10, 15, 18])
def test_what_is_left_is_one_of_the_others(false: int) -> None:
    """With k false posts in a batch of n, who looks for one post finds it once in n - k times, however they use the order."""
    share = 1 / (LEAST - false)
    found = sum(guessed(false, LEAST) for _ in range(TRIALS)) / TRIALS
    assert abs(found - share) <= SIGMAS * sqrt(share * (1 - share) / TRIALS)


def test_nineteen_false_posts_isolate_the_twentieth() -> None:
    """The limit: where two members accept nineteen false posts and one true one, who sent the nineteen knows the twentieth."""
    assert all(guessed(LEAST - 1, LEAST) for _ in range(50))


def test_a_larger_batch_needs_as_many_more_false_posts() -> None:
    """The same nineteen in a batch of a hundred leave eighty-one."""
    share = 1 / 81
    found = sum(guessed(19, 100) for _ in range(TRIALS)) / TRIALS
    assert found <= share + SIGMAS * sqrt(share * (1 - share) / TRIALS)


def test_false_posts_that_are_refused_fill_no_batch(world: World) -> None:
    """Nineteen posts that two members reject do not carry the twentieth out: it waits for nineteen others."""
    running = begin(world)
    false, honest = running.posts(19), running.posts(1, first=19)
    for member in ("anna", "boris"):
        running.rules(member, false, "reject", "planted")
    running.accepts(honest)
    with pytest.raises(EntryRefused, match="twenty at least"):
        propose_next(world["anna"], running.id)


def test_all_that_wait_leave_together(world: World) -> None:
    """Who sends false posts does not choose which true ones leave beside them: every accepted post is in the next batch."""
    running = begin(world)
    honest, false = running.posts(12), running.posts(19, first=12)
    running.accepts([*honest, *false])
    running.publishes()
    last = running.world["vera"].record.head(running.terms.wall)
    posts = {line.state for line in (running.world["anna"].vault.posts.line(running.id, each.id) for each in honest)}
    assert (last is not None, posts) == (True, {"published"})


def test_posts_that_say_the_same_are_published_byte_for_byte_alike() -> None:
    """Two supporters who choose the same badge and sentence differ in nothing but a random salt."""
    post = Post(1, random_id(), 1, "badge", "en", "I stand with him.", badge=3)
    first, second = (salted_post(Place(random_id(), 1, ""), each) for each in (post, msgspec.structs.replace(post)))
    assert (first.content, first.commitment == second.commitment) == (second.content, False)


def test_the_order_is_drawn_anew() -> None:
    """The same twenty posts stand in another order each time they are committed to."""
    campaign, dice = random_id(), random.Random(1)
    posts = [Post(1, campaign, 1, "badge", "en", f"Post {number}.", badge=dice.randrange(48)) for number in range(LEAST)]
    assert len({tuple(post.sentence for post in published(posts)) for _ in range(20)}) > 15
