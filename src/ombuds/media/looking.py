# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door to the detector: points of a clean picture go in, a short list of boxes comes out, and people decide.

Detection is an extra of the installation: without it nothing is started, and everything is covered by hand. It never has a file that
somebody sent, and a detector that breaks down, spins or talks nonsense gives no boxes and changes nothing else. See
spec/media.md and adr/0022.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Callable
from pathlib import Path

from ombuds.media.answer import SIDES, AnswerWrong, Drawn
from ombuds.media.cell import NoPicture, builder
from ombuds.media.jail import PACKAGES, warm_program
from ombuds.media.kinds import Kind
from ombuds.media.seen import Seen, read
from ombuds.media.warm import Warm

DETECT = Kind("DETECT", "detect", ())
SECONDS = 15.0
PLACE = Path(sysconfig.get_path("platlib"))
# Beside some packages lie libraries that the wheels of other machines carry elsewhere.
NEEDED = tuple(package for package in PACKAGES[DETECT.program] if not package.endswith(".libs"))


def installed(place: Path = PLACE) -> bool:
    """Whether the extra is here: the program that runs models, and the two models."""
    return all((place / package).exists() for package in NEEDED)


class Detection:
    """The warm cell of the detector; it is started at the first picture and looks at one at a time. ``here`` says whether the extra is."""

    def __init__(self, walled: Callable[[], str] = builder, command: list[str] | None = None, here: bool | None = None) -> None:
        self.possible = installed() if here is None else here
        """Whether anything can be proposed on this machine, as far as is known without trying."""
        self._cell = Warm(DETECT, command or warm_program(DETECT), walled)

    @property
    def memory(self) -> int:
        """The most memory that a look had, in KiB."""
        return self._cell.memory

    @property
    def work(self) -> int:
        """How long all looks worked, in microseconds of the processor."""
        return self._cell.work

    def look(self, drawn: Drawn, seconds: float = SECONDS) -> tuple[Seen, ...]:
        """Return boxes around what may be faces and writing, faces first. Raises NoPicture when nothing was found out, for whatever reason."""
        if not self.possible:
            raise NoPicture("cell", "detection is not installed")
        said = self._cell.run("look", SIDES.pack(drawn.width, drawn.height) + drawn.points, seconds)
        try:
            seen = read(said, drawn.width, drawn.height)
        except AnswerWrong:
            raise NoPicture("stopped") from None
        if seen is None:
            raise NoPicture("spent")
        return seen

    def close(self) -> None:
        """End the cell."""
        self._cell.close()
