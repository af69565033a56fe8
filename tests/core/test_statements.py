# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which versions of a campaign its posts name: those that changed what they join in, and no other (T11, T35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.terms import Elsewhere, Named, Terms, statements
from tests.core.pictures import said

DAY = date(2026, 11, 2)
TERMS = Terms(
    wall="a" * 32,
    recipient=Identity(b"m" * 32).recipient.text,
    statement=said("We ask for his release."),
    demands=(said("Release him."),),
    offered=(said("I stand with him."),),
    kinds=("badge",),
    begins=DAY,
    ends=DAY + timedelta(days=30),
    ranks=(said("Officer"),),
    regions=(said("North"),),
)


@dataclass(frozen=True)
class Change:
    """What a later version says otherwise."""

    field: str
    value: object

    def of(self, terms: Terms) -> Terms:
        """The terms of that version."""
        return msgspec.structs.replace(terms, **{self.field: self.value})


NOTHING_FOR_POSTS = [
    Change("named", (Named("Ada", said("Nurse"), (), DAY),)),
    Change("elsewhere", (Elsewhere("A network", "https://example.org/1", "Ada", DAY, said("A sign.")),)),
    Change("begins", DAY - timedelta(days=1)),
    Change("ends", DAY + timedelta(days=60)),
    Change("goal", 500),
]
ANOTHER_STATEMENT = [
    Change("statement", said("We ask for her release.")),
    Change("person", said("Lieutenant Orlov")),
    Change("demands", (said("Release her."),)),
    Change("offered", ()),
    Change("kinds", ("badge", "photo")),
    Change("ranks", (said("Officer"), said("Sergeant"))),
    Change("regions", (said("North"), said("South"))),
]


@pytest.mark.parametrize("change", NOTHING_FOR_POSTS, ids=lambda change: change.field)
def test_what_changes_nothing_for_posts_counts_no_version(change: Change) -> None:
    """After such a version new posts name the same one as before."""
    assert statements([(1, TERMS), (2, change.of(TERMS))]) == (1,)


@pytest.mark.parametrize("change", ANOTHER_STATEMENT, ids=lambda change: change.field)
def test_what_posts_join_in_counts_a_version(change: Change) -> None:
    """After such a version new posts name it, and old ones stay with the old one."""
    assert statements([(1, TERMS), (2, change.of(TERMS))]) == (1, 2)


def test_the_lowest_version_of_a_statement_is_named() -> None:
    """The second statement stands since the third version, also when two more versions came after it."""
    second = ANOTHER_STATEMENT[0].of(TERMS)
    goes_on = [(4, NOTHING_FOR_POSTS[0].of(second)), (5, NOTHING_FOR_POSTS[1].of(second))]
    assert statements([(1, TERMS), (2, NOTHING_FOR_POSTS[0].of(TERMS)), (3, second), *goes_on]) == (1, 3)


def test_a_statement_that_comes_back_is_a_new_one() -> None:
    """Posts that joined before a statement was changed and changed back keep the first version, and later ones name the third."""
    assert statements([(1, TERMS), (2, ANOTHER_STATEMENT[0].of(TERMS)), (3, TERMS)]) == (1, 2, 3)
