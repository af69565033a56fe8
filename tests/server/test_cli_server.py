# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds server`` as a person types it: the folder is made once, and what would put somebody in danger is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ombuds.cli.server import app
from ombuds.core.charter import sign_charter
from ombuds.core.keys import SigningKey
from ombuds.server.config import read_settings
from tests.server.institution import NAMES, charter_for

ADDRESS = "https://desk.example"


@pytest.fixture
def demonstration(tmp_path: Path) -> Path:
    """A data folder, and beside it the founding charter of a demonstration."""
    folder = tmp_path / "data"
    _server("init", "--data", str(folder))
    keys = {name: SigningKey.generate() for name in NAMES}
    charter = charter_for(read_settings({"OMBUDS_DATA": str(folder)}), keys, datetime.now(UTC).date(), demonstration=True)
    (tmp_path / "charter.json").write_bytes(sign_charter(charter, *keys.values()).canonical())
    return folder


def _found(folder: Path, **around: str) -> Result:
    return _server("found", "--charter", str(folder.parent / "charter.json"), "--data", str(folder), **around)


def _server(*words: str, **around: str) -> Result:
    return CliRunner().invoke(app, list(words), env=around)


def test_the_address_goes_into_the_server_file(tmp_path: Path) -> None:
    """What is printed for the members names the address that was given."""
    said = json.loads(_server("init", "--data", str(tmp_path / "new"), "--address", ADDRESS + "/").stdout)
    assert said["addresses"] == [ADDRESS]


def test_the_address_is_kept(tmp_path: Path) -> None:
    """The address stands in the settings afterwards, in front of what stood there before."""
    (tmp_path / "settings.toml").write_text("port = 1111\n")
    _server("init", "--data", str(tmp_path), "--address", ADDRESS)
    settings = read_settings({"OMBUDS_DATA": str(tmp_path)})
    assert (settings.address, settings.port) == (ADDRESS, 1111)


def test_another_address_is_refused(tmp_path: Path) -> None:
    """A second address does not replace the one that the charter may name already."""
    _server("init", "--data", str(tmp_path), "--address", ADDRESS)
    refused = _server("init", "--data", str(tmp_path), "--address", "https://other.example")
    assert "names another one" in str(refused.exception)


@pytest.mark.parametrize("address", ["desk.example", "ftp://desk.example", "https://desk.example/path", "https://you@desk.example", "http://[", "https://"])
def test_what_is_no_address_is_refused(address: str, tmp_path: Path) -> None:
    """An address with a path, a name or another scheme is refused, and nothing is printed for the members."""
    refused = _server("init", "--data", str(tmp_path), "--address", address)
    assert (refused.exit_code, refused.stdout, "address: " in str(refused.exception)) == (1, "", True)


def test_a_second_init_keeps_the_keys(tmp_path: Path) -> None:
    """Making the folder again changes no key and prints the same."""
    words = ("init", "--data", str(tmp_path / "new"), "--address", ADDRESS)
    assert _server(*words).stdout == _server(*words).stdout


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "desk.example"])
def test_a_demonstration_runs_on_no_open_address(host: str, demonstration: Path) -> None:
    """A server with a demonstration charter does not start on an address that others reach."""
    _found(demonstration)
    refused = _server("run", "--data", str(demonstration), OMBUDS_HOST=host)
    assert "on this machine alone" in str(refused.exception)


def test_a_demonstration_is_not_founded_for_an_open_address(demonstration: Path) -> None:
    """A running server that is open to others cannot be founded as a demonstration."""
    refused = _found(demonstration, OMBUDS_HOST="192.0.2.1")
    assert "on this machine alone" in str(refused.exception)


def test_a_demonstration_is_founded_for_this_machine(demonstration: Path) -> None:
    """On loopback a demonstration is founded, and its fingerprint printed."""
    assert _found(demonstration).exit_code == 0
