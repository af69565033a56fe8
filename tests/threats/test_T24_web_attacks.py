# SPDX-License-Identifier: AGPL-3.0-or-later
"""T24: attacks by way of the web: headers on every answer, another host's name, redirects, paths that lead out, headers that are
broken open, forms of other pages, and a server that never fetches what somebody names.

Hostile text in every field of every page is tried in tests/pages and in two browsers in tests/browser; the door of a member's
desk in test_T33.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import msgspec
import pytest
from httpx2 import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ombuds.server.app import build
from tests.server.answers import open_case, reply
from tests.server.institution import Institution, found
from tests.server.visits import nonce_in, post_report, sent_of
from tests.threats.listening import reached

EVIL = "evil.example"
HERE = "http://127.0.0.1:8080"
OUT = ("../../../log.key", "..%2f..%2f..%2flog.key", "%2e%2e/%2e%2e/log.key", "....//log.key", "..%5c..%5clog.key", "%00log.key", "/etc/passwd", "a" * 5000)
HOSTILE = 'x"\r\nset-cookie: a=b\r\n\r\n<script>alert(1)</script>'


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A founded desk."""
    institution = found(tmp_path / "server")
    yield institution
    institution.parts.store.close()


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A visitor who follows nothing by itself."""
    return TestClient(here.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)


def _paths(here: Institution, word: str = "a" * 32) -> list[tuple[str, str]]:
    """Every route of the application with a word in each of its places, and a few that are none."""
    found_paths = [("GET", "/nothing/here"), ("DELETE", "/en/"), ("GET", "//"), ("GET", "/en"), ("GET", "/en/report/")]
    for route in here.app.routes:
        if isinstance(route, Route):
            path = "/".join("en" if part == "{lang}" else word if part.startswith("{") else part for part in route.path.split("/"))
            found_paths += [(method, path) for method in sorted(route.methods or {"GET"})]
    return found_paths


def _answers(here: Institution, browser: TestClient, word: str = "a" * 32, headers: dict[str, str] | None = None) -> Iterator[tuple[str, Response]]:
    for method, path in _paths(here, word):
        yield f"{method} {path[:80]}", browser.request(method, path, headers=headers)


def test_every_answer_has_the_headers(here: Institution, browser: TestClient) -> None:
    """Whatever is asked, the answer forbids inline scripts, frames, sniffing and referrers, and sets no cookie."""
    wrong = []
    for asked, answer in _answers(here, browser):
        policy = answer.headers["content-security-policy"]
        fixed = {name: answer.headers[name] for name in ("x-frame-options", "x-content-type-options", "referrer-policy")}
        well = fixed == {"x-frame-options": "DENY", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
        if not well or not policy.startswith("default-src 'none'") or "unsafe" in policy or "*" in policy or "set-cookie" in answer.headers:
            wrong.append(asked)
    assert wrong == []


def test_nothing_leads_to_another_host(here: Institution, browser: TestClient) -> None:
    """No redirect leaves the host that was asked, whatever stands in the path, the query or the headers."""
    tries = [f"//{EVIL}", f"/\\{EVIL}", f"//{EVIL}/en/", f"/en//{EVIL}/", f"/?next=http://{EVIL}/", f"/en/?lang=//{EVIL}", f"/{EVIL}/report/", "/en/report/"]
    headers = {"accept-language": f"//{EVIL}, ru", "referer": f"http://{EVIL}/", "x-forwarded-host": EVIL, "forwarded": f"host={EVIL}"}
    asked = [browser.get(f"{HERE}{path}", headers=headers) for path in tries]
    leads = [answer.headers["location"] for answer in [*asked, *(one for _, one in _answers(here, browser, headers=headers))] if answer.is_redirect]
    # As browsers read them: a backslash is a slash, and two slashes begin another host.
    assert leads and [place for place in leads if not urljoin(HERE, place.replace("\\", "/")).startswith(f"{HERE}/")] == []


def test_another_host_is_turned_away(here: Institution) -> None:
    """A server that was told its names answers no other one, and repeats that name nowhere."""
    told = msgspec.structs.replace(here.parts.settings, hosts="desk.example")
    strange = TestClient(build(replace(here.parts, settings=told)), base_url=f"http://{EVIL}", follow_redirects=False, raise_server_exceptions=False)
    answers = [answer for _, answer in _answers(here, strange)]
    assert {answer.status_code for answer in answers} == {421} and [a for a in answers if EVIL in a.text] == []


def test_no_answer_repeats_the_host(here: Institution, browser: TestClient) -> None:
    """No page builds an address out of the host's name that a request brought."""
    strange = TestClient(here.app, base_url=f"http://{EVIL}", follow_redirects=False, raise_server_exceptions=False)
    assert [asked for asked, answer in _answers(here, strange) if EVIL in answer.text] == []


