# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished page as an answer. Pages about a source are never kept by anybody: the outer ring adds no-store."""

from __future__ import annotations

from starlette.responses import Response

from ombuds.server.http.headers import COPYING, JOINING, SCRIPTED
from ombuds.server.http.parts import Parts

HTML = "text/html; charset=utf-8"


def page(body: bytes, status: int = 200) -> Response:
    """Answer with a page that nobody may keep."""
    return Response(body, status, media_type=HTML)


def scripted(parts: Parts, body: bytes, status: int = 200) -> Response:
    """Answer with a page that nobody may keep and that may run the script of this server, if it has one."""
    policy = {"content-security-policy": SCRIPTED} if parts.scripted else None
    return Response(body, status, headers=policy, media_type=HTML)


def joining(parts: Parts, body: bytes, status: int = 200) -> Response:
    """Answer with the form of a campaign, which may run its own script and show what it made of a photograph, if this server has the script."""
    policy = {"content-security-policy": JOINING} if parts.joins else None
    return Response(body, status, headers=policy, media_type=HTML)


def copying(parts: Parts, body: bytes) -> Response:
    """Answer with a page that nobody may keep and whose texts can be copied by a button, if this server has the script."""
    policy = {"content-security-policy": COPYING} if parts.joins else None
    return Response(body, headers=policy, media_type=HTML)
