# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rules 1 and 3: imports stand at the top, and each outside library is known in one place alone.

The directions between rooms are contracts in pyproject.toml; here stand the rules about libraries, and about the two files of core
that only a few may import, which may be written before those few exist.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.tree import Module, modules

CORE_MAY_IMPORT = {
    "__future__", "abc", "base64", "binascii", "bisect", "calendar", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "hmac",
    "itertools", "json", "math", "operator", "re", "secrets", "string", "struct", "types", "typing", "unicodedata", "zlib",
    "cryptography", "msgspec", "ombuds",
}  # fmt: skip

# library or file -> the only places that may import it
ONLY_IN: dict[str, tuple[str, ...]] = {
    "cryptography": ("src/ombuds/core/",),
    "secrets": ("src/ombuds/core/keys.py",),
    "sqlalchemy": ("src/ombuds/server/store/",),
    "alembic": ("src/ombuds/server/store/",),
    "psycopg": ("src/ombuds/server/store/",),
    "apsw": ("src/ombuds/desk/vault",),
    "httpx2": ("src/ombuds/host/",),
    "typer": ("src/ombuds/cli/",),
    "playwright": ("src/ombuds/cli/drive_browser.py",),
    "rich": ("src/ombuds/cli/",),
    "PIL": (
        "src/ombuds/media/render.py", "src/ombuds/media/avif.py", "src/ombuds/media/photograph.py", "src/ombuds/media/pair.py", "src/ombuds/media/pack.py",
        "src/ombuds/media/finish.py", "src/ombuds/media/card.py", "src/ombuds/media/paper.py", "src/ombuds/media/lettering.py",
        "src/ombuds/media/detect.py", "src/ombuds/media/faces.py", "src/ombuds/media/writing.py",
    ),
    "onnxruntime": ("src/ombuds/media/detect.py", "src/ombuds/media/faces.py", "src/ombuds/media/writing.py"),
    "numpy": ("src/ombuds/media/faces.py", "src/ombuds/media/writing.py"),
    "fontpkg_noto_sans": ("src/ombuds/media/lettering.py",),
    "fontpkg_noto_sans_arabic": ("src/ombuds/media/lettering.py",),
    "pillow_heif": ("src/ombuds/media/heif.py",),
    "segno": ("src/ombuds/pages/qr.py",),
    "pypdfium2": ("src/ombuds/media/document.py",),
    "ombuds.core.opening": ("src/ombuds/desk/casework/opening.py",),
    "ombuds.core.source_keys": (
        "src/ombuds/server/intake/plain.py", "src/ombuds/server/inbox/plain.py", "src/ombuds/cli/", "src/ombuds/core/source.py",
        "src/ombuds/server/campaign/sending.py", "src/ombuds/server/campaign/withdrawing.py",
    ),
}  # fmt: skip


def _imported(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _names(imported: str, wanted: str) -> bool:
    return imported == wanted or imported.startswith(wanted + ".")


def test_imports_stand_at_the_top() -> None:
    """No function imports anything; what a file needs is seen at its top."""
    inside = [
        f"{m.path}:{node.lineno}"
        for m in modules()
        for function in ast.walk(m.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_imports_are_written_in_full() -> None:
    """Each import names its room from the top, so that a search finds it."""
    assert [m.path for m in modules() for n in ast.walk(m.tree) if isinstance(n, ast.ImportFrom) and n.level] == []


def test_core_imports_a_short_list() -> None:
    """The rules import themselves, msgspec, the one cryptography library and the quiet part of the standard library."""
    used = {(m.path, name.split(".")[0]) for m in modules("src/ombuds/core") for name in _imported(m)}
    assert sorted(pair for pair in used if pair[1] not in CORE_MAY_IMPORT) == []


def test_each_library_is_known_in_one_place() -> None:
    """Ciphers, SQL, the network and the terminal are each imported where the table says and nowhere else."""
    strays = [
        f"{m.path} imports {name}"
        for m in modules("src")
        for name in _imported(m)
        for wanted, places in ONLY_IN.items()
        if _names(name, wanted) and not m.path.startswith(places)
    ]
    assert strays == []
