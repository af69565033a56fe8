# SPDX-License-Identifier: AGPL-3.0-or-later
"""The terms of a campaign: what its supporters join in, what they may post, to whom posts are sealed, and where its wall stands.

Beside the wall, and never in its number: who supports with a name, and what supporters posted elsewhere. The cause, the demands'
reasons, hashtags, story and outcome are those of any publication (content.py). Each post names the version whose statement it
joined, so that nobody's name is moved under another text; what changes nothing for posts counts no such version (T11). See
spec/campaign.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec

from ombuds.core.age import Recipient
from ombuds.core.errors import Malformed
from ombuds.core.hiding import check_addresses
from ombuds.core.keys import Id
from ombuds.core.said import Address, Name, Struct, Words

PostKind = Literal["badge", "photo"]
LONGEST_SENTENCE = 280
MOST_NAMED, MOST_ELSEWHERE = 100, 200
SECURE = "https://"
Number = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
PicturePlace = Annotated[int, msgspec.Meta(ge=0, le=99)]


class Named(Struct, frozen=True):
    """Somebody who supports with a name: the exact words that this person agreed to, and since when they stand there.

    ``portrait`` is the place of a credited picture among those of the publication. A later version without the person is the
    withdrawal.
    """

    name: Name
    role: Words
    quotation: Words
    since: date
    portrait: PicturePlace | None = None


class Elsewhere(Struct, frozen=True):
    """A post that a supporter made on a network, as the desk recorded it by hand: where, whose, and what it shows, in words."""

    network: Name
    url: Address
    credit: Name
    day: date
    shows: Words
    archive: Address = ""


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
    named: Annotated[tuple[Named, ...], msgspec.Meta(max_length=MOST_NAMED)] = ()
    elsewhere: Annotated[tuple[Elsewhere, ...], msgspec.Meta(max_length=MOST_ELSEWHERE)] = ()

    def open_on(self, day: date) -> bool:
        """Whether posts are taken on a day."""
        return self.begins <= day <= self.ends


def check_terms(terms: Terms, pictures: int) -> None:
    """Check that terms hang together, beside so many pictures. Raises Malformed."""
    Recipient.parse(terms.recipient)
    if terms.ends < terms.begins:
        raise Malformed("a campaign ends before it begins")
    if len(set(terms.kinds)) != len(terms.kinds):
        raise Malformed("a kind of post stands twice")
    if any(len(each.text) > LONGEST_SENTENCE for words in terms.offered for each in words):
        raise Malformed("an offered sentence is longer than a sentence may be")
    _check_named(terms.named, pictures)
    _check_elsewhere(terms.elsewhere)


def statements(versions: Iterable[tuple[int, Terms]]) -> tuple[int, ...]:
    """Return the versions of a campaign, given in order, that changed what posts join in; the last one is what a new post names.

    A named supporter, a post elsewhere, a day, a goal, a corrected cause or an outcome changes nothing for posts: one that named such
    a version would stand apart from the others of its batch, and tell between which two versions it was made (T11, T35).
    """
    found, before = list[int](), None
    for version, terms in versions:
        joined = (terms.statement, terms.person, terms.demands, terms.offered, terms.kinds, terms.ranks, terms.regions)
        if joined != before:
            found.append(version)
        before = joined
    return tuple(found)


def said_in(terms: Terms) -> Iterator[tuple[Words, bool]]:
    """Yield everything that terms say in words, and whether it must be said."""
    yield terms.statement, True
    yield terms.person, False
    yield from ((words, True) for many in (terms.demands, terms.offered, terms.ranks, terms.regions) for words in many)
    for person in terms.named:
        yield person.role, True
        yield person.quotation, False
    yield from ((post.shows, True) for post in terms.elsewhere)


def _check_named(named: tuple[Named, ...], pictures: int) -> None:
    portraits = [person.portrait for person in named if person.portrait is not None]
    if not all(person.name.strip() for person in named):
        raise Malformed("who supports with a name has a name")
    if any(place >= pictures for place in portraits):
        raise Malformed("a portrait is none of the pictures")
    if len(set(portraits)) != len(portraits):
        raise Malformed("one picture is the portrait of two people")


def _check_elsewhere(posts: tuple[Elsewhere, ...]) -> None:
    if not all(post.network.strip() and post.credit.strip() for post in posts):
        raise Malformed("a post elsewhere has a network and a credit")
    if not all(post.url.startswith(SECURE) and (not post.archive or post.archive.startswith(SECURE)) for post in posts):
        raise Malformed("the address of a post elsewhere, and of its archived copy, begins with https://")
    if len({post.url for post in posts}) != len(posts):
        raise Malformed("a post elsewhere stands there once")
    check_addresses("elsewhere", (address for post in posts for address in (post.url, post.archive)))
