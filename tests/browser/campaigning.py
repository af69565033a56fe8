# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign at a server of its own that browsers can reach, and a supporter at its form. It asserts nothing.

What a supporter sent is read as its moderators read it. See spec/campaign.md.
"""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import uvicorn
from playwright.sync_api import Page
from sqlalchemy import select

from ombuds.core.keys import hash_of, random_id
from ombuds.core.posts import Pending, open_post
from ombuds.server.store.schema import posts
from tests.browser.hands import Hands
from tests.browser.running import free_ports
from tests.server.campaigns import MODERATION, Campaign, begin
from tests.server.institution import found

# Every picture that the page makes an address for is kept for the test, in order.
KEEPS = """window.made = []; const address = URL.createObjectURL.bind(URL);
URL.createObjectURL = (blob) => { window.made.push(blob); return address(blob); };"""
LAST = """async () => { const bytes = new Uint8Array(await window.made.at(-1).arrayBuffer());
let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); }"""
SEALS, EXACT, READY = "#join .seen:has-text('Your browser makes the picture')", "[data-do=send]", "[data-state=ready]"
FORM, KEPT, BOX = "#join button:not([type])", "h1:has-text('You have joined')", ".cover .box"


@dataclass
class Running:
    """A campaign and the address of its server."""

    campaign: Campaign
    server: str

    @property
    def path(self) -> str:
        """The path of its form in English."""
        return f"/en/campaigns/{self.campaign.id}/join"

    def sent(self) -> list[Pending]:
        """Every post as a moderator opens it."""
        store, instance = self.campaign.here.parts.store, self.campaign.here.charter.instance_id
        with store.read() as connection:
            rows = connection.execute(select(posts.c.part, posts.c.content).where(posts.c.campaign == self.campaign.id)).all()
        contents = [(b"".join(store.blobs.read(part)), named) for part, named in rows]
        return [open_post(content, MODERATION, instance, self.campaign.content) for content, named in contents if hash_of(content) == named]

    def of(self, sentence: str) -> list[Pending]:
        """The posts with a sentence."""
        return [each for each in self.sent() if each.post.sentence == sentence]


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve a desk with one campaign while the block lasts."""
    here, port = found(folder), free_ports(1)
    server = uvicorn.Server(uvicorn.Config(here.app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            sleep(0.02)
        yield Running(begin(here), f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()
        here.parts.store.close()


def fill(hands: Hands, own: str, photograph: Path | None = None) -> None:
    """Fill in the form that seals, with a sentence of one's own, and with a photograph if there is one."""
    hands.write("#own", own)
    if photograph:
        hands.tick("[name=kind][value=photo]")
        hands.attach("#photograph", [photograph])
        hands.wait(f"{READY} .cover img")


def send(hands: Hands) -> None:
    """Look at what would become public, and send it."""
    hands.push(FORM)
    hands.wait(EXACT)
    hands.push(EXACT)
    hands.wait(KEPT)


def own_words() -> str:
    """A sentence that nobody else writes."""
    return f"I stand with him, {random_id()}."


def confirmed_of(page: Page) -> bytes:
    """The picture that the page showed last."""
    return b64decode(page.evaluate(LAST))
