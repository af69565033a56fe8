# SPDX-License-Identifier: AGPL-3.0-or-later
"""The code of an address that a camera reads: as rows of squares for a paper, and as the outline of an inline SVG.

It is made here and holds the address alone. See spec/pages.md.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

import segno

QUIET = 4
"""So many squares around a code stay white."""


@lru_cache(maxsize=64)
def rows(address: str) -> tuple[str, ...]:
    """Return the code of an address, a row of 0 and 1 for each line of squares."""
    return tuple("".join("1" if dark else "0" for dark in row) for row in segno.make_qr(address, error="m").matrix)


def outline(code: tuple[str, ...]) -> str:
    """Return the dark squares of a code as the path of an SVG, inside a white edge."""
    runs = []
    for down, row in enumerate(code):
        across = 0
        for dark, some in groupby(row):
            wide = len(list(some))
            if dark == "1":
                runs.append(f"M{across + QUIET} {down + QUIET}h{wide}v1h-{wide}z")
            across += wide
    return "".join(runs)
