# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m ombuds.cli.drive_browser report|inbox|join SERVER CHROMIUM``: one visit of the walk in a real Chromium with JavaScript.

A program of its own, started by drive_browsing.py: playwright is a development dependency, and nothing else of ombuds imports
it. ``report`` takes the secret on stdin and prints the words; ``inbox`` takes words and secret, a line each, and prints what
the inbox shows; ``join`` takes a sentence and the campaign's path and prints the words of a receipt. It ends with an error when
something readable left the page. See spec/demonstration.md.
"""

from __future__ import annotations

import re
import sys

from playwright.sync_api import Page, Request, sync_playwright

from ombuds.cli.drive_files import small_png
from ombuds.cli.drive_looks import held

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
PATIENCE = 60_000
NEXT, SEND = "[data-do=next]", "#report button:not([type])"
SCREENS = 20


def main(visit: str, server: str, chromium: str) -> None:
    """Start the browser, make the visit and print what came of it. Raises OrderWrong."""
    first, _, secret = sys.stdin.read().strip().partition("\n")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=list(QUIET))
        # As narrow as a phone, which is what most sources hold.
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.set_default_timeout(PATIENCE)
        said = listen(page)
        if visit == "join":
            shown = join(page, f"{server}{secret}", first)
            nothing_readable(said, (first, shown))
        else:
            shown = report(page, server, first) if visit == "report" else inbox(page, server, first)
            nothing_readable(said, (first, secret, *first.split()[:1], shown if visit == "report" else ""))
        browser.close()
    sys.stdout.write(f"{shown}\n")


def listen(page: Page) -> list[bytes]:
    """Keep from now on the address and the content of everything that the page and its worker send."""
    said: list[bytes] = []

    def keep(request: Request) -> None:
        said.append(request.url.encode() + b"\n" + (request.post_data_buffer or b""))

    page.context.on("request", keep)
    return said


def nothing_readable(said: list[bytes], canaries: tuple[str, ...]) -> None:
    """Look for each canary in what was sent. Raises OrderWrong."""
    held(any(each.partition(b"\n")[2] for each in said), "the browser sent nothing")
    held(not any(canary.encode() in each for canary in filter(None, canaries) for each in said), "something readable left the page")


def report(page: Page, server: str, secret: str) -> str:
    """Report through the screens, one question each, with a file; return the words when they were given back. Raises OrderWrong."""
    page.goto(f"{server}/en/report")
    page.locator(NEXT).wait_for()
    for screen in range(SCREENS):
        held(page.locator(".question >> visible=true").count() == 1, "a screen shows more than one question")
        answer(page, secret)
        if not page.locator(NEXT).is_visible():
            held(screen > 1, "the report has one screen alone")
            break
        page.locator(NEXT).click()
    page.locator(SEND).click()
    page.locator(".words li").first.wait_for()
    words = page.locator(".words li").all_inner_texts()
    give_back(page, words)
    return " ".join(words)


def answer(page: Page, secret: str) -> None:
    """Answer the question that is shown, if the walk has an answer to it."""
    if page.locator("#what").is_visible():
        page.fill("#what", f"From the browser. {secret}")
    if page.locator("#type").is_visible():
        page.select_option("#type", "overtime")
    if page.locator("[data-do=add]").is_visible():
        page.set_input_files("#files", {"name": f"photo-{secret}.png", "mimeType": "image/png", "buffer": small_png(secret)})


def give_back(page: Page, words: list[str]) -> None:
    """Say that the words are written down, and give back the ones that are asked."""
    page.locator(NEXT).click()
    places = [int(re.sub(r"\D", "", text)) for text in page.locator("main form label span").all_inner_texts()]
    for field, place in zip(page.locator("main form input").all(), places, strict=True):
        field.fill(words[place - 1])
    page.locator("main form button:not([type])").click()
    page.locator(".steps").wait_for()


def inbox(page: Page, server: str, words: str) -> str:
    """Open the inbox with the words, in the page, and return what it shows."""
    page.goto(f"{server}/en/inbox")
    # The browser's own statement stands after the plain one once the script is there.
    page.locator("#inbox .seen + .seen").wait_for()
    page.fill("#words", words)
    page.locator("#inbox button").click()
    page.locator(".message, .trouble").first.wait_for()
    return page.locator("main").inner_text()


def join(page: Page, address: str, sentence: str) -> str:
    """Join a campaign with the drawn badge that stands there, confirm exactly what is shown, and return the words of the receipt. Raises OrderWrong."""
    page.goto(f"{address}/join")
    # The browser's own statement takes the place of the plain one once the script is there.
    page.locator("#join .seen:has-text('Your browser makes the picture')").wait_for()
    page.fill("#own", sentence)
    page.locator("details:has([name=receipt]) summary").click()
    page.check("[name=receipt][value='1']")
    page.locator("#join button:not([type])").click()
    page.locator("[data-do=send]").wait_for()
    held(page.locator("[data-part=sentence]").inner_text() == sentence, "the browser shows another sentence than the one that was written")
    page.locator("[data-do=send]").click()
    page.locator("h1:has-text('You have joined')").wait_for()
    return " ".join(page.locator(".words li").all_inner_texts())


if __name__ == "__main__":
    main(*sys.argv[1:4])
