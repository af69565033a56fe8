# SPDX-License-Identifier: AGPL-3.0-or-later
"""The types are the plot: a consent, a quorum or an entry exists only because its checker made it (T05, T15, T23)."""

from __future__ import annotations

import ast

from tests.rules.tree import modules

CHECKED = ("Consent", "Quorum", "Report", "Entry", "SignedText", "InForce", "Epochs")
UNCHECKED_WAYS = ("convert", "decode", "Decoder", "replace", "__new__")


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _homes() -> dict[str, str]:
    return {
        node.name: m.path
        for m in modules("src/ombuds/core")
        for node in m.tree.body
        if isinstance(node, ast.ClassDef) and node.name in CHECKED
    }


def _made(call: ast.Call) -> set[str]:
    """Name the checked types that this call makes, by calling them or by decoding straight into them."""
    if _last(call.func) in CHECKED:
        return {_last(call.func)}
    if _last(call.func) not in UNCHECKED_WAYS:
        return set()
    around = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    given = [*around, *call.args, *(keyword.value for keyword in call.keywords)]
    return {_last(part) for value in given for part in ast.walk(value) if isinstance(part, ast.expr) and _last(part) in CHECKED}


def test_only_checkers_make_checked_values() -> None:
    """A checked value is made in the file of core that defines its type, and nowhere else, tests included."""
    homes = _homes()
    made = [
        f"{m.path}:{node.lineno} makes {name}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call)
        for name in _made(node)
        if name in homes and m.path != homes[name]
    ]
    assert made == []
