# SPDX-License-Identifier: AGPL-3.0-or-later
"""T14: what a supporter covered in the browser is in no file that leaves it, and what was confirmed cannot be exchanged.

What a person could recognise beside the boxes only people see. How boxes are drawn is tried in tests/browser.
"""

from __future__ import annotations

import base64

import msgspec
import pytest
from PIL import Image, ImageDraw

from ombuds.core.errors import ContentChanged
from ombuds.core.keys import hash_of
from ombuds.core.pictures import shape_of
from ombuds.core.posts import Post, PostPicture, check_files
from tests.media.corpus import saved
from tests.web.browser import given
from tests.web.photographs import base64_of, box, scene

COVERED = [box(0.4, 0.4, 0.6, 0.6)]
SEED = bytes(range(32))


def _with(mark: str) -> bytes:
    image: Image.Image = scene(1200, 900)
    ImageDraw.Draw(image).text((520, 430), mark, fill=(255, 255, 255), font_size=60)
    return saved(image, "PNG")


def _made(content: bytes, verb: str) -> bytes:
    return base64.b64decode(given(verb, file=base64_of(content), boxes=COVERED, seed=SEED.hex()))


@pytest.mark.parametrize("verb", ["finished", "small"])
def test_nothing_of_what_was_covered_is_left(verb: str) -> None:
    """Two photographs that differ in a number under a box become the same file, large and small."""
    assert hash_of(_made(_with("7781"), verb)) == hash_of(_made(_with("1904"), verb))


def test_an_uncovered_picture_cannot_take_the_place_of_the_confirmed_one() -> None:
    """A post that was confirmed with its boxes does not go with files made without them."""
    large, small = (_made(_with("7781"), verb) for verb in ("finished", "small"))
    shape = shape_of(large)
    named = PostPicture(hash_of(large), hash_of(small), shape.width, shape.height)
    post = msgspec.structs.replace(Post(1, "a" * 32, 1, "photo", "en", "I stand with him."), picture=named)
    check_files(post, (large, small))
    open_one = base64.b64decode(given("finished", file=base64_of(_with("7781")), boxes=[], seed=SEED.hex()))
    with pytest.raises(ContentChanged):
        check_files(post, (open_one, small))
