# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings: read once, refused in a sentence when they are wrong, and never less safe than the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombuds.core.errors import SettingWrong
from ombuds.server.config import check_folder, form_key, log_key, read_settings, table


def test_every_setting_has_a_meaning() -> None:
    """Each setting says in a sentence what it means."""
    assert [each.name for each in table() if not each.meaning.endswith(".")] == []


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A value in the environment counts before the one in settings.toml."""
    (tmp_path / "settings.toml").write_text("port = 1111\nworkers = 3\n")
    settings = read_settings({"OMBUDS_DATA": str(tmp_path), "OMBUDS_PORT": "2222"})
    assert (settings.port, settings.workers) == (2222, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [("OMBUDS_PORTT", "80"), ("OMBUDS_PORT", "many"), ("OMBUDS_PORT", "70000"), ("OMBUDS_RELEASE_HOURS", "5,24"), ("OMBUDS_WORKERS", "0")],
)
def test_a_wrong_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    """An unknown setting or an impossible value is refused by its name."""
    with pytest.raises(SettingWrong, match=name.removeprefix("OMBUDS_").lower()):
        read_settings({"OMBUDS_DATA": str(tmp_path), name: value})


def test_an_open_folder_is_refused(tmp_path: Path) -> None:
    """A data folder that others can read stops the server."""
    tmp_path.chmod(0o750)
    with pytest.raises(SettingWrong, match="others can read"):
        check_folder(tmp_path)


@pytest.mark.parametrize("key", [bytes(32), b"\x01" * 32, bytes(range(32)), b"sample-key" * 3 + b"xy"])
def test_a_sample_key_is_refused(key: bytes, tmp_path: Path) -> None:
    """A key that anybody could have written down stops the server."""
    path = tmp_path / "form.key"
    path.write_text(key.hex())
    path.chmod(0o600)
    with pytest.raises(SettingWrong, match="sample"):
        form_key(read_settings({"OMBUDS_DATA": str(tmp_path)}))


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    """Without its log key the server does not start."""
    with pytest.raises(SettingWrong, match=r"log\.key"):
        log_key(read_settings({"OMBUDS_DATA": str(tmp_path)}))
