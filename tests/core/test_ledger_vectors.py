# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published vectors of the ledger: each tampering is refused with the failure that its vector names (T20, T30)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ombuds.core.errors import OmbudsError
from ombuds.core.keys import PublicKey
from ombuds.core.ledger import (
    Checkpoint,
    check_consistency,
    check_inclusion,
    check_proof,
    open_checkpoint,
    open_cosignatures,
    read_bundle,
    read_proof,
    read_tile_path,
)
from tests.rules.tree import ROOT

Case = dict[str, Any]
FOLDER = ROOT / "vectors" / "ledger"
FILES = {file.stem: json.loads(file.read_text(encoding="utf-8"))["cases"] for file in sorted(FOLDER.glob("*.json"))}
CASES = [pytest.param(name, case, id=f"{name}: {case['what']}") for name, cases in FILES.items() for case in cases]


def _hashes(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def _said(checkpoint: Checkpoint) -> Case:
    return {"size": checkpoint.size, "root": checkpoint.root.hex()}


def _inclusion(case: Case) -> Case:
    check_inclusion(bytes.fromhex(case["entry_hash"]), case["index"], case["size"], _hashes(case["proof"]), bytes.fromhex(case["root"]))
    return {"passes": True}


def _consistency(case: Case) -> Case:
    check_consistency(case["old_size"], bytes.fromhex(case["old_root"]), case["size"], bytes.fromhex(case["root"]), _hashes(case["proof"]))
    return {"passes": True}


def _checkpoint(case: Case) -> Case:
    return _said(open_checkpoint(case["note"].encode(), case["origin"], PublicKey.parse(case["key"])))


def _cosignature(case: Case) -> Case:
    return {"times": open_cosignatures(case["note"].encode(), {name: PublicKey.parse(key) for name, key in case["mirrors"].items()})}


def _proof(case: Case) -> Case:
    return _said(check_proof(read_proof(case["proof"].encode()), case["entry"].encode(), case["origin"], PublicKey.parse(case["key"])))


def _path(case: Case) -> Case:
    return dict(zip(("level", "index", "width"), read_tile_path(case["path"]), strict=True))


def _bundle(case: Case) -> Case:
    return {"entries": [entry.hex() for entry in read_bundle(bytes.fromhex(case["bundle"]))]}


READERS = {
    "inclusion": (_inclusion, ("passes",)),
    "consistency": (_consistency, ("passes",)),
    "checkpoint": (_checkpoint, ("size", "root")),
    "cosignature": (_cosignature, ("times",)),
    "proof": (_proof, ("size", "root")),
    "path": (_path, ("level", "index", "width")),
    "bundle": (_bundle, ("entries",)),
}


@pytest.mark.parametrize(("name", "case"), CASES)
def test_ledger_vectors(name: str, case: Case) -> None:
    """Each published case passes or is refused as its vector says."""
    reader, fields = READERS[name]
    try:
        outcome = reader(case)
    except OmbudsError as wrong:
        outcome = {"fails": type(wrong).__name__}
    assert outcome == ({"fails": case["fails"]} if "fails" in case else {field: case[field] for field in fields})


def test_every_kind_of_vector_is_there() -> None:
    """Each file of vectors is there, and each holds good cases and refusals."""
    assert {name: {"fails" in case for case in cases} for name, cases in FILES.items()} == {name: {True, False} for name in READERS}
