# SPDX-License-Identifier: AGPL-3.0-or-later
"""One demonstration and one Chromium for all tests of a worker, in whatever room they are; real, and a missing browser fails the tests.

tests/conftest.py names this file as a plugin, so that there is one of each: a second Playwright in a process does not start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from playwright.sync_api import Browser, sync_playwright

from ombuds.cli.demo_founding import KEPT, MEMBERS
from ombuds.cli.drive import Addresses
from tests.browser.browsers import chromium
from tests.browser.running import demonstration

TOKEN = re.compile(r'name="token" value="([^"]*)"')


class Place(NamedTuple):
    """A running demonstration and its folder."""

    at: Addresses
    data: Path


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A demonstration that was just founded."""
    data = tmp_path_factory.mktemp("browser") / "demo"
    with demonstration(data) as at:
        yield Place(at, data)


@pytest.fixture(autouse=True)
def _unlocked(request: pytest.FixtureRequest) -> None:
    """Open the desks of the demonstration again that locked themselves since the last test that used them (T33)."""
    if "place" not in request.fixturenames:
        return
    found = request.getfixturevalue("place")
    if not isinstance(found, Place):
        return  # a parameter of that name
    passphrases = json.loads((found.data / KEPT).read_text())["passphrases"]
    for address, passphrase in zip(found.at.desks, (passphrases[name] for name in MEMBERS), strict=True):
        with httpx2.Client(follow_redirects=True, base_url=address.split("/enter")[0]) as member:
            asked = TOKEN.search(page) if "/unlock" in (page := member.get(address).text) else None
            if asked is not None:
                member.post("/unlock", data={"token": asked[1], "passphrase": passphrase}).raise_for_status()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as player:
        started = chromium(player)
        yield started
        started.close()
