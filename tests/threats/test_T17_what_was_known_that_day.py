# SPDX-License-Identifier: AGPL-3.0-or-later
"""T17: the desk is accused of false news, and anybody's checked copy shows what it had made public on that day, and nothing that came later."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from ombuds.cli.verify import verify
from ombuds.core.errors import ContentChanged, EntryRefused
from ombuds.core.keys import hash_of
from ombuds.mirror.as_of import as_of
from ombuds.mirror.check import check
from tests.mirror.ledgers import DAY, Ledger, text

FIRST, BETWEEN = DAY - timedelta(days=20), DAY - timedelta(days=10)


@pytest.fixture
def told() -> tuple[Ledger, str, str]:
    """A story of the first day, confirmed, corrected later; and a second one of the first day that was taken down at last."""
    ledger = Ledger()
    story = ledger.publish(text("Leave was sold"), day=FIRST)
    gone = ledger.publish(text("A mistake"), day=FIRST)
    ledger.confirm(FIRST + timedelta(days=2))
    ledger.publish(text("Leave was sold twice"), story, day=DAY)
    ledger.take_down(gone)
    return ledger, story, gone


def _verified(folder: Path, *words: str) -> Result:
    app = Typer()
    app.command("verify")(verify)
    return CliRunner().invoke(app, [str(folder), *words])


def _then(ledger: Ledger, day: date) -> dict[str, tuple[str, int]]:
    return {each.line.subject: (each.line.kind, each.line.version) for each in as_of(ledger.read(), day)}


def test_each_day_has_what_was_public_then(told: tuple[Ledger, str, str]) -> None:
    """Before the first day there is nothing; between, both first versions; at the end, the correction and the takedown."""
    ledger, story, gone = told
    days = (FIRST - timedelta(days=1), FIRST, BETWEEN, DAY)
    first = {story: ("story", 1), gone: ("story", 1)}
    assert [_then(ledger, day) for day in days] == [{}, first, first, {story: ("correction", 2), gone: ("takedown", 2)}]


def test_what_the_desk_said_then_is_read(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """The copy names version, day, the confirmation that bears witness and the commitment, and shows the text of then and not the later one."""
    ledger, story, _ = told
    said = _verified(ledger.write(tmp_path / "copy"), "--as-of", BETWEEN.isoformat()).stdout
    line = next(line for line in said.splitlines() if line.startswith(f"public: {story}"))
    signed = ledger.files[f"{story}/1.json"].commitment
    place = f"version 1 (story), entry 1 of {FIRST}, confirmed by the members on {FIRST + timedelta(days=2)}, 1 later"
    assert line == f"public: {story}, {place}, commitments {signed}, text: Leave was sold"


def test_a_text_that_was_taken_down_still_has_its_commitment(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """Of a text that was taken down since, the copy shows that it was public then, and its commitment, which a kept text with its salt fits."""
    ledger, _, gone = told
    kept = ledger.files.pop(f"{gone}/1.json")
    said = _verified(ledger.write(tmp_path / "copy"), "--as-of", BETWEEN.isoformat()).stdout
    line = next(line for line in said.splitlines() if gone in line)
    assert line.startswith("public: ") and line.endswith(f"commitments {hash_of(kept.salt + kept.content)}, text: taken down since")


def test_a_text_changed_afterwards_is_refused(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A copy in which the old version was made to say what came out later is refused before anything of a day is told."""
    ledger, story, _ = told
    folder = ledger.write(tmp_path / "copy")
    path = folder / "content" / story / "1.json"
    path.write_bytes((folder / "content" / story / "2.json").read_bytes())
    with pytest.raises(ContentChanged):
        check(folder)
    assert "public:" not in _verified(folder, "--as-of", BETWEEN.isoformat()).stdout


def test_nobody_writes_into_a_day_that_is_over(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """Members who sign today what they wish they had said then make no copy that holds."""
    ledger, _, _ = told
    ledger.publish(text("We knew it all along"), day=BETWEEN)
    with pytest.raises(EntryRefused):
        check(ledger.write(tmp_path / "copy"))


def test_what_nobody_confirmed_is_told(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """An entry that no confirmation of the members covers is shown without a witness."""
    said = _verified(told[0].write(tmp_path / "copy"), "--as-of", DAY.isoformat()).stdout
    assert f"entry 4 of {DAY}, not confirmed by the members yet" in said


def test_a_day_after_the_copy_s_end_is_told(told: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """For a day after its last entry a copy says that it knows nothing of what came since."""
    said = _verified(told[0].write(tmp_path / "copy"), "--as-of", (DAY + timedelta(days=3)).isoformat()).stdout
    assert f"this copy knows nothing after {DAY.isoformat()}" in said


def test_a_version_stands_on_the_one_before(tmp_path: Path) -> None:
    """A version that bears an earlier day than the one it follows, as the ledger allows by one day, is not told of a day on which that one did not stand."""
    ledger = Ledger()
    story = ledger.publish(text(), day=DAY)
    ledger.publish(text("Leave was sold twice"), story, day=DAY - timedelta(days=1))
    assert _then(ledger, DAY - timedelta(days=1)) == {}


@pytest.mark.parametrize("words", [("--as-of", "yesterday"), ("--as-of", "2026-13-01")])
def test_what_is_no_day_is_refused(told: tuple[Ledger, str, str], tmp_path: Path, words: tuple[str, str]) -> None:
    """What is no day is refused and named."""
    refused = _verified(told[0].write(tmp_path / "copy"), *words)
    assert refused.exit_code == 2 and "2026-11-24" in refused.output
