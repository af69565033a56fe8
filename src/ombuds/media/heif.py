# SPDX-License-Identifier: AGPL-3.0-or-later
"""The photographs of telephones in HEIF, drawn as render.py draws the others.

It is a program of its own so that only files of this kind meet this decoder. Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

import pillow_heif

from ombuds.media.answer import Drawn
from ombuds.media.inside import Job, serve
from ombuds.media.render import draw

ONE_THREAD = 1
# The decoder has a thread beside its own, and the walls and the program count too.
PROCESSES = 4


def know_heif() -> None:
    """Let files of this kind be opened by this process."""
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=ONE_THREAD)


def draw_heif(job: Job) -> Drawn:
    """Return the first picture of a HEIF file. Raises what ``draw`` raises."""
    know_heif()
    return draw(job)


if __name__ == "__main__":
    serve(draw_heif, PROCESSES)
