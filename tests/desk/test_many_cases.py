# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today, Cases and Search cost as much over ten thousand cases as over four hundred: counted in questions, steps and bytes, without a clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.envelope import Envelope
from ombuds.core.keys import random_id
from ombuds.desk.kept import Matter
from ombuds.desk.lines import Said
from ombuds.desk.parts import Desk
from tests.desk.desks import TODAY, institution
from tests.desk.screens import Browser, browser_at

FEW, MANY = 400, 10_000
PATHS = ("/", "/cases", "/cases?state=asked", "/search?query=overtime", "/search?query=number00399", "/search?query=over*")
# Counts that are shown have more digits, and a tree of ten thousand has a level more.
MORE_BYTES, MORE_STEPS = 200, 1.25


@dataclass
class Cost:
    """What a screen cost: how many statements, how many hundred steps of the database's machine, how many bytes."""

    questions: int = 0
    steps: int = 0
    size: int = 0


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Cost]]:
    """What each screen cost at desks with few and with many cases."""
    return {count: _measured(tmp_path_factory.mktemp("many"), count) for count in (FEW, MANY)}


def _measured(folder: Path, count: int) -> dict[str, Cost]:
    with institution(folder) as world:
        _fill(world["anna"], count)
        browser = browser_at(world, world["anna"])
        # The first look also fetches, and is not what is counted.
        browser.open("/")
        return {path: _cost(browser, world["anna"], path) for path in PATHS}


def _fill(desk: Desk, count: int) -> None:
    with desk.vault.together():
        identity = Identity.generate()
        for number in range(count):
            title = f"Overtime that was called rest, number{number:05}"
            # The first screens hold open cases alone and titles of one length: what they weigh is no matter of chance.
            matter = Matter(1, random_id(), "0" * 64, 0, "asked", title, TODAY - timedelta(days=number % 300), 1, 0, Envelope("x", b"{}", ()))
            desk.vault.keep_matter(msgspec.structs.replace(matter, state="closed") if number % 300 >= 250 else matter)
            desk.vault.keep_identity(matter.id, 0, identity)
            desk.vault.index.add(Said(matter.id, "1", "report", matter.day, title))


def _cost(browser: Browser, desk: Desk, path: str) -> Cost:
    cost, connection = Cost(), desk.vault.file._connection

    def asked(*_: object) -> bool:
        cost.questions += 1
        return True

    def stepped() -> bool:
        cost.steps += 1
        return False

    connection.set_exec_trace(asked)
    connection.set_progress_handler(stepped, 100)
    answer = browser.open(path)
    connection.set_exec_trace(None)
    connection.set_progress_handler(None, 100)
    assert answer.status_code == 200
    # The names of months differ in length, and the days that are shown with them.
    cost.size = len(re.sub(rb">[^<]*</time>", b"></time>", answer.content))
    return cost


@pytest.mark.parametrize("path", PATHS)
def test_no_screen_asks_more(costs: dict[int, dict[str, Cost]], path: str) -> None:
    """With twenty-five times as many cases a screen asks the vault exactly as many questions."""
    assert costs[FEW][path].questions == costs[MANY][path].questions > 0


@pytest.mark.parametrize("path", PATHS)
def test_no_screen_looks_at_more(costs: dict[int, dict[str, Cost]], path: str) -> None:
    """With twenty-five times as many cases the vault takes no more steps to answer them: no list is read to its end."""
    assert costs[MANY][path].steps <= costs[FEW][path].steps * MORE_STEPS + 2


@pytest.mark.parametrize("path", PATHS)
def test_no_screen_weighs_more(costs: dict[int, dict[str, Cost]], path: str) -> None:
    """With twenty-five times as many cases a screen is as large."""
    assert abs(costs[MANY][path].size - costs[FEW][path].size) <= MORE_BYTES
