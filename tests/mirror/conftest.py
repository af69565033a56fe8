# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk of three and its campaign with posts on the wall, for what copies and counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.campaigns import Campaign, begin
from tests.server.institution import Institution, found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A desk of three, founded today."""
    institution = found(tmp_path / "server")
    yield institution
    institution.parts.store.close()


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A campaign with twenty posts on its wall."""
    running = begin(here)
    running.leaves(running.join(20))
    return running
