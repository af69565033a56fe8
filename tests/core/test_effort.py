# SPDX-License-Identifier: AGPL-3.0-or-later
"""Effort: found by working, checked at once, good for one name and one content (T20)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ombuds.core.effort import asked, bits_of, spend

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors/effort/bits.json").read_bytes())["cases"]
ASKED: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors/effort/asked.json").read_bytes())["cases"]
NAME, CONTENT = "a" * 32, "b" * 64


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_effort_of_the_vectors(case: dict[str, Any]) -> None:
    """The number of the vector stands for as much work as the vector says."""
    assert bits_of(case["name"], case["content"], case["number"]) == case["bits"]


@pytest.mark.parametrize("case", ASKED, ids=[case["what"] for case in ASKED])
def test_more_is_asked_for_more_bytes(case: dict[str, Any]) -> None:
    """From 256 KiB on, each doubling asks for one bit more."""
    assert asked(case["size"]) == case["bits"]


def test_work_is_found() -> None:
    """Working gives a number with the effort that was asked for."""
    assert bits_of(NAME, CONTENT, spend(NAME, CONTENT, 12)) >= 12


@pytest.mark.parametrize(("name", "content"), [("c" * 32, CONTENT), (NAME, "c" * 64)])
def test_work_is_for_one_thing(name: str, content: str) -> None:
    """The number of one thing is worth next to nothing for another."""
    assert bits_of(name, content, spend(NAME, CONTENT, 14)) < 14
