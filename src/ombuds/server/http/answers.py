# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished page as an answer. Pages about a source are never kept by anybody: the outer ring adds no-store."""

from __future__ import annotations

from starlette.responses import Response

HTML = "text/html; charset=utf-8"


def page(body: bytes, status: int = 200) -> Response:
    """Answer with a page that nobody may keep."""
    return Response(body, status, media_type=HTML)
