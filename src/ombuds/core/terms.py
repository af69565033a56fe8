# SPDX-License-Identifier: AGPL-3.0-or-later
"""The terms of a campaign: what its supporters join in, what they may post, to whom posts are sealed, and where its wall stands.

The cause, the demands' reasons, hashtags, story and outcome are those of any publication (content.py). A change makes a new
version, and each post names the version that it joined, so that nobody's name is moved under another text. See
spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec

from ombuds.core.age import Recipient
from ombuds.core.errors import Malformed
from ombuds.core.keys import Id
from ombuds.core.said import Struct, Words

PostKind = Literal["badge", "photo"]
LONGEST_SENTENCE = 280
Number = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]


class Terms(Struct, frozen=True):
    """The terms of a campaign. ``recipient`` is its moderation identity's, ``wall`` the subject of its batches in the ledger.

    Rank groups and regions are chosen by their place in the lists; days are inclusive.
    """

    wall: Id
    recipient: str
    statement: Words
    demands: Annotated[tuple[Words, ...], msgspec.Meta(max_length=10)]
    offered: Annotated[tuple[Words, ...], msgspec.Meta(max_length=20)]
    kinds: Annotated[tuple[PostKind, ...], msgspec.Meta(min_length=1, max_length=2)]
    begins: date
    ends: date
    ranks: Annotated[tuple[Words, ...], msgspec.Meta(max_length=20)] = ()
    regions: Annotated[tuple[Words, ...], msgspec.Meta(max_length=100)] = ()
    person: Words = ()
    goal: Number = 0

    def open_on(self, day: date) -> bool:
        """Whether posts are taken on a day."""
        return self.begins <= day <= self.ends


def check_terms(terms: Terms) -> None:
    """Check that terms hang together. Raises Malformed."""
    Recipient.parse(terms.recipient)
    if terms.ends < terms.begins:
        raise Malformed("a campaign ends before it begins")
    if len(set(terms.kinds)) != len(terms.kinds):
        raise Malformed("a kind of post stands twice")
    if any(len(each.text) > LONGEST_SENTENCE for words in terms.offered for each in words):
        raise Malformed("an offered sentence is longer than a sentence may be")


def said_in(terms: Terms) -> Iterator[tuple[Words, bool]]:
    """Yield everything that terms say in words, and whether it must be said."""
    yield terms.statement, True
    yield terms.person, False
    yield from ((words, True) for many in (terms.demands, terms.offered, terms.ranks, terms.regions) for words in many)
