# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report without JavaScript, on good days and bad ones: whole or not at all, and never readable at rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from ombuds.core.attachments import FileOpener
from ombuds.core.charter import sign_charter
from ombuds.core.keys import random_id
from ombuds.core.sealing import NOTHING_SAID, Wishes
from ombuds.core.wire import NewCase
from ombuds.server.store import cases
from ombuds.server.store.schema import parts, reports, shares
from tests.server.institution import Institution, found
from tests.server.visits import confirm, nonce_in, only_body, opened, post_report, sent_of, stored

CANARY = "kanarienvogel-7731"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Institution]:
    """A desk that takes a mebibyte and three files."""
    institution = found(tmp_path / "small", largest_upload=1024 * 1024, most_files=3)
    yield institution
    institution.parts.store.close()


def _files_on_disk(here: Institution) -> list[Path]:
    return [path for path in (here.folder / "blobs").rglob("*") if path.is_file()]


def _open_only(here: Institution, read_by: str = "boris") -> None:
    """Turn the one report into a case that a second member reads, as a release of the members does."""
    (sealed,) = stored(here)
    card = sign_charter(here.charter.charter, *here.keys.values())  # any envelope: the store checks none
    new = NewCase("0" * 64, sealed.id, random_id(), card, (), (), b"event")
    with here.parts.store.write() as connection:
        cases.open_case(connection, new, sealed.mailbox, "anna", here.calendar.day)
        if read_by:
            cases.confirm(connection, new.case, read_by)


def _everything(here: Institution) -> bytes:
    return b"".join(path.read_bytes() for path in here.folder.rglob("*") if path.is_file())


def test_members_read_what_was_written(here: Institution, browser: TestClient) -> None:
    """Two members together read the text that a source wrote."""
    sent_of(post_report(browser, {"what": "They took my leave."}))
    assert only_body(here).text == "They took my leave."


def test_further_fields_stand_under_their_headings(here: Institution, browser: TestClient) -> None:
    """The smaller fields reach the members under the form's own headings."""
    sent_of(post_report(browser, {"what": "Beaten.", "where": "Station 5"}))
    assert only_body(here).text == "What happened?\nBeaten.\n\nWhere?\nStation 5"


def test_a_skipped_question_is_not_answered(here: Institution, browser: TestClient) -> None:
    """Who writes only what happened has named no problem and asked for no help."""
    sent_of(post_report(browser, {"what": "They took my leave.", "type": ""}))
    assert only_body(here).wishes == NOTHING_SAID


def test_what_was_chosen_reaches_the_members(here: Institution, browser: TestClient) -> None:
    """A problem and a wish that were chosen stay what they are."""
    sent_of(post_report(browser, {"what": "They took my leave.", "type": "other", "wish": "advice"}))
    assert only_body(here).wishes == Wishes("advice", "other")


def test_no_answer_is_chosen_beforehand(browser: TestClient) -> None:
    """The fresh form has no ticked box, and a list that stands on no problem."""
    page = browser.get("/en/report").text
    questions = page[: page.index('id="who"')]
    assert " checked" not in questions and " selected" not in questions and '<select id="type" name="type">\n<option value="">' in questions


def test_a_file_reaches_the_members_whole(here: Institution, browser: TestClient) -> None:
    """The members open a file of five mebibytes byte for byte."""
    content = bytes(range(256)) * 4 * 1024 * 5
    sent_of(post_report(browser, {"what": "See."}, (("video.mp4", content),)))
    (sealed,) = stored(here)
    body, identity = opened(here, sealed)
    opener = FileOpener(body.files[0], identity)
    pieces = [opener.write(piece) for part in sealed.manifest.files[0].parts for piece in here.parts.store.blobs.read(part.id)]
    assert b"".join([*pieces, opener.finish()]) == content


def test_an_empty_file_is_a_file(here: Institution, browser: TestClient) -> None:
    """A file of no bytes reaches the members as a file of no bytes."""
    sent_of(post_report(browser, {"what": "See."}, (("empty.txt", b""),)))
    assert [(note.name, note.size) for note in only_body(here).files] == [("empty.txt", 0)]


def test_a_file_alone_is_a_report(here: Institution, browser: TestClient) -> None:
    """A report may consist of a file without a word."""
    sent_of(post_report(browser, {"what": ""}, (("order.pdf", b"%PDF"),)))
    assert len(only_body(here).files) == 1


