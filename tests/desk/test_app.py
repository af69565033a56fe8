# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a desk's screens: locked, offline, damaged, wrong address, too much; each says what to do next."""

from __future__ import annotations

import time

import pytest

from tests.desk.desks import PASSPHRASE, World
from tests.desk.screens import Browser, browser_at, silence

OFFLINE = "The server does not answer; showing what this machine has from 4 March 2026."


@pytest.fixture
def browser(world: World) -> Browser:
    """A browser at the desk of anna."""
    return browser_at(world, world["anna"])


def unlock(browser: Browser, passphrase: str) -> str:
    """Type a passphrase at the locked desk and return the page that follows."""
    text: str = browser.press("/unlock", {"token": browser.mark("/"), "passphrase": passphrase}).text
    return text


def test_a_locked_desk_asks_for_the_passphrase(browser: Browser) -> None:
    """After locking, every screen is the one where the vault is opened."""
    browser.press("/lock", {})
    assert [path for path in ("/", "/cases", "/approve", "/publish", "/members") if 'action="/unlock"' not in browser.open(path).text] == []


def test_the_right_passphrase_opens_the_desk_again(browser: Browser) -> None:
    """The passphrase leads back to Today."""
    browser.press("/lock", {})
    assert "<h1>Today</h1>" in unlock(browser, PASSPHRASE)


def test_a_wrong_passphrase_is_told(browser: Browser) -> None:
    """A wrong passphrase is told as such, beside its field."""
    browser.press("/lock", {})
    assert "The passphrase does not open this vault." in unlock(browser, "guess")


def test_a_damaged_vault_is_told(browser: Browser, world: World) -> None:
    """A vault that was damaged while it was closed is not taken for a wrong passphrase."""
    browser.press("/lock", {})
    path = world.folder / "anna" / "vault.key"
    path.write_bytes(path.read_bytes().replace(b'"passes":1', b'"passes":2'))
    assert "This vault is damaged." in unlock(browser, PASSPHRASE)


def test_a_missing_vault_is_told(browser: Browser, world: World) -> None:
    """A vault that is gone is told as gone."""
    browser.press("/lock", {})
    for path in (world.folder / "anna").iterdir():
        path.unlink()
    assert "There is nothing of that name here." in unlock(browser, PASSPHRASE)


def test_a_form_sent_to_a_locked_desk_does_nothing(browser: Browser) -> None:
    """A form that arrives after the desk locked itself is answered with the passphrase screen and a sentence."""
    mark = browser.mark()
    browser.ticks.now += 3600
    answer = browser.client.post("/publish", data={"token": mark, "do": "save", "title": "x"})
    assert answer.status_code == 403 and "The desk locked itself, so nothing was sent." in answer.text


def test_a_silent_server_is_told_above_the_screen(browser: Browser, world: World) -> None:
    """Without the server Today shows what the vault holds, and from which day that is."""
    silence(world["anna"])
    browser.ticks.now += 61
    answer = browser.open("/")
    assert answer.status_code == 200 and OFFLINE in answer.text


def test_the_banner_stays_on_every_screen(browser: Browser, world: World) -> None:
    """Once the server was silent, every screen says so until it answers again."""
    silence(world["anna"])
    browser.press("/fetch", {})
    assert [path for path in ("/cases", "/approve", "/publish", "/members") if OFFLINE not in browser.open(path).text] == []


def test_the_banner_goes_when_the_server_is_back(browser: Browser, world: World) -> None:
    """A fetch that succeeds takes the banner away."""
    there = silence(world["anna"])
    browser.press("/fetch", {})
    world["anna"].remote = there
    assert "The server does not answer" not in browser.press("/fetch", {}).text


def test_today_looks_at_the_server_once_a_minute(browser: Browser, world: World) -> None:
    """Opening Today again within the minute shows the vault and asks nobody."""
    silence(world["anna"])
    browser.ticks.now += 59
    assert "The server does not answer" not in browser.open("/").text


def test_today_does_not_wait_for_a_slow_server(browser: Browser) -> None:
    """While another fetch is still going on, Today comes within seconds and says that more will follow."""
    room = browser.client.app.state.room  # type: ignore[attr-defined]
    browser.ticks.now += 61
    room.work.acquire()
    began = time.monotonic()
    text = browser.open("/").text
    room.work.release()
    room.looking.join()
    assert "The server takes its time." in text and time.monotonic() - began < 10


@pytest.mark.parametrize("path", ["/nothing", "/cases/" + "a" * 32, "/cases/" + "a" * 32 + "/files/" + "b" * 32, "/publish?draft=" + "c" * 32])
def test_an_unknown_name_is_told(browser: Browser, path: str) -> None:
    """What is not there is answered with 404 and a way back."""
    answer = browser.open(path)
    assert answer.status_code == 404 and 'href="/"' in answer.text


def test_a_wrong_method_is_refused(browser: Browser) -> None:
    """A screen that only shows takes no form."""
    assert browser.client.post("/members", data={"token": browser.mark()}).status_code == 405


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    """A form without files holds four megabytes and no more."""
    assert browser.press("/publish", {"do": "save", "body": "x" * (4 * 1024 * 1024)}).status_code == 413


def test_fetching_leads_back(browser: Browser) -> None:
    """A fetch returns to the screen it was asked from."""
    assert browser.press("/sync", {"back": "/members"}).url.path == "/members"


@pytest.mark.parametrize("back", ["//evil.example/", "http://evil.example/", "/\\evil.example", "evil", ""])
def test_fetching_leads_nowhere_else(browser: Browser, back: str) -> None:
    """A fetch returns to the desk's own screens only."""
    answer = browser.client.post("/fetch", data={"token": browser.mark(), "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_the_stylesheet_is_there(browser: Browser) -> None:
    """The one file that screens load is served."""
    assert browser.open("/static/style.css").headers["content-type"] == "text/css; charset=utf-8"


def test_no_other_file_is_served(browser: Browser) -> None:
    """A path under static gives nothing but the stylesheet."""
    assert browser.open("/static/..%2f..%2fvault.key").status_code == 404


def test_the_end_of_the_program_closes_the_vault(browser: Browser, world: World) -> None:
    """When the application ends, the vault is closed."""
    with browser.client:
        pass
    assert browser.client.app.state.room.desk is None  # type: ignore[attr-defined]
