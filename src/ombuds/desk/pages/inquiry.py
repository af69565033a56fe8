# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a report says that it is about: a correction that somebody asks for, a question of the press, a name for a campaign,
or the same that a story tells.

It reads the line that the form wrote into the sealed text, and shows what is public under it. Anybody can type such a line, so
it is told and never acted upon. See spec/desk.md.
"""

from __future__ import annotations

from ombuds.core.case import Case
from ombuds.desk.pages.after import lines_of
from ombuds.desk.parts import Desk
from ombuds.desk.release.current import public_lines
from ombuds.pages.desk_texts import PublishedLine
from ombuds.pages.inquiries import ASKS, inquiry_of
from ombuds.pages.languages import mark
from ombuds.pages.values import Fact, Sentence


def kinds_of(case: Case) -> tuple[Fact, ...]:
    """Return the line that says what kind of inquiry a case is, or none."""
    inquiry = inquiry_of(case.body.text)
    return (Fact(label=mark("Kind"), value=Sentence(text=ASKS[inquiry.about])),) if inquiry else ()


def about(desk: Desk, case: Case) -> tuple[PublishedLine, ...]:
    """Return what is public and a case asks about."""
    inquiry = inquiry_of(case.body.text)
    return lines_of(desk, [line for line in public_lines(desk) if line.subject == inquiry.subject]) if inquiry else ()
