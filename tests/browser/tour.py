# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walks past every page there is: the public ones by their links, those of the source by their forms, the screens of the desk.

After each page stands in the window its name is handed out; whoever walks along looks at what they need. See spec/pages.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from playwright.sync_api import Page

from ombuds.cli.drive import Walk

READ = ("/", "/stories", "/search", "/search?q=overtime+or*", "/search?q=%22", "/follow", "/press", "/ledger", "/charter", "/about", "/guide")
PUBLIC = (*READ, "/report", "/inbox", "/nothing-here")
SHOWN = """screen => {
  const shown = document.createElement("div");
  shown.id = "shown";
  shown.append(document.getElementById(`screen-${screen}`).content.cloneNode(true));
  document.querySelector("main").append(shown);
}"""
SCREENS = ("/", "/cases", "/approve", "/publish", "/publish/campaign", "/campaigns", "/members", "/nothing-here")
OF_A_CAMPAIGN = ("", "/posts", "/posts?many=48", "/ruled", "/wall")


def public(page: Page, server: str, language: str) -> Iterator[str]:
    """Show every page that anybody reads."""
    for path in PUBLIC:
        page.goto(f"{server}/{language}{path}")
        yield f"{language}{path}"
    page.goto(f"{server}/{language}/stories")
    for name, link in (("story", "main a[href*='/stories/']"), ("tag", "main a[href*='/tags/']")):
        if page.locator(link).count():
            _press(page, link)
            yield f"{language}/{name}"
    page.goto(f"{server}/{language}/stories")
    for name, link in (("story", "main a[href*='/stories/']"), ("voice", "main a[href$='/too']"), ("voice, sent", "form[action$='/too'] button")):
        if page.locator(link).count():
            _press(page, link)
            yield f"{language}/{name}"
    page.goto(f"{server}/{language}/")
    if page.locator("main a[href*='/updates/']").count():
        _press(page, "main a[href*='/updates/']")
        yield f"{language}/update"
    page.goto(f"{server}/{language}/")
    for name, link in (("campaign", "main a[href*='/campaigns/']"), ("name, warned", "main a[href$='/named']"), ("name", "form[action$='/named'] button")):
        if page.locator(link).count():
            if page.locator("input[name=read]").is_visible():
                page.check("input[name=read]")
            _press(page, link)
            yield f"{language}/{name}"


def sealed(page: Page, walk: Walk, language: str) -> Iterator[str]:
    """Show every screen of a report that the browser seals."""
    page.goto(f"{walk.server}/{language}/report")
    for step in range(20):
        page.locator("[data-part=walk]").wait_for()
        if page.locator("#files, [data-do=add]").locator("visible=true").count():
            page.set_input_files("#files", {"name": "roster.pdf", "mimeType": "application/pdf", "buffer": bytes(2048)})
        yield f"{language}/report, screen {step + 1}"
        if not page.locator("[data-do=next]").is_visible():
            break
        page.locator("[data-do=next]").click()
        if page.locator("#what").is_visible():
            yield f"{language}/report, nothing written"
            page.locator("[data-do=next]").click()
    for screen in ("plain", "unsafe", "sending"):
        # Screens that come only when something goes wrong, or pass in a moment: put where they would stand.
        page.evaluate(SHOWN, screen)
        yield f"{language}/report, {screen}"
        page.evaluate("document.getElementById('shown').remove()")
    page.locator("#report button:not([type])").click()
    page.locator(".words li").first.wait_for()
    words = page.locator(".words li").all_inner_texts()
    yield f"{language}/words, sealed here"
    page.locator("[data-do=next]").click()
    places = [int(re.sub(r"\D", "", it)) for it in page.locator("main form label span").all_inner_texts()]
    for given, name in ((["zoo"] * 12, "asked again"), (words, "confirmed")):
        for field, place in zip(page.locator("main form input").all(), places, strict=True):
            field.fill(given[place - 1])
        page.locator("main form button:not([type])").click()
        yield f"{language}/{name}, sealed here"
    yield from opened(page, walk, language, words)


