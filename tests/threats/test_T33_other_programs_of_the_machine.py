# SPDX-License-Identifier: AGPL-3.0-or-later
"""T33: another program, another page of the browser, or somebody at an unlocked laptop does not get into a member's desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ombuds.desk.vault import open_vault
from tests.desk.desks import PASSPHRASE, World, institution
from tests.desk.screens import HERE, PORT, TOKEN, Browser, browser_at

SCREENS = ("/", "/cases", "/cases/" + "a" * 32, "/cases/" + "a" * 32 + "/files/" + "b" * 32, "/approve", "/publish", "/members")
FORMS = ("/open", "/renew", "/approve", "/publish", "/fetch", "/sync", "/lock", "/unlock", "/cases/" + "a" * 32 + "/note", "/cases/" + "a" * 32 + "/reply")
ELSEWHERE = ("http://evil.example", "http://127.0.0.1:8000", "http://localhost:9999", "https://127.0.0.1:8100", "null")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A founded desk that the tests only knock at."""
    with institution(tmp_path_factory.mktemp("world")) as founded:
        yield founded


@pytest.fixture(scope="module")
def browser(world: World) -> Browser:
    """A browser that has come in at the desk of anna."""
    return browser_at(world, world["anna"])


def stranger(browser: Browser) -> TestClient:
    """Another program at the same port, without the cookie."""
    return TestClient(browser.client.app, base_url=HERE)


@pytest.mark.parametrize("path", SCREENS)
def test_no_screen_without_the_cookie(browser: Browser, path: str) -> None:
    """A screen asked for without the cookie is refused and names no member."""
    answer = stranger(browser).get(path)
    assert answer.status_code == 403 and "anna" not in answer.text and "Desk of Examples" not in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_no_form_without_the_cookie(browser: Browser, path: str) -> None:
    """A form sent without the cookie is refused, even with the right mark in it."""
    assert stranger(browser).post(path, data={"token": browser.mark()}).status_code == 403


@pytest.mark.parametrize("token", ["", "0" * 32, TOKEN[:-1], TOKEN + "0", TOKEN.upper()])
def test_a_stale_token_opens_nothing(browser: Browser, token: str) -> None:
    """A token of another start gives no cookie."""
    answer = stranger(browser).get("/enter", params={"token": token})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_the_page_at_the_door_says_how_to_get_in(browser: Browser) -> None:
    """Whoever has no cookie reads where the way in is."""
    assert "Open the whole address that stands in the terminal" in stranger(browser).get("/").text


def test_the_cookie_is_for_this_desk_alone(browser: Browser) -> None:
    """The cookie is unreadable for scripts, never leaves with another site's request, ends with the browser, and is named by the port."""
    given = stranger(browser).get("/enter", params={"token": TOKEN}, follow_redirects=False).headers["set-cookie"]
    parts = {part.strip().lower() for part in given.split(";")[1:]}
    assert given.startswith(f"ombuds-desk-{PORT}=") and parts == {"httponly", "path=/", "samesite=strict"}


def test_the_cookie_is_not_the_token(browser: Browser) -> None:
    """Who reads the cookie does not learn the address that gives it."""
    assert TOKEN not in str(dict(browser.client.cookies))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:8101", "desk.localhost:8100", "127.0.0.1.:8100", "[::1]:8100"])
def test_another_host_is_not_served(browser: Browser, host: str) -> None:
    """A name that leads to this machine by a trick of the name system is not served, cookie or not."""
    assert browser.client.get("/members", headers={"host": host}).status_code == 421


def test_two_hosts_are_not_served(browser: Browser) -> None:
    """A request that names two hosts is not served."""
    assert browser.client.get("/members", headers=[("host", f"127.0.0.1:{PORT}"), ("host", "evil.example")]).status_code == 421


def test_localhost_is_served(browser: Browser) -> None:
    """The machine's other exact name is served."""
    assert browser.client.get("/members", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_form_of_another_page_is_refused(browser: Browser, origin: str) -> None:
    """A form that comes from another page, port or scheme does nothing."""
    answer = browser.client.post("/lock", data={"token": browser.mark()}, headers={"origin": origin})
    assert answer.status_code == 403 and browser.open("/members").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "surprise"])
def test_a_form_that_the_browser_places_elsewhere_is_refused(browser: Browser, site: str) -> None:
    """A form does nothing unless the browser says that it comes from the desk itself; the machine's other ports are not the desk."""
    assert browser.client.post("/lock", data={"token": browser.mark()}, headers={"sec-fetch-site": site}).status_code == 403


def test_the_desks_own_form_is_taken_without_an_origin(browser: Browser) -> None:
    """Under no-referrer a browser writes null as the origin of the desk's own form and says same-origin beside it: that is taken."""
    answer = browser.client.post("/fetch", data={"token": browser.mark()}, headers={"origin": "null", "sec-fetch-site": "same-origin"})
    assert answer.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_cannot_read_a_screen(browser: Browser, site: str) -> None:
    """A screen that another page asks for is refused although the cookie came with it."""
    assert browser.client.get("/cases", headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "0" * 32, TOKEN])
def test_a_form_needs_the_mark_of_this_start(browser: Browser, path: str, token: str) -> None:
    """A form without the mark that the desk's own pages carry does nothing, whatever else is right."""
    files = [("files", ("a.txt", b"x", "text/plain"))] if path.endswith("/reply") else None
    assert browser.client.post(path, data={"token": token}, files=files).status_code == 403


@pytest.mark.parametrize("path", ["/", "/cases", "/approve", "/publish", "/members", "/nothing"])
def test_nothing_stays_in_the_browser(browser: Browser, path: str) -> None:
    """No screen may be kept by the browser, framed by a page, or tell another place where the reader came from."""
    headers = browser.open(path).headers
    assert (headers["cache-control"], headers["x-frame-options"], headers["referrer-policy"]) == ("no-store", "DENY", "no-referrer")


@pytest.mark.parametrize("path", ["/", "/cases", "/approve", "/publish", "/members", "/nothing", "/enter"])
def test_no_script_runs_on_any_screen(browser: Browser, path: str) -> None:
    """Every screen forbids scripts and inline styles and loads only the desk's own stylesheet."""
    policy = browser.open(path).headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def test_a_desk_left_alone_locks_itself(tmp_path: Path) -> None:
    """After a quarter of an hour without a request the vault is closed and the passphrase is asked for."""
    with institution(tmp_path) as world:
        browser = browser_at(world, world["anna"])
        browser.ticks.now += 15 * 60 + 1
        page = browser.open("/cases").text
        assert 'action="/unlock"' in page and "anna" not in page.replace("vault of anna", "")


def test_a_desk_in_use_stays_open(browser: Browser) -> None:
    """A request within the quarter of an hour begins it anew."""
    for _ in range(3):
        browser.ticks.now += 14 * 60
        assert browser.open("/members").status_code == 200


def test_locking_closes_the_vault(tmp_path: Path) -> None:
    """Locking lets go of the vault's file, so that its keys are not in memory for the sake of a desk nobody uses."""
    with institution(tmp_path) as world:
        browser_at(world, world["anna"]).press("/lock", {})
        with open_vault(tmp_path / "anna", PASSPHRASE) as vault:
            assert vault.me().name == "anna"
