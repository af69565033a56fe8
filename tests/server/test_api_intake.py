# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report that was sealed elsewhere: kept whole or not at all, and refused for all that a server can see to be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from ombuds.core.attachments import PART_SIZE
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of, random_id
from ombuds.core.sealing import Manifest, Sealed
from ombuds.core.wire import NewReport
from ombuds.server import tick
from ombuds.server.store.intake import confirm_form
from ombuds.server.store.schema import parts, reports, shares
from tests.server.institution import Institution, found, renew
from tests.server.sealers import Sealer, refused, with_part
from tests.server.visits import only_body, stored

replace = msgspec.structs.replace


@pytest.fixture
def sealer(here: Institution, browser: TestClient) -> Sealer:
    """A source's program."""
    return Sealer(here, browser)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Sealer]:
    """A source's program at a desk with little room."""
    institution = found(tmp_path / "small", largest_upload=1024 * 1024, most_files=2, most_unowned_parts=3)
    yield Sealer(institution, institution.client())
    institution.parts.store.close()


def rows(here: Institution) -> tuple[int, int, int]:
    """How many reports, shares and owned parts there are."""
    with here.parts.store.read() as connection:
        owned = select(func.count()).select_from(parts).where(parts.c.owner != "")
        counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (reports, shares)]
        return counts[0], counts[1], connection.execute(owned).scalar_one()


def test_a_sealed_report_is_kept(here: Institution, sealer: Sealer) -> None:
    """What the members would read is what the source sealed, and it is marked as sealed on the command line."""
    answer = sealer.send(sealer.sealed("beaten in custody", (b"a photograph",)))
    assert answer.status_code == 200
    assert (only_body(here).text, stored(here)[0].mode) == ("beaten in custody", "command-line")


def test_parts_belong_to_their_report(here: Institution, sealer: Sealer) -> None:
    """The uploaded parts are the report's once it is acknowledged."""
    sealer.send(sealer.sealed(files=(bytes(5 * 1024 * 1024),)))
    assert rows(here) == (1, 3, 3)


def test_nothing_readable_is_sent(sealer: Sealer) -> None:
    """The request that hands in a report holds neither its text nor a file's name."""
    sealed = sealer.sealed("kanarienvogel-7731", (b"x",))
    content = encode(NewReport(1, random_id(), sealed))
    assert b"kanarienvogel" not in content and b"photo.jpg" not in content


def test_the_same_report_twice_is_one(here: Institution, sealer: Sealer) -> None:
    """A report whose acknowledgement was lost is sent again and stands once, with its files."""
    sealed, nonce = sealer.sealed(files=(b"a file",)), random_id()
    answers = [sealer.send(sealed, nonce).status_code for _ in range(2)]
    assert (answers, rows(here)) == ([200, 200], (1, 3, 1))
    assert here.parts.store.blobs.size(sealed.manifest.files[0].parts[0].id) > 0


def test_a_nonce_keeps_one_report(here: Institution, sealer: Sealer) -> None:
    """Another report under the same nonce takes the place of the first."""
    nonce = random_id()
    sealer.send(sealer.sealed("first", (b"a file",)), nonce)
    sealer.send(sealer.sealed("second"), nonce)
    assert (only_body(here).text, rows(here)) == ("second", (1, 3, 0))


def test_a_confirmed_report_is_not_replaced(here: Institution, sealer: Sealer) -> None:
    """Once its words were confirmed, a report is not replaced by another one of its nonce."""
    nonce = random_id()
    sealer.send(sealer.sealed("first"), nonce)
    with here.parts.store.write() as connection:
        confirm_form(connection, hash_of(b"ombuds report\x00" + nonce.encode()))
    assert refused(sealer.send(sealer.sealed("second"), nonce)) == (409, "AlreadyUsed")


def test_a_copied_report_does_not_stand_twice(here: Institution, sealer: Sealer) -> None:
    """A sealed report that is sent again under another nonce is refused."""
    sealed = sealer.sealed()
    sealer.send(sealed)
    assert (refused(sealer.send(sealed)), rows(here)[0]) == ((409, "AlreadyUsed"), 1)


def test_a_missing_part_is_refused(here: Institution, sealer: Sealer) -> None:
    """A report that lists a part that was never uploaded leaves nothing."""
    sealed = with_part(sealer.sealed(files=(b"a file",)), id=random_id())
    assert (refused(sealer.send(sealed)), rows(here)) == ((404, "NotHere"), (0, 0, 0))


def test_a_part_with_another_hash_is_refused(here: Institution, sealer: Sealer) -> None:
    """A report that lists another hash than that of the uploaded part leaves nothing."""
    sealed = with_part(sealer.sealed(files=(b"a file",)), sha256="0" * 64)
    assert (refused(sealer.send(sealed)), rows(here)) == ((400, "Malformed"), (0, 0, 0))


