# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published vectors of opening and record hold, each with its own failure."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import date
from typing import Any

import pytest

from ombuds.core.charter import check_founding
from ombuds.core.custody import Quorum
from ombuds.core.encoding import decode, decode_canonical
from ombuds.core.envelope import read
from ombuds.core.errors import OmbudsError
from ombuds.core.opening import open_report
from ombuds.core.record import PageProof, Record, check_page
from ombuds.core.sealing import Sealed, Share
from tests.rules.tree import ROOT


def _vectors(path: str) -> Any:
    return json.loads((ROOT / "vectors" / path).read_text(encoding="utf-8"))


OPENING, LEAVES, PAGES = (_vectors(path) for path in ("opening/open.json", "record/leaves.json", "record/pages.json"))
CHARTER = check_founding(read(OPENING["charter"].encode()))
RULE = CHARTER.rule("open", date.fromisoformat(OPENING["day"]))


@pytest.mark.parametrize("case", OPENING["cases"], ids=lambda case: case["what"])
def test_published_openings_hold(case: dict[str, Any]) -> None:
    """Each published opening gives its text, or its failure and the member whom it names."""
    pieces = [piece.encode() for piece in OPENING["pieces"]]
    try:
        sealed, shares = decode(pieces[case["sealed"]], Sealed), [decode(pieces[share], Share) for share in case["shares"]]
        told: tuple[object, ...] = (open_report(sealed, shares, Quorum.of(read(pieces[case["approvals"]]), RULE)).body.text,)
    except OmbudsError as refused:
        told = (type(refused).__name__, *([refused.detail] if "member" in case else []))
    assert told == tuple(case[name] for name in ("text", "error", "member") if name in case)


@pytest.mark.parametrize("case", LEAVES["cases"], ids=lambda case: case["what"])
def test_published_records_hold(case: dict[str, Any]) -> None:
    """Each published ledger gives its root and kinds, or is refused at its last leaf for its own reason."""
    first, *leaves, last = (b64decode(LEAVES["pieces"][leaf]) for leaf in case["leaves"])
    record = Record(first)
    for leaf in leaves:
        record.advance(leaf)
    try:
        record.advance(last)
        told: object = (record.tree.root().hex(), [line.kind for line in record.lines])
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == (case["error"] if "error" in case else (case["root"], case["kinds"]))


@pytest.mark.parametrize("case", PAGES["cases"], ids=lambda case: case["what"])
def test_published_pages_hold(case: dict[str, Any]) -> None:
    """Each published proof gives its title, or is refused for its own reason."""
    try:
        page = check_page(decode_canonical(case["page"].encode(), PageProof))
        told = page.text.content.texts[0].title
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == case.get("title", case.get("error"))
