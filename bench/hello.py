# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bare application of the reference row: one route, twelve bytes."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def greet(_request: Request) -> Response:
    """Answer with a greeting."""
    return Response(b"hello, world", media_type="text/plain")


def create() -> Starlette:
    """Build the application."""
    return Starlette(routes=[Route("/", greet)])