def opened(page: Page, walk: Walk, language: str, fresh: Sequence[str]) -> Iterator[str]:
    """Show the inbox that a browser opens: with misspelt words, with new ones, with messages, and after a message was sent."""
    for words, name, shown in (("qqqqq " * 12, "misspelt", ".trouble"), (" ".join(fresh), "empty inbox", ".empty"), (walk.words, "inbox", ".message")):
        page.goto(f"{walk.server}/{language}/inbox")
        page.locator("#inbox .seen + .seen").wait_for()
        page.fill("#words", words)
        page.locator("#inbox button").click()
        page.locator(f"main {shown} >> visible=true").first.wait_for()
        yield f"{language}/{name}, opened here"
    page.locator("[data-do=ask]").first.click()
    page.locator("[data-do=unasked]").wait_for()
    yield f"{language}/consent, opened here"
    page.locator("[data-do=unasked]").click()
    page.fill("#text", "More follows.")
    page.locator("main div form:not([data-part]) button:not([type])").click()
    page.locator("[data-done=sent]").wait_for()
    yield f"{language}/sent, opened here"


def source(page: Page, walk: Walk, language: str) -> Iterator[str]:
    """Show every page that only somebody who reports without JavaScript sees."""
    page.goto(f"{walk.server}/{language}/report")
    _press(page, "form[action$='/report'] button")
    yield f"{language}/report, sent empty"
    page.fill("#what", "The leave list was changed after it was signed.")
    _press(page, "form[action$='/report'] button")
    yield f"{language}/words"
    words = page.locator(".words li").all_inner_texts()
    fields = [it.get_attribute("name") or "" for it in page.locator("input[name^='word_']").all()]
    for given, name in ((["zoo"] * 12, "asked again"), (words, "confirmed")):
        for asked in fields:
            page.fill(f"#{asked}", given[int(asked.removeprefix("word_")) - 1])
        _press(page, "form[action$='/confirm'] button")
        yield f"{language}/{name}"
    yield from inbox(page, walk, language, words)


def inbox(page: Page, walk: Walk, language: str, fresh: Sequence[str]) -> Iterator[str]:
    """Show the inbox with misspelt words, with new ones, with messages, and the question for consent."""
    for words, name in (("qqqqq " * 12, "misspelt"), (" ".join(fresh), "empty inbox"), (walk.words, "inbox")):
        page.goto(f"{walk.server}/{language}/inbox")
        page.fill("#words", words)
        _press(page, "form[action$='/inbox'] button")
        yield f"{language}/{name}"
    _press(page, "form[action$='/inbox/consent'] button")
    yield f"{language}/consent"


def desk(page: Page, address: str) -> Iterator[str]:
    """Show every screen of a desk: first without, then with its cookie."""
    server = address.split("/enter")[0]
    page.context.clear_cookies()
    page.goto(server)
    yield "desk, unknown browser"
    page.goto(address)
    for path in SCREENS:
        page.goto(server + path)
        yield f"desk{path}"
    page.goto(f"{server}/cases")
    link = page.locator("main a[href^='/cases/']").first.get_attribute("href") or ""
    page.goto(server + link)
    yield "desk/case"
    page.goto(f"{server}/campaigns")
    campaign = page.locator("main .feed a[href^='/campaigns/']").first.get_attribute("href") or ""
    for part in OF_A_CAMPAIGN:
        page.goto(server + campaign + part)
        yield f"desk/campaign{part}"
    page.goto(f"{server}/publish/campaign?subject={campaign.rsplit('/', 1)[-1]}&change=outcome")
    yield "desk/campaign, outcome"
    page.goto(f"{server}/publish?case={link.rsplit('/', 1)[-1]}")
    page.fill("#title", "Night shifts")
    page.fill("#summary", "Officers work nights. Nobody pays.")
    page.fill("#body", "Nine months.\n\n## The roster\n\n> We were told to wait.")
    page.fill("#region", "North")
    _press(page, "button[value='preview']:not([aria-hidden])")
    yield "desk/preview"


def _press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()
