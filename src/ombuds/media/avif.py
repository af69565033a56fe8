# SPDX-License-Identifier: AGPL-3.0-or-later
"""The photographs that newer telephones write in AVIF, drawn as render.py draws the others.

It is a program of its own so that only files of this kind meet this decoder. Run in a cell alone; see spec/media.md.
"""

from __future__ import annotations

from PIL import AvifImagePlugin

from ombuds.media.answer import Drawn
from ombuds.media.inside import Job, serve
from ombuds.media.render import draw

ONE_THREAD = 1


def know_avif() -> None:
    """Let files of this kind be opened by this process, without a thread beside its own."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = ONE_THREAD


def draw_avif(job: Job) -> Drawn:
    """Return the first picture of an AVIF file. Raises what ``draw`` raises."""
    know_avif()
    return draw(job)


if __name__ == "__main__":
    serve(draw_avif)
