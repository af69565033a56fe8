# SPDX-License-Identifier: AGPL-3.0-or-later
"""T13: a safe picture holds points and nothing else; what a camera or a program wrote into the original stays in the original.

What may be published is judged elsewhere: this is what leaves the cell and what a member sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.desk.desks import institution
from tests.desk.test_evidence import Table, table_of
from tests.media.corpus import CANARY, gif, halves, heif, pdf, photo, png, saved, scripted, told
from tests.media.reading import chunks

FILES = {
    "photo.jpg": photo(),
    "turned.jpg": photo(6),
    "texts.png": png(),
    "moving.gif": gif(),
    "phone.heic": heif(),
    "small.webp": saved(halves(), "WEBP", exif=told(), xmp=CANARY.encode()),
    "order.pdf": pdf(),
    "script.pdf": scripted(),
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """A desk with a file of each kind, the canary in each of its corners."""
    with institution(tmp_path_factory.mktemp("metadata")) as world:
        yield table_of(world, FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_canary_was_there(name: str) -> None:
    """Each original does hold the canary, so it would be found."""
    assert CANARY.encode() in FILES[name]


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_it_is_in_the_picture(table: Table, name: str) -> None:
    """The safe picture holds not one byte row of what was written into the original."""
    file = table.picture(name).content
    assert CANARY.encode() not in file and chunks(file) == ["IHDR", "IDAT", "IEND"]


@pytest.mark.parametrize("name", FILES)
def test_another_reader_finds_points_alone(table: Table, name: str) -> None:
    """A reader that is not ours finds points and no text, place, profile, time or thumbnail."""
    with Image.open(BytesIO(table.picture(name).content)) as image:
        image.load()
        assert (image.mode, image.info, dict(image.getexif())) == ("RGB", {}, {})


def test_two_cameras_leave_no_difference(tmp_path: Path) -> None:
    """Two originals with the same points and different makers, places and programs give the same picture, byte for byte."""
    with institution(tmp_path) as world:
        twins = table_of(world, {"one.png": png(), "two.png": saved(halves(), "PNG")})
        assert twins.picture("one.png").content == twins.picture("two.png").content
