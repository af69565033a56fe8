# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawn badges of those who join without a photograph, as small pictures of lines that never change. See spec/site.md."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ombuds.core.errors import NotHere
from ombuds.media.silhouettes import COUNT, svg

FOR_EVER = "public, max-age=31536000, immutable"


async def badge(request: Request) -> Response:
    """Answer with one drawn badge. Raises NotHere."""
    number = str(request.path_params["number"])
    if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < COUNT):
        raise NotHere
    return Response(svg(int(number)), media_type="image/svg+xml", headers={"cache-control": FOR_EVER})
