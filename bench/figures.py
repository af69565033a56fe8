# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is measured: the rows with their units, targets and references, one figure a round, and medians over rounds.

It measures nothing itself. Figures of two days are never compared, only ratios of one run: the machine's mood is larger
than most changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Row:
    """One line of the table: `target` is in the row's unit, `reference` names the row it is shown beside."""

    name: str
    title: str
    unit: str
    target: float | None = None
    less_is_better: bool = False
    reference: str = ""
    long: bool = False


@dataclass(frozen=True)
class Figure:
    """What one round gave for one row, with whatever explains it."""

    row: str
    value: float
    beside: Mapping[str, float] = field(default_factory=dict)


ROWS = (
    Row("reference.hello", "bare granian + Starlette, 2 workers, c=8", "requests/s"),
    Row("reference.commits", "SQLite, one 2 KB row a durable commit", "commits/s"),
    Row("reference.aead", "ChaCha20-Poly1305, 64 KiB", "MB/s"),
    Row("reference.disk", "sequential write of 256 MiB and fsync", "MB/s"),
    Row("start", "cold start to the first page", "s", 0.8, True),
    Row("memory", "idle memory of all server processes (PSS)", "MB", 141, True),
    Row("home", "home page, c=8", "requests/s", 10_000, reference="reference.hello"),
    Row("flow.8", "whole report without JavaScript, c=8", "reports/s", 400, reference="reference.commits"),
    Row("flow.8.p95", "the same, 95 of 100 reports", "ms", None, True),
    Row("flow.32", "whole report without JavaScript, c=32", "reports/s", None, reference="reference.commits"),
    Row("flow.32.p95", "the same, 95 of 100 reports", "ms", None, True),
    Row("flow.errors", "errors at c=8 and c=32", "errors", 0, True),
    Row("page.p95", "home page while two sources report, 95 of 100", "ms", 3, True),
    Row("upload", "a file of 250 MiB, sealed while it arrives", "MiB/s", 200, reference="reference.disk"),
    Row("upload.memory", "memory growth of the server during it (RSS)", "MB", 16, True),
    Row("seal", "seal a report of 2 KB to three members", "us", None, True),
    Row("words", "new words and every key of a source", "us", None, True),
    Row("open", "open a report with two shares", "us", None, True),
    Row("vault", "passphrase to vault key (Argon2id)", "ms", None, True),
    Row("desk.list", "desk list page with 10,000 cases, 95 of 100", "ms", 30, True),
    Row("desk.list.growth", "the same, against 1,000 cases", "times", 2, True),
    Row("desk.search", "desk search in 10,000 cases, 95 of 100", "ms", 50, True),
    Row("reference.picture", "12-megapixel photograph to 1,600, in a warm process without walls", "pictures/s"),
    Row("picture", "the same, a fresh cell each", "pictures/s", 10, reference="reference.picture"),
    Row("picture.p95", "the same, 95 of 100", "ms", None, True),
    Row("picture.memory", "memory of a cell's program (RSS)", "MB", 160, True),
    Row("photograph", "the same for a campaign, a fork of a warm parent each", "pictures/s", 10, reference="reference.picture"),
    Row("photograph.work", "the same, of processor", "ms", 100, True),
    Row("photograph.memory", "memory of a fork (RSS)", "MB", 160, True),
    Row("finish", "a picture finished for a wall: four files", "pictures/s"),
    Row("finish.work", "the same, of processor", "ms"),
    Row("campaign.batch", "a wall's batch of 500, proposed, signed and published by two desks", "s", 10, True),
    Row("campaign.wall", "wall page, c=8", "requests/s", None, reference="reference.hello"),
    Row("campaign.wall.weight", "weight of a wall page without pictures, packed", "KB", 12, True),
    Row("campaign.list", "moderators' list with 10,000 posts, 95 of 100", "ms", 30, True),
    Row("campaign.list.growth", "the same, against 100 posts", "times", 2, True),
    Row("campaign.query", "the vault's question below it, 95 of 100", "ms", None, True),
    Row("campaign.detection", "faces and writing looked for in a photograph of 1,080, of one core", "pictures/s", 0.7),
    Row("campaign.detection.work", "the same, of processor", "ms", None, True),
    Row("campaign.detection.memory", "memory of a look (RSS)", "MB", 1000, True),
    Row("crowd", "10,000 supporters and a fifth of junk, from the post to the wall", "s", None, True, long=True),
    Row("crowd.lost", "honest posts that are not on the wall", "posts", 0, True, long=True),
    Row("crowd.memory", "memory growth of the server during it (RSS)", "MB", 64, True, long=True),
    Row("crowd.memory.later", "of which while batches are published", "MB", None, True, long=True),
    Row("reader.search", "readers' search in 10,000 stories, 95 of 100", "ms", 50, True),
    Row("reader.search.first", "the first one after a start", "s", None, True),
    Row("ledger", "check of a ledger of 10,000 entries", "s", 5, True),
    Row("ledger.growth", "time an entry, against a ledger of 1,000", "times", 1.5, True),
)


def chosen(names: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows whose name is, or begins with, one of these; for none all rows but those that take many minutes."""
    return tuple(row for row in ROWS if (not names and not row.long) or any(row.name == name or row.name.startswith(f"{name}.") for name in names))


@dataclass(frozen=True)
class Result:
    """One row over all rounds: the middle figure, the lowest and the highest, and the middle of what explains it."""

    row: Row
    values: tuple[float, ...]
    beside: Mapping[str, float]

    @property
    def median(self) -> float:
        """The middle figure."""
        return median(self.values)

    @property
    def missed_by(self) -> float:
        """How much is missing to the target as a share of it; 0 when it is reached or there is none."""
        target = self.row.target
        if target is None:
            return 0.0
        short = self.median - target if self.row.less_is_better else target - self.median
        return max(0.0, short / target if target else short)


def results_of(figures: Sequence[Figure]) -> dict[str, Result]:
    """Gather the rounds' figures by row, in the order of the table."""
    found: dict[str, Result] = {}
    for row in ROWS:
        mine = [figure for figure in figures if figure.row == row.name]
        if mine:
            keys = sorted({key for figure in mine for key in figure.beside})
            beside = {key: median(figure.beside[key] for figure in mine if key in figure.beside) for key in keys}
            found[row.name] = Result(row, tuple(figure.value for figure in mine), beside)
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """Return the value below which this share of the sorted values lies; 0 for none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
