# SPDX-License-Identifier: AGPL-3.0-or-later
"""The client of the server: what it signs, what it believes, and what it refuses to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import httpx2
import pytest

from ombuds.core.attachments import Part
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, NotHere, OmbudsError, OrderWrong, RemoteRefused, RemoteSilent, RequestRefused, SettingWrong, Tampered
from ombuds.core.keys import SigningKey, hash_of
from ombuds.core.wire import Refusal
from ombuds.desk.config import check_address, connect, read_desk_settings
from ombuds.desk.remote import Remote, Signer

TODAY = date(2026, 3, 4)
Answer = Callable[[httpx2.Request], httpx2.Response]


class Answering(httpx2.BaseTransport):
    """A connection to a server that says what a test lets it say."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        return self._answer(request)


def _remote(answer: Answer) -> Remote:
    signer = Signer("a" * 64, "anna", SigningKey.generate(), lambda: TODAY)
    return Remote(httpx2.Client(transport=Answering(answer)), "https://desk.example", signer)


def _says(status: int, content: bytes) -> Remote:
    return _remote(lambda _: httpx2.Response(status, content=content))


def _refused(name: str) -> Remote:
    return _says(409, encode(Refusal(name, "A sentence.", "Help.")))


@pytest.mark.parametrize(("name", "kind"), [("OrderWrong", OrderWrong), ("NotHere", NotHere), ("NoSuchThing", RemoteRefused)])
def test_a_refusal_is_raised_as_what_it_is(name: str, kind: type[OmbudsError]) -> None:
    """A refusal that a server may make comes by its own name, and any other as a refusal of the server."""
    with pytest.raises(kind):
        _refused(name).cases()


@pytest.mark.parametrize("name", ["ShareWrong", "HistoryForked", "VaultDamaged", "ForgedMessage"])
def test_a_server_does_not_accuse_in_our_words(name: str) -> None:
    """A server that names an error that only the desk can find is quoted, not believed."""
    with pytest.raises(RemoteRefused):
        _refused(name).cases()


def test_nothing_is_followed_elsewhere() -> None:
    """A redirect is a refusal: no request goes to an address that the server chose."""
    with pytest.raises(RemoteRefused):
        _remote(lambda _: httpx2.Response(307, headers={"location": "https://elsewhere.example/"})).cases()


def test_an_unknown_field_is_refused() -> None:
    """An answer with a field that the protocol does not know is malformed."""
    with pytest.raises(Malformed):
        _says(200, b'{"cases":[],"more":1}').cases()


def test_a_changed_part_is_refused() -> None:
    """A part of a file with one changed byte is refused before anything of it is used."""
    part = Part("0" * 32, 4, hash_of(b"abcd"))
    with pytest.raises(Tampered):
        list(_says(200, b"abce").part(part))


def test_a_part_that_is_too_long_is_refused() -> None:
    """A part that goes on and on is cut off."""
    with pytest.raises(RemoteRefused):
        list(_says(200, bytes(5 * 1024 * 1024)).part(Part("0" * 32, 4, hash_of(b"abcd"))))


def test_a_lost_connection_is_silence() -> None:
    """A connection that breaks is told as a silent server."""

    def broken(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no", request=request)

    with pytest.raises(RemoteSilent):
        _remote(broken).cases()


def test_a_request_says_nothing_of_the_machine() -> None:
    """The client names no version of anything."""
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["user-agent"])
        return httpx2.Response(200, content=b'{"cases":[]}')

    _remote(answer).cases()
    assert seen == ["ombuds"]


def test_without_a_member_nothing_is_signed() -> None:
    """A client that knows no member sends no member's request."""
    remote = Remote(httpx2.Client(transport=Answering(lambda _: httpx2.Response(200))), "https://desk.example")
    with pytest.raises(RequestRefused):
        remote.cases()


@pytest.mark.parametrize("address", ["http://desk.example", "ftp://desk.example", "https://", "https://desk.example/path", "https://a@desk.example", "desk"])
def test_an_unsafe_address_is_refused(address: str) -> None:
    """An address in the clear, with a path, a user or another scheme is refused."""
    with pytest.raises(SettingWrong):
        check_address(address)


@pytest.mark.parametrize("address", ["https://desk.example", "http://abcdef.onion", "http://127.0.0.1:8080"])
def test_a_safe_address_is_taken(address: str) -> None:
    """An address under https, an onion or on this machine is taken."""
    assert check_address(address + "/") == address


def test_a_web_proxy_is_refused() -> None:
    """Only a SOCKS proxy is taken: others see which names are asked for."""
    with pytest.raises(SettingWrong):
        connect(read_desk_settings({"OMBUDS_DESK_PROXY": "http://127.0.0.1:3128"}), "https://desk.example")


def test_an_unknown_setting_is_named() -> None:
    """A setting that does not exist stops the desk by name."""
    with pytest.raises(SettingWrong, match="colour"):
        read_desk_settings({"OMBUDS_DESK_COLOUR": "green"})
