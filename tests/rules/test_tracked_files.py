# SPDX-License-Identifier: AGPL-3.0-or-later
"""What git keeps: the project speaks of itself alone, locks name no host, and nothing built lies beside its source (T25)."""

from __future__ import annotations

import re
from pathlib import PurePath

from tests.rules.tree import ROOT, tracked

PROSE = {".py", ".ts", ".js", ".md", ".toml", ".html", ".css", ".po", ".yml", ".yaml", ".json", ".cfg", ".ini", ".sh", ""}
LOCKS = {".txt"}
# Put together from halves, so that this file does not name what it looks for.
FOREIGN = re.compile(
    r"/wo" r"rk/\w|/ro" r"ot/\w|\.\./sha" r"red|(?<![\w.\"'-])ses" r"sions?(?!\w)|sub-?ag" r"ent|\bAI hel" r"per",
    re.IGNORECASE,
)
HOSTS = re.compile(r"py" r"pi\.org|python" r"hosted\.org|npm" r"js\.(?:org|com)|deb\.deb" r"ian\.org|crates\.i" r"o\b|proxy\.gol" r"ang", re.IGNORECASE)
BUILT = {"node_modules", "dist", "build", "bundle", "__pycache__"}


def _lines(pattern: re.Pattern[str], kinds: set[str]) -> list[str]:
    found = []
    for name in tracked():
        path = PurePath(name)
        if path.suffix in kinds and path.name not in ("LICENSE", "wordlist_en.py"):  # a public list of words says what it says
            for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
                found += [f"{name}:{number}: {line.strip()[:100]}"] if pattern.search(line) else []
    return found


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a path of one machine or the way in which somebody worked."""
    assert _lines(FOREIGN, PROSE) == []


def test_no_file_names_a_registry() -> None:
    """No file, lock files first of all, names the host of a package registry."""
    assert _lines(HOSTS, PROSE | LOCKS) == []


def test_every_locked_package_has_its_hash() -> None:
    """Each package in each requirements file is pinned to one version and carries at least one SHA-256."""
    naked = []
    for lock in sorted(ROOT.glob("requirements*.txt")):
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        naked += [f"{lock.name}: {entry[:60]}" for entry in entries if not re.match(r"[\w.\-\[\]]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry, re.DOTALL)]
    assert naked == []


def test_nothing_built_is_kept() -> None:
    """No bundle, compiled catalogue or installed package lies in git beside its source."""
    assert [name for name in tracked() if BUILT & set(PurePath(name).parts) or name.endswith((".min.js", ".mo", ".pyc", ".map"))] == []
