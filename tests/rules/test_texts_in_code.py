# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rules 15 and 16: each file says what it is, each public function and each test says its one sentence."""

from __future__ import annotations

import ast

from tests.rules.tree import Place, functions, modules, one_sentence

LICENCE = "# SPDX-License-Identifier: AGPL-3.0-or-later"


def _public(place: Place) -> bool:
    outer = place.name.split(".")[:-1]
    nested = bool(outer) and place.owner is None
    return not nested and not any(part.startswith("_") for part in place.name.split("."))


def _opening(place: Place) -> str:
    """Return the docstring's first paragraph without the sentences on what is raised."""
    paragraph = " ".join((ast.get_docstring(place.node) or "").split("\n\n")[0].split())
    return paragraph.split(" Raises ")[0]


def test_each_file_names_its_licence() -> None:
    """The first line of each Python file names the licence."""
    assert [m.path for m in modules() if m.text.splitlines()[:1] != [LICENCE]] == []


def test_each_file_opens_with_a_paragraph() -> None:
    """Each Python file opens with a docstring that says what it does."""
    assert [m.path for m in modules() if not ast.get_docstring(m.tree)] == []


def test_each_public_function_says_what_it_does() -> None:
    """Each public function and method of the program says what it does in one sentence; only what it raises may follow at once."""
    first = {f"{p.path}:{p.name}": _opening(p) for p in functions("src") if _public(p)}
    assert [name for name, text in first.items() if not one_sentence(text)] == []


def test_each_test_is_one_sentence() -> None:
    """Each test has a docstring of exactly one plain sentence."""
    tests = [p for p in functions("tests") if p.name.split(".")[-1].startswith("test_")]
    assert [f"{p.path}:{p.name}" for p in tests if not one_sentence(ast.get_docstring(p.node))] == []
