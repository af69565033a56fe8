# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m tests.browser.pictures FOLDER`: pictures of every page, empty and full, narrow and wide, light and dark.

For looking at, by people; no test reads them. The documentation's pictures are made by docs/pictures.py. See spec/pages.md.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from ombuds.cli.drive import Addresses, Walk
from tests.browser.browsers import chromium
from tests.browser.running import demonstration, fill, leave
from tests.browser.stories import tell
from tests.browser.tour import desk, public, source

WIDTHS = (360, 768, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, demonstration(Path(kept) / "demo") as at, sync_playwright() as player:
        page = chromium(player).new_page()
        take(page, empty(page, at), folder / "empty")
        walk = fill(at, Path(kept) / "demo", marked=False)
        tell(walk)
        take(page, full(page, at, walk), folder / "full")
        leave(walk)


def empty(page: Page, at: Addresses) -> Iterator[str]:
    """Pages of a desk on its first day."""
    for language in ("en", "ru"):
        yield from public(page, at.server, language)


def full(page: Page, at: Addresses, walk: Walk) -> Iterator[str]:
    """Pages of a desk at work."""
    for language in ("en", "ru"):
        yield from public(page, at.server, language)
        yield from source(page, walk, language)
    yield from desk(page, at.desks[1])


def take(page: Page, tour: Iterator[str], folder: Path) -> None:
    """Take the pictures of each page of a tour."""
    for name in tour:
        plain = re.sub(r"\W+", "-", name).strip("-")
        for width in WIDTHS:
            for scheme in SCHEMES:
                page.set_viewport_size({"width": width, "height": 800})
                # As high as the page, so that what is fixed to the foot of the window stands at its foot.
                page.set_viewport_size({"width": width, "height": max(800, page.evaluate("document.documentElement.scrollHeight"))})
                page.emulate_media(color_scheme=scheme)
                target = folder / f"{plain}.{width}.{scheme}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
