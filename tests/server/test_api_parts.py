# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parts of files at the API: stored once, owned once, and read only by holders of a sealed report's share or of a case's grant."""

from __future__ import annotations

import pytest

from ombuds.core.attachments import FileParts, Manifest
from ombuds.core.encoding import decode
from ombuds.core.keys import random_id
from ombuds.core.wire import NewReply, Refusal
from ombuds.server.store import schema
from tests.server.acts import hands, opened, part_for, report_in
from tests.server.institution import Institution


def refusal(answer: object) -> tuple[int, str]:
    """The status and the class of a refusal."""
    return answer.status_code, decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def test_a_part_is_taken_once(here: Institution) -> None:
    """A part that belongs to one reply cannot be taken by another."""
    what, anna, part = opened(here), hands(here)[0], part_for(here)
    files = Manifest("0" * 64, (FileParts("f" * 32, (part,)),))
    answers = [anna.post(f"cases/{what.card.case}/replies", NewReply(random_id(), b"sealed", files)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]


def _owned(here: Institution, owner: str) -> str:
    part = part_for(here, b"a sealed part")
    with here.parts.store.write() as connection:
        connection.execute(schema.parts.update().where(schema.parts.c.id == part.id).values(owner=owner))
    return f"/api/members/parts/{part.id}"


def test_a_case_s_parts_are_read_by_its_team(here: Institution) -> None:
    """A part of a case comes back as it was, in the hands of the member to whom the case was granted."""
    path = _owned(here, opened(here).card.case)
    assert hands(here)[0].send("GET", path).content == b"a sealed part"


def test_a_custody_share_reads_no_part_of_a_case(here: Institution) -> None:
    """A member who holds only a custody share of a case reads no part of it."""
    path = _owned(here, opened(here).card.case)
    assert [refusal(hand.send("GET", path)) for hand in hands(here)[1:]] == [(404, "NotHere")] * 2


def test_a_custody_share_reads_no_part_of_a_message(here: Institution) -> None:
    """A part of a source's later message is read by the case's team alone."""
    case = opened(here).card.case
    with here.parts.store.write() as connection:
        row = {"id": "b" * 32, "case": case, "content": b"sealed", "files": b"", "day": here.calendar.day, "released": True}
        connection.execute(schema.messages.insert().values(**row))
    path = _owned(here, "b" * 32)
    assert [hand.send("GET", path).status_code for hand in hands(here)] == [200, 404, 404]


def test_a_sealed_report_s_parts_are_read_by_every_holder(here: Institution) -> None:
    """A part of a report that is not opened yet is read by each member who holds a share of it."""
    path = _owned(here, report_in(here).id)
    assert [hand.send("GET", path).content for hand in hands(here)] == [b"a sealed part"] * 3


def test_a_part_of_nobody_is_read_by_nobody(here: Institution) -> None:
    """A part that was only uploaded is not handed out."""
    part = part_for(here)
    assert refusal(hands(here)[1].send("GET", f"/api/members/parts/{part.id}")) == (404, "NotHere")


def test_a_part_is_written_once(here: Institution) -> None:
    """Another content under the name of a stored part is refused, and the same one is accepted again."""
    part, anna = part_for(here), hands(here)[0]
    path = f"/api/members/parts/{part.id}"
    assert (anna.send("PUT", path, b"sealed bytes").status_code, refusal(anna.send("PUT", path, b"other"))) == (204, (409, "AlreadyUsed"))


@pytest.mark.parametrize("name", ["..%2f..%2flog.key", "A" * 32, "a" * 31, "a" * 33])
def test_a_part_s_name_is_an_id(here: Institution, name: str) -> None:
    """A name that is not an id is no place on the disk."""
    assert hands(here)[0].send("PUT", f"/api/members/parts/{name}", b"x").status_code in (401, 404)
