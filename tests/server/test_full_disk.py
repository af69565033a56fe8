# SPDX-License-Identifier: AGPL-3.0-or-later
"""A disk without room (T22): a readable page, the whole form kept, nothing by half, and a text alone still gets through.

The operating system itself refuses to let a file grow beyond a size, as a full disk does.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.server.answers import open_case
from tests.server.institution import Institution
from tests.server.visits import nonce_in, only_body, post_report, sent_of, stored

TEXT = "They took my leave & more."
SHOWN = "They took my leave &amp; more."
# The database and its log fit into this; a part of a large file does not.
NO_LARGE_FILE = 2 * 1024 * 1024
# Not even the database's log grows any more.
NOTHING = 4096
LARGE = (("a.bin", bytes(9_000_000)),)


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def _files(here: Institution) -> list[Path]:
    return [path for path in (here.folder / "blobs").rglob("*") if path.is_file()]


def _answer(browser: TestClient, words: str, size: int) -> Response:
    nonce = nonce_in(browser.post("/en/inbox", data={"words": words}))
    with no_file_above(size):
        return browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce, "text": TEXT}, files=[("files", LARGE[0])])


def test_files_without_room_give_the_form_back(here: Institution, browser: TestClient) -> None:
    """When a file has no room, the page says so, holds all that was typed, and no part stays."""
    fields: dict[str, str | list[str]] = {"what": TEXT, "where": "Station 5", "type": "leave", "wish": "publicity"}
    with no_file_above(NO_LARGE_FILE):
        page = post_report(browser, fields, LARGE)
    assert (page.status_code, stored(here), _files(here)) == (507, [], [])
    wanted = ("no room left", SHOWN, 'value="Station 5"', '<option value="leave" selected>', 'value="publicity" checked')
    assert [part for part in wanted if part not in page.text] == []


def test_fields_behind_the_file_are_kept_too(browser: TestClient) -> None:
    """What stands in the form behind the file that had no room is given back as well."""
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    tail = b'\r\n--x\r\nContent-Disposition: form-data; name="what"\r\n\r\nBehind the file.\r\n--x--\r\n'
    with no_file_above(NO_LARGE_FILE):
        page = browser.post("/en/report", content=head + LARGE[0][1] + tail, headers={"content-type": "multipart/form-data; boundary=x"})
    assert (page.status_code, "Behind the file." in page.text) == (507, True)


def test_the_same_form_goes_through_without_files(here: Institution, browser: TestClient) -> None:
    """While files have no room, the form that came back is accepted with its text alone."""
    with no_file_above(NO_LARGE_FILE):
        nonce = nonce_in(post_report(browser, {"what": TEXT}, LARGE))
        sent_of(post_report(browser, {"what": TEXT}, (), nonce))
    assert only_body(here).text == TEXT


def test_a_full_database_gives_the_form_back(here: Institution, browser: TestClient) -> None:
    """When not even a row has room, the page says so and holds the text, and nothing is kept by half."""
    with no_file_above(NOTHING):
        page = post_report(browser, {"what": TEXT})
    assert (page.status_code, stored(here)) == (507, [])
    assert SHOWN in page.text


def test_an_earlier_report_outlives_a_full_disk(here: Institution, browser: TestClient) -> None:
    """What was thanked for before the disk was full is there while it is full and afterwards."""
    sent_of(post_report(browser, {"what": "Before."}))
    with no_file_above(NOTHING):
        post_report(browser, {"what": TEXT})
        assert only_body(here).text == "Before."
    assert only_body(here).text == "Before."


def test_the_store_takes_reports_again(here: Institution, browser: TestClient) -> None:
    """Once there is room again, the next report is taken as if nothing had been."""
    with no_file_above(NOTHING):
        post_report(browser, {"what": "Lost."})
    sent_of(post_report(browser, {"what": TEXT}))
    assert only_body(here).text == TEXT


@pytest.mark.parametrize("size", [NO_LARGE_FILE, NOTHING])
def test_a_message_without_room_is_given_back(here: Institution, browser: TestClient, size: int) -> None:
    """In the inbox too the page says that there is no room, and holds the text."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    case = open_case(here, words)
    page = _answer(browser, words, size)
    assert (page.status_code, case.received(), _files(here)) == (507, [], [])
    assert SHOWN in page.text


def test_pages_are_read_while_the_disk_is_full(browser: TestClient) -> None:
    """A disk without room keeps nobody from reading."""
    with no_file_above(NOTHING):
        assert [browser.get(path).status_code for path in ("/en/", "/en/report", "/en/inbox", "/en/ledger")] == [200] * 4
