# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may ask at all: every member route refuses what a member did not sign for exactly this request (T05, T23)."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombuds.core.encoding import decode, encode
from ombuds.core.keys import SigningKey
from ombuds.core.wire import REQUEST_HEADER, DeskState, Refusal, sign_request
from ombuds.server.api.routes import MEMBERS
from tests.server.acts import Hand, hands
from tests.server.institution import Institution

ROUTES = [*((method, path) for method, path, _ in MEMBERS), ("PUT", "/api/members/parts/{part}")]
ADDRESSES = [(method, path.replace("{case}", "c" * 32).replace("{part}", "d" * 32)) for method, path in ROUTES]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_nothing_is_answered_without_a_signature(here: Institution, method: str, path: str) -> None:
    """A request without a signature is refused on every member route."""
    assert here.client().request(method, path, content=b"{}").status_code == 401


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_stranger_is_refused(here: Institution, method: str, path: str) -> None:
    """A request in a member's name but with another key is refused on every member route."""
    signed = sign_request(here.charter.instance_id, "anna", SigningKey.generate(), (method, path, b"{}"), here.calendar.day)
    answer = here.client().request(method, path, content=b"{}", headers={REQUEST_HEADER: b64encode(signed).decode()})
    assert (answer.status_code, decode(answer.content, Refusal).error) == (401, "RequestRefused")


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_request_counts_once(here: Institution, method: str, path: str) -> None:
    """The same signed request sent again is refused on every member route."""
    anna = Hand(here, "anna")
    headers = anna.claim(method, path, b"{}")
    first = here.client().request(method, path, content=b"{}", headers=headers)
    again = here.client().request(method, path, content=b"{}", headers=headers)
    assert (first.status_code != 401, again.status_code) == (True, 401)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_request_stays_on_its_path(here: Institution, method: str, path: str) -> None:
    """A signature for one path does not serve for another."""
    headers = Hand(here, "anna").claim(method, f"{path}x", b"{}")
    assert here.client().request(method, path, content=b"{}", headers=headers).status_code == 401


def test_the_query_is_signed_too(here: Institution) -> None:
    """A signature for a path does not serve for the same path with a query."""
    headers = Hand(here, "anna").claim("GET", "/api/members/reports")
    assert here.client().get("/api/members/reports?after=aa", headers=headers).status_code == 401


@pytest.mark.parametrize(("method", "path"), [each for each in ADDRESSES if each[0] != "GET"])
def test_a_request_keeps_its_body(here: Institution, method: str, path: str) -> None:
    """A signature for one body does not serve for another."""
    headers = Hand(here, "anna").claim(method, path, b"{}")
    assert here.client().request(method, path, content=b"[]", headers=headers).status_code == 401


def test_a_request_of_another_day_is_refused(here: Institution) -> None:
    """A request that was signed two days ago is refused."""
    headers = Hand(here, "anna").claim("GET", "/api/members/state")
    here.calendar.pass_days(2)
    assert here.client().get("/api/members/state", headers=headers).status_code == 401


def test_a_body_has_a_limit(here: Institution) -> None:
    """A body larger than eight mebibytes is refused before it is read as anything."""
    assert Hand(here, "anna").send("POST", "/api/members/entries", bytes(8 * 1024 * 1024 + 1)).status_code == 413


def test_a_part_has_a_limit(here: Institution) -> None:
    """A part larger than four mebibytes is refused."""
    assert Hand(here, "anna").send("PUT", f"/api/members/parts/{'d' * 32}", bytes(4 * 1024 * 1024 + 1)).status_code == 413


def test_a_member_is_told_the_state(here: Institution) -> None:
    """A member's desk gets the charter, the confirmation and the ledger's size."""
    state = hands(here)[0].get("state", DeskState)
    assert (state.charters[0].hash, state.size, len(state.epochs), state.day) == (here.charter.instance_id, 2, 3, here.calendar.day)


@pytest.mark.parametrize(("method", "path"), [each for each in ADDRESSES if each[0] != "GET"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.text(max_size=9) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["envelope", "approval", "payloadType", "payload", "signatures", "v", "proposal", "files"]), inner, max_size=4
                )
            ),
        ).map(encode),
    )
)
def test_no_body_breaks_a_route(here: Institution, method: str, path: str, body: bytes) -> None:
    """Whatever a member sends, the answer is an answer or a refusal, and never a breakdown."""
    assert Hand(here, "anna").send(method, path, body).status_code < 500


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.one_of(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=300), st.binary(max_size=300).map(lambda raw: b64encode(raw).decode())
    )
)
def test_no_header_breaks_a_route(here: Institution, header: str) -> None:
    """Whatever stands in the place of the signature, the request is refused."""
    assert here.client().get("/api/members/state", headers={REQUEST_HEADER: header}).status_code == 401


def test_a_clock_that_is_a_little_wrong_is_forgiven(here: Institution) -> None:
    """A request signed yesterday, as it is elsewhere on the earth, is answered."""
    signed = sign_request(here.charter.instance_id, "anna", here.keys["anna"], ("GET", "/api/members/state", b""), here.calendar.day - timedelta(days=1))
    assert here.client().get("/api/members/state", headers={REQUEST_HEADER: b64encode(signed).decode()}).status_code == 200
