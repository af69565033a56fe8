# SPDX-License-Identifier: AGPL-3.0-or-later
"""A photograph of twelve million points to a clean picture of 1,600: in a cell of its own, in a fork of a warm parent, and without walls.

The photograph is made here, about as large and as rough as those of telephones. The reference has its libraries loaded and
keeps its process over all files: it is what a warm cell could reach at best.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from PIL import Image, ImageFilter

from bench.figures import Figure, percentile
from ombuds.media.answer import Drawn
from ombuds.media.badge import FINISH, PHOTOGRAPH
from ombuds.media.cell import believed, draw
from ombuds.media.fresh import png
from ombuds.media.inside import Job
from ombuds.media.jail import warm_program
from ombuds.media.order import Box, write
from ombuds.media.render import draw as draw_here
from ombuds.media.warm import Warm

ROWS = (
    "picture", "picture.p95", "picture.memory", "reference.picture", "photograph", "photograph.work", "photograph.memory", "finish", "finish.work",
)  # fmt: skip
WIDTH, HEIGHT, GRAIN, QUALITY = 4000, 3000, 40, 90
MILLI, MIB = 1000, 1024
# The cell's own program without walls, begun by a small process: the system counts in a child what its parent had.
ALONE = (
    "import resource, subprocess, sys; subprocess.run([sys.executable, '-m', 'ombuds.media.render', 'JPEG', '1'], stdin=open(sys.argv[1], 'rb'), "
    "stdout=subprocess.DEVNULL, check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


class Photograph:
    """One photograph, made once and drawn in every round."""

    def __init__(self, folder: Path) -> None:
        grains = [Image.effect_noise((WIDTH, HEIGHT), GRAIN).filter(ImageFilter.GaussianBlur(1.2)) for _ in range(3)]
        out = BytesIO()
        Image.merge("RGB", grains).save(out, "JPEG", quality=QUALITY)
        self._content, self._path = out.getvalue(), folder / "photograph"
        self._path.write_bytes(self._content)
        self._photograph, self._finish = Warm(PHOTOGRAPH, warm_program(PHOTOGRAPH)), Warm(FINISH, warm_program(FINISH))

    def measure(self, seconds: float, rows: Sequence[str]) -> Iterator[Figure]:
        """Measure the cell, and the same work in a process that is warm."""
        times = self._times(lambda: draw(self._content), seconds)
        yield Figure("picture", 1 / median(times), {"file MB": len(self._content) / MIB / MIB})
        yield Figure("picture.p95", percentile(times, 0.95) * MILLI)
        yield from self._warm(seconds)
        if "picture.memory" in rows:
            told = subprocess.run([sys.executable, "-c", ALONE, str(self._path)], capture_output=True, check=True).stdout
            yield Figure("picture.memory", int(told) / MIB)
        yield Figure("reference.picture", 1 / median(self._times(lambda: draw_here(Job(self._content, "JPEG", 1)), seconds / 2)))

    def close(self) -> None:
        """End the warm cells."""
        self._photograph.close()
        self._finish.close()

    def _warm(self, seconds: float) -> Iterator[Figure]:
        drawn = believed(self._photograph.run("JPEG", self._content))
        order = write(drawn, (Box(100, 100, 300, 200),), bytes(32))
        acts: tuple[tuple[str, Warm, Callable[[], object]], ...] = (
            ("photograph", self._photograph, lambda: believed(self._photograph.run("JPEG", self._content))),
            ("finish", self._finish, lambda: self._finish.run("finish", order)),
        )
        for name, cell, act in acts:
            act()
            times, until, worked = list[float](), perf_counter() + seconds, -cell.work / MILLI - process_time() * MILLI
            while (begin := perf_counter()) < until:
                act()
                times.append(perf_counter() - begin)
            worked += cell.work / MILLI + process_time() * MILLI
            yield Figure(name, 1 / median(times))
            yield Figure(f"{name}.work", worked / len(times))
        yield Figure("photograph.memory", self._photograph.memory / MIB)

    def _times(self, act: Callable[[], Drawn], seconds: float) -> list[float]:
        times, until = [], perf_counter() + seconds
        while (begin := perf_counter()) < until:
            drawn = act()
            png(drawn.width, drawn.height, drawn.points)
            times.append(perf_counter() - begin)
        return times
