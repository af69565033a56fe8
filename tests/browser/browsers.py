# SPDX-License-Identifier: AGPL-3.0-or-later
"""Debian's Chromium and Firefox, started so that they speak with nobody but the demonstration. A missing browser is an error.

Every page is watched: what it says on the console, what it asks of others, what it opens. See spec/demonstration.md.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Playwright, Request

from tests.browser.fox import Marionette
from tests.browser.hands import SLOW, ChromiumHands, FirefoxHands
from tests.browser.running import free_ports

CHROMIUM, FIREFOX = "/usr/bin/chromium", "/usr/bin/firefox-esr"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOX: dict[str, str | int | bool] = {
    "app.update.auto": False,
    "browser.download.folderList": 2,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.download.alwaysOpenPanel": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "services.settings.server": "",
    "toolkit.telemetry.enabled": False,
}


@dataclass
class Seen:
    """What a page did besides showing itself."""

    said: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    windows: int = 0

    def hosts(self) -> set[str]:
        """The hosts and ports that were asked for anything."""
        return {urlsplit(address).netloc for address in self.asked if urlsplit(address).scheme not in ("data", "blob", "about")}


def watch(page: Page) -> Seen:
    """Note from now on what the page says, asks and opens."""
    seen = Seen()

    def dialog(it: Dialog) -> None:
        seen.dialogs.append(it.message)
        it.dismiss()

    def asked(request: Request) -> None:
        seen.asked.append(request.url)

    def opened(_: Page) -> None:
        seen.windows += 1

    page.on("console", lambda it: seen.said.append(f"{it.type}: {it.text} at {urlsplit(page.url).path}"))
    page.on("pageerror", lambda it: seen.said.append(f"{it.message} at {urlsplit(page.url).path}"))
    page.on("dialog", dialog)
    page.on("request", asked)
    page.on("popup", opened)
    return seen


def chromium(player: Playwright) -> Browser:
    """Start Chromium. Raises what the launcher raises when it is missing."""
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing: install Debian's package chromium"
    return player.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


@contextmanager
def window(browser: Browser, scripts: bool, width: int = 1024) -> Iterator[ChromiumHands]:
    """A fresh window of Chromium for one person."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 800}, accept_downloads=True)
    try:
        context.set_default_timeout(SLOW * 1000)
        yield ChromiumHands(context.new_page())
    finally:
        context.close()


@contextmanager
def firefox(folder: Path, **choices: str | int | bool) -> Iterator[FirefoxHands]:
    """Start Firefox with a fresh profile and these settings; dots in their names are written as two underscores."""
    assert Path(FIREFOX).exists(), f"{FIREFOX} is missing: install Debian's package firefox-esr"
    profile, downloads, port = folder / "profile", folder / "downloads", free_ports(1)
    profile.mkdir(parents=True)
    downloads.mkdir()
    wanted = {**FOX, **{name.replace("__", "."): value for name, value in choices.items()}}
    wanted |= {"marionette.port": port, "browser.download.dir": str(downloads)}
    (profile / "user.js").write_text("".join(f"user_pref({_js(name)}, {_js(value)});\n" for name, value in wanted.items()))
    with (folder / "firefox.log").open("wb") as log:
        command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            fox = _connected(process, port)
            yield FirefoxHands(fox, downloads)
            fox.delete_session()
        finally:
            process.terminate()
            process.wait(20)


def _js(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _connected(process: subprocess.Popen[bytes], port: int) -> Marionette:
    until = monotonic() + 2 * SLOW
    while monotonic() < until and not _listens(port):
        assert process.poll() is None, "Firefox ended by itself"
        sleep(0.1)
    fox = Marionette("127.0.0.1", port=port, socket_timeout=SLOW, startup_timeout=SLOW)
    fox.start_session()
    return fox


def _listens(port: int) -> bool:
    # Asked here and not by the driver, which leaves a socket open at each try.
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
