# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which the twelve words are typed, for whoever opens the inbox then: the server, or the browser's own script.

It reads no words and tells the script what one message may hold. See spec/inbox.md, spec/browser.md.
"""

from __future__ import annotations

from starlette.responses import Response

from ombuds.core.charter import InForce
from ombuds.pages.source_values import InboxEnter
from ombuds.pages.values import Trouble
from ombuds.server.http.answers import scripted
from ombuds.server.http.parts import Parts, shell_of
from ombuds.server.inbox.pages import PATH


def entrance(parts: Parts, charter: InForce, language: str, trouble: Trouble | None = None, status: int = 200) -> Response:
    """Answer with the page, and with what was refused if something was."""
    limits = parts.settings
    value = InboxEnter(trouble=trouble, largest=limits.largest_upload, longest=limits.largest_text, most_files=limits.most_files)
    return scripted(parts, parts.renderer.inbox_enter(shell_of(charter, language, PATH), value), status)
