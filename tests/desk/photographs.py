# SPDX-License-Identifier: AGPL-3.0-or-later
"""Photographs as supporters' machines make them for the desk's tests: two files of one picture. It asserts nothing."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.web.photographs import scene as scene

SMALL = 400


def packed(image: Image.Image) -> bytes:
    """A picture as a post may have it."""
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=80, subsampling=2)
    return out.getvalue()


def small_of(large: bytes) -> bytes:
    """The small file of a large one, which is its own where it is small enough."""
    image = Image.open(BytesIO(large))
    if max(image.size) <= SMALL:
        return large
    image.thumbnail((SMALL, SMALL))
    return packed(image)
