# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m bench``: rounds in which every row is measured once, then the table and a file in bench/results.

Rounds are interleaved so that a busy minute of the machine meets every row. Nothing leaves loopback, and only programs
that were started here are ended.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import campaigns, crowd, crypto, desks, detection, history, pictures, readers, reference, served
from bench.figures import ROWS, Figure, Row, chosen, results_of
from bench.founding import Founded, desk
from bench.machine import machine, versions
from bench.table import print_table, write

RESULTS = Path(__file__).parent / "results"


class Bench:
    """One run: what is made once and kept over the rounds, and which rows are wanted."""

    def __init__(self, rows: Sequence[Row], folder: Path, seconds: float) -> None:
        self._names = [row.name for row in rows]
        # A figure without its reference of the same minutes says little.
        self._names += [row.reference for row in rows if row.reference]
        self._folder, self._seconds = folder, seconds
        self._desk: Founded = desk()
        self._history = history.History(self._desk) if self._wants(history.ROWS) else None
        self._photograph = pictures.Photograph(folder) if self._wants(pictures.ROWS) else None
        self._lists = desks.Lists(self._desk, folder) if self._wants(desks.ROWS) else None
        self._readers = readers.Readers(self._desk, folder) if self._wants(readers.ROWS) else None
        self._campaigns = campaigns.Campaigns(folder) if self._wants(campaigns.ROWS) else None
        self._looks = detection.Looks() if self._wants(detection.ROWS) else None
        self._crowd = crowd.Crowd(folder) if self._wants(crowd.ROWS) else None

    def round(self) -> Iterator[Figure]:
        """Measure every wanted row once."""
        yield from self._references()
        if self._wants(served.ROWS):
            yield from self._wanted(served.serve(self._desk, self._folder, self._seconds, self._names))
        if self._wants(crypto.ROWS):
            yield from crypto.crypto(self._desk, self._seconds, self._names)
        if self._lists is not None:
            yield from self._wanted(self._lists.measure(self._seconds))
        if self._photograph is not None:
            yield from self._wanted(self._photograph.measure(self._seconds, self._names))
        if self._readers is not None:
            yield from self._wanted(self._readers.measure(self._seconds))
        if self._campaigns is not None:
            yield from self._wanted(self._campaigns.measure(self._seconds))
        if self._looks is not None:
            yield from self._wanted(self._looks.measure(self._seconds))
        if self._history is not None:
            yield from self._wanted(self._history.check())
        if self._crowd is not None:
            # Once, however many rounds: what it has sent is on the wall.
            yield from self._wanted(self._crowd.measure())
            self._crowd.close()
            self._crowd = None

    def close(self) -> None:
        """Let go of what was kept."""
        if self._lists is not None:
            self._lists.close()
        if self._photograph is not None:
            self._photograph.close()
        if self._readers is not None:
            self._readers.close()
        if self._campaigns is not None:
            self._campaigns.close()
        if self._looks is not None:
            self._looks.close()
        if self._crowd is not None:
            self._crowd.close()

    def _references(self) -> Iterator[Figure]:
        if "reference.hello" in self._names:
            yield reference.hello(self._seconds)
        if "reference.commits" in self._names:
            yield reference.commits(self._folder, self._seconds / 2)
        if "reference.aead" in self._names:
            yield reference.aead(self._seconds / 3)
        if "reference.disk" in self._names:
            yield reference.disk(self._folder)

    def _wants(self, names: Sequence[str]) -> bool:
        return bool(set(names) & set(self._names))

    def _wanted(self, figures: Iterator[Figure]) -> Iterator[Figure]:
        return (figure for figure in figures if figure.row in self._names)


def main() -> None:
    """Run the rounds and print the table."""
    asked = _arguments()
    rows = chosen([name.strip() for name in asked.rows.split(",") if name.strip()])
    if asked.list or not rows:
        print("\n".join(f"{row.name:18} {row.title}" for row in ROWS))
        sys.exit(0 if asked.list else 2)
    before = machine()
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="ombuds-bench-", dir=asked.folder) as place:
        bench = Bench(rows, Path(place), asked.seconds)
        try:
            for turn in range(asked.rounds):
                print(f"round {turn + 1} of {asked.rounds}", file=sys.stderr)
                figures += bench.round()
        finally:
            bench.close()
    results = results_of(figures)
    about = {"machine": before, "versions": versions(), "rounds": asked.rounds, "seconds": asked.seconds}
    print(", ".join(f"{name} {value}" for name, value in {**before, **versions()}.items()), end="\n\n")
    print_table(results)
    path = RESULTS / f"{asked.name}.json"
    write(path, about, results)
    print(f"\n{path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the program beside reference rows of the same run.")
    parser.add_argument("--rows", default="", help="names of rows with commas between them, or the beginning of names; default: all")
    parser.add_argument("--rounds", type=int, default=3, help="how often every row is measured")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a row is measured in one round")
    parser.add_argument("--name", default="latest", help="name of the file in bench/results")
    parser.add_argument("--folder", default=None, help="where the measured desks live; a folder on the disk that is to be measured")
    parser.add_argument("--list", action="store_true", help="list the rows and end")
    return parser.parse_args()


if __name__ == "__main__":
    main()
