# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way in without a language: `/` sends the reader to the first shipped language that the browser asks for.

A language is part of the address and nothing is remembered about a reader. See spec/pages.md.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ombuds.pages.languages import wished


async def entrance(request: Request) -> Response:
    """Send the reader to the home page in their language."""
    address = f"/{wished(request.headers.get('accept-language', ''))}/"
    return RedirectResponse(address, 303, headers={"vary": "accept-language"})
