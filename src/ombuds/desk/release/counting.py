# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk counts of posts that are on no wall, and how far a proposed batch's counts may differ from it.

Nobody outside can recount these numbers, so the members who sign compare them. Desks that fetched at different moments differ
honestly: such a difference is shown to whoever signs. What the batch's own posts prove that its maker knew is not left out: a
batch holds posts that two members accepted, and who read those rulings read all that stood before them (T26). See spec/desk.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from ombuds.core.campaign import Batch, Rejected, Wall
from ombuds.core.errors import EntryRefused
from ombuds.core.keys import Id
from ombuds.core.posts import WhyNot, judges
from ombuds.desk.campaign.agreeing import agreement, given
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine, State

UNDECIDED: tuple[State, ...] = ("waiting", "accepted", "quarantined")
MOST_APART, PART_APART = 20, 10


class Counted(NamedTuple):
    """What one desk counts: posts that wait once a batch has left, and rejected ones by reason since the campaign began."""

    waiting: int
    rejected: Mapping[WhyNot, int]

    @property
    def listed(self) -> tuple[Rejected, ...]:
        """The rejected ones as a batch lists them."""
        return tuple(Rejected(reason, self.rejected[reason]) for reason in sorted(self.rejected))


def counted(desk: Desk, subject: Id, made: Wall, leaving: int) -> Counted:
    """Return what this desk counts when so many posts leave with the next batch."""
    counts = desk.vault.posts.counts(subject)
    return Counted(sum(counts.get(state, 0) for state in UNDECIDED) - leaving, _rejected(desk, subject, made))


def check_counts(desk: Desk, made: Wall, batch: Batch, chosen: Iterable[Id]) -> None:
    """Check a batch's counts against this desk's, before the batch is taken. Raises EntryRefused."""
    subject, leaving = batch.campaign, set(chosen)
    own, said = counted(desk, subject, made, len(batch.posts)), {str(each.reason): each.number for each in batch.rejected}
    before = {str(each.reason): each.number for each in made.last.rejected} if made.last else {}
    ever = desk.vault.posts.ever_rejected(subject)
    # A desk that holds every rejection that was ever signed missed none.
    whole = all(ever.get(reason, 0) >= number for reason, number in before.items())
    for each in batch.rejected:
        known = own.rejected.get(each.reason, 0)
        if each.number > known + (0 if whole else apart(known)):
            raise EntryRefused("it counts more rejected posts than this desk knows")
    waiting, rejected = _provable(desk, subject, leaving)
    if any(said.get(reason, 0) < before.get(reason, 0) + number for reason, number in rejected.items()):
        raise EntryRefused("it leaves out rejected posts that its maker knew")
    if batch.waiting < waiting:
        raise EntryRefused("it leaves out posts that wait and that its maker knew")
    if batch.waiting > own.waiting + sum(rejected.values()) + apart(own.waiting):
        raise EntryRefused("it counts many more posts that wait than this desk knows")


def apart(number: int) -> int:
    """Return by how much two desks may differ that fetched at different moments."""
    return max(MOST_APART, number // PART_APART)


def _rejected(desk: Desk, subject: Id, made: Wall) -> Mapping[WhyNot, int]:
    """Go on from the counts that were signed last, with what was rejected since: a desk that was away misses none of them.

    What was rejected between a batch's signing and its hour stands in no signed count and is settled with the batch: rows of settled posts stay.
    """
    since = Counter({each.reason: each.number for each in made.last.rejected} if made.last else {})
    since.update({msgspec.convert(reason, WhyNot): number for reason, number in desk.vault.posts.rejected(subject).items()})
    ever = {msgspec.convert(reason, WhyNot): number for reason, number in desk.vault.posts.ever_rejected(subject).items()}
    return {reason: max(since[reason], ever.get(reason, 0)) for reason in {*since, *ever}}


def _provable(desk: Desk, subject: Id, leaving: set[Id]) -> tuple[int, Mapping[str, int]]:
    """Return how many undecided posts, and posts rejected since the last batch, the maker of a batch of these posts certainly knew."""
    place = max((_decided(desk, subject, desk.vault.posts.line(subject, post)) for post in leaving), default=0)
    lines = (line for state in UNDECIDED for line in desk.vault.posts.lines(subject, state, limit=-1) if line.id not in leaving)
    waiting = sum(any(each.place <= place for each in given(desk, subject, line).values()) for line in lines)
    every = [line for line in desk.vault.posts.lines(subject, "rejected", limit=-1) if line.post is not None]
    rejected = Counter(line.reason for line in every if _decided(desk, subject, line) <= place)
    return waiting, rejected


def _decided(desk: Desk, subject: Id, line: PostLine) -> int:
    """Return the place in the log at which enough members had ruled as a post stands."""
    end = agreement(desk, subject, line)
    if end is None:
        return 0
    alike = sorted(each.place for each in given(desk, subject, line).values() if each.agrees_on == end.agrees_on)
    return alike[judges(desk.charter.charter.thresholds.moderate) - 1]
