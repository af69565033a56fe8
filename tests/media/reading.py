# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a finished PNG as a stranger would: which chunks it has, and which colour stands where."""

from __future__ import annotations

import struct

from ombuds.media.answer import Drawn


def chunks(file: bytes) -> list[str]:
    """The names of a PNG's chunks, in order, to its last byte."""
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        found.append(file[at + 4 : at + 8].decode("ascii"))
        at += 12 + length
    return found


def point(drawn: Drawn, across: float, down: float) -> tuple[int, int, int]:
    """The colour at a share of the width and of the height."""
    at = (int(drawn.height * down) * drawn.width + int(drawn.width * across)) * 3
    red, green, blue = drawn.points[at : at + 3]
    return red, green, blue


def near(colour: tuple[int, int, int], other: tuple[int, int, int], most: int = 12) -> bool:
    """Whether two colours are the same to the eye."""
    return all(abs(one - two) <= most for one, two in zip(colour, other, strict=True))


def said(drawn: Drawn) -> dict[str, list[str]]:
    """What a file said of itself, by kind."""
    found: dict[str, list[str]] = {}
    for name, value in drawn.findings:
        found.setdefault(name, []).append(value)
    return found
