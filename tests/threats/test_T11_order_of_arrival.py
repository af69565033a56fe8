# SPDX-License-Identifier: AGPL-3.0-or-later
"""T11: somebody who knows when an officer was online compares with a wall; the order in which posts came stands nowhere in public."""

from __future__ import annotations

import json
import re
from math import sqrt

import pytest

from ombuds.core.campaign import read_batch
from ombuds.core.encoding import decode
from ombuds.core.posts import read_post
from ombuds.core.publication import Salted
from ombuds.core.wire_posts import WallPage
from tests.desk.campaigns import Running, begin
from tests.world import World

# Hundreds of posts go the whole way; the machine may be busy.
pytestmark = pytest.mark.timeout(300)
BATCHES, EACH = 5, 48
SIGMAS = 4
NUMBER = re.compile(r"says number (\d+)")


def grown(world: World, batches: int) -> Running:
    """A campaign whose wall grew by batches of posts that came one after another."""
    made = begin(world)
    for batch in range(batches):
        made.accepts(made.posts(EACH, first=batch * EACH))
        made.publishes()
    return made


def order_of(running: Running, version: int) -> list[int]:
    """In which order the posts of a batch that came as 0, 1, 2 and so on stand on the wall."""
    answer = running.world["anna"].remote._client.get(f"/api/walls/{running.terms.wall}/{version}")
    posts = [read_post(post.content) for post in decode(answer.content, WallPage).posts if post is not None]
    return [int(NUMBER.findall(post.sentence)[0]) % EACH for post in posts]


def correlation(order: list[int]) -> float:
    """Spearman's rank correlation of arrival and place."""
    count = len(order)
    return 1 - 6 * sum((place - came) ** 2 for place, came in enumerate(order)) / (count * (count**2 - 1))


def shown(running: Running) -> list[int]:
    """The numbers of all posts in the order in which readers turn the pages of the wall, from the oldest."""
    browser, found = running.world["anna"].remote._client, []
    for page in range(1, -(-BATCHES * EACH // 60) + 1):
        found += [int(each) for each in NUMBER.findall(browser.get(f"/en/campaigns/{running.id}/wall?page={page}&plain=1").text)]
    return found


def test_the_order_of_arrival_is_in_nothing_that_is_public(world: World) -> None:
    """Over several batches, arrival has nothing to do with the place in a batch, on a page, or in the ledger's list."""
    running = grown(world, BATCHES)
    bound = SIGMAS / sqrt(BATCHES * (EACH - 1))
    batches = [order_of(running, version) for version in range(1, BATCHES + 1)]
    pages = shown(running)
    turned = [[each % EACH for each in pages[start : start + EACH]] for start in range(0, len(pages), EACH)]
    assert sorted(pages) == list(range(BATCHES * EACH))
    for orders in (batches, turned):
        assert abs(sum(map(correlation, orders)) / BATCHES) < bound
        # Neither up nor down, and not one end alone: who came first and who came last stand anywhere.
        for came in (0, EACH - 1):
            middle = sum(order.index(came) for order in orders) / BATCHES
            assert abs(middle - (EACH - 1) / 2) < SIGMAS * EACH / sqrt(12 * BATCHES)


def test_no_public_list_has_a_moment(world: World) -> None:
    """What is public of a batch has commitments, hashes and counts, and a day in the ledger; no name under which a post was sent."""
    running = grown(world, 1)
    anna = world["anna"]
    names = anna.vault.posts.known(running.id)
    client = anna.remote._client
    public = [client.get(f"/api/walls/{running.terms.wall}/1").text, client.get(f"/en/campaigns/{running.id}/count").text]
    public.append(client.get(f"/en/campaigns/{running.id}/numbers.json").text)
    salted = anna.remote.content(running.terms.wall, 1)
    public.append(salted.content.decode())
    assert isinstance(salted, Salted)
    assert len(read_batch(salted.content).posts) == EACH
    assert not any(name in text for name in names for text in public)
    assert not any(re.search(r"\d\d:\d\d", text) for text in (public[0], json.dumps(json.loads(public[2])["posts"])))
