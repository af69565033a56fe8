# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rule 7: a name says what the thing is, so the names that say nothing are not to be had."""

from __future__ import annotations

import ast
import re
from pathlib import PurePath

from tests.rules.tree import modules

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "service", "services", "base", "data", "info", "misc"}
# Methods whose name the standard library chose.
NOT_OURS = {"handle_data"}


def _parts(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+\d*|[A-Z]+(?![a-z])", name)}


def test_files_and_folders_have_names_that_say_something() -> None:
    """No file or folder of code is called utils, helpers, common, manager, service, base, data or info."""
    named = {m.path: {word for part in PurePath(m.path).with_suffix("").parts for word in _parts(part)} for m in modules()}
    assert {path: words & EMPTY_WORDS for path, words in named.items() if words & EMPTY_WORDS} == {}


def test_classes_and_functions_have_names_that_say_something() -> None:
    """No class or function has an empty word such as Manager, helper or info in its name."""
    named = [
        (f"{m.path}:{node.name}", _parts(node.name))
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in NOT_OURS
    ]
    assert {name: words & EMPTY_WORDS for name, words in named if words & EMPTY_WORDS} == {}
