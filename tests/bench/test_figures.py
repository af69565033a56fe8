# SPDX-License-Identifier: AGPL-3.0-or-later
"""The arithmetic of the table: what counts as reached, which rows a name chooses, and what a percentile is."""

from __future__ import annotations

from bench.figures import ROWS, Figure, chosen, percentile, results_of


def test_the_middle_of_three_rounds_counts() -> None:
    """Of three rounds the middle figure stands in the table, not the mean."""
    assert results_of([Figure("flow.8", value) for value in (1, 300, 90)])["flow.8"].median == 90


def test_a_row_below_its_target_says_by_how_much() -> None:
    """Half of what was aimed at misses by a half."""
    assert results_of([Figure("flow.8", 200)])["flow.8"].missed_by == 0.5


def test_a_row_that_should_be_small_misses_when_it_is_large() -> None:
    """Twice the memory that was aimed at misses by a whole."""
    assert results_of([Figure("memory", 282)])["memory"].missed_by == 1.0


def test_one_error_misses_a_target_of_none() -> None:
    """Where no error is allowed, one is a miss."""
    assert results_of([Figure("flow.errors", 1)])["flow.errors"].missed_by == 1


def test_a_reached_target_misses_by_nothing() -> None:
    """More than the target is not a miss."""
    assert results_of([Figure("upload", 250)])["upload"].missed_by == 0


def test_the_beginning_of_a_name_chooses_its_rows() -> None:
    """A name chooses itself and the rows under it."""
    assert [row.name for row in chosen(["upload"])] == ["upload", "upload.memory"]


def test_every_reference_is_a_row() -> None:
    """No row is shown beside one that is never measured."""
    assert {row.reference for row in ROWS if row.reference} <= {row.name for row in ROWS}


def test_a_percentile_is_one_of_the_values() -> None:
    """Of a hundred times the ninety-fifth is the one that five are above or at."""
    assert percentile([float(value) for value in range(100)], 0.95) == 95
