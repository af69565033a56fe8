# SPDX-License-Identifier: AGPL-3.0-or-later
"""One demonstration and one Chromium for all tests of a worker, in whatever room they are; real, and a missing browser fails the tests.

tests/conftest.py names this file as a plugin, so that there is one of each: a second Playwright in a process does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright

from ombuds.cli.drive import Addresses
from tests.browser.browsers import chromium
from tests.browser.running import demonstration


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as player:
        started = chromium(player)
        yield started
        started.close()
