# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the inbox and who answers them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.server.inbox import plain

ROUTES: tuple[BaseRoute, ...] = (
    Route("/{lang}/inbox", plain.enter, methods=["GET"]),
    Route("/{lang}/inbox", plain.look, methods=["POST"]),
    Route("/{lang}/inbox/reply", plain.reply, methods=["POST"]),
    Route("/{lang}/inbox/file", plain.save, methods=["POST"]),
    Route("/{lang}/inbox/consent", plain.ask, methods=["POST"]),
    Route("/{lang}/inbox/consent/answer", plain.answer, methods=["POST"]),
    Route("/{lang}/inbox/delete", plain.delete, methods=["POST"]),
    Route("/{lang}/inbox/close", plain.close, methods=["POST"]),
)
