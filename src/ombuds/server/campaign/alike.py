# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages and forms with a photograph, brought to one length for nearly all photographs, so that its size does not show on the line (T10).

What fills them is drawn by chance: it says nothing, and a program between that packs it wins as little as from the photograph
itself. What is ticked and typed on a page afterwards it cannot fill up. See spec/site.md.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable

from starlette.responses import Response

from ombuds.core.attachments import rung
from ombuds.core.keys import random_bytes
from ombuds.server.http.answers import HTML

FILLER = "filler"
EMPTY = b'name="filler" value="'
# The shortest form: most photographs fill less. A page has room for its form, the picture that it shows, and what stands around them.
SHORTEST, AROUND = 256 * 1024, 64 * 1024
COMMENT = b"<!--%b-->"
# What browsers send of a field as it is; a space becomes a plus sign, a line end two escaped bytes, any other byte three characters.
AS_IT_IS = b" *-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ESCAPED = 3


def alike(page: bytes, carried: Iterable[tuple[str, str]], status: int = 200) -> Response:
    """Answer with a page whose form carries these fields and an empty filler, both as long as their step of the ladder.

    The form decides over the page, so that the two together tell no more than one. Nobody may keep it, and no program between may pack it.
    """
    form = sum(_sent(name) + len("=") + _sent(value) + len("&") for name, value in carried) + len(FILLER + "=")
    bare = len(page) - form + len(COMMENT % b"")
    step = rung(max(form, SHORTEST))
    while bare > step + AROUND:
        step *= 2
    # In the other base64 there is no hyphen, so nothing ends the comment.
    filled = page.replace(EMPTY, EMPTY + urlsafe_b64encode(random_bytes(step - form))[: step - form], 1)
    missing = step + AROUND - bare
    filled += COMMENT % b64encode(random_bytes(missing))[:missing]
    return Response(filled, status, headers={"cache-control": "no-store, no-transform"}, media_type=HTML)


def _sent(text: str) -> int:
    """How many bytes a browser sends of a field."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    escaped = len(lines.translate(None, AS_IT_IS))
    return len(lines) - escaped + ESCAPED * escaped
