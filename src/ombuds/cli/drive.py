# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds demo --drive``: what each person of the walk does, over HTTP and as they would; drive_steps.py holds the order.

The officer, the members and a reader know only what stands on pages. Where time would have to pass, the server's own tick
is forced. The first thing that does not hold ends the walk with an error. See spec/demonstration.md.
"""

from __future__ import annotations

import re
import tempfile
from html import unescape
from pathlib import Path

import msgspec

from ombuds.cli.drive_browsing import Browsing
from ombuds.cli.drive_campaign import Around, Joining
from ombuds.cli.drive_files import small_pdf, small_png
from ombuds.cli.drive_looks import boxes_on, done_asks, eventually, held, ombuds, words_on
from ombuds.cli.drive_terminal import Terminal
from ombuds.cli.visitor import Page, Visitor
from ombuds.core.keys import random_id
from ombuds.core.words import new_entropy, to_words
from ombuds.host.remote import connect

ANNA, BORIS, VERA = range(3)
Values = dict[str, str | list[str]]
STORY: Values = {
    "kind": "story",
    "title": "Night shifts are not paid",
    "summary": "Officers work nights. Nobody pays. They asked.",
    "body": "For nine months the night shifts of a whole station were not paid.",
    "language": "en",
    "type": "overtime",
    "region": "North",
    "basis": "consent",
}
UPDATE: Values = {"kind": "update", "case": "", "summary": "", "body": "The station has answered us.", "language": "en", "basis": "desk"}


class Addresses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ready line of a demonstration: the public server, and the desks with their signed-in addresses."""

    ready: bool
    server: str
    desks: tuple[str, ...]


def enter(address: str) -> Visitor:
    """Open a desk by its signed-in address; the visitor keeps the cookie."""
    visitor = Visitor(connect(address.split("/enter")[0]))
    visitor.open(address)
    return visitor


