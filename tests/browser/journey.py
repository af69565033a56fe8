# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journey by hand: an officer reports, two members open, the desk answers, the officer agrees, the members publish.

Each verb is what one person does in one browser; nothing is proved here, the tests look. See spec/demonstration.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

from playwright.sync_api import Page

from ombuds.cli.drive_files import small_pdf, small_png
from ombuds.cli.drive_looks import ombuds
from ombuds.core.keys import random_id
from tests.browser.hands import ChromiumHands, Hands

INBOX = "main #text"
NEXT, BACK, ADD, SEND = "[data-do=next]", "[data-do=back]", "[data-do=add]", "#report button:not([type])"
STORY = {
    "kind": "story",
    "summary": "Officers work nights. Nobody pays. They asked.",
    "body": "For nine months the night shifts of a whole station were not paid.\n\n## The roster\n\n> We were told to wait.\n\n- Nine months",
    "type": "overtime",
    "region": "North",
}


@dataclass
class Officer:
    """Somebody who reports, with a photograph and an order."""

    hands: Hands
    server: str
    secret: str = field(default_factory=random_id)
    words: list[str] = field(default_factory=list)

    def files(self, folder: Path) -> list[Path]:
        """Make the two files that are sent."""
        made = [folder / "photo.png", folder / "order.pdf"]
        made[0].write_bytes(small_png(self.secret))
        made[1].write_bytes(small_pdf(self.secret))
        return made

    def report(self, folder: Path) -> None:
        """Fill in the form, send it and note the words."""
        self.send({"what": f"We work nights without pay. {self.secret}", "where": "North station", "type": "overtime"}, self.files(folder))

    def send(self, values: Mapping[str, str], files: Sequence[Path] = ()) -> None:
        """Fill in the form with these values, send it and note the words."""
        self.hands.open(f"{self.server}/en/report")
        for name, text in values.items():
            self.hands.write(f"#{name}", text)
        if files:
            self.hands.attach("#files", files)
        self.hands.press("form[action$='/report'] button")
        self.words = self.hands.texts(".words li")

    def give_back(self) -> None:
        """Answer which words stand at the two places that are asked."""
        for name in self.hands.names("input[name^='word_']", "name"):
            self.hands.write(f"#{name}", self.words[int(name.removeprefix("word_")) - 1])
        self.hands.press("form[action$='/confirm'] button")

    def look(self) -> None:
        """Open the inbox with the twelve words."""
        self.hands.open(f"{self.server}/en/inbox")
        self.hands.write("#words", " ".join(self.words))
        self.hands.press("form[action$='/inbox'] button")

    def answer(self, text: str) -> None:
        """Write to the desk from the open inbox."""
        self.hands.write("#text", text)
        self.hands.press("form[action$='/inbox/reply'] button")

    def agree(self) -> None:
        """Read the exact text that the desk asks about, and agree."""
        self.look()
        self.hands.press("form[action$='/inbox/consent'] button")
        self.hands.press("button[value='agree']")


class SealingOfficer(Officer):
    """Somebody whose browser seals the report: one question a screen, and the words once the server has acknowledged."""

    @property
    def page(self) -> Page:
        """The page in Chromium."""
        assert isinstance(self.hands, ChromiumHands)
        return self.hands.page

    def send(self, values: Mapping[str, str], files: Sequence[Path] = ()) -> None:
        """Walk through the screens with these values, send and note the words."""
        self.begin()
        self.walk(values, files)
        self.hands.push(SEND)
        self.hands.wait(".words li")
        self.words = self.hands.texts(".words li")

    def begin(self) -> None:
        """Open the form and wait until it shows one question."""
        self.hands.open(f"{self.server}/en/report")
        self.hands.wait(NEXT)

    def walk(self, values: Mapping[str, str], files: Sequence[Path] = ()) -> None:
        """Answer each question on its screen, up to the one with the button that sends."""
        for _ in range(20):
            for name, text in values.items():
                if self.hands.sees(f"#{name}"):
                    self.hands.write(f"#{name}", text)
            if files and self.hands.sees(ADD):
                self.hands.attach("#files", files)
            if not self.hands.sees(NEXT):
                return
            self.hands.push(NEXT)
        raise AssertionError("the questions do not end")

    def give_back(self) -> None:
        """Say that the words are written down, and answer which stand at the two places that are asked."""
        self.hands.push(NEXT)
        places = [int(re.sub(r"\D", "", text)) for text in self.hands.texts("main form label span")]
        for number, place in enumerate(places, start=1):
            self.hands.write(f"main form p:nth-of-type({number}) input", self.words[place - 1])
        self.hands.push("main form button:not([type])")
        self.hands.wait(".steps")

    def look(self) -> None:
        """Open the inbox with the twelve words, in the browser."""
        self.type_words(" ".join(self.words))
        self.hands.wait(INBOX)

    def type_words(self, words: str) -> None:
        """Type words and press the button."""
        self.hands.open(f"{self.server}/en/inbox")
        # The browser's own statement stands after the plain one once the script is there.
        self.hands.wait("#inbox .seen + .seen")
        self.hands.write("#words", words)
        self.hands.push("#inbox button")

    def answer(self, text: str) -> None:
        """Write to the desk from the open inbox."""
        self.hands.write("#text", text)
        self.hands.push("main form button:not([type]):not([data-do])")
        self.hands.wait("[data-done=sent]")

    def agree(self) -> None:
        """Read the exact text that the desk asks about, and agree."""
        self.look()
        self.hands.push("[data-do=ask]")
        self.hands.wait("[data-do=answer][value=agree]")
        self.hands.push("[data-do=answer][value=agree]")
        self.hands.wait("[data-done=answered]")


