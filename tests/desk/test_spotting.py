# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking for faces and writing at a desk: squares are proposed, nothing is ruled, and a desk that cannot look says so."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ombuds.core.errors import NotHere, OrderWrong
from ombuds.core.grid import rectangle_of
from ombuds.desk.campaign.spotting import spot, spotting
from ombuds.media.badge import Detection, NoPicture
from ombuds.media.looking import DETECT
from ombuds.media.order import Box
from tests.desk.campaigns import Running, Supporter
from tests.desk.screens import Browser
from tests.media.cells import in_place
from tests.media.corpus import saved
from tests.media.drawings import empty, head, tag, uncovered, with_face

SIZE = (1080, 720)
CHECKED = re.compile(r'name="square" value="(\d+)" checked')


def _sent(running: Running, picture: bytes) -> Supporter:
    (one,) = running.posts(1, kind="photo", large=picture, small=saved(empty(400, 267), "JPEG", quality=82))
    return one


def no_cell() -> str:
    """Stand for a machine that builds no walls."""
    raise NoPicture("cell", "bubblewrap is missing")


def test_the_squares_of_a_face_are_proposed(running: Running) -> None:
    """Every square in which a part of the face stands is among those that are proposed, and far from all of the picture is."""
    one = _sent(running, saved(with_face(300, 600, 200, SIZE), "JPEG", quality=82))
    found = spot(running.world["anna"], running.id, one.id)
    covered = [rectangle_of(square, *SIZE) for square in found.squares]
    corners = [(head(300, 600, 200).x + across, head(300, 600, 200).y + along) for across in (0, 80, 149) for along in (0, 90, 190)]
    assert found.faces == 1 and len(covered) < 50
    assert all(any(x <= left < x + wide and y <= top < y + high for x, y, wide, high in covered) for left, top in corners)


def test_the_squares_of_writing_are_proposed(running: Running) -> None:
    """Words on a plate lie in squares that are proposed."""
    made = tag("ПАТРУЛЬ 20481", 30, 10, SIZE)
    one = _sent(running, saved(made.image, "JPEG", quality=82))
    found = spot(running.world["anna"], running.id, one.id)
    assert found.faces == 0 and uncovered(made.words, [Box(*rectangle_of(square, *SIZE)) for square in found.squares]) < 0.02


def test_looking_rules_over_nothing(running: Running) -> None:
    """After a look the post waits as before, and no squares of it are covered."""
    one, desk = _sent(running, saved(with_face(300, 600, 200, SIZE), "JPEG", quality=82)), running.world["anna"]
    before = desk.vault.posts.line(running.id, one.id)
    spot(desk, running.id, one.id)
    assert desk.vault.posts.line(running.id, one.id) == before and desk.vault.posts.covered(running.id, one.id) is None


def test_nothing_is_proposed_where_nothing_is(running: Running) -> None:
    """An empty photograph has no squares to propose, which is no failure."""
    one = _sent(running, saved(empty(*SIZE), "JPEG", quality=82))
    assert spot(running.world["anna"], running.id, one.id) == ((), ())


def test_a_drawn_badge_has_nothing_to_look_at(running: Running) -> None:
    """A post without a photograph is refused, not looked at."""
    (one,) = running.posts(1)
    with pytest.raises(NotHere):
        spot(running.world["anna"], running.id, one.id)


@pytest.mark.parametrize("detection", [Detection(here=False), Detection(walled=no_cell)], ids=["the extra", "cells"])
def test_a_desk_that_cannot_look_says_so(running: Running, detection: Detection) -> None:
    """Without the extra, or without cells, the desk says that it does not look."""
    one = _sent(running, saved(with_face(300, 600, 200, SIZE), "JPEG", quality=82))
    with spotting(running.world["anna"], detection) as lent, pytest.raises(OrderWrong, match="does not look for faces"):
        lent.spotted(running.id, one.id)


def test_a_moderator_asks_for_a_look(running: Running, anna: Browser) -> None:
    """The button ticks the squares of what was found beside those that were ticked, says how much it is, and rules over nothing."""
    one = _sent(running, saved(with_face(300, 600, 200, SIZE), "JPEG", quality=82))
    page = unescape(anna.press(f"/campaigns/{running.id}/posts/{one.id}/cover", {"square": "0", "do": "look"}).text)
    found = spot(running.world["anna"], running.id, one.id).squares
    assert CHECKED.findall(page) == ["0", *map(str, found)] and "1 face may be here." in page and "Writing may be" not in page
    assert running.world["anna"].vault.posts.rulings(running.id, one.id) == {}


def test_a_look_that_finds_nothing_says_so(running: Running, anna: Browser) -> None:
    """Where nothing was found what was ticked stays, and the page says that many are missed."""
    one = _sent(running, saved(empty(*SIZE), "JPEG", quality=82))
    page = unescape(anna.press(f"/campaigns/{running.id}/posts/{one.id}/cover", {"square": "5", "do": "look"}).text)
    assert CHECKED.findall(page) == ["5"] and "found none. It misses many" in page


def test_a_detector_that_breaks_down_is_a_refusal_with_a_sentence(running: Running) -> None:
    """A detector that ends with the picture gives no squares; the member is told to look."""
    one = _sent(running, saved(empty(*SIZE), "JPEG", quality=82))
    broken = in_place("import os\nfrom ombuds.media.hatch import hatch\nhatch(lambda asked, content: os._exit(1))", DETECT)
    with spotting(running.world["anna"], Detection(command=broken)) as lent, pytest.raises(OrderWrong, match="could not be looked for in this photograph"):
        lent.spotted(running.id, one.id)