class Walk:
    """One walk: who takes part, and what they remember between the steps."""

    def __init__(self, at: Addresses, data: Path) -> None:
        self.data = data
        self.officer, self.reader = Visitor(connect(at.server)), Visitor(connect(at.server))
        self.desks = [enter(address) for address in at.desks]
        self.server = at.server
        # Canaries: random, so that finding one on the server's disk can only mean one thing.
        self.secret, self.told, self.name = random_id(), random_id(), f"photo-{random_id()}.png"
        self.photo, self.paper = small_png(self.secret), small_pdf(self.secret)
        self.words = ""
        self.terminal, self.browsing = Terminal(at.server, self.secret), Browsing(at.server, self.secret)
        around = Around(at.server, self.officer, self.browsing, (self.desks[ANNA], self.desks[BORIS]), self._fetch, self._approve, self._tick)
        self.joining = Joining(around, self.secret)
        self.case = self.story = self.known = ""

    # The officer

    def an_empty_report_comes_back(self) -> None:
        """The officer presses Send with nothing written."""
        page = self.officer.open("/en/report")
        back = self.officer.send(page.form("/report"), {"type": "overtime"})
        held(back.status == 400 and back.value("type") == "overtime", "an empty report was not refused with its form")

    def the_officer_reports(self) -> None:
        """The officer reports without a name and without JavaScript, with a photograph and a PDF."""
        page = self.officer.open("/en/report")
        values: dict[str, str | list[str]] = {"what": f"We work nights without pay. {self.secret}", "where": "North station", "type": "overtime"}
        files = ((self.name, self.photo, "image/png"), ("order.pdf", self.paper, "application/pdf"))
        self.sent = self.officer.send(page.form("/report"), values, files)
        self.words = " ".join(words_on(self.sent))
        held(len(self.words.split()) == 12, "the words did not come")

    def two_words_are_asked_back(self) -> None:
        """Two of the words are asked back."""
        form = self.sent.form("/report/confirm")
        asked = [name for name, _ in form.fields if name.startswith("word_")]
        wrong = self.officer.send(form, dict.fromkeys(asked, "zoo"))
        right = {name: self.words.split()[int(name.removeprefix("word_")) - 1] for name in asked}
        held(any(word.startswith("word_") for form in wrong.forms for word, _ in form.fields), "wrong words were not asked again")
        done = self.officer.send(wrong.form("/report/confirm"), right)
        held(done.status == 200 and not done_asks(done), "the right words were not accepted")

    def the_server_holds_sealed_bytes(self) -> None:
        """Somebody takes the server's disk."""
        self._search()
        self._tick()

    def the_officer_answers(self) -> None:
        """The officer writes again through the inbox."""
        self.officer.send(self._inbox().form("/inbox/reply"), {"text": f"More follows. {self.told}"})
        self._tick()
        self._fetch(BORIS)
        held(self.told in self.desks[BORIS].open(self.case).html, "the message did not reach the other desk")

    def other_words_open_nothing(self) -> None:
        """Somebody tries other words."""
        form = self.officer.open("/en/inbox").form("/inbox")
        misspelt = self.officer.send(form, {"words": self.words.replace(self.words.split()[2], "qqqqq", 1)})
        held("qqqqq" in misspelt.html, "the misspelt word was not named")
        strange = " ".join(to_words(new_entropy(), "en"))
        empty = self.officer.send(form, {"words": strange})
        held(empty.status == 200 and "/inbox/reply" in empty.html and self.told not in empty.html, "unknown words did not show an empty inbox")

    # The desk

    def one_member_cannot_open(self) -> None:
        """Anna's desk fetches the report, and Anna alone agrees to open it."""
        self.known = self._cases(ANNA)
        self._fetch(ANNA)
        page = self.desks[ANNA].open("/cases")
        self.desks[ANNA].send(page.form("/open"), {"report": boxes_on(page, "report")})
        self._fetch(ANNA)
        held(self._cases(ANNA) == self.known, "one member opened a report")

    def two_members_open_together(self) -> None:
        """Boris agrees too."""
        self._approve(BORIS)
        self._fetch(ANNA)
        self.case = next((link for link in self._cases(ANNA).split() if link not in self.known.split() and self._shows(ANNA, link)), "")
        held(bool(self.case), "the report was not opened")

    def the_files_are_saved(self) -> None:
        """Anna saves the attachments by an explicit act."""
        page = self.desks[ANNA].open(self.case)
        links = list(dict.fromkeys(link for link in page.links if "/files/" in link))
        saved = [self.desks[ANNA].fetch(link) for link in links]
        held(self.photo in saved and self.paper in saved, "an attachment is not what was sent")

    def the_desk_answers(self) -> None:
        """Anna replies with a file, and the batch leaves."""
        page = self.desks[ANNA].open(self.case)
        letter = ("advice.txt", b"Keep a copy of every roster.", "text/plain")
        self.desks[ANNA].send(page.form("/reply"), {"text": "We have read your report."}, (letter,))
        self._fetch(ANNA)
        self._tick()
        inbox = self._inbox()
        held("We have read your report." in inbox.html, "the reply did not reach the inbox")
        held(self.officer.press(inbox.form("/inbox/file"), {})[2] == letter[1], "the file in the reply is not what was sent")

    def the_desk_asks_for_consent(self) -> None:
        """Anna writes the story and asks; the officer reads exactly that text and answers."""
        desk = self.desks[ANNA]
        editor = desk.open(f"/publish?case={self.case.rsplit('/', 1)[-1]}")
        self.draft = {**STORY, "case": self.case.rsplit("/", 1)[-1], "title": f"{STORY['title']} {self.told[:6]}"}
        preview = desk.send(editor.form("/publish"), {**self.draft, "do": "preview"})
        held("nine months" in preview.html and preview.value("title") == self.draft["title"], "the preview lost something")
        desk.send(preview.form("/publish"), {**self.draft, "do": "consent"})
        self._fetch(ANNA)
        self._tick()
        question = self.officer.send(self._inbox().form("/inbox/consent"), {})
        held("nine months" in question.html, "the officer did not see the exact text")
        self.officer.send(question.form("/inbox/consent/answer"), {"item": [], "answer": "partly"})
        self._tick()
        self._fetch(ANNA)

    def one_member_cannot_publish(self) -> None:
        """Anna proposes the story as the officer allowed it."""
        desk = self.desks[ANNA]
        editor = desk.open(f"/publish?case={self.case.rsplit('/', 1)[-1]}")
        desk.send(editor.form("/publish"), {**self.draft, "region": "", "do": "propose"})
        self._fetch(ANNA)
        held(str(self.draft["title"]) not in self.reader.open("/en/stories").html, "one member published")

    def two_members_publish(self) -> None:
        """Vera reads what readers will see, and signs."""
        self._approve(VERA)
        self._fetch(VERA)
        self._fetch(ANNA)
        page = eventually(lambda: self.reader.open("/en/stories"), str(self.draft["title"]))
        self.story = next(link for link in page.links if "/stories/" in link and str(self.draft["title"]) in self.reader.open(link).html)
        held("North" not in self.reader.open(self.story).html, "the region that was refused is public")

    # The reader

    def the_page_is_checked(self) -> None:
        """A reader saves the page with its proof and checks it offline."""
        with tempfile.TemporaryDirectory() as folder:
            page, subject = Path(folder) / "page.html", self.story.rsplit("/", 1)[-1]
            page.write_bytes(self.reader.fetch(self.story))
            (Path(folder) / f"{subject}.proof").write_bytes(self.reader.fetch(f"/stories/{subject}.proof"))
            held(ombuds("verify", str(page)) == 0, "the true page does not verify")
            page.write_bytes(page.read_bytes().replace(b"nine months", b"nine years"))
            held(ombuds("verify", str(page)) == 1, "a changed page verifies")

    def the_record_is_copied(self) -> None:
        """Somebody keeps a mirror."""
        with tempfile.TemporaryDirectory() as folder:
            held(ombuds("mirror", "copy", self.server, f"{folder}/copy") == 0, "the record could not be copied")
            held(ombuds("verify", f"{folder}/copy") == 0, "the copy does not verify")

    def an_update_goes_out(self) -> None:
        """Boris writes an update, Vera signs."""
        desk = self.desks[BORIS]
        title = f"The roster is answered {self.told[6:12]}"
        desk.send(desk.open("/publish").form("/publish"), {**UPDATE, "title": title, "do": "propose"})
        self._approve(VERA)
        self._fetch(BORIS)
        eventually(lambda: self.reader.open("/en/"), title)

    # The browser that seals

    def a_report_comes_from_a_browser(self) -> None:
        """Another officer reports in a browser with JavaScript, one question a screen, with a file."""
        self.browsing.reports()
        self._search()
        self._tick()

    def the_browser_opens_its_inbox(self) -> None:
        """Anna and Boris open it together, Anna answers, and the officer opens the inbox in the browser."""
        self.one_member_cannot_open()
        self.two_members_open_together()
        page = self.desks[ANNA].open(self.case)
        held("sealed in the source's browser" in unescape(page.html), "the desk does not say that the browser sealed it")
        saved = [self.desks[ANNA].fetch(link) for link in dict.fromkeys(link for link in page.links if "/files/" in link)]
        held(self.browsing.photo in saved, "the file is not what the browser sent")
        self._answer(page, "Read in the browser.")
        held("Read in the browser." in self.browsing.reads(), "the reply did not reach the browser")

    # The terminal

    def a_report_comes_from_the_terminal(self) -> None:
        """Another officer reports from a command line, with a file."""
        self.terminal.reports(self.reader)
        self._search()
        self._tick()

    def the_terminal_s_words_open_both_inboxes(self) -> None:
        """Anna and Boris open it together, and Anna answers."""
        self.one_member_cannot_open()
        self.two_members_open_together()
        self._answer(self.desks[ANNA].open(self.case), "Read on the terminal.")
        held("Read on the terminal." in self.terminal.reads(), "the reply did not reach the terminal")
        form = self.officer.open("/en/inbox").form("/inbox")
        held("Read on the terminal." in self.officer.send(form, {"words": self.terminal.words}).html, "the same words do not open the form's inbox")

    def nothing_was_left_behind(self) -> None:
        """Somebody takes the server's disk again."""
        self._search()

    # What several steps need

    def _inbox(self) -> Page:
        return self.officer.send(self.officer.open("/en/inbox").form("/inbox"), {"words": self.words})

    def _fetch(self, member: int) -> None:
        self.desks[member].send(self.desks[member].open("/members").form("/fetch"), {})

    def _answer(self, case: Page, text: str) -> None:
        self.desks[ANNA].send(case.form("/reply"), {"text": text})
        self._fetch(ANNA)
        self._tick()

    def _approve(self, member: int) -> None:
        self._fetch(member)
        page = self.desks[member].open("/approve")
        self.desks[member].send(page.form("/approve"), {"proposal": boxes_on(page, "proposal"), "answer": "approve"})

    def _cases(self, member: int) -> str:
        return " ".join(sorted({link for link in self.desks[member].open("/cases").links if re.fullmatch(r"/cases/[0-9a-f]{32}", link)}))

    def _shows(self, member: int, link: str) -> bool:
        return self.secret in self.desks[member].open(link).html

    def _tick(self) -> None:
        held(ombuds("server", "tick", "--data", str(self.data / "server"), "--force") == 0, "the server's tick failed")

    def _search(self) -> None:
        for file in sorted((self.data / "server").rglob("*")):
            content = file.read_bytes() if file.is_file() else b""
            words = (self.words, self.terminal.words, self.browsing.words, self.joining.words)
            for canary in (self.secret, self.told, self.name, *filter(None, words)):
                held(canary.encode() not in content, f"something readable lies in {file.name}")
