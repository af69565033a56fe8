# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a report cost its sender, and which reports go when there is no room for all (T20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from ombuds.core.effort import BITS, bits_of, spend
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.host.clock import seconds
from ombuds.server.campaign.ticket import ticket
from ombuds.server.store.intake import confirm_form
from ombuds.server.store.schema import openings, parts, replies, reports
from tests.server.answers import open_case, reply
from tests.server.institution import Institution, found
from tests.server.postgres import BOTH
from tests.server.sealers import Sealer, refused
from tests.server.visits import nonce_in, post_report, sent_of

ROOM = 230_000
"""Bytes for two sealed reports of one line with a small file, and not for three."""


@pytest.fixture
def narrow(tmp_path: Path, database: str) -> Iterator[Sealer]:
    """A source's program at a desk with room for two reports."""
    institution = found(tmp_path / "narrow", database=database, most_report_bytes=ROOM)
    yield Sealer(institution, institution.client())
    institution.parts.store.close()


def efforts(here: Institution) -> dict[Id, int]:
    """What the store says that each report cost."""
    with here.parts.store.read() as connection:
        return {name: effort for name, effort in connection.execute(select(reports.c.id, reports.c.effort))}


def _form(here: Institution, browser: TestClient, waited: int = 0, path: str = "/en/report") -> dict[str, str]:
    """The form on a page, which was opened so many seconds ago when its ticket is one of such an age."""
    page = browser.get(path)
    given = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert given
    nonce = nonce_in(page)
    return {"nonce": nonce, "ticket": ticket(here.parts.form_key, nonce, lambda: seconds() - waited) if waited else given[1]}


def _typed(browser: TestClient, form: dict[str, str], what: str = "Text.") -> None:
    sent_of(post_report(browser, {"what": what, "ticket": form["ticket"]}, nonce=form["nonce"]))


@pytest.mark.parametrize(("waits", "counts"), [(0, 0), (25, BITS), (3600, BITS)])
def test_a_form_that_was_open_a_moment_counts(here: Institution, browser: TestClient, waits: int, counts: int) -> None:
    """A report of a young form is kept and counts nothing; of an older one it counts like work, however old it is."""
    _typed(browser, _form(here, browser, waits))
    assert list(efforts(here).values()) == [counts]


def test_another_form_s_ticket_counts_nothing(here: Institution, browser: TestClient) -> None:
    """A ticket that was given out for another form makes no report better, and loses none."""
    form = {**_form(here, browser, 60), "nonce": random_id()}
    _typed(browser, form)
    assert list(efforts(here).values()) == [0]


def test_a_form_that_is_given_back_stays_as_old_as_it_is(here: Institution, browser: TestClient) -> None:
    """Who sent an empty form and fills it in then has waited since the form was opened."""
    form = _form(here, browser, 60)
    page = post_report(browser, {"what": " ", "ticket": form["ticket"]}, nonce=form["nonce"])
    again = re.search(r'name="ticket" value="([^"]+)"', page.text)
    _typed(browser, {"nonce": nonce_in(page), "ticket": again[1] if again else ""})
    assert list(efforts(here).values()) == [BITS]


def test_a_question_of_the_press_waits_alike(here: Institution, browser: TestClient) -> None:
    """The plain form for the press carries a ticket too."""
    form = _form(here, browser, 60, "/en/press/write")
    browser.post("/en/press/write", data={**form, "text": "How many?", "words_language": "en"})
    assert list(efforts(here).values()) == [BITS]


def test_work_counts(here: Institution, browser: TestClient) -> None:
    """A number that was found for a report and its manifest counts as all the bits there are."""
    sealer = Sealer(here, browser)
    sealed = sealer.sealed(files=(b"a file",))
    sealer.send(sealed, effort=spend(sealed.id, sealed.manifest.hash))
    assert efforts(here) == {sealed.id: BITS}


def test_work_for_another_report_does_not_count(here: Institution, browser: TestClient) -> None:
    """A number that was found for the same name and other bytes is taken for what it is, and the report is kept."""
    sealer = Sealer(here, browser)
    sealed = sealer.sealed()
    found = (spend(sealed.id, hash_of(bytes([each]))) for each in range(9))
    sealer.send(sealed, effort=next(number for number in found if bits_of(sealed.id, sealed.manifest.hash, number) < BITS))
    assert efforts(here)[sealed.id] < BITS


