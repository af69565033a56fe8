# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a sealed text says what it is about, so that the server writes it and a desk reads it in one way.

Its first block ends with a line that is an address of this site and nothing else: the story that it concerns, or the form it was
written in. Anybody can type such a line: it tells what somebody asks about, and proves nothing. See spec/site.md.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from ombuds.pages.languages import mark

About = Literal["correction", "press", "named", "too"]
PRESS = "/press/write"
CORRECTION = "/correction"
NAMED = "/named"
PLACES = r"/(?:stories|updates|campaigns)/"
LINE = re.compile(rf"{PLACES}(?P<subject>[0-9a-f]{{32}})(?P<correction>{CORRECTION})?|/campaigns/(?P<campaign>[0-9a-f]{{32}}){NAMED}|(?P<press>{PRESS})")
ASKS: dict[About, str] = {
    "correction": mark("Asks for a correction or a takedown"),
    "press": mark("A question of the press"),
    "named": mark("Wants to support a campaign with a name"),
    "too": mark("This happened to me too"),
}


class Inquiry(Struct, frozen=True, kw_only=True):
    """What a text says that it is about: which kind, and of which story, update or campaign, if of any."""

    about: About
    subject: str = ""


def about(said: str, line: str) -> str:
    """Return the first block of a text: the sentence that says what it is about, and the address that says it to a desk."""
    return f"{said}\n{line}"


def begun(said: str, line: str, text: str) -> str:
    """Return a text under its first block."""
    return f"{about(said, line)}\n\n{text}"


def inquiry_of(text: str) -> Inquiry | None:
    """Return what a text says that it is about, or nothing if it says nothing in the first block."""
    found = LINE.fullmatch(text.partition("\n\n")[0].rpartition("\n")[2])
    if found is None:
        return None
    if found["campaign"]:
        return Inquiry(about="named", subject=found["campaign"])
    return Inquiry(about="press" if found["press"] else "correction" if found["correction"] else "too", subject=found["subject"] or "")
