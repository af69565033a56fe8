# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses at which supporters join and take back, and who answers them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.server.campaign import covering, join, withdrawing

JOIN = "/{lang}/campaigns/{subject}/join"

ROUTES: tuple[BaseRoute, ...] = (
    Route(JOIN, join.show, methods=["GET"]),
    Route(JOIN, join.send, methods=["POST"]),
    Route(f"{JOIN}/cover", covering.cover, methods=["POST"]),
    Route(f"{JOIN}/result", covering.result, methods=["POST"]),
    Route(f"{JOIN}/send", covering.send, methods=["POST"]),
    Route("/{lang}/withdraw", withdrawing.show, methods=["GET"]),
    Route("/{lang}/withdraw", withdrawing.take, methods=["POST"]),
)
