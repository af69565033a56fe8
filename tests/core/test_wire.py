# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member's signed request holds for one method, path, body, desk and day (T05, T23)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, read, sign
from ombuds.core.errors import BadSignature, Malformed, RequestRefused
from ombuds.core.keys import hash_of
from ombuds.core.wire import REQUEST_TYPE, Refusal, Request, check_request, sign_request
from tests.core import builders as b

DESK = b.desk_of()
ID, KEYS = DESK.charter.instance_id, DESK.charter.charter.keys()
SENT = ("POST", "/api/members/cases?x=1", b"body")
SEEN = (SENT[0], SENT[1], hash_of(SENT[2]))
HEADER = read(sign_request(ID, "anna", b.key_of("anna"), SENT, b.TODAY))


def test_a_signed_request_is_taken() -> None:
    """A member's request is recognised."""
    assert check_request(HEADER, KEYS, ID, SEEN, b.TODAY).member == "anna"


OTHER = {
    "another method": ("DELETE", SEEN[1], SEEN[2]),
    "another path": (SEEN[0], "/api/members/cases", SEEN[2]),
    "another query": (SEEN[0], "/api/members/cases?x=2", SEEN[2]),
    "another body": (SEEN[0], SEEN[1], hash_of(b"other")),
    "no body": (SEEN[0], SEEN[1], hash_of(b"")),
}


@pytest.mark.parametrize("line", OTHER.values(), ids=OTHER.keys())
def test_a_signature_is_for_one_request(line: tuple[str, str, str]) -> None:
    """A signature does not serve another method, path, query or body."""
    with pytest.raises(RequestRefused):
        check_request(HEADER, KEYS, ID, line, b.TODAY)


def test_a_signature_is_for_one_desk() -> None:
    """A request that a member signed for another desk is refused."""
    with pytest.raises(RequestRefused):
        check_request(HEADER, KEYS, "1" * 64, SEEN, b.TODAY)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_day_of_difference_is_allowed(days: int) -> None:
    """Members and server may stand in different time zones."""
    assert check_request(HEADER, KEYS, ID, SEEN, b.TODAY + timedelta(days=days)).day == b.TODAY


@pytest.mark.parametrize("days", [-2, 2, 400])
def test_an_old_or_early_request_is_refused(days: int) -> None:
    """A request of another day is refused."""
    with pytest.raises(RequestRefused):
        check_request(HEADER, KEYS, ID, SEEN, b.TODAY + timedelta(days=days))


def _claim(**parts: object) -> Envelope:
    claim = msgspec.structs.replace(msgspec.json.decode(HEADER.payload, type=Request), **parts)
    return sign(REQUEST_TYPE, encode(claim), b.key_of("anna"))


@pytest.mark.parametrize("member", ["boris", "stranger"])
def test_a_member_speaks_for_nobody_else(member: str) -> None:
    """A request in another's name is refused."""
    with pytest.raises(RequestRefused):
        check_request(_claim(member=member), KEYS, ID, SEEN, b.TODAY)


def test_a_removed_member_is_refused() -> None:
    """A member who is not in the charter is refused."""
    with pytest.raises(RequestRefused):
        check_request(HEADER, {"boris": KEYS["boris"]}, ID, SEEN, b.TODAY)


def test_a_stranger_is_refused() -> None:
    """A request in a member's name that another key signed is refused."""
    with pytest.raises(RequestRefused):
        check_request(read(sign_request(ID, "anna", b.key_of("stranger"), SENT, b.TODAY)), KEYS, ID, SEEN, b.TODAY)


def test_a_changed_request_is_refused() -> None:
    """A claim that was changed after signing does not fit."""
    moved = HEADER.payload.replace(b'"POST"', b'"GET"')
    with pytest.raises(BadSignature):
        check_request(msgspec.structs.replace(HEADER, payload=moved), KEYS, ID, ("GET", SEEN[1], SEEN[2]), b.TODAY)


@pytest.mark.parametrize("kind", ["application/vnd.ombuds.event+json", ""])
def test_another_statement_is_no_request(kind: str) -> None:
    """A statement of another type is refused."""
    with pytest.raises(Malformed):
        check_request(b.retyped(HEADER, kind), KEYS, ID, SEEN, b.TODAY)


def test_each_request_has_its_own_nonce() -> None:
    """Two equal requests have two nonces, so that the server can refuse the second use of one."""
    again = read(sign_request(ID, "anna", b.key_of("anna"), SENT, b.TODAY))
    nonces = {check_request(header, KEYS, ID, SEEN, b.TODAY).nonce for header in (HEADER, again)}
    assert len(nonces) == 2


def test_a_refusal_is_three_sentences() -> None:
    """A refusal of the API has an error, a sentence and what to do."""
    assert encode(Refusal("Expired", "Its time is over.", "Ask again.")) == b'{"error":"Expired","sentence":"Its time is over.","help":"Ask again."}'
