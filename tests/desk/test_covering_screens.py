# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens on which more of a photograph is covered: ticked, seen, accepted exactly so, and seen so by the second member."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ombuds.core.posts import Verdict
from ombuds.desk.campaign.covers import published
from tests.desk.campaigns import Running, Supporter
from tests.desk.screens import Browser, browser_at, silence
from tests.desk.test_after_lock import too_late, unlocked
from tests.desk.test_covering import LARGE, SMALL

CHECKED = re.compile(r'name="square" value="(\d+)" checked')
RESULT = re.compile(r'<img src="(/campaigns/[^"]+/covered/[^"]+)"')


@pytest.fixture
def one(running: Running) -> Supporter:
    """A photograph that waits."""
    return running.posts(1, kind="photo", large=LARGE, small=SMALL)[0]


def _cover(running: Running, one: Supporter) -> str:
    return f"/campaigns/{running.id}/posts/{one.id}/cover"


def _says(browser: Browser, running: Running, one: Supporter, fields: dict[str, str | list[str]]) -> str:
    return unescape(browser.press(_cover(running, one), fields).text)


def _ruling(running: Running, one: Supporter, member: str = "anna") -> Verdict | None:
    return running.world[member].vault.posts.rulings(running.id, one.id).get(member)


def test_the_queue_leads_to_the_squares_of_a_photograph(running: Running, anna: Browser, one: Supporter) -> None:
    """Each photograph of the queue has a way to its squares, and a drawn badge has none."""
    running.posts(1, first=1)
    page = anna.open(f"/campaigns/{running.id}/posts").text
    assert re.findall(r'href="([^"?]+/cover)\?', page) == [_cover(running, one)]


def test_every_square_has_a_name(running: Running, anna: Browser, one: Supporter) -> None:
    """A wide photograph has twelve by eight squares, each with its row and column to hear."""
    anna.reading(_cover(running, one))
    page = anna.open(_cover(running, one)).text
    assert (page.count('name="square"'), "Row 8, column 12" in page, "Row 9," in page) == (96, True, False)


def test_the_result_is_shown_before_anything_is_ruled(running: Running, anna: Browser, one: Supporter) -> None:
    """What was ticked comes back as a covered picture with a button, and nothing is ruled."""
    page = _says(anna, running, one, {"square": ["3", "4"], "do": "see"})
    answer = anna.open(RESULT.findall(page)[0])
    assert ("Accept exactly this picture" in page, CHECKED.findall(page), _ruling(running, one)) == (True, ["3", "4"], None)
    assert answer.headers["content-type"] == "image/jpeg" and answer.content not in (LARGE, SMALL)


def test_exactly_what_was_shown_is_accepted(running: Running, anna: Browser, one: Supporter) -> None:
    """The button under the result signs these squares and leads back to where the member was."""
    page = _says(anna, running, one, {"squares": "3.4", "do": "accept", "onward": f"/campaigns/{running.id}/ruled"})
    ruling = _ruling(running, one)
    assert ruling is not None and ("You accepted it so" in page, "Ruled by me" in page, ruling.covers) == (True, True, (3, 4))


def test_without_a_square_nothing_is_covered(running: Running, anna: Browser, one: Supporter) -> None:
    """A press of the button without a square comes back with a sentence; nothing is ruled."""
    pages = [_says(anna, running, one, {"do": do}) for do in ("see", "accept")]
    assert (["No square was ticked." in page for page in pages], _ruling(running, one)) == ([True, True], None)


def test_a_part_is_ticked_by_its_numbers(running: Running, anna: Browser, one: Supporter) -> None:
    """Rows and columns typed in tick all squares between them, beside those that were ticked."""
    page = _says(anna, running, one, {"square": "0", "row-from": "2", "row-to": "3", "column-from": "12", "column-to": "", "do": "part"})
    assert CHECKED.findall(page) == ["0", "23", "35"]


