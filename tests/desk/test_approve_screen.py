# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screen to approve: one request needs no tick, several can be ticked at once, and where nothing waits there is no button."""

from __future__ import annotations

import re

import pytest

from ombuds.desk.release.approving import waiting
from ombuds.desk.release.prepare import propose_update
from tests.desk.desks import World, update
from tests.desk.screens import Browser, browser_at

BOX, BUTTON = '<input type="checkbox" name="proposal"', '<button name="answer" value="approve">'


@pytest.fixture
def boris(world: World) -> Browser:
    """Boris's browser at his desk."""
    return browser_at(world, world["boris"])


def _asked(world: World, count: int) -> None:
    for number in range(count):
        propose_update(world["anna"], update(f"News {number}"))
    world.sync("boris")


def _carried(page: str) -> list[str]:
    """What a browser sends of the form: hidden fields and boxes that are ticked."""
    return re.findall(r'<input type="(?:hidden" name="proposal" value="|checkbox" name="proposal" value="(?=[0-9a-f]+" checked))([0-9a-f]+)"', page)


def test_one_request_needs_no_tick(world: World, boris: Browser) -> None:
    """Where one request waits its form carries it, and one press approves it."""
    _asked(world, 1)
    page = boris.open("/approve").text
    boris.press("/approve", {"proposal": _carried(page), "answer": "approve"})
    (asked,) = world["boris"].vault.proposals(done=True)
    assert BOX not in page and asked.answer == "approved"


def test_where_nothing_waits_there_is_no_button(boris: Browser) -> None:
    """A screen without a request offers neither to approve nor to refuse."""
    page = boris.open("/approve").text
    assert BUTTON not in page and "Nothing waits for your answer." in page


def test_what_was_answered_offers_no_button(world: World) -> None:
    """Who has answered everything sees what is under way, and no button."""
    propose_update(world["anna"], update())
    page = browser_at(world, world["anna"]).open("/approve").text
    assert BUTTON not in page and "You have answered." in page and "Nothing waits for your answer." in page


def test_several_requests_are_ticked_one_by_one(world: World, boris: Browser) -> None:
    """Where several requests wait none is ticked for the member."""
    _asked(world, 2)
    page = boris.open("/approve").text
    assert (page.count(BOX), _carried(page)) == (2, [])


def test_all_can_be_ticked_at_once_without_a_script(world: World, boris: Browser) -> None:
    """A link on the screen ticks all requests; it answers none of them."""
    _asked(world, 2)
    link = re.search(r'href="(/approve\?ticked=all)"', boris.open("/approve").text)
    page = boris.open(link[1] if link else "").text
    assert len(_carried(page)) == 2 and [asked.answered for asked in waiting(world["boris"])] == ["", ""]


def test_what_the_last_member_approved_is_out(world: World, boris: Browser) -> None:
    """The approval that was lacking publishes by itself, and the screen links the public page."""
    _asked(world, 1)
    page = boris.open("/approve").text
    said = boris.press("/approve", {"proposal": _carried(page), "answer": "approve"}).text
    subject = next(line.subject for line in world["boris"].record.lines if line.kind == "update")
    assert ("it is carried out" in said, f"/updates/{subject}" in said) == (True, True)
