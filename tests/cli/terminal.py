# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody at a command line, whose program talks to a real server application and whose home is a temporary folder."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from ombuds.cli import inbox as inbox_command
from ombuds.cli import send as send_command
from ombuds.cli.door import Door
from ombuds.core.charter import fingerprint
from ombuds.core.sealing import Wishes
from tests.server.institution import Institution

ADDRESS = "http://desk.example"
Change = Callable[[httpx2.Request, bytes], bytes]


@dataclass
class Terminal:
    """One person's terminal, without a person at it: what would be typed comes from standard input."""

    here: Institution
    folder: Path
    patch: pytest.MonkeyPatch
    client: httpx2.Client
    digits: str = ""
    bodies: list[bytes] = field(default_factory=list)

    def door(self) -> Door:
        """The program's door, which waits for nothing."""
        return Door(self.client, ADDRESS, ())

    def sends(self, text: str = "They took my leave.", files: tuple[Path, ...] = (), exclude: tuple[str, ...] = (), language: str = "en") -> str:
        """Send a report and return the words."""
        self._types(text)
        told = send_command.Sending(ADDRESS, list(files), fingerprint=self.digits, exclude=list(exclude), words_language=language)
        return " ".join(send_command.send_through(self.door(), told, Wishes("advice", "leave", exclude)))

    def looks(self, words: str, typed: str = "", **told: object) -> None:
        """Open the inbox and do what is told."""
        self._types(f"{words}\n{typed}")
        inbox_command.visit(self.door(), inbox_command.Looking(ADDRESS, fingerprint=self.digits, **told))  # type: ignore[arg-type]

    def file(self, name: str, content: bytes) -> Path:
        """Make a file of this person's."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    @property
    def known(self) -> Path:
        """The file of known desks."""
        return self.folder / "config" / "ombuds" / "known"

    def _types(self, text: str) -> None:
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


class Wire(httpx2.BaseTransport):
    """The line between program and server: it hears every body, and changes answers as a test lets it."""

    def __init__(self, inside: httpx2.Client, heard: list[bytes], change: Change | None) -> None:
        self._inside, self._heard, self._change = inside, heard, change

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass one request on."""
        body = request.read()
        self._heard.append(str(request.url).encode() + b"\n" + body)
        answer = self._inside.request(request.method, request.url, content=body, headers=dict(request.headers))
        content = self._change(request, answer.content) if self._change else answer.content
        return httpx2.Response(answer.status_code, content=content)


@contextmanager
def terminal(here: Institution, folder: Path, change: Change | None = None) -> Iterator[Terminal]:
    """Sit down at a terminal with a home of its own and the desk's fingerprint on paper."""
    heard: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch, TestClient(here.app, base_url=ADDRESS) as inside:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        client = httpx2.Client(transport=Wire(inside, heard, change))
        yield Terminal(here, folder, patch, client, fingerprint(here.charter.instance_id), heard)
