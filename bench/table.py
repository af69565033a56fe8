# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table for people and the file for machines, from one run's results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.figures import Result


def number(value: float) -> str:
    """Write a figure with as many digits as mean something."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def line(result: Result, results: Mapping[str, Result]) -> tuple[str, ...]:
    """Return the cells of one row."""
    row = result.row
    reference = results.get(row.reference)
    share = f"{result.median / reference.median:.1%}" if reference and reference.median else ""
    target = "" if row.target is None else f"{'at most' if row.less_is_better else 'at least'} {number(row.target)}"
    return (row.title, f"{number(result.median)} {row.unit}", f"{number(min(result.values))} to {number(max(result.values))}", share, target, verdict(result))


def verdict(result: Result) -> str:
    """Say whether the target is reached, and by how much not."""
    if result.row.target is None:
        return ""
    return "reached" if not result.missed_by else f"misses by {result.missed_by:.0%}" if result.row.target else f"misses by {number(result.missed_by)}"


def print_table(results: Mapping[str, Result]) -> None:
    """Print every row beside the reference rows of the same run, and below what explains the figures."""
    lines = [("", "median", "lowest to highest", "of reference", "target", ""), *(line(result, results) for result in results.values())]
    widths = [max(len(cells[place]) for cells in lines) for place in range(6)]
    for cells in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    print()
    for name, result in results.items():
        if result.beside:
            print(f"{name}: " + ", ".join(f"{key} {number(value)}" for key, value in result.beside.items()))


def write(path: Path, about: Mapping[str, object], results: Mapping[str, Result]) -> None:
    """Write the run as JSON."""
    rows = {
        name: {
            "unit": result.row.unit,
            "median": result.median,
            "values": result.values,
            "target": result.row.target,
            "missed_by": result.missed_by,
            "beside": result.beside,
        }
        for name, result in results.items()
    }
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode({**about, "rows": rows})) + b"\n")
