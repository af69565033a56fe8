# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who joins a campaign with a browser that runs no scripts, and what moderators would find of it. It asserts nothing but that pages come."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from html import unescape

from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from ombuds.core.keys import Id
from ombuds.core.posts import Pending, open_post
from ombuds.core.wire_posts import NewPost
from ombuds.media.badge import NoPicture
from ombuds.server.store.schema import posts
from tests.server.campaigns import MODERATION, Campaign, Supporter

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
TROUBLE = re.compile(r'role="alert">\s*<p><strong>(.*?)</strong>')


@dataclass
class Joining:
    """A supporter before a campaign."""

    campaign: Campaign
    browser: TestClient
    language: str = "en"

    @property
    def path(self) -> str:
        """Where one joins."""
        return f"/{self.language}/campaigns/{self.campaign.id}/join"

    def form(self) -> dict[str, str]:
        """What stands in a fresh form."""
        page = self.browser.get(self.path)
        assert page.status_code == 200, page.text
        return hidden(page)

    def post(self, photograph: bytes = b"", form: dict[str, str] | None = None, **typed: str) -> Response:
        """Send the form, with the first badge and the first offered sentence unless something else is said."""
        filled = {**(form or self.form()), "kind": "badge", "shape": "0", "colour": "0", "sentence": "0", **typed}
        return self.browser.post(self.path, data=filled, files={"photograph": ("a.jpg" if photograph else "", photograph)})

    def result(self, cover: Response, *cells: int, **typed: str) -> Response:
        """Black squares out on the page of a cleaned photograph, and see what comes of it."""
        return self.browser.post(f"{self.path}/result", data={**hidden(cover), "cell": [str(cell) for cell in cells], **typed})

    def send(self, result: Response, **changed: str) -> Response:
        """Send exactly what was shown."""
        return self.browser.post(f"{self.path}/send", data={**hidden(result), **changed})

    def kept(self) -> dict[Id, Pending]:
        """What moderators would open, by the names under which it is kept."""
        here = self.campaign.here
        with here.parts.store.read() as connection:
            rows = connection.execute(select(posts.c.id, posts.c.part)).all()
        sealed = {row.id: b"".join(here.parts.store.blobs.read(row.part)) for row in rows}
        return {name: open_post(content, MODERATION, here.charter.instance_id, self.campaign.content) for name, content in sealed.items()}

    def names(self) -> set[Id]:
        """The names under which posts are kept here."""
        with self.campaign.here.parts.store.read() as connection:
            return set(connection.execute(select(posts.c.id)).scalars())

    def only(self) -> Pending:
        """The one post that is here."""
        (pending,) = self.kept().values()
        return pending

    def supporters(self) -> list[Supporter]:
        """What is kept, ready for a batch."""
        return [Supporter(pending, NewPost(1, name, self.campaign.id, pending.withdraw, b""), b"") for name, pending in self.kept().items()]


def hidden(page: Response) -> dict[str, str]:
    """What a page carries to the next one."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def trouble(page: Response) -> str:
    """What a page says went wrong."""
    found = TROUBLE.search(page.text)
    return unescape(found[1]) if found else ""


def words(page: Response) -> str:
    """The words of the receipt."""
    return " ".join(re.findall(r"<li>(\w+)</li>", page.text))


def shown(page: Response) -> bytes:
    """The picture that a page shows."""
    found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', page.text)
    assert found, trouble(page)
    return b64decode(unescape(found[1]))


def no_cell() -> str:
    """What builds walls on a machine without bubblewrap. Raises NoPicture."""
    raise NoPicture("cell", "bubblewrap is missing")