@pytest.mark.parametrize("word", OUT)
def test_no_path_leads_out(here: Institution, browser: TestClient, word: str) -> None:
    """A name in an address that would lead to another file gives none: neither a key nor anything else of the folder or the machine."""
    secrets = [(here.folder / name).read_bytes() for name in ("log.key", "form.key")]
    answers = [answer.content for _, answer in _answers(here, browser, word)]
    assert [content for content in answers if b"root:" in content or any(secret in content for secret in secrets)] == []


def test_a_file_name_breaks_no_header(here: Institution, browser: TestClient) -> None:
    """A file name with line ends and quotes in it comes as one header and as nothing else."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    case = open_case(here, words)
    case.called = HOSTILE
    name = reply(case, "See.", file=b"content")
    page = browser.post("/en/inbox", data={"words": words})
    file = page.text.partition('name="file" value="')[2][:32]
    answer = browser.post("/en/inbox/file", data={"words": words, "message": name, "file": file})
    assert (answer.content, "set-cookie" in answer.headers, "\n" in answer.headers["content-disposition"]) == (b"content", False, False)
    assert answer.headers["content-disposition"].startswith("attachment; ") and answer.headers["content-type"] == "application/octet-stream"


def test_hostile_headers_are_not_repeated(here: Institution, browser: TestClient) -> None:
    """What a request brings in its headers and its query comes back in no header and as no element."""
    answers = [browser.get(path, params={"q": HOSTILE, "region": HOSTILE, "lang": HOSTILE}, headers={"accept-language": "<script>alert(1)</script>"})
               for path in ("/", "/en/", "/en/stories", "/en/search", "/en/ledger", "/en/inbox")]  # fmt: skip
    assert [answer for answer in answers if "set-cookie" in answer.headers or "<script>alert(1)" in answer.text] == []


def test_another_page_s_form_has_nothing_to_ride_on(here: Institution, browser: TestClient) -> None:
    """A form that another page sends changes nothing of an inbox: no cookie speaks for the source, and without the words there is none."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    case = open_case(here, words)
    reply(case, "Keep me.")
    browser.post("/en/inbox", data={"words": words})
    elsewhere = {"origin": f"http://{EVIL}", "sec-fetch-site": "cross-site"}
    tries = [("delete", {"message": "0" * 32}), ("close", {}), ("consent/answer", {"question": "0" * 32, "answer": "agree"})]
    codes = [browser.post(f"/en/inbox/{path}", data=data, headers=elsewhere).status_code for path, data in tries]
    kept = browser.post("/en/inbox", data={"words": words}).text
    assert (codes, "Keep me." in kept, case.received()) == ([400] * 3, True, [])


def test_the_server_fetches_nothing(here: Institution, browser: TestClient) -> None:
    """Addresses of other hosts and of this machine in every field make the server connect to nothing and look no name up."""
    address = "http://127.0.0.1:9/x http://evil.example/x.png <img src=//evil.example/x> \\\\evil.example\\share"
    fields: dict[str, str | list[str]] = {name: address for name in ("what", "who", "where", "when", "type", "wish", "words_language")}
    with reached() as places:
        words = sent_of(post_report(browser, fields, ((address, address.encode()),))).line
        page = browser.post("/en/inbox", data={"words": words})
        browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce_in(page), "text": address}, files=[("files", (address, address.encode()))])
        browser.get("/en/search", params={"q": address})
    assert places == []
