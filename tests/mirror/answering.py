# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server that gives out a ledger in memory, honestly or not, over the same paths as a desk's server.

What it lies about is set by the test: it gives whatever ledger it is handed, in pages of three entries, counts wrongly, promises
more with each answer, or makes its answers as large as it likes. It asserts nothing.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ombuds.core.encoding import encode
from ombuds.core.wire import Leaves
from ombuds.host.remote import Client
from tests.mirror.ledgers import Ledger

PAGE = 3


class Answering:
    """The server: ``ledger`` is what it shows from now on; ``asked`` is what it was asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.asked: list[str] = []
        self.claims: int | None = None
        self.always_more = 0
        self.padding = 0

    def client(self) -> Client:
        """A client that is connected to this server."""
        routes = [
            Route("/api/ledger", self._leaves),
            Route("/api/content/{subject}/{version}", self._content),
            Route("/api/content/{subject}/{version}/{number}", self._picture),
        ]
        return TestClient(Starlette(routes=routes), base_url="http://desk.example")

    def _leaves(self, request: Request) -> Response:
        first = int(request.query_params["from"])
        self.asked.append(f"from {first}")
        if first > len(self.ledger.leaves):
            return Response(status_code=404)
        size = len(self.ledger.leaves) if self.claims is None else self.claims
        some = tuple(self.ledger.leaves[first : first + (self.always_more or PAGE)])
        size = first + 2 * len(some) if self.always_more else size
        return Response(encode(Leaves(first, size, some, self.ledger.note())) + b" " * self.padding)

    def _content(self, request: Request) -> Response:
        path = f"{request.path_params['subject']}/{request.path_params['version']}.json"
        self.asked.append(path)
        return self._file(path)

    def _picture(self, request: Request) -> Response:
        begin = "{subject}/{version}.{number}.".format(**request.path_params)
        path = next((path for path in self.ledger.files if path.startswith(begin)), begin)
        self.asked.append(path)
        return self._file(path)

    def _file(self, path: str) -> Response:
        file = self.ledger.files.get(path)
        return Response(encode(file)) if file else Response(status_code=410)
