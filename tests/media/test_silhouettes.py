# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawn badges: as many as are promised, each different, without a word, and the same picture on a page and among photographs."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from xml.etree import ElementTree

import pytest

from ombuds.media.badge import Badges
from ombuds.media.silhouettes import COUNT, PALETTES, SHAPES, SIDE, chosen, svg
from tests.media.reading import point

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def badges() -> Iterator[Badges]:
    """One set of warm cells for the whole file."""
    made = Badges()
    yield made
    made.close()


def test_there_are_enough() -> None:
    """Twelve shapes in four colours are offered."""
    assert (len(SHAPES), len(PALETTES), COUNT) == (12, 4, 48)


def test_each_is_another() -> None:
    """No two numbers give the same badge."""
    assert len({svg(number) for number in range(COUNT)}) == COUNT


@pytest.mark.parametrize("number", range(COUNT))
def test_a_badge_lies_within_its_square(number: int) -> None:
    """No point of a badge is cut off, and some room is left around it."""
    sides = [value for layer in chosen(number)[0] for corner in layer.outline for value in corner]
    assert 50 <= min(sides) and max(sides) <= SIDE - 50


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_a_badge_on_a_page_is_geometry_alone(number: int) -> None:
    """The SVG has paths in plain colours, and no word, script, style, address or event."""
    root = ElementTree.fromstring(svg(number))  # noqa: S314 - our own text
    assert {(child.tag, *sorted(child.attrib)) for child in root} == {(f"{SPACE}path", "d", "fill")} and sorted(root.attrib) == ["viewBox"]


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_a_badge_is_light(number: int) -> None:
    """The text of a badge is short enough to stand in a page."""
    assert len(svg(number)) <= 7000


@pytest.mark.parametrize("number", range(COUNT))
def test_a_badge_becomes_points(badges: Badges, number: int) -> None:
    """A badge is drawn on its ground, at a size of a photograph."""
    drawn = badges.silhouette(number)
    ground = tuple(bytes.fromhex(chosen(number)[1][0][1:]))
    assert (drawn.width, drawn.height, point(drawn, 0.01, 0.01)) == (1440, 1440, ground)


def test_a_badge_becomes_the_files_of_a_photograph(badges: Badges) -> None:
    """A drawn badge goes the way of photographs and comes out as the same four files."""
    made = badges.finished(badges.silhouette(5), [], bytes(32))
    assert (made.width, made.height) == (1080, 1080) and len(made.small_jpeg) < 25_000


def test_a_badge_is_drawn_the_same_twice(badges: Badges) -> None:
    """The same number gives the same points."""
    assert sha256(badges.silhouette(7).points).digest() == sha256(badges.silhouette(7).points).digest()


@pytest.mark.parametrize("number", [-1, COUNT])
def test_a_badge_that_there_is_not_is_refused(badges: Badges, number: int) -> None:
    """A number before the first or behind the last gives no badge."""
    with pytest.raises(ValueError, match="no such"):
        badges.silhouette(number)
