# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the intake and who answers them."""

from __future__ import annotations

from starlette.routing import BaseRoute

ROUTES: tuple[BaseRoute, ...] = ()
