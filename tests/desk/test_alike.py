# SPDX-License-Identifier: AGPL-3.0-or-later
"""Photographs that look alike are found among many, exactly as when each is compared by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ombuds.desk.campaign.alike import Likenesses
from ombuds.media.likeness import ALIKE, differing

HASHES = st.lists(st.integers(min_value=0, max_value=2**64 - 1), min_size=1, max_size=40)
FLIPS = st.lists(st.sets(st.integers(min_value=0, max_value=63), max_size=12), max_size=20)


def _known(hashes: list[int]) -> Likenesses:
    return Likenesses([str(place) for place in range(len(hashes))], int("".join(f"{each:016x}" for each in hashes), 16))


@given(HASHES, FLIPS)
def test_copies_are_found_among_others(hashes: list[int], flips: list[set[int]]) -> None:
    """Whatever stands beside it, a picture is found if and only if few enough bits differ."""
    every = [*hashes, *(hashes[0] ^ sum(1 << place for place in some) for some in flips)]
    wanted = [str(place) for place, each in enumerate(every) if differing(each, hashes[0]) <= ALIKE]
    assert _known(every).like(f"{hashes[0]:016x}") == wanted


def test_a_badge_looks_like_nothing() -> None:
    """A post without a photograph has no likeness, and none is found for it."""
    assert (_known([0, 0]).like(""), Likenesses([], 0).like("0" * 16)) == ([], [])
