# SPDX-License-Identifier: AGPL-3.0-or-later
"""T14: what identifies somebody in a picture only people can see; a supporter covers it, and nothing of it is in what is kept.

Without JavaScript, at a real server with real cells; what moderators open is compared with what was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from ombuds.core.grid import ACROSS, rectangle_of
from tests.media.corpus import saved
from tests.server.campaigns import begin
from tests.server.institution import found
from tests.server.joining import Joining, shown

NUMBER = (4, 6, 7, 8)
"""Columns and rows of the squares over the number on the badge: from, to."""


@pytest.fixture
def joining(tmp_path: Path) -> Iterator[Joining]:
    """Somebody before a campaign."""
    here = found(tmp_path / "server")
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()
    here.parts.store.close()


def with_number(colour: str) -> bytes:
    """A grey photograph of a badge whose number is a row of strokes of this colour."""
    image = Image.new("RGB", (1200, 1600), "#999999")
    pen = ImageDraw.Draw(image)
    for stroke in range(6):
        pen.rectangle((440 + stroke * 40, 740, 455 + stroke * 40, 850), fill=colour)
    return saved(image, "JPEG", quality=95)


def reddest(picture: bytes) -> int:
    """How much redder than grey the reddest point of a picture is."""
    with Image.open(BytesIO(picture)) as image:
        red, green, _ = image.convert("RGB").split()
        return max(one - other for one, other in zip(red.tobytes(), green.tobytes(), strict=True))


def test_the_number_is_in_what_was_cleaned(joining: Joining) -> None:
    """Before anything is covered, the number is there to be seen."""
    assert reddest(shown(joining.post(with_number("#ff0000"), kind="photo"))) > 100


def test_a_covered_number_is_in_nothing_that_is_kept(joining: Joining) -> None:
    """After squares were ticked over it, no point of it is in the large or the small picture that moderators open."""
    cover = joining.post(with_number("#ff0000"), kind="photo")
    left, right, top, bottom = NUMBER
    cells = [row * ACROSS + column for row in range(top, bottom + 1) for column in range(left, right + 1)]
    assert rectangle_of(cells[0], 810, 1080)[0] < 440 * 810 // 1200
    joining.send(joining.result(cover, *cells))
    assert [reddest(file) < 12 for file in joining.only().files] == [True, True]


def test_supporters_are_asked_to_look(joining: Joining) -> None:
    """The page of the result asks whether somebody would know whose this is, before the button that sends."""
    page = joining.result(joining.post(with_number("#ff0000"), kind="photo")).text
    assert page.index("would somebody who knows you know that this is yours?") < page.index("Send exactly this")
