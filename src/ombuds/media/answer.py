# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a cell hands back: how many pages there are, the picture points of one of them, and findings as lines of text.

Both sides use this file. The cell writes; the desk reads, and believes nothing: every length is checked before a byte is
used, every name comes from the list here, every value is a short line (T12). It knows no picture format. See
spec/media.md.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

GREETING = b"ombuds-cell/1\n"
"""What a cell says before it reads a byte of the file."""

LONGEST_SIDE = 1600
MOST_PAGES = 1_000_000
MOST_FINDINGS = 60
LONGEST_VALUE = 300
HEAD = struct.Struct(">BBIHHI")
SIDES = struct.Struct(">HH")
"""What stands before points that are handed to a cell: width and height."""
LONGEST_LINES = MOST_FINDINGS * (LONGEST_VALUE * 4 + 40)
LONGEST = HEAD.size + LONGEST_LINES + LONGEST_SIDE * LONGEST_SIDE * 3
VERSION = 1

# Why there is no picture; a picture has the first of them. Both sides count places in this list.
OUTCOMES = ("picture", "broken", "points", "locked", "page", "spent", "moving")

NAMES = (
    "camera", "lens", "serial", "owner", "author", "copyright", "title", "subject", "description", "comment", "software", "producer", "date", "changed",
    "place", "location", "person", "thumbnail", "keywords", "profile", "xmp", "frames", "pages", "script", "attachment", "form", "looks", "size",
)  # fmt: skip
"""Every kind of finding that there is."""


class Finding(NamedTuple):
    """Something that a file says about itself: untrusted text of whoever made the file."""

    name: str
    value: str


class Drawn(NamedTuple):
    """One page as picture points, three bytes each, row by row; `outcome` says why there is none."""

    width: int = 0
    height: int = 0
    points: bytes = b""
    findings: tuple[Finding, ...] = ()
    pages: int = 0
    outcome: str = "picture"


class AnswerWrong(ValueError):
    """What came out of a cell is not an answer."""


def write(drawn: Drawn) -> bytes:
    """Return an answer as the cell writes it."""
    return b"".join(parts(drawn))


def parts(drawn: Drawn) -> tuple[bytes, bytes]:
    """Return an answer as the cell writes it, what is said about the points before the points."""
    lines = "".join(f"{finding.name}\t{finding.value}\n" for finding in drawn.findings[:MOST_FINDINGS]).encode()
    head = HEAD.pack(VERSION, OUTCOMES.index(drawn.outcome), drawn.pages, drawn.width, drawn.height, len(lines))
    return head + lines, drawn.points


def read(content: bytes) -> Drawn:
    """Read a cell's answer and believe nothing in it. Raises AnswerWrong."""
    if len(content) < HEAD.size or len(content) > LONGEST:
        raise AnswerWrong("too short or too long")
    version, outcome, pages, width, height, length = HEAD.unpack_from(content)
    if version != VERSION or outcome >= len(OUTCOMES) or pages > MOST_PAGES or length > LONGEST_LINES:
        raise AnswerWrong("no such version, outcome or length")
    shown = OUTCOMES[outcome] == "picture"
    if not (1 if shown else 0) <= min(width, height) <= max(width, height) <= (LONGEST_SIDE if shown else 0):
        raise AnswerWrong("no such size")
    points = content[HEAD.size + length :]
    if len(points) != width * height * 3:
        raise AnswerWrong("more or fewer points than the size says")
    return Drawn(width, height, points, _findings(content[HEAD.size : HEAD.size + length]), pages, OUTCOMES[outcome])


def line(value: object) -> str:
    """Return any value as one short line without control and format characters."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    kept = "".join(c if c.isprintable() else " " for c in text[: LONGEST_VALUE * 8])
    return " ".join(kept.split())[:LONGEST_VALUE].strip()


def _findings(lines: bytes) -> tuple[Finding, ...]:
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        raise AnswerWrong("findings that are no text") from None
    found = [Finding(*one.partition("\t")[::2]) for one in text.split("\n")[:-1]]
    if not text.endswith("\n") and text or len(found) > MOST_FINDINGS:
        raise AnswerWrong("too many findings, or half of one")
    if any(one.name not in NAMES or not one.value or one.value != line(one.value) for one in found):
        raise AnswerWrong("a finding of no known kind, or one that is no line of text")
    return tuple(found)
