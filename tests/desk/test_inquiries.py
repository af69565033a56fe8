# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case in which somebody asks for a correction says so, and shows what is public under the address in it."""

from __future__ import annotations

import pytest

from ombuds.core.publication import PublicSource
from ombuds.desk.release.approving import approve
from ombuds.desk.release.prepare import propose_story
from tests.desk.campaigns import Running
from tests.desk.desks import World, opened, story
from tests.desk.screens import browser_at


def published(world: World) -> str:
    """Publish a story from public sources and return its subject."""
    press = story("Forty hours without sleep", sources=(PublicSource("A paper", "https://paper.example/1"),))
    proposal = propose_story(world["anna"], None, press, "sources")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync("anna", "boris", "anna")
    return next(line.subject for line in reversed(world["anna"].record.lines) if line.kind == "story")


@pytest.mark.parametrize(
    ("line", "told", "shown"),
    [
        ("/stories/{subject}/correction", "Asks for a correction or a takedown", True),
        ("/stories/{subject}", "This happened to me too", True),
        ("/press/write", "A question of the press", False),
        ("/campaigns/" + "0" * 32 + "/named", "Wants to support a campaign with a name", False),
        ("/stories/" + "0" * 32 + "/correction", "Asks for a correction or a takedown", False),
    ],
)
def test_a_case_tells_what_it_is_about(world: World, line: str, told: str, shown: bool) -> None:
    """The screen of a case names its kind and, where it is public, what it is about, with the way to correct it."""
    subject = published(world)
    case = opened(world, world.source(), f"Correction asked for: something\n{line.format(subject=subject)}\n\nIt ended at six.")
    page = browser_at(world, world["anna"]).open(f"/cases/{case}").text
    assert (told in page, f"/publish?subject={subject}&amp;change=correction" in page, "The source wants:" in page) == (True, shown, False)


def test_a_report_is_no_inquiry(world: World) -> None:
    """A report that says nothing of the kind has no such line."""
    case = opened(world, world.source(), "beaten in custody")
    page = browser_at(world, world["anna"]).open(f"/cases/{case}").text
    assert ("It is about" in page, "The source wants:" in page) == (False, True)


def test_a_takedown_request_offers_one_post_first(running: Running) -> None:
    """A case that asks about a campaign offers to take one post off the wall before the campaign as a whole."""
    line = f"/campaigns/{running.id}/correction"
    case = opened(running.world, running.world.source(), f"Correction asked for: something\n{line}\n\nThe photograph shows my arm.")
    page = browser_at(running.world, running.world["anna"]).open(f"/cases/{case}").text
    first, whole = page.find(f'"/campaigns/{running.id}#wall">Take one post off the wall'), page.find("Take down the whole campaign")
    assert 0 < first < whole and "Take it down" not in page
