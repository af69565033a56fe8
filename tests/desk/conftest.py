# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk's tests share: an institution of three members over the real server, and a campaign of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.campaigns import Running, begin
from tests.desk.desks import World, institution
from tests.desk.screens import Browser, browser_at


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of three, founded, with keys confirmed for this week."""
    with institution(tmp_path) as founded:
        yield founded


@pytest.fixture
def running(world: World) -> Running:
    """A public campaign."""
    return begin(world)


@pytest.fixture
def anna(running: Running) -> Browser:
    """Anna's browser, while a campaign is public."""
    return browser_at(running.world, running.world["anna"])
