# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points to a JPEG without anything beside its pixels, for a picture that is published (T13).

It is given points that were drawn in another cell, so that no hostile file meets the encoder. Run in a cell alone; see
spec/media.md.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO

from PIL import Image, JpegImagePlugin

from ombuds.media.answer import GREETING, SIDES
from ombuds.media.inside import limit

PLUGINS = (JpegImagePlugin,)


def packed(content: bytes, quality: int) -> bytes:
    """Return the points as a JPEG."""
    width, height = SIDES.unpack_from(content)
    out = BytesIO()
    Image.frombytes("RGB", (width, height), content[SIDES.size :]).save(out, "JPEG", quality=quality)
    return out.getvalue()


def main() -> None:
    """Answer the one job of this process."""
    limit(0)
    os.write(1, GREETING)
    with open(0, "rb", closefd=False) as given:
        content = given.read()
    with open(1, "wb", closefd=False) as out:
        out.write(packed(content, int(sys.argv[2])))


if __name__ == "__main__":
    main()
