# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk's tests share: an institution of three members over the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.desks import World, institution


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of three, founded, with keys confirmed for this week."""
    with institution(tmp_path) as founded:
        yield founded
