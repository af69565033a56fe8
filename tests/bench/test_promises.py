# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weights, numbers of queries and memory: the promises of speed that a test can hold, for they are the same on every machine."""

from __future__ import annotations

import gzip
import os
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.client import BOUNDARY, FILE, KIND, REST, field
from ombuds.core.sealing import Sealing
from ombuds.server.http.multipart import Arriving, Limits
from ombuds.server.http.shelf import Shelf
from tests.bench.desk import Served, asked

FORM_BYTES = 15_000
FORM_REQUESTS = 2
STATEMENTS_OF_A_REPORT = 6
GROWTH = 16_000_000
MIB = 1024 * 1024
# A browser without JavaScript asks for no script; what the script weighs is held where it is built (tests/web/test_bundle.py).
LOADED = re.compile(r'<(?:link rel="stylesheet"|img)[^>]*(?:href|src)="(/[^"]+)"')


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A founded server."""
    here = Served(tmp_path / "desk")
    yield here
    here.parts.store.close()


def weight(served: Served, path: str) -> tuple[int, int]:
    """How many bytes, packed, and how many requests a page costs without JavaScript."""
    page = served.client.get(path)
    loaded = set(LOADED.findall(page.text))
    return sum(len(gzip.compress(content)) for content in [page.content, *(served.client.get(each).content for each in loaded)]), 1 + len(loaded)


def test_the_report_form_is_light(served: Served) -> None:
    """The report form with all that it loads has at most 15 KB packed."""
    assert weight(served, "/en/report")[0] <= FORM_BYTES


def test_the_report_form_loads_little(served: Served) -> None:
    """The report form costs at most two requests."""
    assert weight(served, "/en/report")[1] <= FORM_REQUESTS


def test_the_form_asks_the_database_nothing(served: Served) -> None:
    """A form is handed out without a question to the database."""
    served.nonce()
    with asked(served.parts.store) as statements:
        served.nonce()
    assert statements == []


def test_a_report_asks_the_database_little(served: Served) -> None:
    """A report without files is kept with at most six statements."""
    nonce = served.nonce()
    with asked(served.parts.store) as statements:
        served.report(nonce)
    assert 1 <= len(statements) <= STATEMENTS_OF_A_REPORT


def test_a_confirmation_asks_the_database_little(served: Served) -> None:
    """The two words cost one question, whether this form's report is still the one that they belong to, and one change."""
    nonce = served.nonce()
    thanks = served.report(nonce)
    with asked(served.parts.store) as statements:
        served.confirm(nonce, thanks)
    assert [each.split()[0] for each in statements] == ["SELECT", "UPDATE"]


def test_the_hundredth_report_asks_no_more_than_the_first(served: Served) -> None:
    """How many statements a report costs does not depend on how many are there."""
    counts = []
    for _ in range(100):
        nonce = served.nonce()
        with asked(served.parts.store) as statements:
            served.report(nonce)
        counts.append(len(statements))
    assert len(set(counts)) == 1


def test_a_large_file_takes_no_memory(served: Served) -> None:
    """A file of 96 MiB is sealed into the store while less than 16 MB are held at any moment."""
    parts = served.parts
    sealing, shelf = Sealing(parts.public.epochs(parts.today)), Shelf(parts.store.blobs, parts.today)
    form = Arriving(KIND.decode(), Limits.of(parts.settings), shelf, lambda _fields: shelf.begin(sealing.file()))
    block = os.urandom(MIB)
    tracemalloc.start()
    try:
        form.feed(field(b"nonce", b"0" * 32) + FILE % (BOUNDARY, b"film.mp4", b"video/mp4"))
        for _ in range(96):
            form.feed(block)
        form.finish(b"\r\n" + REST)
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(shelf.files) == 1 and highest < GROWTH
