# SPDX-License-Identifier: AGPL-3.0-or-later
"""What browser tests share beside the demonstration and the Chromium of shared.py: a walk through it, lines, windows, a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ombuds.cli.drive import Walk
from tests.browser.browsers import window
from tests.browser.campaigning import KEEPS, SEALS, Running, running
from tests.browser.hands import ChromiumHands
from tests.browser.journey import SealingOfficer
from tests.browser.running import fill, leave
from tests.browser.shared import Place
from tests.browser.wire import Wire, wire
from tests.media.corpus import photo


@pytest.fixture(scope="session")
def walked(place: Place) -> Iterator[Walk]:
    """The same demonstration with a case, a story, an update, and something that waits; with what its officer knows."""
    walk = fill(place.at, place.data)
    yield walk
    leave(walk)


@pytest.fixture
def line(place: Place) -> Iterator[Wire]:
    """A line to the server that keeps what is said, and can hold it, cut it or change what is answered."""
    with wire(place.at.server) as made:
        yield made


@pytest.fixture
def officer(browser: Browser, line: Wire) -> Iterator[SealingOfficer]:
    """Somebody whose browser seals, at the end of that line, without words of their own yet."""
    with window(browser, True, 360) as hands:
        yield SealingOfficer(hands, line.address)


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A campaign on a server of its own."""
    with running(tmp_path_factory.mktemp("campaign") / "server") as made:
        yield made


@pytest.fixture
def crossing(campaign: Running) -> Iterator[Wire]:
    """A line to that server that keeps what is said, and can hold it or cut it."""
    with wire(campaign.server) as made:
        yield made


@pytest.fixture
def supporter(browser: Browser, campaign: Running, crossing: Wire) -> Iterator[ChromiumHands]:
    """A supporter with a telephone, at the form that seals."""
    with window(browser, True, 360) as made:
        made.page.add_init_script(KEEPS)
        made.open(crossing.address + campaign.path)
        made.wait(SEALS)
        yield made


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A photograph that tells where it was taken."""
    made = tmp_path / "badge-7781.jpg"
    made.write_bytes(photo(1, 640, 480))
    return made
