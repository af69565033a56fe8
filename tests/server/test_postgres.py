# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same store on PostgreSQL: who may write when, what a reader sees, and what is left after the nightly rewrite."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from starlette.testclient import TestClient

from ombuds.core.errors import NotHere, StoreBusy
from ombuds.core.keys import random_id
from ombuds.server.store import housekeeping
from ombuds.server.store.db import open_store
from ombuds.server.store.schema import metadata, nonces
from ombuds.server.store.version import is_current
from tests.server.institution import Institution
from tests.server.visits import confirm, nonce_in, only_body, post_report, sent_of

pytestmark = pytest.mark.parametrize("engine", ["postgresql"])


def test_migrations_make_the_tables_of_the_program(here: Institution) -> None:
    """After all steps the database holds exactly the tables and columns that the program knows."""
    with here.parts.store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_migrated_database_is_current(here: Institution) -> None:
    """A database that took every step is left alone at the next start."""
    assert is_current(here.parts.settings)


def test_members_read_what_was_written(here: Institution, browser: TestClient) -> None:
    """A report is thanked for, confirmed, and read by two members together."""
    sent = sent_of(post_report(browser, {"what": "They took my leave."}, (("a.bin", bytes(5_000_000)),)))
    assert confirm(browser, sent).status_code == 200
    assert only_body(here).text == "They took my leave."


def test_the_same_form_twice_makes_one_report(here: Institution, browser: TestClient) -> None:
    """Pressing the button twice keeps the second report and nothing of the first."""
    nonce = nonce_in(browser.get("/en/report"))
    for text_typed in ("First.", "Second."):
        sent_of(post_report(browser, {"what": text_typed}, (), nonce))
    assert only_body(here).text == "Second."


def test_a_confirmed_form_is_not_replaced(here: Institution, browser: TestClient) -> None:
    """Once the words are confirmed the same form changes nothing and is told so."""
    sent = sent_of(post_report(browser, {"what": "First."}))
    confirm(browser, sent)
    assert post_report(browser, {"what": "Second."}, (), sent.nonce).status_code == 409
    assert only_body(here).text == "First."


def test_a_failed_transaction_keeps_nothing(here: Institution) -> None:
    """What was written before an error is gone after it."""
    with pytest.raises(NotHere), here.parts.store.write() as connection:
        connection.execute(insert(nonces), {"nonce": random_id(), "day": here.calendar.day})
        raise NotHere
    with here.parts.store.read() as connection:
        assert connection.execute(select(nonces)).all() == []


def test_a_second_process_waits_its_turn(here: Institution) -> None:
    """While one process writes, another one that wants to gives up in the end with a sentence."""
    other = open_store(here.parts.settings)
    with here.parts.store.write(), pytest.raises(StoreBusy), other.write():
        raise AssertionError
    other.close()


def test_a_reader_is_not_stopped_by_a_writer(here: Institution) -> None:
    """While somebody writes, pages can still be read, and show nothing that was not committed."""
    with here.parts.store.write() as connection:
        connection.execute(insert(nonces), {"nonce": random_id(), "day": here.calendar.day})
        with here.parts.store.read() as reading:
            assert reading.execute(select(nonces)).all() == []


def test_a_reader_sees_one_moment(here: Institution) -> None:
    """What is written while somebody reads is not seen by them, not even by a later statement."""
    with here.parts.store.read() as reading:
        before = reading.execute(select(nonces)).all()
        with here.parts.store.write() as connection:
            connection.execute(insert(nonces), {"nonce": random_id(), "day": here.calendar.day})
        assert reading.execute(select(nonces)).all() == before


def test_a_reader_cannot_write(here: Institution) -> None:
    """A statement that writes is refused where only reading was asked for."""
    with pytest.raises(StoreBusy), here.parts.store.read() as connection:
        connection.execute(insert(nonces), {"nonce": random_id(), "day": here.calendar.day})


def test_a_commit_is_on_the_disk(here: Institution) -> None:
    """A writer waits for the disk, whatever the database's own settings say."""
    with here.parts.store.write() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


def test_no_order_of_arrival_is_kept(here: Institution) -> None:
    """After the nightly rewrite rows lie in the order of their random names, all from one transaction."""
    names = ["c" * 32, "a" * 32, "b" * 32]
    for name in names:
        with here.parts.store.write() as connection:
            connection.execute(insert(nonces), {"nonce": name, "day": here.calendar.day})
    housekeeping.rewrite(here.parts.store)
    with here.parts.store.read() as connection:
        rows = connection.execute(text("SELECT nonce, xmin::text AS came FROM nonces ORDER BY ctid")).all()
    assert [row.nonce for row in rows] == sorted(names)
    assert len({row.came for row in rows}) == 1
