# SPDX-License-Identifier: AGPL-3.0-or-later
"""T18: a forged page, a forged or dropped entry, a forked history is named by whoever checks; each tampering is a vector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from ombuds.cli.verify import verify
from ombuds.core.errors import HistoryForked, OmbudsError
from ombuds.mirror.copy import copy
from ombuds.mirror.folder import TEXTS, write_leaves, write_note
from tests.mirror.answering import Answering
from tests.mirror.ledgers import filled, text
from tests.rules.tree import ROOT


def _cases(name: str) -> list[Any]:
    cases = json.loads((ROOT / "vectors" / "verify" / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["what"]) for case in cases]


def _verified(path: Path, given: str = "") -> str:
    """Run ``ombuds verify`` and return the class of its refusal, or nothing."""
    app = Typer()
    app.command()(verify)
    done = CliRunner().invoke(app, [str(path), "--fingerprint", given])
    assert done.exception is None or isinstance(done.exception, OmbudsError)
    return type(done.exception).__name__ if done.exception else ""


@pytest.mark.parametrize("case", _cases("pages"))
def test_each_page_meets_its_fate(case: dict[str, str], tmp_path: Path) -> None:
    """Every saved page of the vectors is believed, or refused for the reason that is written beside it."""
    (tmp_path / f"{case['subject']}.proof").write_text(case["proof"], encoding="utf-8", newline="")
    (tmp_path / "page.html").write_text(case["page"], encoding="utf-8", newline="")
    assert _verified(tmp_path / "page.html", case["fingerprint"]) == case["failure"]


@pytest.mark.parametrize("case", _cases("copies"))
def test_each_copy_meets_its_fate(case: dict[str, Any], tmp_path: Path) -> None:
    """Every copy of the vectors is believed, or refused for the reason that is written beside it."""
    write_leaves(tmp_path, [leaf.encode() for leaf in case["leaves"]], 0)
    for path, file in case["texts"].items():
        (tmp_path / TEXTS / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / TEXTS / path).write_text(file, encoding="utf-8", newline="")
    write_note(tmp_path, case["checkpoint"].encode())
    assert _verified(tmp_path) == case["failure"]


def test_a_server_that_tells_two_stories_proves_it_itself(tmp_path: Path) -> None:
    """Two mirrors that were told different stories hold two checkpoints of one key that contradict each other."""
    server = Answering(filled()[0])
    with server.client() as client:
        copy(client, tmp_path / "mine")
        server.ledger.leaves[-1:] = []
        server.ledger.publish(text("Told to the other"))
        with pytest.raises(HistoryForked):
            copy(client, tmp_path / "mine")
    assert (_verified(tmp_path / "mine"), (tmp_path / "mine.other-1" / "checkpoint").read_bytes()) == ("", server.ledger.note())