def test_file_names_are_made_safe(here: Institution, browser: TestClient) -> None:
    """A name with a path and a right-to-left override reaches the members as a plain name."""
    sent_of(post_report(browser, {"what": "See."}, (("../../etc/\u202egpj.exe", b"x"),)))
    assert [note.name for note in only_body(here).files] == ["gpj.exe"]


def test_nobody_is_left_out_where_the_rest_could_not_open(browser: TestClient) -> None:
    """Of three members none can be left out, and the source is told so."""
    page = post_report(browser, {"what": "It is about Anna.", "exclude": "anna"})
    assert page.status_code == 400
    assert "So many members were left out" in page.text


def test_nobody_is_asked_whom_to_leave_out_where_none_may_be(browser: TestClient) -> None:
    """The form of a desk of three has no boxes for members to be left out."""
    assert 'name="exclude"' not in browser.get("/en/report").text


def test_the_form_says_how_many_may_be_left_out(tmp_path: Path) -> None:
    """The form of a desk of five names its members and says that two of them may be left out."""
    five = found(tmp_path / "five", names=("anna", "boris", "dina", "gleb", "vera"))
    page = five.client().get("/en/report").text
    five.parts.store.close()
    assert page.count('name="exclude"') == 5
    assert "leave out at most 2 members" in page


def test_an_empty_report_gives_the_form_back(browser: TestClient) -> None:
    """A report with nothing in it is refused with the form."""
    page = post_report(browser, {"what": "  ", "type": "leave"})
    assert page.status_code == 400
    assert '<option value="leave" selected>' in page.text


def test_the_longest_text_is_taken(here: Institution, browser: TestClient) -> None:
    """A text of exactly a hundred thousand characters is kept."""
    sent_of(post_report(browser, {"what": "ж" * 100_000}))
    assert len(only_body(here).text) == 100_000


def test_a_longer_text_is_given_back(here: Institution, browser: TestClient) -> None:
    """One character more is refused, and the whole text is still in the form."""
    page = post_report(browser, {"what": "ж" * 100_001})
    assert (page.status_code, stored(here)) == (413, [])
    assert "ж" * 100_001 in page.text


def test_the_form_asks_for_words_or_a_file(here: Institution, browser: TestClient) -> None:
    """The form says that a file is enough, and a file alone is a report."""
    said = "Only what happened is required, or a file." in browser.get("/en/report").text
    sent_of(post_report(browser, {"what": ""}, (("a.txt", b"a"),), nonce_in(browser.get("/en/report"))))
    assert said and [note.name for note in only_body(here).files] == ["a.txt"]


def test_three_hundred_files_are_taken(here: Institution, browser: TestClient) -> None:
    """Three hundred files come with one report."""
    sent_of(post_report(browser, {"what": "See."}, tuple((f"{n}.txt", b"x") for n in range(300))))
    assert len(only_body(here).files) == 300


def test_too_many_files_keep_the_text(small: Institution) -> None:
    """One file too many is refused; the text comes back and no file stays."""
    page = post_report(small.client(), {"what": CANARY}, tuple((f"{n}.txt", b"x") for n in range(4)))
    assert page.status_code == 413
    assert CANARY in page.text
    assert _files_on_disk(small) == []


def test_too_many_bytes_keep_the_text(small: Institution) -> None:
    """A file over the limit is refused; the text comes back and no file stays."""
    page = post_report(small.client(), {"what": CANARY}, (("big.bin", bytes(2 * 1024 * 1024)),))
    assert page.status_code == 413
    assert CANARY in page.text
    assert _files_on_disk(small) == []


def test_the_same_form_twice_makes_one_report(here: Institution, browser: TestClient) -> None:
    """Pressing the button twice keeps the second report and nothing of the first."""
    nonce = nonce_in(browser.get("/en/report"))
    sent_of(post_report(browser, {"what": "First."}, (("a.txt", b"a"),), nonce))
    sent_of(post_report(browser, {"what": "Second."}, (), nonce))
    assert only_body(here).text == "Second."
    assert _files_on_disk(here) == []


def test_a_confirmed_form_is_not_replaced(here: Institution, browser: TestClient) -> None:
    """Once the words are confirmed the same form changes nothing and shows no words."""
    sent = sent_of(post_report(browser, {"what": "First."}))
    assert confirm(browser, sent).status_code == 200
    page = post_report(browser, {"what": "Second."}, (), sent.nonce)
    assert page.status_code == 409
    assert "received already" in page.text
    assert only_body(here).text == "First."


