# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a text once it is public: it is corrected in the open, or taken down in the open."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ombuds.core.content import Outcome, Said
from ombuds.core.errors import EntryRefused, NotEnough, NotHere
from ombuds.core.publication import PublicSource, Reason, Status
from tests.desk.desks import story
from tests.together import Story
from tests.world import World

GAZETTE = (PublicSource("The gazette", "https://gazette.example/shifts"),)
PRESS = story(sources=GAZETTE)


@pytest.fixture
def published(world: World) -> Story:
    """A story that stands on a public source."""
    return world.desk.publishes(None, together=["anna", "boris"], content=story(sources=GAZETTE), ground="sources")


def test_a_correction_is_shown(world: World, published: Story) -> None:
    """A correction that two members signed takes the first text's place and says what was wrong."""
    corrected = story("Thirty hours without sleep", sources=GAZETTE, correction="It was thirty hours, not forty.")
    world.desk.corrects(published, together=["boris", "vera"], content=corrected)
    page = world.reader.sees(published.path)
    assert [said for said in ("Thirty hours without sleep", "It was thirty hours, not forty.") if said not in page] == []


def test_a_correction_stays_checkable(world: World, published: Story) -> None:
    """After a correction the page and the whole record still prove what they say."""
    corrected = world.desk.corrects(published, together=["boris", "vera"], content=story("Thirty hours", sources=GAZETTE, correction="Thirty, not forty."))
    assert world.mirror.checks(corrected).texts == 2


def test_one_member_corrects_nothing(world: World, published: Story) -> None:
    """A correction that one member signed changes no page."""
    with pytest.raises(NotEnough):
        world.desk.corrects(published, together=["vera"], content=story("All is well", sources=GAZETTE, correction="All is well."))
    assert published.title in world.reader.sees(published.path)


@pytest.mark.parametrize(("status", "said"), [("fixed", "Solved"), ("answered", "Answered"), ("refused", "Refused by those responsible")])
def test_an_outcome_is_shown(world: World, published: Story, status: Status, said: str) -> None:
    """What came of a story stands on its page, with its status in words."""
    outcome = Outcome((Said("en", "They wrote back on Monday."),), "institution")
    told = replace(PRESS, status=status, since=world.calendar(), outcome=outcome)
    world.desk.corrects(published, together=["boris", "vera"], content=told)
    page = world.reader.sees(published.path)
    assert [each for each in ("They wrote back on Monday.", "So says the institution.", said) if each not in page] == []


@pytest.mark.parametrize(("reason", "said"), [("court-order", "A court or an authority ordered it."), ("person-asked", "A person it was about asked for it.")])
def test_a_tombstone_says_why(world: World, published: Story, reason: Reason, said: str) -> None:
    """The mark in the place of what was taken down gives the reason in words."""
    world.desk.takes_down(published, together=["anna", "vera"], reason=reason)
    assert said in world.reader.sees(published.path)


def test_a_takedown_leaves_a_tombstone(world: World, published: Story) -> None:
    """After a takedown the address says that something was taken down, and nothing of the text."""
    world.desk.takes_down(published, together=["anna", "vera"])
    page = world.reader.sees(published.path)
    assert (published.title in page, "taken down" in page.lower()) == (False, True)


def test_a_takedown_stays_in_the_record(world: World, published: Story) -> None:
    """A mirror that copies after a takedown finds the record whole, with the text's place in it and without the text."""
    world.desk.takes_down(published, together=["anna", "vera"])
    checked = world.mirror.checks()
    assert (checked.texts, checked.taken_down, [line.kind for line in checked.record.lines][-2:]) == (0, 1, ["story", "takedown"])


def test_what_was_taken_down_stays_down(world: World, published: Story) -> None:
    """Nothing follows a takedown at the same address."""
    world.desk.takes_down(published, together=["anna", "vera"])
    with pytest.raises(EntryRefused):
        world.desk.corrects(published, together=["anna", "vera"], content=story(sources=GAZETTE))


def test_a_proof_of_what_was_taken_down_is_not_given(world: World, published: Story) -> None:
    """After a takedown the server gives nobody the text's proof any more."""
    world.desk.takes_down(published, together=["anna", "vera"])
    with pytest.raises(NotHere):
        world.reader.sees(f"/stories/{published.subject}.proof")
