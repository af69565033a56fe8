# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the report form and who answers them."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from ombuds.server.intake import confirm, form, inquiry, named, plain, voice

ROUTES: tuple[BaseRoute, ...] = (
    Route("/{lang}/report", form.show, methods=["GET"]),
    Route("/{lang}/report", plain.send, methods=["POST"]),
    Route("/{lang}/stories/{subject}/too", voice.show, methods=["GET"]),
    Route("/{lang}/stories/{subject}/too", voice.speak, methods=["POST"]),
    Route("/{lang}/stories/{subject}/correction", inquiry.show, methods=["GET"]),
    Route("/{lang}/stories/{subject}/correction", inquiry.send, methods=["POST"]),
    Route("/{lang}/updates/{subject}/correction", inquiry.show, methods=["GET"]),
    Route("/{lang}/updates/{subject}/correction", inquiry.send, methods=["POST"]),
    Route("/{lang}/campaigns/{subject}/correction", inquiry.show, methods=["GET"]),
    Route("/{lang}/campaigns/{subject}/correction", inquiry.send, methods=["POST"]),
    Route("/{lang}/campaigns/{subject}/named", named.show, methods=["GET"]),
    Route("/{lang}/campaigns/{subject}/named", named.send, methods=["POST"]),
    Route("/{lang}/press/write", inquiry.show, methods=["GET"]),
    Route("/{lang}/press/write", inquiry.send, methods=["POST"]),
    Route("/{lang}/report/confirm", confirm.confirm, methods=["POST"]),
)
