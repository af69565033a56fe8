# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small campaign in memory for the tests of core: its text, posts, and batches of its wall.

Keys come from names; the moderation identity is one of them. It asserts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ombuds.core.campaign import Batch, PostRef, Wall
from ombuds.core.content import Content, Text
from ombuds.core.keys import hash_of
from ombuds.core.posts import Pending, Post, Verdict, salted_post
from ombuds.core.publication import Place, Salted
from ombuds.core.terms import Terms
from tests.core import builders as b
from tests.core.pictures import said

CAMPAIGN, WALL = "a" * 32, "b" * 32
MODERATION = b.identity_of("moderation")
TERMS = Terms(
    wall=WALL,
    recipient=MODERATION.recipient.text,
    statement=said("We ask for his release."),
    demands=(said("Release him."),),
    offered=(said("I serve, and I stand with him."),),
    kinds=("badge", "photo"),
    begins=b.TODAY,
    ends=b.TODAY + timedelta(days=30),
    ranks=(said("Officer"), said("Sergeant")),
    regions=(said("North"), said("South")),
)
CONTENT = Content(1, "campaign", (Text("en", "Free Orlov", "In short.", "At length."),), tags=("freeorlov",), campaign=TERMS)


def token_of(number: int) -> bytes:
    """The token that withdraws one post."""
    return number.to_bytes(32)


def post_of(number: int = 0) -> Post:
    """A post with a drawn badge."""
    return Post(1, CAMPAIGN, 1, "badge", "en", f"I stand with him, says number {number}.", badge=number % 48)


def pending_of(number: int = 0) -> Pending:
    """What a supporter sends."""
    return Pending(1, b.desk_of().charter.instance_id, "browser", post_of(number), hash_of(token_of(number)), 1)


def verdict_of(sealed: bytes, ruling: str = "accept", reason: str = "") -> Verdict:
    """A ruling over one sealed post."""
    return Verdict(1, b.desk_of().charter.instance_id, CAMPAIGN, "d" * 32, hash_of(sealed), ruling, reason, 1)  # type: ignore[arg-type]


def files_of(numbers: Sequence[int], version: int = 1) -> dict[int, Salted]:
    """The posts of a batch as they are published."""
    return {number: salted_post(Place(WALL, version, ""), post_of(number)) for number in numbers}


def refs_of(files: dict[int, Salted]) -> tuple[PostRef, ...]:
    """What a batch says of its posts."""
    return tuple(sorted((PostRef(file.commitment, hash_of(token_of(number))) for number, file in files.items()), key=lambda ref: ref.commitment))


def batch_of(first: int = 0, count: int = 20) -> Batch:
    """A batch of so many new posts."""
    return Batch(1, CAMPAIGN, refs_of(files_of(range(first, first + count))))


def wall_of(*batches: Batch) -> Wall:
    """A wall after these batches."""
    wall = Wall(CAMPAIGN)
    for batch in batches:
        wall.take(batch)
    return wall