@dataclass
class Member:
    """A member at the desk."""

    hands: Hands
    address: str

    @property
    def desk(self) -> str:
        """Where the desk answers."""
        return self.address.split("/enter")[0]

    def enter(self) -> None:
        """Open the desk by the address it printed."""
        self.hands.open(self.address)

    def fetch(self) -> None:
        """Fetch from the server."""
        self.hands.open(f"{self.desk}/members")
        self.hands.press("form[action='/fetch'] button")

    def cases(self) -> list[str]:
        """The cases that the desk shows."""
        self.hands.open(f"{self.desk}/cases")
        found = self.hands.names("main .feed a[href^='/cases/']", "href")
        for _ in range(10):
            if not self.hands.sees("main a[href*='older=']"):
                break
            self.hands.press("main a[href*='older=']")
            found += self.hands.names("main .feed a[href^='/cases/']", "href")
        return found

    def ask_to_open(self) -> None:
        """Agree to open every sealed report."""
        self.fetch()
        self.hands.open(f"{self.desk}/cases")
        for value in self.hands.names("input[name='report']:not([disabled])", "value"):
            self.hands.tick(f"input[value='{value}']")
        self.hands.press("form[action='/open'] button")
        self.fetch()

    def approve(self) -> None:
        """Approve everything that waits."""
        self.fetch()
        self.hands.open(f"{self.desk}/approve")
        # Where one request waits there is nothing to tick, and where none does there is no button.
        for value in self.hands.names("input[type='checkbox'][name='proposal']", "value"):
            self.hands.tick(f"input[value='{value}']")
        if self.hands.sees("button[value='approve']"):
            self.hands.press("button[value='approve']")
        self.fetch()

    def open_case_with(self, text: str) -> str:
        """Open the case in whose conversation the text stands, and return its address; a desk that was busy is asked once more."""
        for _ in range(6):
            for link in self.cases():
                self.hands.open(self.desk + link)
                if any(text in said for said in self.hands.texts(".message")):
                    return self.desk + link
            sleep(1)
            self.fetch()
        raise AssertionError("no case shows it")

    def reply(self, case: str, text: str) -> None:
        """Answer the source."""
        self.hands.open(case)
        self.hands.write("#reply", text)
        self.hands.press("form[action$='/reply'] button")
        self.fetch()

    def draft(self, case: str, title: str, button: str) -> None:
        """Fill in the editor for the case and press one of its buttons."""
        self.hands.open(f"{self.desk}/publish?case={case.rsplit('/', 1)[-1]}")
        for name, value in {**STORY, "title": title}.items():
            self.hands.write(f"#{name}", value)
        self.hands.tick("input[name='basis'][value='consent']")
        # What is asked is what the preview showed: the button stands under it.
        self.hands.press("button[value='preview']")
        self.hands.press(f"button[value='{button}']")
        self.fetch()


def batch(data: Path) -> None:
    """Let the server's batch leave now."""
    assert ombuds("server", "tick", "--data", str(data / "server"), "--force") == 0


def story_called(hands: Hands, server: str, title: str) -> str:
    """Wait until the list of stories names the title, open the story and return its address."""
    for _ in range(100):
        hands.open(f"{server}/en/stories")
        if title in hands.texts(".item a"):
            address = server + hands.names(".item a", "href")[hands.texts(".item a").index(title)]
            hands.open(address)
            return address
        sleep(0.1)
    raise AssertionError("the story is not public")