def test_the_second_member_sees_and_accepts_the_same(running: Running, anna: Browser, one: Supporter) -> None:
    """The queue of another member shows the covered picture; accepting there agrees to exactly that."""
    _says(anna, running, one, {"squares": "3.4", "do": "accept"})
    running.world.sync()
    boris = browser_at(running.world, running.world["boris"])
    page = boris.open(f"/campaigns/{running.id}/posts").text
    fields = dict(re.findall(r'name="(squares-[0-9a-f]+)" value="([0-9.]+)"', page))
    boris.press(f"/campaigns/{running.id}/rule", {"shown": one.id, f"do-{one.id}": "accept", "do": "rule", **fields})
    running.world.sync()
    seen = boris.open(RESULT.findall(page)[0].replace("/small", "/large")).content
    assert (seen, running.world["vera"].vault.posts.line(running.id, one.id).state) == (
        published(running.world["vera"], running.id, one.id).files[0],
        "accepted",
    )


def test_the_first_member_is_told_why_it_waits_again(running: Running, anna: Browser, one: Supporter) -> None:
    """Who accepted a photograph that another one covers finds it in the queue with a sentence and who ruled what."""
    running.rules("anna", [one])
    running.covers("boris", [one], 3, 4)
    page = unescape(anna.open(f"/campaigns/{running.id}/posts").text)
    assert "Another member covers it differently" in page and "Accepted, with 2 squares covered" in page and "boris" in page


def test_what_another_member_covers_is_ticked(running: Running, anna: Browser, one: Supporter) -> None:
    """The squares of the others stand ticked on the page, without who covers them."""
    running.covers("boris", [one], 3, 4)
    page = anna.open(_cover(running, one)).text
    assert (CHECKED.findall(page), "boris" in page) == (["3", "4"], False)


def test_a_covered_photograph_can_be_accepted_as_it_was(running: Running, anna: Browser, one: Supporter) -> None:
    """A member who would not cover what another one covers says so, and the two do not agree."""
    running.covers("boris", [one], 3, 4)
    _says(anna, running, one, {"do": "plain"})
    ruling = _ruling(running, one)
    assert ruling is not None and (ruling.covers, running.world["anna"].vault.posts.line(running.id, one.id).state) == ((), "waiting")


def test_nothing_is_lost_while_the_server_is_silent(running: Running, anna: Browser, one: Supporter) -> None:
    """An acceptance that could not be handed in comes back with the result, to be pressed once more."""
    there = silence(running.world["anna"])
    page = _says(anna, running, one, {"squares": "3.4", "do": "accept"})
    running.world["anna"].remote = there
    assert ("does not answer" in page, "Accept exactly this picture" in page, CHECKED.findall(page)) == (True, True, ["3", "4"])


def test_what_was_ticked_comes_back_after_the_desk_locked(running: Running, anna: Browser, one: Supporter) -> None:
    """Squares that came to a locked desk are ticked after the passphrase."""
    page = unlocked(anna, too_late(anna, _cover(running, one), {"squares": "3.4", "do": "see"})).text
    assert (CHECKED.findall(page), _ruling(running, one)) == (["3", "4"], None)


@pytest.mark.parametrize("path", ["covered/3.4/third.jpg", "covered/none/large.jpg", "covered/500/large.jpg"])
def test_there_is_no_other_covered_picture(running: Running, anna: Browser, one: Supporter, path: str) -> None:
    """A third size and squares that are none have no picture."""
    assert anna.open(f"/campaigns/{running.id}/posts/{one.id}/{path}").status_code == 404


def test_a_badge_has_no_squares(running: Running, anna: Browser) -> None:
    """The address of the squares leads nowhere for a drawn badge."""
    (badge,) = running.posts(1)
    assert anna.open(_cover(running, badge)).status_code == 404


def test_signers_see_the_covered_picture(running: Running, anna: Browser, one: Supporter) -> None:
    """The screen to approve a batch shows a photograph as it becomes public."""
    for member in ("anna", "boris"):
        running.covers(member, [one], 3, 4)
    running.accepts(running.posts(19, first=1))
    anna.press(f"/campaigns/{running.id}/batch", {})
    assert "/covered/3.4/small.jpg" in anna.open("/approve").text
