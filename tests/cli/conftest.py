# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the command line's tests share: a desk founded today, and a terminal at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.host.clock import today
from tests.cli.terminal import Terminal, terminal
from tests.server.institution import Institution, found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A desk of three, founded today by this machine's own clock."""
    institution = found(tmp_path / "server", today())
    yield institution
    institution.parts.store.close()


@pytest.fixture
def person(here: Institution, tmp_path: Path) -> Iterator[Terminal]:
    """Somebody at a terminal."""
    (tmp_path / "home").mkdir()
    with terminal(here, tmp_path / "home") as one:
        yield one
