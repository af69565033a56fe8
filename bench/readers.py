# SPDX-License-Identifier: AGPL-3.0-or-later
"""The readers' search over 10,000 stories in two languages, through the server's whole application in one process.

Texts are drawn from the two lists of words, so that some words stand nearly everywhere and phrases nearly nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from starlette.testclient import TestClient

from bench.figures import Figure, percentile
from bench.founding import Founded, found
from ombuds.core.publication import Content, PublicSource, Text
from ombuds.core.record import Record
from ombuds.core.words import word_list
from ombuds.server.app import build, put_together
from ombuds.server.store import ledger

ROWS = ("reader.search", "reader.search.first")
STORIES, WORDS = 10_000, 200
STEP = 7919
SEARCHES = ("{0}", "{0} {1}", "{0}* {1}", '"{0} {1}"', "{2}", "{2} {0}", "night shift", "сверхурочные {2}*")


class Readers:
    """A public record of very many stories that is made once and searched every round."""

    def __init__(self, desk: Founded, folder: Path) -> None:
        self._lists = (word_list("en"), word_list("ru"))
        self._open = ExitStack()
        settings = found(folder / "readers", desk)
        self._parts = put_together(settings, lambda: desk.day)
        self._open.callback(self._parts.store.close)
        record: Record = self._parts.public.record().copy()
        with self._parts.store.write() as connection:
            for number in range(STORIES):
                entry = desk.entry(number, self._story(number))
                ledger.append(connection, record, entry.leaf, entry.files)
                record.advance(entry.leaf)

    def close(self) -> None:
        """Let go of the record."""
        self._open.close()

    def measure(self, seconds: float) -> Iterator[Figure]:
        """Measure the first search of a fresh server, which reads everything, and the ones after it."""
        with TestClient(build(self._parts), base_url="http://127.0.0.1") as client:
            client.get("/en/")
            begin = perf_counter()
            client.get("/en/search", params={"q": "first"})
            yield Figure("reader.search.first", perf_counter() - begin)
            times = list(self._times(client, seconds))
        yield Figure("reader.search", percentile(times, 0.95) * 1000, {"p50 ms": percentile(times, 0.5) * 1000, "searches": len(times)})

    def _times(self, client: TestClient, seconds: float) -> Iterator[float]:
        end, number = perf_counter() + seconds, 0
        while perf_counter() < end:
            number += 1
            typed = SEARCHES[number % len(SEARCHES)].format(*_some(self._lists[0], number, 2), self._lists[1][number % 2048])
            begin = perf_counter()
            answer = client.get("/en/search", params={"q": typed})
            yield perf_counter() - begin
            if answer.status_code != 200:
                raise RuntimeError("a search was refused")

    def _story(self, number: int) -> Content:
        texts = tuple(
            Text(language, " ".join(_some(words, number, 5)), " ".join(_some(words, number + 1, 15)), " ".join(_some(words, number + 2, WORDS)))
            for language, words in zip(("en", "ru"), self._lists, strict=True)
        )
        return Content(v=1, kind="story", texts=texts, problem="overtime", sources=(PublicSource("The gazette", "https://gazette.example/1"),))


def _some(words: Sequence[str], number: int, count: int) -> list[str]:
    # Every third word is one of sixteen, as in any language.
    return [words[(number * STEP + place * (place + number)) % (16 if place % 3 == 0 else 2048)] for place in range(count)]
