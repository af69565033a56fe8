# SPDX-License-Identifier: AGPL-3.0-or-later
"""A founded server in memory, with everything that its database is asked counted. It asserts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from starlette.testclient import TestClient

from bench.client import CHECK, KIND, NONCE, PLACE, REST, WORD, field, found
from bench.founding import desk
from bench.founding import found as found_desk
from ombuds.server.app import build, put_together
from ombuds.server.store.db import Store


class Served:
    """A visitor of a server that was founded for one test."""

    def __init__(self, folder: Path) -> None:
        self.parts = put_together(found_desk(folder, desk()))
        self.client = TestClient(build(self.parts))

    def nonce(self) -> bytes:
        """Open the form and return its nonce."""
        return found(NONCE, self.client.get("/en/report").content)

    def report(self, nonce: bytes) -> bytes:
        """Send the form without JavaScript and return the page of the words."""
        return self.client.post("/en/report", content=field(b"nonce", nonce) + REST, headers={"content-type": KIND.decode()}).raise_for_status().content

    def confirm(self, nonce: bytes, thanks: bytes) -> None:
        """Type the two words that are asked back."""
        words = WORD.findall(thanks[thanks.find(b'<ol class="words"') :])
        typed = {f"word_{place.decode()}": words[int(place) - 1].decode() for place in PLACE.findall(thanks)}
        form = {"nonce": nonce.decode(), "check": found(CHECK, thanks).decode(), **typed}
        self.client.post("/en/report/confirm", data=form).raise_for_status()


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """Collect the statements that the database gets inside the block.

    Left out: the beginnings of transactions, and the look at the ledger's length that a process takes once a second.
    """
    statements: list[str] = []

    def note(*said: object) -> None:
        statement = str(said[2])
        if not statement.startswith("BEGIN") and "FROM ledger" not in statement:
            statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
