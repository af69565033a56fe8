# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every version of a campaign in a copy: one that moves the wall or the key, and posts and counts that fit no version, are named (T18, T26)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.campaign import Batch
from ombuds.core.content import Said
from ombuds.core.errors import EntryRefused
from ombuds.core.keys import random_id
from ombuds.core.posts import Post
from ombuds.core.record import Line
from ombuds.core.terms import Terms
from ombuds.mirror.check import check
from ombuds.mirror.copy import copy
from ombuds.mirror.versions import Versions
from tests.core.pictures import said
from tests.server.campaigns import LANGUAGES, Campaign, begin, begin_with
from tests.server.institution import Institution


def goes_on(campaign: Campaign, **changed: object) -> None:
    """Let two members sign another version of the terms; nothing but their desks would keep them from it."""
    terms: Terms = msgspec.structs.replace(campaign.terms, **changed)
    correction = tuple(Said(language, "Mended.") for language in LANGUAGES)
    campaign.content = msgspec.structs.replace(campaign.content, campaign=terms, correction=correction)
    begin_with(campaign.here, campaign.content, campaign.here.parts.public.record(fresh=True).place(campaign.id))


def checked(campaign: Campaign, place: Path) -> int:
    """Copy everything, check it, and return how many posts stand on the wall."""
    with campaign.here.client() as client:
        copy(client, place / "copy")
    return len(check(place / "copy").walls[0].wall.posts)


def versions(campaign: Campaign) -> Versions:
    """A campaign whose second version has one region and one rank group more, at two places of a ledger."""
    more = msgspec.structs.replace(campaign.terms, ranks=(*campaign.terms.ranks, said("General", *LANGUAGES)), kinds=("photo",))
    more = msgspec.structs.replace(more, regions=(*more.regions, said("East", *LANGUAGES)))
    return Versions(campaign.id, campaign.content, {1: (4, campaign.terms), 2: (9, more)})


def line(campaign: Campaign, index: int) -> Line:
    """The line of the campaign's batch, as if it stood at another place."""
    head = campaign.here.parts.public.record().head(campaign.terms.wall)
    assert head is not None
    return replace(head, index=index)


def test_a_later_version_is_checked(campaign: Campaign, tmp_path: Path) -> None:
    """A version with one rank group more, and a batch after it, hold beside the first ones."""
    goes_on(campaign, ranks=(*campaign.terms.ranks, said("General", *LANGUAGES)))
    campaign.leaves([campaign.supporter(number, version=2, rank=2) for number in range(20)])
    assert checked(campaign, tmp_path) == 40


def test_posts_keep_the_version_that_they_joined(campaign: Campaign, tmp_path: Path) -> None:
    """Drawn badges of the first version stay right when a later version takes photographs alone."""
    goes_on(campaign, kinds=("photo",))
    assert checked(campaign, tmp_path) == 20


@pytest.mark.parametrize(("what", "why"), [({"wall": random_id()}, "wall is another"), ({"recipient": Identity(b"n" * 32).recipient.text}, "key to the")])
def test_a_version_that_moves_the_wall_or_the_key_is_named(campaign: Campaign, tmp_path: Path, what: dict[str, object], why: str) -> None:
    """A quorum that gives a campaign another wall or another key is found by everybody who checks a copy."""
    goes_on(campaign, **what)
    with pytest.raises(EntryRefused, match=why):
        checked(campaign, tmp_path)


def test_two_campaigns_with_one_wall_are_named(campaign: Campaign, tmp_path: Path) -> None:
    """A second campaign that takes the first one's wall for its own is found."""
    begin(campaign.here, wall=campaign.terms.wall)
    with pytest.raises(EntryRefused):
        checked(campaign, tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 3},
        {"version": 0},
        {"version": 2, "kind": "photo"},
        {"rank": 2},
        {"kind": "photo"},
        {"campaign": random_id()},
    ],
)
def test_a_post_that_fits_no_version_is_named(campaign: Campaign, changed: dict[str, object]) -> None:
    """A post of a version that is not there, or came after its batch, or that its version does not offer, is found."""
    one = versions(campaign)
    narrow = Versions(one.campaign, one.content, {1: (4, msgspec.structs.replace(campaign.terms, kinds=("badge",))), 2: one.made[2]})
    post: Post = msgspec.structs.replace(Post(1, campaign.id, 1, "badge", "en", "I stand with him.", badge=1), **changed)
    with pytest.raises(EntryRefused):
        narrow.check_post(line(campaign, 7), post)


def test_a_batch_that_counts_unknown_regions_is_named(campaign: Campaign) -> None:
    """A batch before the second version cannot count the region that came with it; one after it can."""
    one, batch = versions(campaign), Batch(1, campaign.id, regions=(0, 0, 20))
    one.check_batch(line(campaign, 11), batch)
    with pytest.raises(EntryRefused):
        one.check_batch(line(campaign, 7), batch)


def test_the_server_takes_no_batch_of_unknown_versions(here: Institution) -> None:
    """A batch with a post of a version that the campaign has not is refused when it is handed in."""
    running = begin(here)
    answer = running.leaves([running.supporter(number, version=2) for number in range(20)])
    assert b"EntryRefused" in answer.content


def test_a_version_without_another_statement_has_no_posts(campaign: Campaign) -> None:
    """A post that names a version which only set a goal would stand apart from the others, and is found."""
    goal = {1: (4, campaign.terms), 2: (5, msgspec.structs.replace(campaign.terms, goal=campaign.terms.goal + 1))}
    one = Versions(campaign.id, campaign.content, goal)
    post = Post(1, campaign.id, 1, "badge", "en", "I stand with him.", badge=1)
    one.check_post(line(campaign, 7), post)
    with pytest.raises(EntryRefused, match="changed nothing for posts"):
        one.check_post(line(campaign, 7), msgspec.structs.replace(post, version=2))


@pytest.mark.parametrize(("version", "taken"), [(1, True), (2, False)])
def test_the_server_takes_posts_of_statements_alone(campaign: Campaign, version: int, taken: bool) -> None:
    """After a version that only set a goal a batch is taken whose posts name the first version, and none that names the second."""
    goes_on(campaign, goal=campaign.terms.goal + 1)
    answer = campaign.leaves([campaign.supporter(number, version=version) for number in range(20, 40)])
    assert (b"EntryRefused" not in answer.content) == taken
