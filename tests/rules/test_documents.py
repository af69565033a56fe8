# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rule 18: what a document says is tried; a threat has its test, and the README's commands are the real ones."""

from __future__ import annotations

import re

from tests.rules.tree import ROOT, tracked

PLANNED = "planned"
PATH = re.compile(r"`((?:core|server|desk|mirror|pages|media|cli|host|web|tests|bench)/[\w/]+\.(?:py|ts|html|css))`")

PICTURE = re.compile(r"!\[[^\]]+\]\(([\w/.-]+\.png)\)")


def _threats() -> dict[str, str]:
    """Return the status of each threat in the table of THREATS.md: the first cell is T and two digits, one column is headed status."""
    file = ROOT / "THREATS.md"
    rows: dict[str, str] = {}
    column = -1
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        cells = [cell.strip().strip("*`").lower() for cell in line.strip().strip("|").split("|")]
        if "status" in cells:
            column = cells.index("status")
        elif re.fullmatch(r"t\d\d", cells[0]):
            rows[cells[0]] = cells[column] if 0 <= column < len(cells) else ""
    return rows


def _tried() -> set[str]:
    return {file.name.split("_")[1].lower() for file in (ROOT / "tests" / "threats").glob("test_T*_*.py")}


def test_every_threat_has_a_status() -> None:
    """Each row of the table of threats says in its status column how far its promise holds."""
    assert [row for row, status in _threats().items() if not status] == []


def test_every_threat_is_tried() -> None:
    """Each threat that is not marked as planned has a test file of its number."""
    assert sorted(row for row, status in _threats().items() if status != PLANNED and row not in _tried()) == []


def test_every_threat_test_has_its_row() -> None:
    """Each test of a threat has its row in the table, and that row is not marked as planned."""
    threats = _threats()
    assert sorted(row for row in _tried() if threats.get(row, PLANNED) == PLANNED) == []


def test_every_file_that_is_named_exists() -> None:
    """Each file of the program that a page names in code letters is there, in `src/ombuds` or from the top."""
    named = {(name, file) for name in tracked() if name.endswith(".md") for file in PATH.findall((ROOT / name).read_text(encoding="utf-8"))}
    assert sorted(each for each in named if not (ROOT / "src" / "ombuds" / each[1]).exists() and not (ROOT / each[1]).exists()) == []


def test_every_picture_is_there_and_small() -> None:
    """Each picture that a page shows is in the repository, is shown somewhere, and is at most 200 KB; together they are at most 1.5 MB."""
    pages = [name for name in tracked() if name.endswith(".md")]
    shown = {(ROOT / name).parent / file for name in pages for file in PICTURE.findall((ROOT / name).read_text(encoding="utf-8"))}
    kept = {ROOT / name: (ROOT / name).stat().st_size for name in tracked() if name.startswith("docs/") and name.endswith(".png")}
    assert (shown ^ kept.keys(), max(kept.values()) <= 200 * 1024, sum(kept.values()) <= 1_500_000) == (set(), True, True)


def test_the_readme_gives_commands_that_exist() -> None:
    """The README names `make run` and `make test`, and every make command in it is in the Makefile."""
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_the_makefile_stays_short() -> None:
    """The Makefile has at most sixty lines."""
    assert len((ROOT / "Makefile").read_text(encoding="utf-8").splitlines()) <= 60
