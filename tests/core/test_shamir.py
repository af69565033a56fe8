# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shamir's sharing: any k shares rebuild, k - 1 tell nothing, and the npm package of browsers reads and writes the same (T03)."""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import CharterRefused, NotEnough, OmbudsError, ShareWrong
from ombuds.core.shamir import combine, split
from tests.rules.tree import ROOT

SECRET = bytes(range(32))
SIZES = [(k, n) for n in range(2, 7) for k in range(2, n + 1)]
CASES = json.loads((ROOT / "vectors" / "shamir" / "combine.json").read_text())["cases"]


def npm(questions: list[dict[str, Any]]) -> list[Any]:
    """Ask the npm package shamir-secret-sharing."""
    lines = "\n".join(map(json.dumps, questions))
    told = subprocess.run(["node", "shamir.mjs"], cwd=ROOT / "tests" / "oracles", input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.mark.parametrize(("k", "n"), SIZES)
def test_every_k_of_the_shares_rebuild(k: int, n: int) -> None:
    """Each subset of k shares gives the secret, in whatever order."""
    shares = split(SECRET, k, n)
    assert {combine(some[::-1]) for some in combinations(shares, k)} == {SECRET}


@pytest.mark.parametrize(("k", "n"), [size for size in SIZES if size[0] > 2])
def test_no_smaller_set_rebuilds(k: int, n: int) -> None:
    """Each subset of k - 1 shares gives something else."""
    assert SECRET not in {combine(some) for some in combinations(split(SECRET, k, n), k - 1)}


@given(st.binary(min_size=32, max_size=32), st.integers(2, 8), st.integers(0, 6))
def test_any_secret_survives(secret: bytes, k: int, more: int) -> None:
    """Every 32 bytes come back from their shares, from more than k as well."""
    assert combine(split(secret, k, k + more)) == secret


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_one_share_fits_every_secret(secret: bytes, other: bytes) -> None:
    """For any share of one secret there is a second share that makes it a share of any other: one share tells nothing."""
    mine = split(secret, 2, 2)[0]
    line = bytes(a ^ b for a, b in zip(mine[:-1], other, strict=True))  # the slope through (0, other) and (1, mine)
    double = bytes((v << 1) ^ (0x11B if v >> 7 else 0) for v in line)
    second = bytes(a ^ b for a, b in zip(other, double, strict=True)) + b"\x02"
    assert combine([mine, second]) == other


def test_a_secret_is_never_shared_alike_twice() -> None:
    """Two sharings of one secret have no share in common."""
    assert not set(split(SECRET, 2, 5)) & set(split(SECRET, 2, 5))


@pytest.mark.parametrize(("k", "n"), [(1, 3), (0, 3), (4, 3), (2, 256), (-1, 3)])
def test_impossible_thresholds_are_refused(k: int, n: int) -> None:
    """A threshold of one, or above the number of shares, is refused."""
    with pytest.raises(CharterRefused):
        split(SECRET, k, n)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_only_a_seed_is_shared(length: int) -> None:
    """A secret that has not 32 bytes is refused."""
    with pytest.raises(ShareWrong):
        split(bytes(length), 2, 3)


@pytest.mark.parametrize("count", [0, 1])
def test_one_share_is_too_few(count: int) -> None:
    """Less than two shares are refused instead of answered."""
    with pytest.raises(NotEnough):
        combine(split(SECRET, 2, 3)[:count])


@pytest.mark.parametrize("wrong", [b"\x05" * 32, b"\x05" * 34, b"\x05" * 32 + b"\x00", b"\x05" * 32 + b"\x01"])
def test_what_is_no_share_is_refused(wrong: bytes) -> None:
    """A share of another length, at the point zero or at a point that is taken is refused."""
    with pytest.raises(ShareWrong):
        combine([split(SECRET, 2, 3)[0], wrong])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_published_vectors_hold(case: dict[str, Any]) -> None:
    """Each published set of shares gives its secret or its failure."""
    try:
        told = combine([bytes.fromhex(share) for share in case["shares"]]).hex()
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == case.get("secret", case.get("error"))


def test_the_browsers_package_rebuilds_ours() -> None:
    """The npm package rebuilds the secret from our shares for all k of n up to six."""
    questions = [{"combine": [share.hex() for share in split(SECRET, k, n)[-k:]]} for k, n in SIZES]
    assert npm(questions) == [SECRET.hex()] * len(SIZES)


def test_the_browsers_shares_rebuild_with_ours() -> None:
    """We rebuild the secret from any k shares of the npm package for all k of n up to six."""
    written = npm([{"split": SECRET.hex(), "k": k, "n": n} for k, n in SIZES])
    rebuilt = {combine([bytes.fromhex(s) for s in some]) for (k, _), shares in zip(SIZES, written, strict=True) for some in combinations(shares, k)}
    assert rebuilt == {SECRET}
