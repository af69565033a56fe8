# SPDX-License-Identifier: AGPL-3.0-or-later
"""`make pictures`: founds a demonstration, lets its people work, and takes the pictures of README.md and docs/screens.md.

Each becomes a PNG of at most 256 colours and is refused where it is too large. Nothing here is tested but what it leaves
behind (tests/rules/test_documents.py); pictures of every page, for looking at, are made by tests/browser/pictures.py.
"""

from __future__ import annotations

import re
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ombuds.cli.drive import ANNA, BORIS, STORY, UPDATE, VERA, Addresses, Walk
from tests.browser.browsers import chromium
from tests.browser.running import demonstration, leave

LARGEST = 200 * 1024
PHONE, DESK = (390, 844), (1200, 800)
FRAME = '<img width="{width}" height="844" style="border-radius:14px" src="data:image/png;base64,{picture}">'
REPORT: dict[str, str | list[str]] = {
    "what": "Since March the night shifts of our station are written down as rest. Eleven of us count hours; nobody is paid.",
    "where": "Station Nine",
    "type": "overtime",
}


class Shot(NamedTuple):
    """One picture: its name, where it is taken, the window, and the colours."""

    name: str
    address: str
    window: tuple[int, int] = DESK
    scheme: Literal["light", "dark"] = "light"


def main(folder: Path) -> None:
    """Take all pictures into the folder."""
    with tempfile.TemporaryDirectory() as kept, demonstration(Path(kept) / "demo") as at, sync_playwright() as player:
        browser = chromium(player)
        walk = work(at, Path(kept) / "demo")
        for shot in shots(walk, at):
            keep(folder / f"{shot.name}.png", take(browser, shot, at))
        keep(folder / "inbox.png", inbox(browser, walk))
        keep(folder / "home.png", together(browser, at))
        leave(walk)


def work(at: Addresses, data: Path) -> Walk:
    """Let the people report, open, reply and ask for consent, and leave what waits for Vera; the walk knows the officer's words."""
    walk = Walk(at, data)
    # Unmarked: the walk's random marks are for its own search, and a picture is for people.
    walk.secret = ""
    first = walk.officer.send(walk.officer.open("/en/report").form("/report"), REPORT, (("roster.png", walk.photo, "image/png"),))
    walk.words = " ".join(words(first.html))
    walk._tick()
    walk.one_member_cannot_open()
    walk.two_members_open_together()
    anna, case = walk.desks[ANNA], walk.case.rsplit("/", 1)[-1]
    anna.send(anna.open(walk.case).form("/reply"), {"text": "Thank you. Who signs the list on which the nights stand as rest?"})
    story = {**STORY, "case": case, "title": "Eleven officers count their nights", "region": "Tarvosk", "do": "consent"}
    anna.send(anna.open(f"/publish?case={case}").form("/publish"), story)
    walk._fetch(ANNA)
    walk.officer.send(walk.officer.open("/en/report").form("/report"), {"what": "Our leave was cancelled by telephone."})
    walk._tick()
    walk.one_member_cannot_open()
    walk.officer.send(walk.officer.open("/en/report").form("/report"), {"what": "The quota for fines went up again."})
    walk._tick()
    boris = walk.desks[BORIS]
    boris.send(boris.open("/publish").form("/publish"), {**UPDATE, "title": "The leave list is open", "do": "propose"})
    for member in (BORIS, ANNA, VERA):
        walk._fetch(member)
    return walk


def words(html: str) -> list[str]:
    """The twelve words on the page that thanks for a report."""
    listed = html.split('<ol class="words"', 1)[1].split("</ol>", 1)[0]
    return [each.split("</li>", 1)[0] for each in listed.split("<li>")[1:]]


def shots(walk: Walk, at: Addresses) -> Iterator[Shot]:
    """The pictures that need no hand."""
    waiting = next(link for link in walk.reader.open("/en/stories").links if "/stories/" in link and "guard a private" in walk.reader.open(link).html)
    vera = at.desks[VERA].split("/enter")[0]
    yield Shot("home-dark", f"{at.server}/en/", DESK, "dark")
    yield Shot("home-arabic", f"{at.server}/ar/", PHONE)
    yield Shot("story", at.server + waiting, (820, 1500))
    yield Shot("report", f"{at.server}/en/report", PHONE)
    wall = next(link for link in walk.reader.open("/en/").links if re.search(r"/campaigns/[0-9a-f]{32}$", link))
    yield Shot("wall", f"{at.server}{wall}/wall", (1200, 1000))
    yield Shot("join", f"{at.server}{wall}/join", PHONE)
    yield Shot("desk-posts", f"{vera}/campaigns/{wall.rsplit('/', 1)[-1]}/posts", (1200, 1000))
    yield Shot("desk-today", vera, (1200, 1000))
    yield Shot("desk-case", vera + walk.case, (1200, 1000))
    yield Shot("desk-approve", f"{vera}/approve")


def take(browser: Browser, shot: Shot, at: Addresses) -> bytes:
    """Open the page in a fresh window, signed in where it is a desk's, and return its picture."""
    page = opened(browser, shot)
    if shot.address.startswith(at.desks[VERA].split("/enter")[0]):
        page.goto(at.desks[VERA])
    page.goto(shot.address)
    page.wait_for_load_state("networkidle")  # a picture that is fetched late
    if shot.name == "report":
        page.locator("[data-do=next]").wait_for()
    return closed(page)


def inbox(browser: Browser, walk: Walk) -> bytes:
    """Open the officer's inbox in the browser, and return the picture of the question for consent that lies there."""
    page = opened(browser, Shot("inbox", "", PHONE))
    page.goto(f"{walk.server}/en/inbox")
    # The browser's own statement stands after the plain one once the script is there.
    page.locator("#inbox .seen + .seen").wait_for()
    page.fill("#words", walk.words)
    page.locator("#inbox button").click()
    page.locator("[data-do=ask]").first.wait_for()
    return closed(page)


def together(browser: Browser, at: Addresses) -> bytes:
    """Return the first page on a phone, dark and in Russian, beside the same page on a desk screen."""
    phone = take(browser, Shot("", f"{at.server}/ru/", PHONE, "dark"), at)
    screen = take(browser, Shot("", f"{at.server}/en/", (1000, 844)), at)
    pictures = "".join(FRAME.format(width=width, picture=b64encode(it).decode()) for width, it in ((390, phone), (1000, screen)))
    page = opened(browser, Shot("", "", (1510, 924)))
    page.set_content(f'<body style="margin:0;padding:40px;display:flex;gap:40px;background:#d6dad9">{pictures}</body>')
    return closed(page)


def opened(browser: Browser, shot: Shot) -> Page:
    """Open a fresh window."""
    width, height = shot.window
    return browser.new_page(viewport={"width": width, "height": height}, color_scheme=shot.scheme, device_scale_factor=2 if width == PHONE[0] else 1)


def closed(page: Page) -> bytes:
    """Return the picture of the window and close it."""
    taken = page.screenshot()
    page.context.close()
    return taken


def keep(target: Path, taken: bytes) -> None:
    """Write the picture with few colours. Raises ValueError if it is too large."""
    few = BytesIO()
    with Image.open(BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(few, "PNG", optimize=True)
    if few.tell() > LARGEST:
        raise ValueError(f"{target.name} has {few.tell()} bytes")
    target.write_bytes(few.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
