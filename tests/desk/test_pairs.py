# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two files of a photograph at a desk that takes it in: one picture and a likeness of the desk's own, or no way onto a wall (T26)."""

from __future__ import annotations

import re

import pytest

from ombuds.core.errors import EntryRefused, OrderWrong
from ombuds.desk.campaign.pairs import Pairs
from ombuds.desk.postbox import DIFFERS, UNSEEN
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.media.badge import Badges, NoPicture
from tests.desk.campaigns import Running, Supporter
from tests.desk.photographs import packed, scene
from tests.desk.screens import Browser

TURNED = scene(400, 300).rotate(180)


def planted(running: Running) -> Supporter:
    """A photograph whose small file shows something else, as it reached the desks."""
    one = running.post(kind="photo", large=packed(scene(800, 600)), small=packed(TURNED))
    running.world.release()
    running.world.sync()
    return one


def tile(page: str) -> tuple[str, str]:
    """Where the first picture of a page leads, and which it is."""
    leads, shown = re.findall(r'<div class="tile">\s*<a href="[^"]+/(\w+)\.jpg"><img src="[^"]+/(\w+)\.jpg"', page)[0]
    return leads, shown


def noted(running: Running, name: str, one: Supporter, word: str) -> None:
    """Let a desk have noted something else of a photograph than it did."""
    running.world[name].vault.posts._file.put("UPDATE post SET near = ? WHERE id = ?", word, one.id)


def test_a_desk_takes_the_likeness_itself(running: Running) -> None:
    """Whatever a supporter's machine says, a desk keeps the likeness that it took of the large picture."""
    sent = [running.post(number, kind="photo", near="0" * 16, large=packed(image)) for number, image in enumerate((scene(800, 600), TURNED))]
    running.world.release()
    running.world.sync()
    near = [running.world["anna"].vault.posts.line(running.id, each.id).near for each in sent]
    assert near[0] != near[1] and "0" * 16 not in near and all(len(each) == 16 for each in near)


def test_a_pair_that_differs_is_told(running: Running, anna: Browser) -> None:
    """The moderator reads that the two pictures differ, and sees both."""
    one = planted(running)
    page = anna.open(f"/campaigns/{running.id}/posts").text
    assert "Its small and its large picture differ." in page
    assert page.count(f'src="/campaigns/{running.id}/posts/{one.id}/small.jpg"') == page.count(f'src="/campaigns/{running.id}/posts/{one.id}/large.jpg"') - 1


@pytest.mark.parametrize("word", [DIFFERS, UNSEEN])
@pytest.mark.parametrize("many", [12, 48, 120])
def test_a_small_picture_that_was_not_found_the_same_stands_in_no_place_of_the_large(running: Running, anna: Browser, many: int, word: str) -> None:
    """Where two files differ or were not compared, the tile shows the large one on pages of each length."""
    one = running.post(kind="photo", large=packed(scene(800, 600)))
    running.world.release()
    running.world.sync()
    noted(running, "anna", one, word)
    assert tile(anna.open(f"/campaigns/{running.id}/posts?many={many}").text) == ("large", "large")


@pytest.mark.parametrize(("many", "shown"), [(12, "large"), (48, "small"), (120, "small")])
def test_each_small_picture_leads_to_the_large_one(running: Running, anna: Browser, many: int, shown: str) -> None:
    """On long pages a small picture that is the large one stands for it and leads to it, and the page says why one would look."""
    running.post(kind="photo", large=packed(scene(800, 600)))
    running.world.release()
    running.world.sync()
    page = anna.open(f"/campaigns/{running.id}/posts?many={many}").text
    assert tile(page) == ("large", shown) and ("Fine writing can show on the large one alone" in page) == (shown == "small")


@pytest.mark.parametrize(("ruling", "reason"), [("accept", ""), ("reject", "insult"), ("reject", "duplicate")])
def test_a_pair_that_differs_is_not_accepted(running: Running, ruling: str, reason: str) -> None:
    """It can neither be accepted nor be rejected for a reason that would leave it unnoticed."""
    one = planted(running)
    with pytest.raises(OrderWrong):
        running.rules("anna", [one], ruling, reason)


def test_a_pair_that_differs_is_rejected_as_planted(running: Running) -> None:
    """Two members reject it as what it is."""
    one = planted(running)
    for name in ("anna", "boris"):
        running.rules(name, [one], "reject", "planted")
    running.world.sync()
    assert running.world["vera"].vault.posts.line(running.id, one.id)[2:4] == ("rejected", "planted")


def test_a_pair_that_differs_comes_onto_no_wall(running: Running) -> None:
    """Where two desks could not compare and took it, the third one signs no batch with it, and a desk that knows proposes none."""
    sent = running.posts(20, kind="photo")
    running.accepts(sent)
    noted(running, "boris", sent[3], DIFFERS)
    proposal = propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    with pytest.raises(EntryRefused, match="differ"):
        approve(running.world["boris"], proposal)
    with pytest.raises(EntryRefused, match="19 posts"):
        propose_next(running.world["boris"], running.id)


def test_without_a_cell_a_person_compares(running: Running, anna: Browser) -> None:
    """On a machine on which no cell starts nothing is compared, no likeness is believed, and the moderator sees both pictures."""

    def none() -> str:
        raise NoPicture("cell", "no walls")

    (one,) = running.posts(1, kind="photo")
    looks = Pairs(Badges(walled=none))
    words = [looks.seen(one.pending) for _ in range(2)]
    noted(running, "anna", one, words[0])
    page = anna.open(f"/campaigns/{running.id}/posts").text
    assert words == [UNSEEN, UNSEEN] and "look at both" in page
    running.rules("anna", [one])
