# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server's tests share: a founded desk on a real store, and a browser without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.institution import Institution, found
from tests.server.postgres import Postgres, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for all tests of this process that ask for one."""
    with running() as server:
        yield server


@pytest.fixture
def engine() -> str:
    """The kind of database; a test that holds for every kind is parametrised with BOTH."""
    return "sqlite"


@pytest.fixture
def database(engine: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database; empty for the one in the data folder."""
    if engine == "sqlite":
        return ""
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()


@pytest.fixture
def here(tmp_path: Path, database: str) -> Iterator[Institution]:
    """A desk of three, founded today."""
    institution = found(tmp_path / "server", database=database)
    yield institution
    institution.parts.store.close()


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A visitor of that desk."""
    return here.client()
