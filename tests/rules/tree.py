# SPDX-License-Identifier: AGPL-3.0-or-later
"""The project's own files, read and parsed once for the tests of the house rules. It judges nothing."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    """One Python file: its path from the root, its text and its parsed form."""

    path: str
    text: str
    tree: ast.Module


class Place(NamedTuple):
    """One function or method: the file it stands in, its dotted name there, its parsed form and its class, if any."""

    path: str
    name: str
    node: Function
    owner: ast.ClassDef | None


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python file under the folders, in order."""
    found = []
    for folder in folders or ("src", "tests", "bench", "docs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in file.parts:
                text = file.read_text(encoding="utf-8")
                found.append(Module(str(file.relative_to(ROOT)), text, ast.parse(text, str(file))))
    return tuple(found)


def functions(*folders: str) -> Iterator[Place]:
    """Yield every function and method under the folders, nested ones too."""
    for module in modules(*folders):
        yield from _inside(module.path, "", module.tree, None)


def _inside(path: str, prefix: str, parent: ast.AST, owner: ast.ClassDef | None) -> Iterator[Place]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Place(path, prefix + node.name, node, owner)
            yield from _inside(path, f"{prefix}{node.name}.", node, None)
        elif isinstance(node, ast.ClassDef):
            yield from _inside(path, f"{prefix}{node.name}.", node, node)
        else:
            yield from _inside(path, prefix, node, owner)


@cache
def tracked() -> tuple[str, ...]:
    """Return the path of every file that git keeps and that is still there."""
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True)
    return tuple(name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def one_sentence(text: str | None) -> bool:
    """Say whether the text is exactly one sentence on one paragraph, closed by a full stop."""
    words = " ".join((text or "").split())
    return words.endswith(".") and ". " not in words.replace("e.g. ", "").replace("i.e. ", "")
