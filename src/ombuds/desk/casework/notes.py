# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notes, the status and the end of a case: what only its team reads.

Each is one signed event of the case log; log.py adds it. See spec/case.md.
"""

from __future__ import annotations

from ombuds.core.case import Case, Line
from ombuds.core.errors import OrderWrong
from ombuds.core.keys import Id
from ombuds.core.publication import Content
from ombuds.desk.log import append
from ombuds.desk.parts import Desk


def note(desk: Desk, case: Id, text: str) -> Case:
    """Add a note. Raises OrderWrong for an empty one, NotHere, RemoteSilent."""
    return append(desk, case, "note", lambda _: _line(text))


def status(desk: Desk, case: Id, text: str) -> Case:
    """Say where the case stands. Raises OrderWrong for an empty text, NotHere, RemoteSilent."""
    return append(desk, case, "status", lambda _: _line(text))


def close(desk: Desk, case: Id, reason: str) -> Case:
    """Close a case with a reason; a message of the source opens it again. Raises OrderWrong, NotHere, RemoteSilent."""
    return append(desk, case, "closed", lambda _: _line(reason))


def share_draft(desk: Desk, case: Id, content: Content) -> Case:
    """Show a draft to the case's team. Raises OrderWrong, NotHere, RemoteSilent."""
    return append(desk, case, "draft", lambda _: content)


def _line(text: str) -> Line:
    if not text.strip():
        raise OrderWrong("there is no text")
    return Line(text.strip())
