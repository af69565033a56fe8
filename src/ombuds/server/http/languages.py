# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way in without a language: `/` sends the reader to the first shipped language that the browser asks for.

A language is part of the address and nothing is remembered about a reader. See spec/pages.md.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ombuds.pages.languages import SHIPPED


async def entrance(request: Request) -> Response:
    """Send the reader to the home page in their language."""
    address = f"/{chosen(request.headers.get('accept-language', ''))}/"
    return RedirectResponse(address, 303, headers={"vary": "accept-language"})


def chosen(wanted: str) -> str:
    """Return the shipped language that a browser's list asks for first, or English."""
    best, best_weight = SHIPPED[0], 0.0
    for line in wanted[:500].split(","):
        code, _, weight = line.strip().partition(";q=")
        known = code.partition("-")[0].lower()
        if known in SHIPPED and _number(weight) > best_weight:
            best, best_weight = known, _number(weight)
    return best


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
