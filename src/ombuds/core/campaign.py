# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's wall: batches that make posts public, take them back and count them.

A batch is one list of commitments that enough members signed; ``Wall.take`` folds batches, so that the server, every desk,
every mirror and every reader count the same number from the same entries (T18, T26). Within a batch no order and no time
is left. What a post is stands in posts.py. See spec/campaign.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from ombuds.core.encoding import decode_canonical
from ombuds.core.errors import ContentChanged, EntryRefused
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.posts import Post, WhyGone, WhyNot, read_post
from ombuds.core.publication import Salted
from ombuds.core.said import Struct
from ombuds.core.terms import Number

LEAST_BATCH, MOST_BATCH = 20, 500
LEAST_REGION, LEAST_STEP = 20, 5
MOST_ASKED = 10_000
ASKED: WhyNot = "another-picture"
Asked = Annotated[tuple[Hash, ...], msgspec.Meta(min_length=1, max_length=MOST_ASKED)]


class PostRef(Struct, frozen=True):
    """A post in a batch: SHA-256(salt || post), and the hash whose token withdraws it."""

    commitment: Hash
    withdraw: Hash


class Removed(Struct, frozen=True):
    """A post that the members took down, with the reason that stands in its place."""

    commitment: Hash
    reason: WhyGone


class Rejected(Struct, frozen=True):
    """How many posts were rejected for one reason, since the campaign began."""

    reason: WhyNot
    number: Number


class Batch(Struct, frozen=True):
    """One entry of a wall: new posts in the order of their commitments, what was withdrawn or taken down, and the members' own counts.

    ``asked`` are the withdraw hashes of refused posts for which another picture is asked for; a list without any has no such field.
    """

    v: Literal[1]
    campaign: Id
    posts: Annotated[tuple[PostRef, ...], msgspec.Meta(max_length=MOST_BATCH)] = ()
    withdrawn: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=10_000)] = ()
    removed: Annotated[tuple[Removed, ...], msgspec.Meta(max_length=1_000)] = ()
    waiting: Number = 0
    rejected: tuple[Rejected, ...] = ()
    regions: Annotated[tuple[Number, ...], msgspec.Meta(max_length=100)] = ()
    asked: Asked | msgspec.UnsetType = msgspec.UNSET

    @property
    def asks(self) -> tuple[Hash, ...]:
        """The hashes of refused posts for which another picture is asked for."""
        return () if self.asked is msgspec.UNSET else self.asked


