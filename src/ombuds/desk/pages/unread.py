# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the screens say of a report that was opened and does not read here: who opened it, and that it can be opened again.

A case that a member's own desk reads needs no word of it. It decides nothing; casework/originals.py does. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from ombuds.core.keys import Hash, Id
from ombuds.desk.casework.originals import openings
from ombuds.desk.kept import KeptOpening
from ombuds.desk.parts import Desk
from ombuds.pages.desk_values import TodayItem
from ombuds.pages.languages import mark
from ombuds.pages.values import Sentence, Trouble

WRONG = mark("What was opened does not match")
AGAIN = mark(
    "It is not what the source sent, or it cannot be read here. The report is still sealed: open it again together with another member, "
    "and ask who opened it why this happened."
)
GONE = mark(
    "It is not what the source sent, or it cannot be read here. The server keeps the sealed report no longer: another member has read the case, "
    "or its time was over. Ask the others on its team."
)


def unread_items(desk: Desk) -> Iterator[TodayItem]:
    """Return a line for each case that was granted to this member and does not hold."""
    for one in openings(desk):
        if one.state == "misfit":
            title = Sentence(text=mark("What %(who)s opened does not match"), values={"who": one.opener}) if one.opener else WRONG
            yield TodayItem(title=title, text=_what_to_do(one), link="/cases", action=mark("To the reports"), kind="unread")


def unread_trouble(desk: Desk, case: Id) -> Trouble | None:
    """Return what the screen of a case says if it does not hold."""
    for one in openings(desk):
        if one.case == case and one.state == "misfit":
            return Trouble(sentence=WRONG, help=_what_to_do(one))
    return None


def opened_already(desk: Desk) -> dict[Hash, KeptOpening]:
    """Return what became of sealed reports that were opened, by their hashes; one that does not hold goes before others."""
    return {one.submission: one for one in openings(desk) if one.state != "settled"}


def _what_to_do(one: KeptOpening) -> str:
    return AGAIN if one.original else GONE
