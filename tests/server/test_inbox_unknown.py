# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that nobody knows cost the server the same steps as an empty inbox, so that its time tells nothing (T01)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from ombuds.core.words import new_entropy, to_words
from tests.server.answers import open_case
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import post_report, sent_of

pytestmark = BOTH


@contextmanager
def _statements(here: Institution) -> Iterator[list[str]]:
    """Collect the text of every statement that reaches the database."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    # The record is looked up once a second: now, so that it is not in the middle of a visit.
    here.parts.public.record(fresh=True)
    event.listen(here.parts.store.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(here.parts.store.engine, "before_cursor_execute", hear)


def asked(here: Institution, browser: TestClient, words: str) -> list[str]:
    """Return every statement that a look into an inbox gives to the database."""
    with _statements(here) as heard:
        assert browser.post("/en/inbox", data={"words": words}).status_code == 200
    return heard


@pytest.mark.parametrize("opened", [False, True], ids=["sealed", "opened"])
def test_unknown_words_ask_the_store_the_same(here: Institution, browser: TestClient, opened: bool) -> None:
    """Unknown words ask the store exactly what an empty inbox asks, statement by statement, before and after its case was opened."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    if opened:
        open_case(here, words)
    known = asked(here, browser, words)
    assert sum(statement.startswith("SELECT") for statement in known) >= 2
    assert asked(here, browser, " ".join(to_words(new_entropy(), "en"))) == known
