# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person's hands do in a browser: open, write, choose files, press, save. Once for Chromium, once for Firefox.

A journey written with these verbs knows no browser and no script. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.browser.fox import By, Marionette

SLOW = 30


class Hands(Protocol):
    """One person at one browser window."""

    def open(self, address: str) -> None:
        """Go to an address."""

    def write(self, field: str, text: str) -> None:
        """Replace what stands in a field."""

    def attach(self, field: str, files: Sequence[Path]) -> None:
        """Choose files in a field."""

    def press(self, button: str) -> None:
        """Press a button or follow a link, and wait for the page it leads to."""

    def push(self, button: str) -> None:
        """Press a button that changes the page without leaving it."""

    def wait(self, selector: str) -> None:
        """Wait until such an element can be seen."""

    def sees(self, selector: str) -> bool:
        """Whether such an element can be seen now."""

    def tick(self, box: str) -> None:
        """Tick or untick a box."""

    def save(self, link: str, place: int) -> bytes:
        """Press the link or button of that place in the page's order and take the file it gives."""

    def texts(self, selector: str) -> list[str]:
        """Return what can be read in every such element."""

    def names(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of every such element."""


class ChromiumHands:
    """Hands at a page of Chromium."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Go to an address."""
        self.page.goto(address)

    def write(self, field: str, text: str) -> None:
        """Replace what stands in a field."""
        if self.page.locator(field).evaluate("it => it.tagName") == "SELECT":
            self.page.select_option(field, text)
        else:
            self.page.fill(field, text)

    def attach(self, field: str, files: Sequence[Path]) -> None:
        """Choose files in a field."""
        self.page.set_input_files(field, list(files))

    def press(self, button: str) -> None:
        """Press a button or follow a link, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def push(self, button: str) -> None:
        """Press a button that changes the page without leaving it."""
        self.page.locator(f"{button} >> visible=true").first.click()

    def wait(self, selector: str) -> None:
        """Wait until such an element can be seen."""
        self.page.locator(f"{selector} >> visible=true").first.wait_for()

    def sees(self, selector: str) -> bool:
        """Whether such an element can be seen now."""
        return self.page.locator(f"{selector} >> visible=true").count() > 0

    def tick(self, box: str) -> None:
        """Tick or untick a box."""
        self.page.locator(box).first.click()

    def save(self, link: str, place: int) -> bytes:
        """Press the link or button of that place in the page's order and take the file it gives."""
        with self.page.expect_download() as saved:
            self.page.locator(link).nth(place).click()
        return Path(saved.value.path()).read_bytes()

    def texts(self, selector: str) -> list[str]:
        """Return what can be read in every such element."""
        return self.page.locator(selector).all_inner_texts()

    def names(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of every such element."""
        return [it.get_attribute(attribute) or "" for it in self.page.locator(selector).all()]


class FirefoxHands:
    """Hands at a window of Firefox; saved files land in a folder that only this browser uses."""

    def __init__(self, fox: Marionette, downloads: Path) -> None:
        self.fox, self.downloads = fox, downloads

    def open(self, address: str) -> None:
        """Go to an address."""
        self.fox.navigate(address)

    def write(self, field: str, text: str) -> None:
        """Replace what stands in a field."""
        element = self.fox.find_element(By.CSS_SELECTOR, field)
        if element.tag_name == "select":
            # By keyboard: the driver cannot press an option that the header covers, a person would not either.
            element.send_keys(element.find_element(By.CSS_SELECTOR, f"option[value='{text}']").text)
        else:
            element.clear()
            element.send_keys(text)

    def attach(self, field: str, files: Sequence[Path]) -> None:
        """Choose files in a field."""
        element = self.fox.find_element(By.CSS_SELECTOR, field)
        if not element.is_displayed():
            # A button opens it for a person; the driver cannot use the window that the button opens.
            self.fox.execute_script("arguments[0].hidden = false", [element])
        for file in files:
            element.send_keys(str(file))

    def press(self, button: str) -> None:
        """Press a button or follow a link, and wait for the page it leads to."""
        self.fox.find_element(By.CSS_SELECTOR, button).click()

    def push(self, button: str) -> None:
        """Press a button that changes the page without leaving it."""
        self._seen(button)[0].click()

    def wait(self, selector: str) -> None:
        """Wait until such an element can be seen."""
        until = monotonic() + SLOW
        while not self._seen(selector):
            assert monotonic() < until, f"{selector} does not come"
            sleep(0.05)

    def sees(self, selector: str) -> bool:
        """Whether such an element can be seen now."""
        return bool(self._seen(selector))

    def _seen(self, selector: str) -> list[Any]:
        return [it for it in self.fox.find_elements(By.CSS_SELECTOR, selector) if it.is_displayed()]

    def tick(self, box: str) -> None:
        """Tick or untick a box."""
        self.fox.find_element(By.CSS_SELECTOR, box).click()

    def save(self, link: str, place: int) -> bytes:
        """Press the link or button of that place in the page's order and take the file it gives."""
        before = set(self.downloads.iterdir())
        self.fox.find_elements(By.CSS_SELECTOR, link)[place].click()
        until = monotonic() + SLOW
        while monotonic() < until:
            fresh = [file for file in self.downloads.iterdir() if file not in before]
            # While it is still coming there are two files, the empty one and its .part.
            if len(fresh) == 1 and fresh[0].suffix != ".part" and fresh[0].stat().st_size:
                return fresh[0].read_bytes()
            sleep(0.05)
        raise AssertionError(f"nothing was saved from {link}")

    def texts(self, selector: str) -> list[str]:
        """Return what can be read in every such element."""
        return [str(it.text) for it in self.fox.find_elements(By.CSS_SELECTOR, selector)]

    def names(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of every such element."""
        return [str(it.get_attribute(attribute) or "") for it in self.fox.find_elements(By.CSS_SELECTOR, selector)]
