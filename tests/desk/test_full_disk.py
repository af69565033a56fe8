# SPDX-License-Identifier: AGPL-3.0-or-later
"""The disk of a member's machine is full (T22): a sentence that says so, what was typed is given back, and nothing is lost.

Once the operating system lets no file grow; and, where the server of the same test must go on writing, SQLite itself is
told that the vault's file may not grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from ombuds.core.errors import VaultFull
from ombuds.desk.fetch import sync
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.vault import create_vault, open_vault
from tests.desk.desks import CHEAP, PASSPHRASE, World, opened
from tests.desk.screens import browser_at
from tests.server.test_full_disk import NOTHING, no_file_above

KEPT, LARGE = b"the officer's name", bytes(300_000)
TEXT = "They took my leave & \"more\". " * 2000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a vault that holds one thing."""
    with create_vault(tmp_path / "vault", PASSPHRASE, CHEAP) as vault:
        vault.keep_note("story", KEPT)
    return tmp_path / "vault"


@contextmanager
def full(desk: Desk) -> Iterator[None]:
    """Let a desk's vault not grow by a page."""
    connection = desk.vault.file._connection
    before = connection.pragma("max_page_count")
    connection.pragma("max_page_count", 1)  # SQLite takes the pages there are, and not one more
    yield
    connection.pragma("max_page_count", before)


def test_a_full_disk_is_not_told_as_damage(folder: Path) -> None:
    """What the disk does not take is refused as such, whichever way the operating system says it."""
    with open_vault(folder, PASSPHRASE) as vault, no_file_above(NOTHING), pytest.raises(VaultFull):
        vault.keep_note("more", LARGE)


def test_a_disk_without_room_for_another_file_is_told(folder: Path) -> None:
    """Where the journal beside the vault cannot be made, the vault is not called damaged, and goes on afterwards."""
    with open_vault(folder, PASSPHRASE) as vault:
        (folder / "vault.db-journal").mkdir()
        with pytest.raises(VaultFull):
            vault.keep_note("more", LARGE)
        (folder / "vault.db-journal").rmdir()
        vault.keep_note("more", LARGE)
        assert vault.note("more") == LARGE


def test_a_full_disk_changes_nothing(folder: Path) -> None:
    """After a write that had no room, what was kept is there, now and when the vault is opened again, and there is nothing by half."""
    with open_vault(folder, PASSPHRASE) as vault, no_file_above(NOTHING):
        with pytest.raises(VaultFull):
            vault.keep_note("more", LARGE)
        first = (vault.note("story"), vault.note("more"))
    with no_file_above(NOTHING), open_vault(folder, PASSPHRASE) as again:
        assert (*first, again.note("story"), again.note("more")) == (KEPT, None, KEPT, None)


def test_with_room_again_the_open_vault_goes_on(folder: Path) -> None:
    """Once there is room, the same open vault takes what it refused."""
    with open_vault(folder, PASSPHRASE) as vault:
        with no_file_above(NOTHING), pytest.raises(VaultFull):
            vault.keep_note("more", LARGE)
        vault.keep_note("more", LARGE)
        assert vault.note("more") == LARGE


def test_the_editor_gives_a_text_back(world: World) -> None:
    """A draft that the disk does not take comes back whole, under the sentence."""
    browser = browser_at(world, world["anna"])
    fields = {"do": "save", "kind": "update", "language": "en", "title": "A hearing", "body": TEXT, "basis": "desk", "type": "order"}
    mark = browser.mark("/publish")
    with full(world["anna"]):
        page = browser.client.post("/publish", data={"token": mark, **fields})
    assert (page.status_code, VaultFull().sentence in unescape(page.text), TEXT.strip() in unescape(page.text)) == (507, True, True)


def test_a_message_waits_until_there_is_room(world: World) -> None:
    """What a source wrote while a desk's disk was full is not acknowledged by it, and stands in the case once when there is room."""
    source = world.source()
    case = opened(world, source)
    source.writes(TEXT)
    world.release()
    with full(world["anna"]):
        told = [type(trouble.error) for trouble in sync(world["anna"]).troubles]
    waiting = len(world["anna"].remote.messages(case).messages)
    world.sync("anna")
    said = [line.message.text for line in read_case(world["anna"], case).said]
    assert (VaultFull in told, waiting, said.count(TEXT)) == (True, 1, 1)
