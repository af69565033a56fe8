# SPDX-License-Identifier: AGPL-3.0-or-later
"""Photographs that look alike among those that wait, so that copies are looked at together.

All likenesses of a campaign are compared with one at a time, as lanes of one long number: ten thousand in less than a
millisecond. It is a hint for a person and rules over nothing. See spec/media.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ombuds.core.keys import Id
from ombuds.desk.parts import Desk
from ombuds.media.likeness import ALIKE

LANE = 64
# Bits of each lane that are counted together.
PAIRS, FOURS, EIGHTS = 0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F


@dataclass(frozen=True, repr=False)
class Likenesses:
    """The likenesses of a campaign's posts that are not settled."""

    names: list[Id]
    lanes: int

    def like(self, near: str) -> list[Id]:
        """Return the posts whose pictures look like one with this likeness, itself among them."""
        if not near or not self.names:
            return []
        count, ones = len(self.names), self.ones
        differ = self.lanes ^ (int(near, 16) * ones)
        differ -= (differ >> 1) & (PAIRS * ones)
        differ = (differ & (FOURS * ones)) + ((differ >> 2) & (FOURS * ones))
        differ = (differ + (differ >> 4)) & (EIGHTS * ones)
        for step in (8, 16, 32):
            differ += differ >> step
        # The lowest byte of each lane is its count; what the lane above sheds stays in the higher ones.
        content = differ.to_bytes(count * LANE // 8 + 8, "big")[8:]
        return [name for name, bits in zip(self.names, content[7::8], strict=True) if bits <= ALIKE]

    @cached_property
    def ones(self) -> int:
        """The number with a one at the end of each lane."""
        return int(("0" * 15 + "1") * len(self.names), 16)


def likenesses(desk: Desk, campaign: Id) -> Likenesses:
    """Return the likenesses of a campaign's posts that are not settled."""
    names, near = desk.vault.posts.near(campaign)
    return Likenesses(names, int(near or "0", 16))
