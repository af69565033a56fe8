# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of rulings: bundles that do not hold stop nobody, and a server that keeps one from a desk is found out (T19, T26)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.core.age import Recipient, seal
from ombuds.core.encoding import encode
from ombuds.core.errors import HistoryForked
from ombuds.core.keys import random_bytes
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewRulings
from tests.desk.campaigns import Running, begin
from tests.desk.desks import institution


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A public campaign of a desk of three."""
    with institution(tmp_path) as world:
        yield begin(world)


def test_a_spoilt_bundle_is_passed_over(running: Running) -> None:
    """A bundle of rulings that does not read holds up no later one."""
    vera = running.world["vera"]
    vera.remote.rule(running.id, NewRulings(1, random_bytes(100)))
    vera.remote.rule(running.id, NewRulings(2, seal(padded(encode({})), [Recipient.parse(running.terms.recipient)])))
    (one,) = running.posts(1)
    running.accepts([one])
    assert vera.vault.posts.line(running.id, one.id).state == "accepted"


def test_a_ruling_that_is_kept_from_a_desk_is_found_out(running: Running) -> None:
    """A server that hides one member's bundle from the others is named when that member rules again."""
    first, second = running.posts(2)
    vera, world = running.world["vera"], running.world
    running.rules("vera", [first], "quarantine")
    with world.parts.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM rulings")
    running.rules("anna", [first])
    vera.vault.keep_note(f"rulings:{running.id}", b"1")
    running.rules("vera", [second])
    troubles = world.sync("anna")["anna"].troubles
    assert [type(each.error) for each in troubles] == [HistoryForked]
