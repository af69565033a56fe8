# SPDX-License-Identifier: AGPL-3.0-or-later
"""A browser at a member's desk for the tests: the real application over a real vault, and a visitor who presses its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from httpx2 import Client, Response
from starlette.testclient import TestClient

from ombuds.desk.app import build
from ombuds.desk.pages.room import Frame
from ombuds.desk.parts import Desk, open_desk
from ombuds.desk.remote import Remote
from ombuds.desk.vault import open_vault
from tests.desk.desks import World
from tests.pages.reading import Reading, check

PORT = 8100
TOKEN = "5f0c" * 8
HERE = f"http://127.0.0.1:{PORT}"
MARK = re.compile(r'name="token" value="([0-9a-f]+)"')


@dataclass
class Ticks:
    """Seconds that only pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the seconds so far."""
        return self.now


@dataclass
class Browser:
    """A browser at one desk; it came in by the printed address."""

    client: TestClient
    ticks: Ticks = field(default_factory=Ticks)

    def open(self, path: str) -> Response:
        """Open a screen."""
        return self.client.get(path)

    def mark(self, path: str = "/members") -> str:
        """Return the mark that stands in the forms of a screen."""
        found = MARK.search(self.open(path).text)
        return found[1] if found else ""

    def press(self, path: str, fields: Mapping[str, str | list[str]]) -> Response:
        """Send a form with its mark, and follow to where it leads."""
        return self.client.post(path, data={"token": self.mark(), **fields})

    def reading(self, path: str) -> Reading:
        """Read a screen strictly. Raises Wrong."""
        return check(self.open(path).content)


def browser_at(world: World, desk: Desk, language: str = "en") -> Browser:
    """Return a browser that has come in at a member's desk."""
    ticks = Ticks()

    def reopen(passphrase: str) -> Desk:
        again = open_desk(open_vault(world.folder / desk.name, passphrase), desk.remote._client, world.calendar)
        world.desks[desk.name] = again
        return again

    app = build(desk, TOKEN, Frame(port=PORT, ticks=ticks, reopen=reopen, vault="vault of " + desk.name, language=language))
    browser = Browser(TestClient(app, base_url=HERE), ticks)
    browser.open(f"/enter?token={TOKEN}")
    return browser


def silence(desk: Desk) -> Remote:
    """Let the server of a desk be gone, and return the way to it for when it is back: its address leads to a port where nobody listens."""
    there = desk.remote
    desk.remote = Remote(Client(trust_env=False), "http://127.0.0.1:1", there._signer)
    return there
