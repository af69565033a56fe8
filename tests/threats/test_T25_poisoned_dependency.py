# SPDX-License-Identifier: AGPL-3.0-or-later
"""T25: a poisoned dependency. Everything that is installed is named by version and hash, and installing runs no program of it.

What cannot be tried here: a package that was evil before it was locked, and a release that was built from other sources.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tests.rules.tree import ROOT, tracked

PYTHON_LOCKS = [name for name in tracked() if re.fullmatch(r"requirements[\w-]*\.txt", name)]
NODE_LOCKS = [name for name in tracked() if name.endswith("package-lock.json")]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WHEEL = "harmless-1.0-py3-none-any.whl"


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_python_package_is_locked(lock: str) -> None:
    """Every Python package stands in its lock with one version and at least one hash."""
    wanted = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    named = [line for line in wanted if line.strip() and not line.startswith("#")]
    assert named and [line[:60] for line in named if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("lock", NODE_LOCKS)
def test_every_node_package_is_locked(lock: str) -> None:
    """Every package for Node stands in its lock with one version and its hash."""
    listed = {name: said for name, said in json.loads((ROOT / lock).read_text(encoding="utf-8"))["packages"].items() if name}
    assert listed and [name for name, said in listed.items() if not said.get("version") or not said.get("integrity", "").startswith("sha512-")] == []


def test_packages_are_installed_by_their_hashes() -> None:
    """The commands that install Python packages all ask for hashes, but for our own tree, which brings none with it."""
    lines = [line for line in MAKEFILE.splitlines() if "$(PIP)" in line]
    assert lines and [line for line in lines for part in line.split("$(PIP)")[1:] if "--require-hashes" not in part and "--no-deps -e ." not in part] == []


def test_no_script_runs_at_installation() -> None:
    """Node's packages are installed from the lock alone, and none of their scripts runs."""
    lines = [line for line in MAKEFILE.splitlines() if re.search(r"\bnpm (?:ci|i|install)\b", line)]
    assert lines and [line for line in lines if "npm ci" not in line or "--ignore-scripts" not in line] == []


def test_what_is_locked_was_public_for_a_week() -> None:
    """The command that renews the locks takes nothing younger than a week."""
    assert "--exclude-newer '1 week'" in MAKEFILE


@pytest.mark.parametrize("poisoned", [False, True])
def test_a_changed_package_is_refused(tmp_path: Path, poisoned: bool) -> None:
    """A package of the right name and version is installed with the bytes that were locked and refused with others."""
    wheel = tmp_path / WHEEL
    _make(wheel, "good = True\n")
    (tmp_path / "locked.txt").write_text(f"harmless==1.0 --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n", encoding="utf-8")
    if poisoned:
        _make(wheel, "good = False\n")
    asked = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--find-links", str(tmp_path)]
    ended = subprocess.run([*asked, "--target", str(tmp_path / "there"), "--require-hashes", "-r", str(tmp_path / "locked.txt")], capture_output=True)
    assert (ended.returncode == 0, (tmp_path / "there" / "harmless.py").exists()) == (not poisoned, not poisoned)


def _make(wheel: Path, code: str) -> None:
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("harmless.py", code)
        packed.writestr("harmless-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n")
        packed.writestr("harmless-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr("harmless-1.0.dist-info/RECORD", "harmless.py,,\n")
