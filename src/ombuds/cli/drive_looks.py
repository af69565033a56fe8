# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the walk looks at: the words and boxes on a page, a page that changes in a moment, a command that anybody gives."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from time import sleep

from ombuds.cli.visitor import Page
from ombuds.core.errors import ContentChanged, OrderWrong


def held(true: bool, otherwise: str) -> None:
    """Go on if it is true. Raises OrderWrong with what did not hold."""
    if not true:
        raise OrderWrong(otherwise)


def eventually(look: Callable[[], Page], text: str) -> Page:
    """Look until the text stands there; a page is at most a second or two behind the record. Raises ContentChanged."""
    for _ in range(50):
        page = look()
        if text in page.html:
            return page
        sleep(0.1)
    raise ContentChanged("the page does not show it")


def gone(look: Callable[[], Page], text: str) -> Page:
    """Look until the text stands there no more: a worker keeps a page for ten seconds. Raises ContentChanged."""
    for _ in range(150):
        page = look()
        if text not in page.html:
            return page
        sleep(0.1)
    raise ContentChanged("the page still shows it")


def ombuds(*words: str) -> int:
    """Run a command of ombuds as anybody would, and return how it ended."""
    done = subprocess.run([sys.executable, "-m", "ombuds", *words], capture_output=True, check=False)  # noqa: S603 - our own program
    return done.returncode


def words_on(page: Page) -> list[str]:
    """The twelve words on the page that thanks for a report."""
    found = re.search(r'<ol class="words".*?</ol>', page.html, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found.group()) if found else []


def done_asks(page: Page) -> bool:
    """Whether the page asks for words again."""
    return any(name.startswith("word_") for form in page.forms for name, _ in form.fields)


def boxes_on(page: Page, name: str) -> list[str]:
    """The values of all boxes of that name that can be ticked, or of the one that needs no tick."""
    return re.findall(rf'<input type="(?:checkbox|hidden)" name="{name}" value="([^"]+)"(?![^>]*disabled)', page.html)
