# SPDX-License-Identifier: AGPL-3.0-or-later
"""The few safe pictures that were made last, in memory alone, until the desk locks.

Nothing of them touches the disk (T01). One picture is made at a time, so that many presses of a button cannot take the
machine. See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from ombuds.media.answer import Finding

MOST = 4

Leaf = tuple[str, str, int]
"""Case, file and page."""


@dataclass(frozen=True, repr=False)
class Made:
    """A safe picture: a fresh PNG, its size, and what the file said of itself."""

    file: bytes
    width: int
    height: int
    pages: int
    kind: str
    findings: tuple[Finding, ...]


@dataclass
class Album:
    """The pictures made last."""

    making: Lock = field(default_factory=Lock)
    _kept: dict[Leaf, Made] = field(default_factory=dict, repr=False)

    def keep(self, leaf: Leaf, made: Made) -> None:
        """Keep a picture, and let the oldest go."""
        self._kept.pop(leaf, None)
        self._kept[leaf] = made
        for old in list(self._kept)[:-MOST]:
            del self._kept[old]

    def find(self, leaf: Leaf) -> Made | None:
        """Return a picture that was made, if it is still here."""
        return self._kept.get(leaf)

    def clear(self) -> None:
        """Let go of every picture."""
        self._kept.clear()