def test_a_form_whose_report_was_opened_makes_no_second(here: Institution, browser: TestClient) -> None:
    """Pressing the button again after the members opened the report changes nothing and says that it was received."""
    sent = sent_of(post_report(browser, {"what": "First."}))
    _open_only(here)
    page = post_report(browser, {"what": "First."}, (), sent.nonce)
    assert page.status_code == 409
    assert "received already" in page.text
    assert stored(here) == []


def test_a_form_whose_report_was_just_opened_puts_no_other_in_its_place(here: Institution, browser: TestClient) -> None:
    """While the sealed original of an opened report is kept, its form pressed once more leaves it where it is."""
    sent = sent_of(post_report(browser, {"what": "First."}))
    (before,) = stored(here)
    _open_only(here, read_by="")
    assert (post_report(browser, {"what": "First."}, (), sent.nonce).status_code, stored(here)) == (409, [before])


def test_words_are_confirmed_after_the_report_was_opened(here: Institution, browser: TestClient) -> None:
    """Whoever types the two words after the members opened the report is told that they are right."""
    sent = sent_of(post_report(browser, {"what": "First."}))
    _open_only(here)
    assert confirm(browser, sent).status_code == 200


def test_wrong_words_are_asked_again(here: Institution, browser: TestClient) -> None:
    """A wrong pair of words is asked again, without showing the words."""
    sent = sent_of(post_report(browser, {"what": "Text."}))
    page = confirm(browser, sent, ("wrong",) * 12)
    assert page.status_code == 400
    assert not [word for word in sent.words if f">{word}<" in page.text]


def test_an_unconfirmed_report_is_kept(here: Institution, browser: TestClient) -> None:
    """A report whose words were never confirmed is kept all the same."""
    sent_of(post_report(browser, {"what": "Text."}))
    with here.parts.store.read() as connection:
        assert connection.execute(select(reports.c.confirmed)).scalars().all() == [False]


def test_a_body_cut_half_way_leaves_nothing(here: Institution, browser: TestClient) -> None:
    """A form that stops in the middle of a file is refused, and no row and no file stays."""
    head = b'--x\r\nContent-Disposition: form-data; name="what"\r\n\r\nText.\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    page = browser.post("/en/report", content=head + bytes(3_000_000), headers={"content-type": "multipart/form-data; boundary=x"})
    assert (page.status_code, stored(here), _files_on_disk(here)) == (400, [], [])


def test_a_locked_store_gives_the_form_back(here: Institution, browser: TestClient) -> None:
    """While another program holds the database the source gets a readable page with the text still in it."""
    other = connect(here.folder / "ombuds.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        page = post_report(browser, {"what": CANARY}, (("a.txt", b"a"),))
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert page.status_code == 503
    assert CANARY in page.text
    assert _files_on_disk(here) == []


def test_stale_keys_close_the_intake(here: Institution, browser: TestClient) -> None:
    """Eleven days after the last confirmation the form is closed and takes nothing."""
    here.calendar.pass_days(11)
    assert browser.get("/en/report").status_code == 503
    assert browser.post("/en/report", data={"what": "Text."}, files=[("files", ("a", b"a"))]).status_code == 503
    assert stored(here) == []


def test_nothing_readable_is_stored(here: Institution, browser: TestClient) -> None:
    """Neither text nor words nor a file's name or content are found anywhere in the data folder."""
    before = _everything(here)
    sent = sent_of(post_report(browser, {"what": CANARY}, ((f"{CANARY}.txt", CANARY.encode() * 9000),)))
    confirm(browser, sent)
    browser.post("/en/inbox", data={"words": sent.line})
    kept = _everything(here)
    assert CANARY.encode() not in kept
    # A word such as "report" may be a table's name, and four letters may stand in sealed bytes by chance.
    assert [word for word in sent.words if len(word) > 4 and word.encode() in kept and word.encode() not in before] == []


def test_every_part_has_an_owner(here: Institution, browser: TestClient) -> None:
    """Each stored file is named by a row of its report, with its true size."""
    sent_of(post_report(browser, {"what": "See."}, (("a.bin", bytes(9_000_000)),)))
    (sealed,) = stored(here)
    with here.parts.store.read() as connection:
        rows = connection.execute(select(parts.c.id, parts.c.owner, parts.c.size)).all()
        held = connection.execute(select(func.count()).select_from(shares)).scalar_one()
    assert {(row.id, row.size) for row in rows} == {(path.name, path.stat().st_size) for path in _files_on_disk(here)}
    assert {row.owner for row in rows} == {sealed.id}
    assert held == 3
