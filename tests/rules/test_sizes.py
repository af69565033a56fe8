# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rule 2: files, functions and argument lists stay small enough to be read by a tired colleague."""

from __future__ import annotations

from tests.rules.tree import Function, functions, modules

MODULE_LINES, MODULE_LIMIT = 300, 500
FUNCTION_LINES, FUNCTION_LIMIT = 40, 60
ARGUMENTS = 5

# Files and functions that may pass the first mark, each with its reason; nothing may pass the second.
# Keep it empty: an entry is a debt.
LONGER: dict[str, str] = {}


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _arguments(node: Function, in_class: bool) -> int:
    given = node.args
    named = [argument.arg for argument in [*given.posonlyargs, *given.args, *given.kwonlyargs]]
    return len(named) - (in_class and named[:1] in (["self"], ["cls"]))


def test_no_module_is_longer_than_the_limit() -> None:
    """No file has more than 500 lines, whatever the reason."""
    assert {m.path: n for m in modules() if (n := len(m.text.splitlines())) > MODULE_LIMIT} == {}


def test_modules_are_short() -> None:
    """A file has at most 300 lines unless the short list of exceptions says why."""
    assert {m.path: n for m in modules() if (n := len(m.text.splitlines())) > MODULE_LINES and m.path not in LONGER} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    """No function has more than 60 lines, whatever the reason."""
    assert {f"{p.path}:{p.name}": n for p in functions() if (n := _lines(p.node)) > FUNCTION_LIMIT} == {}


def test_functions_are_short() -> None:
    """A function has at most 40 lines unless the short list of exceptions says why."""
    long = {f"{p.path}:{p.name}": n for p in functions() if (n := _lines(p.node)) > FUNCTION_LINES}
    assert {name: lines for name, lines in long.items() if name not in LONGER} == {}


def test_functions_take_few_arguments() -> None:
    """A function takes at most five arguments, itself not counted."""
    counted = {f"{p.path}:{p.name}": _arguments(p.node, p.owner is not None) for p in functions()}
    assert {name: count for name, count in counted.items() if count > ARGUMENTS} == {}