def test_a_part_of_another_report_is_refused(here: Institution, sealer: Sealer) -> None:
    """A part that belongs to one report is not taken by another one."""
    first, second = sealer.sealed(files=(b"a file",)), sealer.sealed()
    sealer.send(first)
    stolen = replace(second, manifest=replace(second.manifest, files=first.manifest.files))
    assert (refused(sealer.send(stolen)), rows(here)[0]) == ((404, "NotHere"), 1)


WRONG: dict[str, Callable[[Sealed], Sealed]] = {
    "a mode that is the form's own": lambda sealed: replace(sealed, mode="no-javascript"),
    "another body than the listed one": lambda sealed: replace(sealed, body=sealed.body + b"x"),
    "a body beside the ladder": lambda sealed: replace(sealed, body=sealed.body[:-100], manifest=Manifest(hash_of(sealed.body[:-100]), ())),
    "a huge share": lambda sealed: replace(sealed, shares=(replace(sealed.shares[0], content=bytes(17 * 1024)), *sealed.shares[1:])),
    "a share of a later week": lambda sealed: replace(sealed, shares=tuple(replace(each, epoch=each.epoch + 1) for each in sealed.shares)),
    "two shares for one member": lambda sealed: replace(sealed, shares=(sealed.shares[0], *sealed.shares[:2])),
    "a share for a stranger": lambda sealed: replace(sealed, shares=(replace(sealed.shares[0], member="mallory"), *sealed.shares[1:])),
    "too few shares": lambda sealed: replace(sealed, shares=sealed.shares[:2]),
    "another desk": lambda sealed: replace(sealed, instance_id="0" * 64),
    "another charter": lambda sealed: replace(sealed, charter="0" * 64),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_from_outside_is_refused(here: Institution, sealer: Sealer, what: str) -> None:
    """A sealed report with one thing wrong that a server can see is refused and leaves nothing."""
    answer = sealer.send(WRONG[what](sealer.sealed()))
    assert (answer.status_code in (400, 409), rows(here)) == (True, (0, 0, 0))


def test_a_size_beside_the_ladder_is_refused(sealer: Sealer) -> None:
    """A file whose sealed length is not on the ladder is refused."""
    sealed = with_part(sealer.sealed(files=(b"a file",)), size=70_000)
    assert refused(sealer.send(sealed)) == (400, "Malformed")


def test_a_closed_intake_takes_nothing(here: Institution, sealer: Sealer) -> None:
    """When the members have not confirmed their keys for eleven days, a sealed report is refused."""
    sealed = sealer.sealed()
    here.calendar.pass_days(11)
    assert refused(sealer.send(sealed)) == (503, "FreshnessStale")


def test_a_report_over_midnight_of_sunday_is_kept(here: Institution, sealer: Sealer) -> None:
    """A report that was sealed on Sunday is kept on Monday, when the members have new keys and still hold the old ones."""
    here.calendar.pass_days(4)
    sealed = sealer.sealed()
    here.calendar.pass_days(1)
    renew(here)
    assert sealer.send(sealed).status_code == 200


def test_too_many_files_are_refused(small: Sealer) -> None:
    """A report with more files than the desk takes is refused."""
    assert refused(small.send(small.sealed(files=(b"a", b"b", b"c")))) == (413, "TooLarge")


def test_too_much_is_refused(small: Sealer) -> None:
    """A report with more bytes than the desk takes is refused."""
    assert refused(small.send(small.sealed(files=(bytes(1024 * 1024),)))) == (413, "TooLarge")


def test_a_long_text_is_refused(sealer: Sealer) -> None:
    """A text far over the limit is refused although the server cannot read it."""
    assert refused(sealer.send(sealer.sealed("a" * 2_000_000))) == (413, "TooLarge")


def test_a_part_has_four_mebibytes(sealer: Sealer) -> None:
    """A part of more than 4 MiB is refused."""
    assert refused(sealer.put(random_id(), bytes(PART_SIZE + 1))) == (413, "TooLarge")


def test_waiting_parts_are_bounded(small: Sealer) -> None:
    """When as many bytes wait as the desk allows, the next part is kept and an older one goes."""
    answers = [small.put(random_id(), bytes(PART_SIZE)).status_code for _ in range(5)]
    assert (answers, len([one for one in (small.here.folder / "blobs").rglob("*") if one.is_file()])) == ([204] * 5, 3)


def test_a_part_is_not_written_twice(sealer: Sealer) -> None:
    """Another content under the name of a stored part is refused, and the same one is accepted again."""
    name = random_id()
    assert [sealer.put(name, content).status_code for content in (b"one", b"one", b"two")] == [204, 204, 409]


def test_parts_of_nobody_are_swept(here: Institution, sealer: Sealer) -> None:
    """Parts that no report acknowledged are gone from rows and disk after some days."""
    name = random_id()
    sealer.put(name, b"sealed")
    here.calendar.pass_days(4)
    tick.run(here.parts, 0)
    assert not list((here.folder / "blobs").rglob(name))


def test_nothing_is_asked_by_address(sealer: Sealer) -> None:
    """A report is not taken by GET."""
    assert sealer.browser.get("/api/reports").status_code == 405
