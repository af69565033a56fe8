# SPDX-License-Identifier: AGPL-3.0-or-later
"""What supporters, desks and mirrors say to the server about a campaign's posts: one struct a message.

A sealed post is taken at the address of reports and answered like one, so that on the line the two look alike (T10). Desks
share their rulings through a log of sealed bundles, as a case's events. See spec/wire.md and spec/campaign.md.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from ombuds.core.effort import LARGEST
from ombuds.core.envelope import Envelope
from ombuds.core.keys import Hash, Id
from ombuds.core.publication import Salted


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the wire: frozen, and without unknown fields."""


class NewPost(Struct, frozen=True):
    """POST /api/reports: a post that is sealed to a campaign's moderation identity; ``withdraw`` is ``waits_of`` a token.

    ``effort`` is a number that took work to find (effort.py), or 0.
    """

    v: Literal[1]
    id: Id
    campaign: Id
    withdraw: Hash
    content: bytes
    effort: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)] = 0


class Withdraw(Struct, frozen=True):
    """POST /api/withdraw: the token of a post; known or not, the answer is the same."""

    v: Literal[1]
    token: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class PostIds(Struct, frozen=True):
    """GET /api/members/campaigns/ID/posts?after=ID: the names of sealed posts that were released, in the order of their names."""

    ids: tuple[Id, ...]
    more: bool


class Rulings(Struct, frozen=True):
    """The inside of one bundle of a campaign's log: verdicts of one member, signed each; sealed to the moderation identity.

    ``prev`` is the SHA-256 of the sealed bundle that the member saw before it, or empty: a server that shows members different
    logs is found out by the next bundle.
    """

    v: Literal[1]
    prev: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
    verdicts: tuple[Envelope, ...]


class NewRulings(Struct, frozen=True):
    """POST /api/members/campaigns/ID/rulings: refused with 409 unless ``seq`` is the next one."""

    seq: int
    content: bytes


class RulingsSeen(Struct, frozen=True):
    """GET /api/members/campaigns/ID/rulings?after=SEQ: sealed bundles in order, and how far the log goes."""

    bundles: tuple[bytes, ...]
    seq: int


class Withdrawals(Struct, frozen=True):
    """GET /api/members/campaigns/ID/withdrawals: tokens that were revealed and stand in no batch yet."""

    tokens: tuple[bytes, ...]


class Settled(Struct, frozen=True):
    """POST /api/members/campaigns/ID/settled: these posts are published or rejected; when a second member says so, they go."""

    ids: tuple[Id, ...]


class WallPost(Struct, frozen=True):
    """A post of a batch with its pictures, as it is handed in before its batch and as mirrors fetch it after."""

    post: Salted
    files: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=2)] = ()


class WallPosts(Struct, frozen=True):
    """POST /api/members/campaigns/ID/wall: posts of a batch that is about to be published; a few at once."""

    posts: tuple[WallPost, ...]


class LeavesAt(Struct, frozen=True):
    """The answer to POST /api/members/entries of a wall's batch: it was checked wholly and leaves at this fixed hour (UTC)."""

    proposal: Hash
    day: date
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)]


class FixedHour(Struct, frozen=True):
    """One of the server's fixed hours (UTC), on a day."""

    day: date
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)]


class Leaving(Struct, frozen=True):
    """GET /api/members/leaving: the batches that wait for their hour, and the hour at which one would leave that was handed in now."""

    batches: tuple[LeavesAt, ...]
    next_hour: FixedHour


class WallPage(Struct, frozen=True):
    """GET /api/walls/WALL/VERSION?from=N: posts of a batch in its order, without pictures; empty ones were taken back."""

    posts: tuple[Salted | None, ...]
    more: bool