def test_whom_the_desk_wrote_to_need_not_wait(here: Institution, browser: TestClient) -> None:
    """A message that becomes a report counts like work where the inbox holds a message of the desk, and not where it holds none."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    before = set(efforts(here))
    reply(open_case(here, words, days=-1), "We read it.")
    nonce = nonce_in(browser.post("/en/inbox", data={"words": words}))
    browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce, "text": "More."}, files=[("files", ("", b""))])
    assert [effort for name, effort in efforts(here).items() if name not in before] == [BITS]


def _sent(sealer: Sealer, worked: bool, nonce: str = "") -> Id:
    sealed = sealer.sealed(files=(b"a file",))
    status = sealer.send(sealed, nonce, spend(sealed.id, sealed.manifest.hash) if worked else 0).status_code
    assert status == 200
    return sealed.id


def _confirmed(sealer: Sealer, worked: bool) -> Id:
    nonce = random_id()
    name = _sent(sealer, worked, nonce)
    with sealer.here.parts.store.write() as connection:
        confirm_form(connection, hash_of(b"ombuds report\x00" + nonce.encode()))
    return name


@BOTH
def test_what_cost_nothing_goes_first(narrow: Sealer) -> None:
    """Where there is no room for three, the one of three goes that cost its sender nothing, with its parts."""
    _sent(narrow, worked=False)
    kept = {_sent(narrow, worked=True), _sent(narrow, worked=True)}
    with narrow.here.parts.store.read() as connection:
        owners = set(connection.execute(select(parts.c.owner)).scalars())
    files = [path for path in (narrow.here.folder / "blobs").rglob("*") if path.is_file()]
    assert (set(efforts(narrow.here)), owners, len(files)) == (kept, kept, 2)


@BOTH
def test_what_came_last_and_cost_nothing_is_refused(narrow: Sealer) -> None:
    """Whose turn it would be is told so, and pushes nothing out."""
    kept = {_sent(narrow, worked=True), _sent(narrow, worked=True)}
    assert refused(narrow.send(narrow.sealed(files=(b"a file",)))) == (507, "StoreFull")
    assert set(efforts(narrow.here)) == kept


def test_what_was_confirmed_goes_after_what_was_not(narrow: Sealer) -> None:
    """Of two that cost as much, the one stays whose words were written down."""
    confirmed = _confirmed(narrow, worked=True)
    _sent(narrow, worked=False)
    assert {_confirmed(narrow, worked=True), confirmed} == set(efforts(narrow.here))


def test_confirming_does_not_stand_in_for_work(narrow: Sealer) -> None:
    """A report without effort goes before one with it although its words were given back: that costs a machine nothing."""
    lazy = _confirmed(narrow, worked=False)
    kept = {_sent(narrow, worked=True), _sent(narrow, worked=True)}
    assert (set(efforts(narrow.here)), lazy in kept) == (kept, False)


def test_what_is_open_stays(narrow: Sealer) -> None:
    """A report that a desk has opened is no candidate, whatever it cost."""
    opened = _sent(narrow, worked=False)
    with narrow.here.parts.store.write() as connection:
        connection.execute(insert(openings).values(case=random_id(), report=opened, member="anna"))
    _sent(narrow, worked=False)
    last = _sent(narrow, worked=True)
    assert set(efforts(narrow.here)) == {opened, last}


@pytest.mark.parametrize(("confirmed", "words"), [(True, 1), (False, 0)])
def test_word_is_left_to_whom_it_may_reach(narrow: Sealer, confirmed: bool, words: int) -> None:
    """Who wrote the words down finds in the inbox that the report is gone; a flood that wrote nothing down leaves no rows."""
    (_confirmed if confirmed else _sent)(narrow, worked=False)
    _sent(narrow, worked=True)
    _sent(narrow, worked=True)
    with narrow.here.parts.store.read() as connection:
        assert len(connection.execute(select(replies.c.id)).all()) == words
