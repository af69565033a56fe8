# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a campaign: made by one member and signed by another, its hashtags looked at, and a public one that goes on."""

from __future__ import annotations

import re

import pytest

from ombuds.desk.campaign.campaigns import campaign
from ombuds.desk.release.approving import approve, waiting
from tests.desk.campaigns import Running
from tests.desk.desks import World
from tests.desk.screens import Browser, browser_at

TEXT: dict[str, str | list[str]] = {
    "language": "en",
    "title": "Free Orlov",
    "summary": "In short.",
    "body": "At length.",
    "person": "Orlov",
    "statement": "We ask for his release.",
    "demands": "Release him.\nDrop the charge.",
    "offered": "I stand with him.",
    "ranks": "",
    "regions": "",
    "correction": "",
    "outcome": "",
    "tags": "Я/МыОрлов",
    "kinds": ["badge", "photo"],
    "begins": "2026-03-04",
    "ends": "2026-04-04",
    "goal": "1000",
    "told_by": "desk",
}
SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


def test_a_campaign_is_made_on_the_screen(world: World) -> None:
    """What one member writes and a second one signs is public, with the wall and the key of its own."""
    browser = browser_at(world, world["anna"])
    seen = SEEN.findall(browser.press("/publish/campaign", {**TEXT, "do": "preview"}).text)[0]
    browser.press("/publish/campaign", {**TEXT, "do": "propose", "seen": seen})
    (asked,) = waiting(world["anna"])
    world.sync("boris")
    approve(world["boris"], asked.hash)
    world.sync()
    world.sync()
    terms = campaign(world["vera"], asked.subject).terms
    assert (len(terms.demands), terms.goal, terms.recipient[:4], terms.wall != "0" * 32) == (2, 1000, "age1", True)


def test_the_preview_shows_how_networks_cut_a_hashtag(world: World) -> None:
    """Under the preview stands where a hashtag ends, and a form that survives."""
    page = browser_at(world, world["anna"]).press("/publish/campaign", {**TEXT, "do": "preview"}).text
    assert "<strong>#Я</strong><del>/МыОрлов</del>" in page and "<strong>#ЯМыОрлов</strong>" in page


def test_one_press_takes_the_form_that_survives(world: World) -> None:
    """A button beside a hashtag that networks cut puts the surviving form in its place."""
    page = browser_at(world, world["anna"]).press("/publish/campaign", {**TEXT, "tags": "first\nЯ/МыОрлов", "do": "tag-2"}).text
    assert "first\nЯМыОрлов</textarea>" in page and "<del>" not in page


def test_who_signs_sees_that_a_hashtag_is_cut(world: World) -> None:
    """The screen to approve warns of a hashtag that networks cut, as the form did."""
    browser = browser_at(world, world["anna"])
    seen = SEEN.findall(browser.press("/publish/campaign", {**TEXT, "do": "preview"}).text)[0]
    browser.press("/publish/campaign", {**TEXT, "do": "propose", "seen": seen})
    world.sync("boris")
    assert "#ЯМыОрлов survives everywhere" in browser_at(world, world["boris"]).open("/approve").text


def test_all_that_is_missing_is_told_at_once(world: World) -> None:
    """A form without title, text, statement and hashtag names all four, each at its field."""
    bare = {**TEXT, "title": "", "body": "", "statement": "", "tags": "", "do": "propose"}
    page = browser_at(world, world["anna"]).press("/publish/campaign", bare).text
    assert [f'id="{name}-lacks"' in page for name in ("title", "body", "statement", "tags", "kinds")] == [True, True, True, True, False]


def test_the_preview_shows_terms_too(world: World) -> None:
    """Beside the preview stand the sentences to choose from and the goal."""
    page = browser_at(world, world["anna"]).press("/publish/campaign", {**TEXT, "do": "preview"}).text
    assert "<dt>Goal</dt>" in page and "<dt>Sentences to choose from</dt>" in page


def test_a_public_campaign_is_no_draft(world: World) -> None:
    """Once two members signed a campaign, it stands under the drafts no longer."""
    browser = browser_at(world, world["anna"])
    seen = SEEN.findall(browser.press("/publish/campaign", {**TEXT, "do": "preview"}).text)[0]
    browser.press("/publish/campaign", {**TEXT, "do": "propose", "seen": seen})
    before = browser.open("/publish/campaign").text
    (asked,) = waiting(world["anna"])
    world.sync("boris")
    approve(world["boris"], asked.hash)
    world.sync()
    world.sync()
    after = browser.open("/publish/campaign").text
    assert ["/publish/campaign?draft=" in page for page in (before, after)] == [True, False]


