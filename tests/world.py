# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words in which the stories are told: an officer, a desk of three members, a reader and a mirror, around one real server.

The officer and the reader have browsers that run no scripts and know only what stands on pages. The members' desks are real
ones over real vaults; what they do together stands in together.py. Where people would wait for the next batch, it leaves at
once. It asserts nothing; the tests do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ombuds.cli.drive_looks import words_on
from ombuds.cli.visitor import Page, Visitor
from ombuds.core.consent import Item
from ombuds.core.errors import NotHere
from ombuds.mirror.check import Checked, check
from ombuds.mirror.copy import copy
from ombuds.mirror.page import check_saved
from ombuds.pages.render import Renderer
from ombuds.server.app import build
from tests.desk import desks
from tests.desk.desks import ADDRESS, TODAY, institution
from tests.together import PLAIN, Asked, Files, Members, Receipt, Story


@dataclass
class Officer:
    """Somebody who works there, at a browser that runs no scripts."""

    world: World
    browser: Visitor
    language: str = "en"

    def reading(self, language: str) -> Officer:
        """The same officer at another language's pages."""
        return Officer(self.world, self.browser, language)

    def reports(self, text: str, files: Files = (), **filled: str | list[str]) -> Receipt:
        """Send a report, write the words down, and give the two that are asked back. Raises RemoteRefused while the intake is closed."""
        sent = self.browser.send(self.browser.open(f"/{self.language}/report").form("/report"), {"what": text, **filled}, _uploads(files))
        words = words_on(sent)
        if not words:
            raise NotHere("no words came")
        asked = [name for name, _ in sent.form("/report/confirm").fields if name.startswith("word_")]
        self.browser.send(sent.form("/report/confirm"), {name: words[int(name.removeprefix("word_")) - 1] for name in asked})
        self.world.release()
        return Receipt(" ".join(words), self.world["anna"].instance_id)

    def looks(self, receipt: Receipt) -> Page:
        """Open the inbox."""
        return self.browser.send(self.browser.open(f"/{self.language}/inbox").form("/inbox"), {"words": receipt.words})

    def writes(self, receipt: Receipt, text: str, files: Files = ()) -> Page:
        """Write to the desk from the inbox."""
        page = self.browser.send(self.looks(receipt).form("/inbox/reply"), {"text": text}, _uploads(files))
        self.world.release()
        return page

    def reads_question(self, asked: Asked) -> Page:
        """Read the exact text of the latest question."""
        inbox = self.looks(asked.case.receipt)
        return self.browser.send([form for form in inbox.forms if form.action.endswith("/inbox/consent")][-1], {})

    def agrees(self, asked: Asked, without: Sequence[Item] = ()) -> None:
        """Agree to the exact text, or to all but some items."""
        self._answers(asked, "partly" if without else "agree", without)

    def refuses(self, asked: Asked) -> None:
        """Say no."""
        self._answers(asked, "refuse")

    def takes_back(self, asked: Asked) -> None:
        """Take an agreement back."""
        self._answers(asked, "revoke")

    def _answers(self, asked: Asked, button: str, without: Sequence[Item] = ()) -> None:
        form = self.reads_question(asked).form("/inbox/consent/answer")
        kept = [value for name, value in form.fields if name == "item" and value not in without]
        self.browser.send(form, {"item": kept, "answer": button})
        self.world.release()


@dataclass
class Reader:
    """Anybody."""

    browser: Visitor

    def sees(self, path: str) -> str:
        """Return a public page. Raises NotHere."""
        page = self.browser.open(path)
        if page.status != 200:
            raise NotHere(f"{page.status} for {path}")
        return page.html


@dataclass
class Mirror:
    """Somebody who keeps a copy and believes nothing."""

    client: TestClient
    folder: Path

    def checks(self, story: Story | None = None) -> Checked:
        """Copy the whole record and check it, and one saved page with its proof. Raises whatever does not hold."""
        copy(self.client, self.folder / "copy")
        if story is not None:
            (self.folder / "page.html").write_bytes(self.client.get(story.path).content)
            (self.folder / f"{story.subject}.proof").write_bytes(self.client.get(f"/stories/{story.subject}.proof").content)
            check_saved(self.folder / "page.html", Renderer())
        return check(self.folder / "copy")


@dataclass
class World(desks.World):
    """Everybody, around one server."""

    client: TestClient = field(kw_only=True)

    @property
    def officer(self) -> Officer:
        """Somebody who has something to tell."""
        return Officer(self, Visitor(self.client))

    @property
    def desk(self) -> Members:
        """The members together."""
        return Members(self)

    @property
    def reader(self) -> Reader:
        """Somebody who reads."""
        return Reader(Visitor(self.client))

    @property
    def mirror(self) -> Mirror:
        """Somebody who keeps a copy."""
        (self.folder / "mirror").mkdir(exist_ok=True)
        return Mirror(self.client, self.folder / "mirror")


@contextmanager
def founded(folder: Path, day: date = TODAY) -> Iterator[World]:
    """Found a desk of three over a real server, with keys confirmed for this week."""
    with institution(folder, day) as inside:
        client = TestClient(build(inside.parts), base_url=ADDRESS)
        yield World(inside.parts, inside.desks, inside.calendar, inside.folder, client=client)
        client.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of three members around a real server."""
    with founded(tmp_path) as everybody:
        yield everybody


def _uploads(files: Files) -> tuple[tuple[str, bytes, str], ...]:
    return tuple((name, content, PLAIN) for name, content in files)
