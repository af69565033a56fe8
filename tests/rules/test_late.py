# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one exception to "imports stand at the top": the command line reads a noun's file when that noun was typed."""

from __future__ import annotations

import ast
import subprocess
import sys

from ombuds.cli.late import PLACES
from tests.rules.tree import ROOT, modules

LATE = "src/ombuds/cli/late.py"
BY_NAME = ("importlib", "runpy", "pkgutil", "imp", "zipimport")
# What a server never needs: the migrations' library while the tables are up to date, and other rooms with their libraries.
NOT_FOR_THE_SERVER = (
    "alembic", "mako", "uvicorn", "httpx2", "apsw", "ombuds.desk", "ombuds.mirror", "ombuds.cli.demo", "ombuds.media", "PIL", "fontpkg", "pypdfium2",
)  # fmt: skip
# What a server has of media: what orders share cards and draws none (adr/0017), the lines of drawn badges, and what hands a
# campaign's photograph to a cell; none of it is a decoder.
OF_MEDIA = {"ombuds.media"} | {
    f"ombuds.media.{name}"
    for name in (
        "sharing", "silhouettes", "badge", "answer", "calls", "cell", "compared", "jail", "kinds", "likeness",
        "looking", "order", "seen", "warm", "hatch", "inside",
    )
}  # fmt: skip


def _by_name(library: str) -> bool:
    # Files that are shipped with a room are not imported by it.
    return library.split(".")[0] in BY_NAME and not library.startswith("importlib.resources")


def _started(*words: str) -> list[str]:
    """Read what a command needs in a fresh interpreter, and return everything that was read."""
    program = f"import sys; from ombuds.cli.main import program; program({list(words)!r}); print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_one_file_imports_by_name() -> None:
    """Only the command line's late.py imports by a name."""
    found = {
        m.path
        for m in modules("src")
        for node in ast.walk(m.tree)
        if (isinstance(node, ast.ImportFrom) and any(_by_name(f"{node.module}.{alias.name}") for alias in node.names))
        or (isinstance(node, ast.Import) and any(_by_name(alias.name) for alias in node.names))
        or (isinstance(node, ast.Name) and node.id == "__import__")
    }
    assert found == {LATE}


def test_late_names_are_files_of_the_program() -> None:
    """Every place in the table is a file or a folder of ombuds."""
    paths = [ROOT / "src" / place.replace(".", "/") for place in PLACES.values()]
    assert [path for path in paths if not path.with_suffix(".py").is_file() and not (path / "__init__.py").is_file()] == []


def test_a_server_starts_without_the_other_rooms() -> None:
    """Starting the server reads nothing of desk, mirror and demonstration, and no migrations."""
    read = _started("server")
    assert [name for name in read if name.startswith(NOT_FOR_THE_SERVER) and name not in OF_MEDIA] == []


def test_help_reads_every_noun() -> None:
    """Without a noun every file of the table that holds one is read, so that the help names them all."""
    nouns = {place for place in PLACES.values() if place.startswith("ombuds.cli.")}
    assert nouns <= set(_started())
