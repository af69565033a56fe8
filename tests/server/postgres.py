# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL of the tests' own: real, in a temporary folder, on a unix socket that nobody else can reach.

It refuses to run as root, so root starts it as the user of Debian's package. It is ended by its number; nothing of it
stays. Its files are not synced: no test of it cuts the power.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

# What a test holds for that has this mark.
BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
USER = "postgres"
QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=60", "-c", "listen_addresses=")


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL: where its socket is, and the numbers of its databases."""

    folder: Path
    numbers: Iterator[int]

    def database(self) -> str:
        """Make a new database and return its address for the settings."""
        name = f"desk{next(self.numbers)}"
        with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a PostgreSQL and end it afterwards. Skips where none is installed."""
    programs = _programs()
    # Not in pytest's folder: another user has to pass through to it.
    folder = Path(tempfile.mkdtemp(prefix="ombuds-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        _as_user([programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"], folder).wait(60)
        server = _as_user([programs / "postgres", "-D", folder / "data", "-k", folder, *QUICK], folder)
        try:
            _wait_for(server, folder)
            yield Postgres(folder, count())
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if newest:
        return newest[-1].parent
    found = shutil.which("postgres")
    if found is None:
        pytest.skip("no PostgreSQL is installed")
    return Path(found).parent


def _as_user(command: list[Path | str], folder: Path) -> subprocess.Popen[bytes]:
    silent = subprocess.DEVNULL
    if os.geteuid() != 0:
        return subprocess.Popen(command, stdout=silent, stderr=silent, cwd=folder)
    return subprocess.Popen(command, stdout=silent, stderr=silent, cwd=folder, user=USER, group=USER, extra_groups=[])


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, "PostgreSQL ended by itself"
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL does not answer")
