# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking for faces and writing in a photograph as it is published, 1,080 at its longer side, in the detector's own warm cell.

The picture is made here: grain as of a dark room, and a few words. What is found does not matter for the time. It needs the extra
that ``make detect`` installs, and does not skip where it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter, process_time

from PIL import Image, ImageDraw, ImageFilter

from bench.figures import Figure
from ombuds.media.answer import Drawn
from ombuds.media.badge import Detection

ROWS = ("campaign.detection", "campaign.detection.work", "campaign.detection.memory")
WIDTH, HEIGHT, GRAIN = 1080, 810, 40
MILLI, MIB = 1000, 1024


class Looks:
    """One picture, made once and looked at in every round."""

    def __init__(self) -> None:
        image = Image.merge("RGB", [Image.effect_noise((WIDTH, HEIGHT), GRAIN).filter(ImageFilter.GaussianBlur(1.2)) for _ in range(3)])
        pen = ImageDraw.Draw(image)
        for place in range(6):
            pen.text((80 + 140 * place, 100 + 110 * place), "PATROL 20481", fill=(250, 250, 240))
        self._drawn, self._detection = Drawn(WIDTH, HEIGHT, image.tobytes()), Detection()

    def measure(self, seconds: float) -> Iterator[Figure]:
        """Look as often as there is time for, after a look that starts the cell."""
        begin = perf_counter()
        self._detection.look(self._drawn)
        started = perf_counter() - begin
        times, until, worked = list[float](), perf_counter() + seconds, -self._work()
        while (begin := perf_counter()) < until:
            self._detection.look(self._drawn)
            times.append(perf_counter() - begin)
        worked = (worked + self._work()) / len(times)
        yield Figure("campaign.detection", MILLI / worked, {"by the clock": 1 / median(times), "first look s": started})
        yield Figure("campaign.detection.work", worked)
        yield Figure("campaign.detection.memory", self._detection.memory / MIB)

    def close(self) -> None:
        """End the cell."""
        self._detection.close()

    def _work(self) -> float:
        return self._detection.work / MILLI + process_time() * MILLI
