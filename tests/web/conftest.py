# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the browser's tests share: a founded desk on a real store, and a way to its server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.institution import Institution, found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A desk of three, founded today."""
    institution = found(tmp_path / "server")
    yield institution
    institution.parts.store.close()


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A visitor of that desk."""
    return here.client()
