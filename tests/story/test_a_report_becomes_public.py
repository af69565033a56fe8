# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes public and what does not: the story of a report from an officer's browser to a page that anyone can check."""

from __future__ import annotations

import pytest

from ombuds.core.errors import NoConsent, NotEnough
from tests.desk.desks import story
from tests.world import World


def test_a_report_becomes_public(world: World) -> None:
    """A report travels from an officer to the public page, and two of three members were needed."""
    receipt = world.officer.reports("beaten in custody", files=[("badge.jpg", b"a photograph")])
    with pytest.raises(NotEnough):
        world.desk.opens(receipt, together=["vera"])
    case = world.desk.opens(receipt, together=["anna", "boris"])
    world.officer.agrees(case.asks())
    with pytest.raises(NotEnough):
        world.desk.publishes(case, together=["boris"])
    published = world.desk.publishes(case, together=["anna", "vera"])
    assert published.title in world.reader.sees("/en/stories")
    world.mirror.checks(published)


def test_the_source_sees_the_exact_text(world: World) -> None:
    """Before a source answers, its inbox shows the title, the summary and the body that would be published."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    page = world.officer.reads_question(case.asks()).html
    text = story().texts[0]
    assert [part for part in (text.title, text.summary, text.body) if part not in page] == []


def test_nothing_is_published_after_a_no(world: World) -> None:
    """When the source refuses, no member can even propose the text."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    world.officer.refuses(case.asks())
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "vera"])
    assert story().texts[0].title not in world.reader.sees("/en/stories")


def test_silence_is_no_consent(world: World) -> None:
    """While the source has not answered, no member can propose the text."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    case.asks()
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "vera"])


def test_what_the_source_left_out_cannot_be_published(world: World) -> None:
    """When the source agrees without the region, the text with the region is not to be had."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    world.officer.agrees(case.asks(story()), without=["region"])
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "vera"], content=story())


def test_what_the_source_left_in_is_published(world: World) -> None:
    """When the source agrees without the region, readers see the rest, and nowhere the region."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    world.officer.agrees(case.asks(story()), without=["region"])
    published = world.desk.publishes(case, together=["anna", "vera"], content=story(region=""))
    page = world.reader.sees(published.path)
    assert ("North" in page, published.title in page) == (False, True)


def test_a_change_of_mind_stops_a_signed_publication(world: World) -> None:
    """A source that takes its consent back stops a publication that already has enough signatures."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    asked = case.asks()
    world.officer.agrees(asked)
    proposal = world.desk.proposes(case, "anna", asked.content)
    world.desk.approve(proposal, ["boris"])
    world.officer.takes_back(asked)
    with pytest.raises(NotEnough):
        world.desk.carry_out(proposal, together=["anna"])
    assert asked.content.texts[0].title not in world.reader.sees("/en/stories")


def test_one_objection_stops_a_publication(world: World) -> None:
    """One member's objection stops what two others have signed."""
    case = world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])
    asked = case.asks()
    world.officer.agrees(asked)
    proposal = world.desk.proposes(case, "anna", asked.content)
    world.sync("vera")
    world.desk.approve(proposal, ["boris"])
    world.desk.objects("vera", proposal)
    with pytest.raises(NotEnough):
        world.desk.carry_out(proposal, together=["anna"])
    assert asked.content.texts[0].title not in world.reader.sees("/en/stories")


def test_one_objection_stops_an_opening(world: World) -> None:
    """A report that two members wanted to open stays sealed when the third objects."""
    receipt = world.officer.reports("beaten in custody")
    proposal = world.desk.proposes_opening(receipt, "anna")
    world.sync("vera")
    world.desk.approve(proposal, ["boris"])
    world.desk.objects("vera", proposal)
    world.sync()
    assert [world[name].vault.matters() for name in ("anna", "boris", "vera")] == [[], [], []]
