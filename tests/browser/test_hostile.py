# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hostile texts travel every way a text can and are opened in a browser with JavaScript on: they stay text (T24)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ombuds.core.errors import Malformed
from ombuds.core.hiding import check_body, check_seen
from ombuds.core.keys import random_id
from tests.browser.browsers import Seen, watch, window
from tests.browser.hostile import FORBIDDEN, LOOSE, NAMES, TEXTS
from tests.browser.journey import Member, Officer, SealingOfficer, batch
from tests.browser.shared import Place

ALL = "\n\n".join(TEXTS)


def _public(text: str) -> bool:
    try:
        check_body("body", text)
        check_seen((text,))
    except Malformed:
        return False
    return True


# What a publication refuses outright never comes to a page; tests of the content hold that.
PUBLIC = "\n\n".join(text for text in TEXTS if _public(text))


@dataclass
class Found:
    """What the pages did or held that they should not, by page."""

    elements: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def look(self, page: Page, name: str, shows: str) -> None:
        """Look through the page that is open now; the text must be there to be read."""
        page.mouse.move(300, 300)
        strange = page.locator(FORBIDDEN).evaluate_all("all => all.map(it => it.outerHTML.slice(0, 200))")
        loose = page.evaluate(LOOSE)
        self.elements |= {name: strange} if strange else {}
        self.attributes |= {name: loose} if loose else {}
        self.lost += [] if shows in page.locator("main").inner_text() or shows in page.content() else [name]


@pytest.fixture(scope="module")
def found(browser: Browser, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Send the texts every way there is and open every page that shows them."""
    with ExitStack() as stack:
        officer = SealingOfficer(stack.enter_context(window(browser, True)), place.at.server)
        members = [Member(stack.enter_context(window(browser, True)), address) for address in place.at.desks]
        pages = [officer.hands.page, *(it.hands.page for it in members)]  # type: ignore[attr-defined]
        found = Found(seen=[watch(page) for page in pages])
        for member in members:
            member.enter()
        case = _report(found, officer, members, place, tmp_path_factory.mktemp("hostile"))
        _reply(found, officer, members[0], place, case)
        _publish(found, officer, members, place)
        found.hosts = {address.split("//")[1].split("/")[0] for address in (place.at.server, *place.at.desks)}
        yield found


def _page(person: Officer | Member) -> Page:
    page: Page = person.hands.page  # type: ignore[attr-defined]
    return page


def _report(found: Found, officer: Officer, members: list[Member], place: Place, folder: Path) -> str:
    files = []
    for name in NAMES:
        files.append(folder / name)
        files[-1].write_text("nothing")
    line = " ".join(ALL.split("\n"))
    officer.send({"what": f"{officer.secret}\n\n{ALL}", "who": line, "where": line, "when": line}, files)
    officer.give_back()
    batch(place.data)
    members[0].ask_to_open()
    members[1].approve()
    members[0].fetch()
    case = members[0].open_case_with(officer.secret)
    found.look(_page(members[0]), "case", "alert(1)")
    members[0].hands.open(f"{members[0].desk}/cases?query=%3Cscript%3Ealert(1)%3C/script%3E")
    found.look(_page(members[0]), "search", "")
    return case


def _reply(found: Found, officer: Officer, anna: Member, place: Place, case: str) -> None:
    anna.reply(case, ALL)
    batch(place.data)
    officer.look()
    found.look(_page(officer), "inbox", "alert(1)")
    officer.answer(ALL)
    batch(place.data)
    anna.fetch()
    anna.hands.open(case)
    found.look(_page(anna), "case with a reply", "alert(1)")


def _publish(found: Found, officer: Officer, members: list[Member], place: Place) -> None:
    anna, vera, mark = members[0], members[2], random_id()[:8]
    anna.hands.open(f"{anna.desk}/publish")
    texts = {
        "language": "en",
        "type": "corruption",
        "title": f"{mark} {TEXTS[0]} {TEXTS[4]} {TEXTS[13]}",
        "summary": " ".join(TEXTS[2:8]),
        "body": PUBLIC,
        "region": TEXTS[3],
        "tags": "<script>alert(1)</script>, court",
        "sources": f'{TEXTS[0]} | https://court.example/"onmouseover="alert(1)\n{TEXTS[2][:40]} | https://court.example/?q=<b>',
    }
    for name, text in texts.items():
        anna.hands.write(f"#{name}", text.replace("\x00", ""))
    anna.hands.tick("input[name='basis'][value='sources']")
    anna.hands.press("button[value='preview']:not([aria-hidden])")
    found.look(_page(anna), "preview", mark)
    anna.hands.press("button[value='propose']")
    found.look(_page(anna), "proposed", "")
    anna.fetch()
    vera.fetch()
    vera.hands.open(f"{vera.desk}/approve")
    found.look(_page(vera), "approve", mark)
    vera.approve()
    anna.fetch()
    for path in ("/", "/stories"):
        officer.hands.open(f"{place.at.server}/en{path}")
        found.look(_page(officer), path, mark)
    officer.hands.press(f".item a:has-text('{mark}')")
    found.look(_page(officer), "story", mark)


def test_no_dialog_opens(found: Found) -> None:
    """No text opens a dialog, which is what each of them tries."""
    assert [seen.dialogs for seen in found.seen if seen.dialogs] == []


def test_no_element_comes_from_a_text(found: Found) -> None:
    """No page holds an element that only a text can have brought."""
    assert found.elements == {}


def test_no_attribute_runs_anything(found: Found) -> None:
    """No page holds a handler of an event, a link that runs, or a form that goes elsewhere."""
    assert found.attributes == {}


def test_nobody_else_is_asked(found: Found) -> None:
    """No text makes the browser ask another host for anything."""
    assert set().union(*(seen.hosts() for seen in found.seen)) <= found.hosts


def test_no_window_opens(found: Found) -> None:
    """No text opens a window."""
    assert sum(seen.windows for seen in found.seen) == 0


def test_the_texts_can_be_read(found: Found) -> None:
    """Each page shows the hostile text as text, so the other tests looked at the right pages."""
    assert found.lost == []
