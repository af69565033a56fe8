# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fields of a report form as one text and the source's wishes.

It checks the length of what was typed and nothing about its content: what a report says is for the members alone. See
spec/server.md.
"""

from __future__ import annotations

from typing import get_args

from ombuds.core.charter import InForce
from ombuds.core.errors import TooLarge
from ombuds.core.sealing import Help, Problem, Wishes
from ombuds.pages.labels import WISHES
from ombuds.pages.languages import Language, mark
from ombuds.server.http.fields import Fields

# What the form calls a field, in the words of the form itself.
HEADINGS = {"what": mark("What happened?"), "who": mark("Who did it?"), "where": mark("Where?"), "when": mark("When?")}
WISHED = mark("What help do you want?")
# The form's word for a problem where the report's format has a longer one.
LONGER = {"order": "illegal-order"}
# Of several wishes the one that asks the desk for most; all of them stand in the text.
MOST_FIRST: tuple[Help, ...] = ("publicity", "contact", "advice", "record")


def text_of(fields: Fields, language: Language, largest: int) -> str:
    """Return what was typed, under short headings if it is more than the story itself. Raises TooLarge."""
    typed = {name: fields.one(name).strip() for name in HEADINGS}
    # One field may hold exactly the limit: headings do not count.
    if sum(len(fields.one(name)) for name in HEADINGS) > largest:
        raise TooLarge
    filled = {language.said(HEADINGS[name]): text for name, text in typed.items() if text}
    wished = _ticked(fields)
    if filled and len(wished) > 1:
        filled[language.said(WISHED)] = "\n".join(language.said(WISHES[wish]) for wish in wished)
    if list(filled.values()) == [typed["what"]]:
        return typed["what"]
    return "\n\n".join(f"{heading}\n{text}" for heading, text in filled.items())


def wishes_of(fields: Fields, charter: InForce) -> Wishes:
    """Return what help is wanted, about what, and who must not read it; a question that was skipped is not answered for the source."""
    wished = _ticked(fields)
    kind = fields.one("type")
    kind = LONGER.get(kind, kind)
    problem: Problem = next((known for known in get_args(Problem) if known == kind), "not-said")
    members = charter.charter.keys("open")
    excluded = tuple(sorted({name for name in fields.every("exclude") if name in members}))
    return Wishes(wished[0] if wished else "not-said", problem, excluded)


def _ticked(fields: Fields) -> list[Help]:
    given = fields.every("wish")
    return [wish for wish in MOST_FIRST if wish in given]
