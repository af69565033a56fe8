# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the public site and who answers them. See spec/site.md."""

from __future__ import annotations

from starlette.routing import BaseRoute

ROUTES: tuple[BaseRoute, ...] = ()
