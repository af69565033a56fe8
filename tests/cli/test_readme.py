# SPDX-License-Identifier: AGPL-3.0-or-later
"""The README's commands are given as they stand there: a desk is founded by them, and every option in them exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
PASSPHRASE = "a long walk by the river\n"


def _commands() -> list[str]:
    lines = [line.strip() for line in README.splitlines() if line.startswith("    ")]
    return [line.removeprefix(".venv/bin/") for line in lines if re.match(r"(\.venv/bin/)?ombuds ", line)]


def _give(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = line.replace("/srv/ombuds", "srv")
    for command in ("desk init", "desk sign", "desk join"):
        line = line.replace(command, f"{command} --passphrase-on-stdin")
    around = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(["bash", "-c", line], cwd=folder, env=around, input=PASSPHRASE, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", _commands())
def test_each_option_exists(line: str) -> None:
    """Each command in the README is one that the program has, with options that it has."""
    words = shlex.split(line.partition(">")[0])[1:]
    command = [word for word in words[:2] if word in ("server", "desk", "mirror", "verify", "demo", "send", "inbox")] + (
        words[1:2] if words[0] in ("server", "desk", "mirror") else []
    )
    told = subprocess.run([BIN / "ombuds", *command, "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "200", "PATH": os.environ["PATH"]})
    assert [word for word in words if word.startswith("--") and word not in told.stdout] == []


def test_the_readme_founds_a_desk(tmp_path: Path) -> None:
    """The README's commands, given for each member, make a server with a founded ledger and three members who joined."""
    steps = [line for line in _commands() if not re.search(r"(server|desk) run|mirror|verify|demo|send|inbox", line)]
    for line in steps:
        everybody = ("anna", "boris", "vera") if "anna.vault" in line else ("anna",)
        for name in everybody:
            done = _give(line.replace("anna.vault", f"{name}.vault").replace("init anna", f"init {name}").replace("> anna.json", f"> {name}.json"), tmp_path)
            assert done.returncode == 0, f"{line}: {done.stderr}"
    assert (tmp_path / "srv" / "ombuds.db").exists()
