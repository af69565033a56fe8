# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's desk shows of one file of a source: its name, size and hash, a safe picture of it, and what it says of itself.

Findings are untrusted text of whoever made the file; the template escapes them like any other (T12, T24). See
spec/pages.md.
"""

from __future__ import annotations

from msgspec import Struct

from ombuds.pages.desk_values import Fact


class EvidenceView(Struct, frozen=True, kw_only=True):
    """One file. `picture` is the address of its safe picture, empty before one was made; `make` is where the form goes."""

    name: str
    back: str
    make: str
    save: str
    facts: tuple[Fact, ...] = ()
    differs: bool = False  # it is of another kind than its name says
    picture: str = ""
    width: int = 0
    height: int = 0
    page: int = 1
    pages: int = 0
    findings: tuple[Fact, ...] = ()
