# SPDX-License-Identifier: AGPL-3.0-or-later
"""A port that another program has is told before anything is begun, also where the system would let two servers share it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.cli.demo_ports import unable
from ombuds.cli.ports import check_free
from ombuds.core.errors import SettingWrong

HERE = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which a program listens that would share it, as the workers of a server do."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        door.bind((HERE, 0))
        door.listen()
        yield door.getsockname()[1]


def test_a_port_that_is_taken_is_named(taken: int) -> None:
    """The check names the port and the option that chooses another one."""
    with pytest.raises(SettingWrong, match=f"port {taken}.*--port"):
        check_free(HERE, [taken])


def test_a_free_port_passes(taken: int) -> None:
    """A port at which nobody listens any more passes."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.bind((HERE, 0))
        free = door.getsockname()[1]
    check_free(HERE, [free])


def test_a_demonstration_begins_nothing_on_a_taken_port(taken: int, tmp_path: Path) -> None:
    """A demonstration on a port that is taken says so and leaves no folder behind."""
    asked = [sys.executable, "-m", "ombuds", "demo", "--port", str(taken), "--data", str(tmp_path / "demo")]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert (ended.returncode != 0, f"another program has port {taken}" in ended.stderr, (tmp_path / "demo").exists()) == (True, True, False)


def test_a_taken_port_is_answered_with_the_command_that_works(taken: int, tmp_path: Path) -> None:
    """What is printed names the folder that was asked for and another first port."""
    said = "\n".join(unable(HERE, range(taken, taken + 4), tmp_path / "demo", ""))
    found = re.search(rf"demo --port (\d+) --data {re.escape(str(tmp_path / 'demo'))}$", said)
    assert found and int(found[1]) != taken


def test_a_folder_founded_elsewhere_names_the_command_that_starts_it(tmp_path: Path) -> None:
    """A demonstration that was founded at another port is started with that one."""
    said = "\n".join(unable(HERE, range(41610, 41614), tmp_path / "demo", f"http://{HERE}:41650"))
    assert f"demo --port 41650 --data {tmp_path / 'demo'}" in said


def test_a_demonstration_that_runs_already_is_named(taken: int, tmp_path: Path) -> None:
    """Where the folder's own ports are taken, the address of what runs there is told."""
    said = "\n".join(unable(HERE, range(taken, taken + 1), tmp_path / "demo", f"http://{HERE}:{taken}"))
    assert f"probably runs already, so open http://{HERE}:{taken}/" in said
