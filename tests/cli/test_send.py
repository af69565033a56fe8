# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds send``: sealed on the source's own machine, kept whole, and nothing readable on the line or on a disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ombuds.cli.send import Sending, _wishes
from ombuds.core.attachments import FileOpener
from ombuds.core.errors import NotHere, OmbudsError, ReportEmpty, SettingWrong, TooManyExcluded
from ombuds.core.sealing import NOTHING_SAID
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from tests.cli.terminal import ADDRESS, Terminal
from tests.server.institution import Institution
from tests.server.visits import only_body, opened, stored

CANARY = "kanarienvogel-7731"


def test_a_report_arrives(here: Institution, person: Terminal) -> None:
    """What was written at the terminal is what the members read, marked as sealed on the command line."""
    person.sends("beaten in custody")
    body = only_body(here)
    assert (body.text, body.mode) == ("beaten in custody", "command-line")


def test_what_was_not_told_is_not_said() -> None:
    """Without the options for help and problem the report says neither."""
    assert _wishes(Sending(ADDRESS)) == NOTHING_SAID


def test_the_words_open_the_report_s_inbox(here: Institution, person: Terminal) -> None:
    """The report's mailbox is the one that the printed words stand for."""
    keys = derive(read_words(person.sends()), here.charter.instance_id)
    assert stored(here)[0].mailbox == keys.mailbox_hash


def test_words_come_in_the_language_that_was_chosen(person: Terminal) -> None:
    """Words in Russian are twelve words of the Russian list."""
    assert len(read_words(person.sends(language="ru"))) == 16


def test_files_arrive_whole(here: Institution, person: Terminal) -> None:
    """A file of several parts and a small one are listed with their names and true sizes."""
    files = (person.file("ordre du jour.pdf", os.urandom(6 * 1024 * 1024)), person.file("b.txt", b"x"))
    person.sends(files=files)
    assert [(note.name, note.size) for note in only_body(here).files] == [("ordre du jour.pdf", 6 * 1024 * 1024), ("b.txt", 1)]


def test_nothing_readable_is_on_the_line(person: Terminal) -> None:
    """Neither text, nor a file's name or content, nor a word stands in anything that is sent."""
    words = person.sends(f"text {CANARY}", (person.file(f"{CANARY}.txt", f"file {CANARY}".encode()),))
    heard = b"\n".join(person.bodies)
    assert CANARY.encode() not in heard and words.encode() not in heard


def test_nothing_readable_is_on_the_disk(here: Institution, person: Terminal) -> None:
    """Neither the server's folder nor the person's own settings hold anything that was written."""
    words = person.sends(f"text {CANARY}")
    files = [*here.folder.rglob("*"), *(person.folder / "config").rglob("*")]
    held = b"".join(file.read_bytes() for file in files if file.is_file())
    assert CANARY.encode() not in held and words.split()[0].encode() + b" " + words.split()[1].encode() not in held


def test_an_excluded_member_gets_no_share(tmp_path: Path, person: Terminal) -> None:
    """With three members nobody can be left out, and it is said before anything is uploaded."""
    with pytest.raises(TooManyExcluded):
        person.sends(files=(person.file("a.txt", b"x"),), exclude=("vera",))
    assert not any(b"/api/parts/" in body for body in person.bodies)


def test_a_misspelt_member_is_refused(person: Terminal) -> None:
    """Leaving out somebody who is no member is refused, because it would leave nobody out."""
    with pytest.raises(SettingWrong):
        person.sends(exclude=("wera",))


def test_an_empty_report_is_refused(person: Terminal) -> None:
    """A report without text and without files is not sent."""
    with pytest.raises(ReportEmpty):
        person.sends("  ")


def test_a_missing_file_is_told_before_anything_is_sent(person: Terminal) -> None:
    """When one of the files is not there, none is uploaded."""
    with pytest.raises(NotHere):
        person.sends(files=(person.file("a.txt", b"x"), person.folder / "none"))
    assert not any(b"/api/parts/" in body for body in person.bodies)


@pytest.mark.parametrize("wrong", ["12345 12345 12345 12345 12345 12345", "1"])
def test_another_fingerprint_is_refused(person: Terminal, wrong: str) -> None:
    """With digits that are not the desk's nothing is sent and nothing is remembered."""
    person.digits = wrong
    with pytest.raises(OmbudsError):
        person.sends()
    assert (person.known.exists(), len(person.bodies)) == (False, 1)


def test_without_digits_and_terminal_nothing_is_sent(person: Terminal) -> None:
    """A desk that is not known yet is not written to before somebody has compared its fingerprint."""
    person.digits = ""
    with pytest.raises(SettingWrong):
        person.sends()
    assert len(person.bodies) == 1


def test_a_known_desk_is_not_asked_again(here: Institution, person: Terminal) -> None:
    """After the first time the fingerprint is not needed any more."""
    person.sends()
    person.digits = ""
    person.sends()
    assert len(stored(here)) == 2


def test_the_file_of_known_desks_is_the_person_s_own(person: Terminal) -> None:
    """Only the person can read which desks were compared."""
    person.sends()
    assert (person.known.stat().st_mode & 0o777, person.known.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_members_open_the_file(here: Institution, person: Terminal) -> None:
    """The file's parts open with the report's key to what was attached."""
    person.sends(files=(person.file("a.txt", b"a roster"),))
    (sealed,) = stored(here)
    body, identity = opened(here, sealed)
    opener = FileOpener(body.files[0], identity)
    plain = b"".join(opener.write(piece) for part in sealed.manifest.files[0].parts for piece in here.parts.store.blobs.read(part.id))
    assert plain + opener.finish() == b"a roster"
