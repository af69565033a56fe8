# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invented posts of a demonstration's campaign: drawn badges and sentences of demo_campaign/posts.json, the same at each founding.

Nobody of them exists. Each post has a name and a token of its own that come from a secret of this demonstration, so that a
start that was killed sends none of them twice. It seals and sends nothing. See spec/demonstration.md.
"""

from __future__ import annotations

from importlib import resources
from typing import NamedTuple

import msgspec

from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.posts import BADGES, Pending, Post, Ruling, WhyNot
from ombuds.core.terms import Terms

WALL = 120
FIRST = 61
WITHDRAWN = 7
"""The post whose supporter takes it back after the first batch."""
STEP = 29
RANKS = (0, 0, 1, None, 2, 0, 3, None)
REGIONS = (0, 1, 0, 2, 0, 1, None, 0, 1, 3)


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What posts.json holds: sentences with their languages; of rejected ones with the reason."""

    sentences: tuple[tuple[str, str], ...]
    rejected: tuple[tuple[str, str, WhyNot], ...]
    waiting: tuple[tuple[str, str], ...]


class Supporter(NamedTuple):
    """Somebody invented: the name and token of their post, what it says, how it will be ruled, and in which batch."""

    id: Id
    token: bytes
    language: str
    sentence: str
    number: int
    ruling: Ruling = "accept"
    reason: WhyNot = ""
    batch: int = 1

    def pending(self, campaign: Id, instance_id: Hash, terms: Terms) -> Pending:
        """The post as it is sealed."""
        rank, region = RANKS[self.number % len(RANKS)], REGIONS[self.number % len(REGIONS)]
        post = Post(1, campaign, 1, "badge", self.language, self.sentence, rank, self.number * STEP % BADGES)
        whose = region if region is not None and region < len(terms.regions) else None
        return Pending(1, instance_id, "browser", post, hash_of(self.token), whose)


def supporters(secret: str) -> tuple[Supporter, ...]:
    """Return everybody, in no order of arrival: those of the first batch, of the second, and those on whom nobody ruled yet."""
    kept = msgspec.json.decode((resources.files("ombuds.cli") / "demo_campaign" / "posts.json").read_bytes(), type=Kept)
    some = [Supporter("", b"", *kept.sentences[number % len(kept.sentences)], number, batch=1 if number < FIRST else 2) for number in range(WALL + 1)]
    for language, sentence, reason in kept.rejected:
        some.append(Supporter("", b"", language, sentence, len(some), "reject", reason))
    some += [Supporter("", b"", *each, len(some) + place, batch=0) for place, each in enumerate(kept.waiting)]
    return tuple(each._replace(id=_name(secret, each.number), token=_token(secret, each.number)) for each in some)


def _name(secret: str, number: int) -> Id:
    return hash_of(f"post {secret} {number}".encode())[:32]


def _token(secret: str, number: int) -> bytes:
    return bytes.fromhex(hash_of(f"token {secret} {number}".encode()))