def test_another_text_than_the_preview_is_not_proposed(world: World) -> None:
    """What was changed after the preview is shown first, and nobody is asked."""
    browser = browser_at(world, world["anna"])
    seen = SEEN.findall(browser.press("/publish/campaign", {**TEXT, "do": "preview"}).text)[0]
    answer = browser.press("/publish/campaign", {**TEXT, "body": "Something else.", "do": "propose", "seen": seen})
    assert (answer.status_code, waiting(world["anna"])) == (409, [])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("statement", "", "Write what each supporter joins in"),
        ("tags", "", "one hashtag"),
        ("kinds", [], "Choose what supporters may post"),
        ("ends", "2026-03-01", "The last day"),
    ],
)
def test_a_campaign_that_lacks_something_comes_back(world: World, field: str, value: str | list[str], sentence: str) -> None:
    """A campaign without its statement, a hashtag, a kind of post or an end is refused with everything that was written."""
    answer = browser_at(world, world["anna"]).press("/publish/campaign", {**TEXT, field: value, "do": "propose"})
    assert (answer.status_code, sentence in answer.text, "Drop the charge." in answer.text) == (400, True, True)


def test_lists_are_as_long_in_each_language(world: World) -> None:
    """Two demands in one language and one in the other are refused."""
    both: dict[str, str | list[str]] = {
        name: [str(value)] * 2 for name, value in TEXT.items() if name not in ("kinds", "tags", "begins", "ends", "goal", "told_by")
    }
    both |= {"language": ["en", "ru"], "demands": ["One.\nTwo.", "Раз."], "tags": "Orlov", "kinds": ["badge"], "do": "save"}
    assert "as many lines in each language" in browser_at(world, world["anna"]).press("/publish/campaign", both).text


def test_a_draft_of_a_campaign_opens_in_its_own_form(world: World) -> None:
    """A kept campaign is found again, in the form for campaigns."""
    browser = browser_at(world, world["anna"])
    browser.press("/publish/campaign", {**TEXT, "do": "save"})
    (kept,) = world["anna"].vault.drafts()
    assert "Drop the charge." in browser.open(f"/publish?draft={kept.id}").text


def test_a_later_version_keeps_the_wall(running: Running, anna: Browser) -> None:
    """A corrected campaign keeps its wall and its recipient."""
    page = anna.open(f"/publish?subject={running.id}&change=correction").text
    assert "keeps its wall" in page
    changed = {**TEXT, "subject": running.id, "change": "correction", "correction": "One demand more.", "ranks": "Officer\nSergeant", "regions": "North\nSouth"}
    anna.press("/publish/campaign", {**changed, "do": "propose"})
    publication = waiting(running.world["anna"])[0].publication
    assert publication and publication.content and publication.content.terms
    assert (publication.content.terms.wall, publication.content.terms.recipient) == (running.terms.wall, running.terms.recipient)


def test_regions_of_a_public_campaign_stay(running: Running, anna: Browser) -> None:
    """A version that takes a region out of the list is refused: posts name it by its place."""
    changed = {**TEXT, "subject": running.id, "change": "correction", "correction": "Fewer.", "ranks": "Officer\nSergeant", "regions": "North"}
    assert "add new ones at the end" in anna.press("/publish/campaign", {**changed, "do": "propose"}).text


def test_a_finished_campaign_gets_its_outcome(running: Running, anna: Browser) -> None:
    """The end of a campaign is a version with its status and with what came of it."""
    changed = {**TEXT, "subject": running.id, "change": "outcome", "outcome": "He is free.", "status": "fixed", "since": "2026-03-04"}
    anna.press("/publish/campaign", {**changed, "ranks": "Officer\nSergeant", "regions": "North\nSouth", "do": "propose"})
    publication = waiting(running.world["anna"])[0].publication
    assert publication and publication.content and publication.content.outcome
    assert (publication.content.status, publication.said.kind) == ("fixed", "outcome")


def test_a_proposed_campaign_says_who_can_post_what(world: World) -> None:
    """Who signs a campaign reads the kinds of post, the days, the sentences and to whom posts are sealed."""
    browser_at(world, world["anna"]).press("/publish/campaign", {**TEXT, "do": "propose"})
    world.sync("boris")
    page = browser_at(world, world["boris"]).open("/approve").text
    assert all(piece in page for piece in ("a drawn badge", "a photograph", "I stand with him.", "age1", "We ask for his release."))