@dataclass
class Wall:
    """The fold of a wall's batches. ``posts`` are those that count, by commitment, each with the version of its batch."""

    campaign: str
    posts: dict[Hash, int] = field(default_factory=dict)
    gone: dict[Hash, str] = field(default_factory=dict)
    version: int = 0
    last: Batch | None = None
    withdrawn: int = 0
    asked: set[Hash] = field(default_factory=set)
    _tokens: dict[Hash, list[Hash]] = field(default_factory=dict)

    def knows(self, withdraw: Hash) -> bool:
        """Whether a post with this token's hash stood on the wall already, or was refused with the wish for another picture."""
        return withdraw in self._tokens or withdraw in self.asked

    @property
    def accepted(self) -> int:
        """How many posts were accepted, whatever became of them."""
        return len(self.posts) + len(self.gone)

    def take(self, batch: Batch) -> None:
        """Take the next batch, or leave the wall as it was. Raises EntryRefused, with what does not fit."""
        self._check(batch)
        self.version += 1
        self.posts |= {ref.commitment: self.version for ref in batch.posts}
        for ref in batch.posts:
            self._tokens.setdefault(ref.withdraw, []).append(ref.commitment)
        for token in batch.withdrawn:
            for commitment in self._tokens.get(hash_of(token), []):
                self.withdrawn += self.posts.pop(commitment, None) is not None
                self.gone.setdefault(commitment, "withdrawn")
        for removed in batch.removed:
            del self.posts[removed.commitment]
            self.gone[removed.commitment] = removed.reason
        self.asked |= set(batch.asks)
        self.last = batch

    def withdrawn_by(self, token: bytes) -> tuple[Hash, ...]:
        """Return the posts on the wall that a token withdraws."""
        return tuple(each for each in self._tokens.get(hash_of(token), []) if each in self.posts)

    def _check(self, batch: Batch) -> None:
        commitments = [ref.commitment for ref in batch.posts]
        if batch.campaign != self.campaign:
            raise EntryRefused("a batch of another campaign")
        if batch.posts and len(batch.posts) < LEAST_BATCH:
            raise EntryRefused("fewer than twenty posts at once")
        if not (batch.posts or batch.withdrawn or batch.removed):
            raise EntryRefused("a batch in which nothing happens")
        if commitments != sorted(set(commitments)) or any(each in self.posts or each in self.gone for each in commitments):
            raise EntryRefused("a post stands on the wall twice, or out of order")
        tokens = [ref.withdraw for ref in batch.posts]
        # A token takes back one post and nothing that comes later: a spent one would make posts that count and that nobody sees.
        if len(set(tokens)) != len(tokens) or any(self.knows(token) for token in tokens):
            raise EntryRefused("a post that another post's token would take back")
        if sum(batch.regions) > self.accepted + len(batch.posts):
            raise EntryRefused("more posts by region than there are")
        self._check_gone(batch)
        self._check_asked(batch)
        _check_counts(batch, self.last)

    def _check_gone(self, batch: Batch) -> None:
        new = {ref.withdraw for ref in batch.posts}
        if len(set(batch.withdrawn)) != len(batch.withdrawn):
            raise EntryRefused("a token that withdraws twice")
        if any(not self.withdrawn_by(token) and hash_of(token) not in new for token in batch.withdrawn):
            raise EntryRefused("a token that withdraws nothing")
        taken = {commitment for token in batch.withdrawn for commitment in self.withdrawn_by(token)}
        removed = [each.commitment for each in batch.removed]
        if len(set(removed)) != len(removed) or any(each not in self.posts or each in taken for each in removed):
            raise EntryRefused("what is taken down does not stand on the wall")

    def _check_asked(self, batch: Batch) -> None:
        """Check that a picture is asked for once, of no post that stands or stood here, and of no more posts than were newly counted so."""
        tokens = {ref.withdraw for ref in batch.posts}
        if batch.asks != tuple(sorted(set(batch.asks))) or any(self.knows(each) or each in tokens for each in batch.asks):
            raise EntryRefused("another picture is asked for twice, out of order, or of a post on the wall")
        before = self.last.rejected if self.last else ()
        if len(batch.asks) > _number_of(batch.rejected, ASKED) - _number_of(before, ASKED):
            raise EntryRefused("another picture is asked for more often than it is counted")


def _number_of(rejected: Sequence[Rejected], reason: WhyNot) -> int:
    return sum(each.number for each in rejected if each.reason == reason)


def _check_counts(batch: Batch, before: Batch | None) -> None:
    was = {each.reason: each.number for each in before.rejected} if before else {}
    now = Counter({each.reason: each.number for each in batch.rejected})
    if len(now) != len(batch.rejected) or any(now[reason] < number for reason, number in was.items()) or "" in now:
        raise EntryRefused("counts of rejected posts go back")
    earlier = before.regions if before else ()
    for place, number in enumerate(batch.regions):
        step = abs(number - (earlier[place] if place < len(earlier) else 0))
        if 0 < number < LEAST_REGION or 0 < step < LEAST_STEP:
            raise EntryRefused("a region is shown from twenty posts on, and in steps of five")


def read_batch(content: bytes) -> Batch:
    """Read a batch's list. Raises Malformed."""
    return decode_canonical(content, Batch)


def check_published(ref: PostRef, file: Salted) -> Post:
    """Check that this is the post that a batch commits to. Raises ContentChanged, Malformed."""
    if file.commitment != ref.commitment:
        raise ContentChanged("a post is not the one that was signed")
    return read_post(file.content)


def shown_regions(counted: Sequence[int], before: Sequence[int]) -> tuple[int, ...]:
    """Return what may be shown of counts by region: nothing below twenty, and no step below five."""
    shown = []
    for place, number in enumerate(counted):
        was = before[place] if place < len(before) else 0
        shown.append(was if number < LEAST_REGION or abs(number - was) < LEAST_STEP else number)
    return tuple(shown)
