# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of the walk through a campaign: supporters join, two desks rule, a batch leaves, a reader counts, one takes a post back.

Supporters and members know only what stands on pages, and nobody's browser runs a script. The number that a reader sees is
compared with the one that a copy's check counts anew. See spec/demonstration.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from time import sleep

from ombuds.cli.drive_browsing import Browsing
from ombuds.cli.drive_looks import boxes_on, eventually, gone, held, ombuds, words_on
from ombuds.cli.visitor import Page, Visitor

Numbers = Mapping[str, int]
MANY = "120"
LEAST = 20
CAMPAIGN = re.compile(r"/campaigns/[0-9a-f]{32}")
POST = re.compile(r'name="shown" value="([0-9a-f]{32})">(.*?)</li>', re.DOTALL)
OTHER = "I stand with him too, says number {}."
INSULT = "All of you are cowards, says"
JUNK = (INSULT, "Buy radio batteries")
"""What is rejected: what this walk plants, and what the demonstration left waiting for it."""


@dataclass(frozen=True)
class Around:
    """Who walks: two desks that look at the server and approve, somebody at a browser, and the server's clockwork."""

    server: str
    browser: Visitor
    sealing: Browsing
    desks: tuple[Visitor, Visitor]
    fetch: Callable[[int], None]
    approve: Callable[[int], None]
    tick: Callable[[], None]


class Joining:
    """One campaign, from joining to taking back."""

    def __init__(self, around: Around, secret: str) -> None:
        self._around, self._secret = around, secret
        self._words = self._path = self._sealed = ""
        self._before: dict[str, int] = {}

    @property
    def words(self) -> str:
        """The words of the receipt."""
        return self._words

    @property
    def sentence(self) -> str:
        """What the supporter says; it becomes public."""
        return f"I stand with him, wrote somebody {self._secret[:6]}."

    def a_supporter_joins(self) -> None:
        """A supporter joins the campaign without JavaScript, with a drawn badge, and asks for a receipt."""
        home = self._around.browser.open("/en/")
        self._path = next((link for link in home.links if CAMPAIGN.search(link)), "")
        held(bool(self._path), "the first page leads to no campaign")
        self._before = self._numbers()
        self._words = " ".join(words_on(self._joins(self.sentence, receipt=True)))
        held(len(self._words.split()) == 12, "the receipt did not come")

    def a_browser_joins(self) -> None:
        """Another supporter joins in a browser with JavaScript and confirms exactly what it shows."""
        sentence = f"I stand with him, sealed in a browser {self._secret[:6]}."
        self._around.sealing.joins(self._path, sentence)
        self._sealed = sentence

    def others_join(self) -> None:
        """Nineteen others join, and somebody plants an insult."""
        for number in range(LEAST - 1):
            held(not words_on(self._joins(OTHER.format(number), number)), "words came that nobody asked for")
        self._joins(f"{INSULT} {self._secret[:6]}.")
        held(self.sentence not in self._wall().html and self._numbers() == self._before, "a post is public before its batch")
        self._around.tick()

    def one_member_rules(self) -> None:
        """Anna rules over every post at her desk."""
        self._rules(0)
        self._around.fetch(1)
        # Whatever else the next batch holds, such as posts that were taken back: these wait for a second ruling.
        waiting = self._waiting(1)
        sent = (self.sentence, *filter(None, (self._sealed,)), *map(OTHER.format, range(LEAST - 1)))
        held(all(each in waiting for each in sent) and self._numbers()["accepted"] == self._before["accepted"], "one ruling was enough")

    def two_members_rule(self) -> None:
        """Boris looks at the same posts, rules alike, and proposes the batch; Anna signs it too."""
        self._rules(1)
        self._publishes()
        now = self._numbers()
        new = now["accepted"] - self._before["accepted"]
        # Others may have taken posts back before this walk: the same batch counts them.
        less = sum(now[name] - self._before[name] for name in ("withdrawn", "removed"))
        held(new >= LEAST and now["posts"] == self._before["posts"] + new - less, "the number is not what was accepted")
        for sentence in filter(None, (self.sentence, self._sealed)):
            eventually(self._wall, sentence)
        held(INSULT not in self._wall().html and now["rejected"] > self._before["rejected"], "what was rejected is not counted")

    def a_copy_counts_the_same(self) -> None:
        """Somebody copies the record and counts the posts anew."""
        held(self._counted() == self._numbers()["posts"], "the copy counts another number than the page")

    def it_is_taken_back(self) -> None:
        """The supporter types the twelve words."""
        browser, before = self._around.browser, self._numbers()
        form = browser.open("/en/withdraw").form("/withdraw")
        held(browser.send(form, {"words": self._words}).status == 200, "the words were not accepted")
        gone(self._wall, self.sentence)
        held(self._numbers()["posts"] == before["posts"], "the number moved before its batch")
        self._publishes()
        now = self._numbers()
        held((now["posts"], now["withdrawn"]) == (before["posts"] - 1, before["withdrawn"] + 1), "the withdrawal is not counted in the open")
        held(self._counted() == now["posts"], "the copy counts another number than the page")

    def _joins(self, sentence: str, badge: int = 0, receipt: bool = False) -> Page:
        browser = self._around.browser
        form = browser.open(f"{self._path}/join").form("/join")
        values: dict[str, str | list[str]] = {"kind": "badge", "shape": str(badge % 12), "colour": str(badge % 4), "own": sentence}
        sent = browser.send(form, {**values, "receipt": "1"} if receipt else values)
        held(sent.status == 200 and "You have joined" in sent.html, "the post was not taken")
        return sent

    def _wall(self) -> Page:
        """The newest page of the wall and the one before it: a batch may begin on that one."""
        page = self._around.browser.open(f"{self._path}/wall")
        older = next((link for link in page.links if "/wall?page=" in link), "")
        return replace(page, html=page.html + self._around.browser.open(older).html) if older else page

    def _numbers(self) -> dict[str, int]:
        said = json.loads(self._around.browser.fetch(f"{self._path}/numbers.json"))
        counts = {name: sum(said[name].values()) for name in ("removed", "rejected")}
        return {**{name: said[name] for name in ("posts", "accepted", "withdrawn")}, **counts}

    def _desk(self, member: int) -> Page:
        return self._around.desks[member].open(f"/campaigns/{self._path.rsplit('/', 1)[-1]}")

    def _posts(self, member: int) -> Page:
        """What waits for this member's own ruling."""
        return self._around.desks[member].open(f"/campaigns/{self._path.rsplit('/', 1)[-1]}/posts?many={MANY}")

    def _waiting(self, member: int) -> str:
        """The same of all pages, as one text."""
        page = self._posts(member)
        html = page.html
        while more := next((link for link in page.links if "/posts?" in link and "after=" in link), ""):
            page = self._around.desks[member].open(more)
            html += page.html
        return html

    def _rules(self, member: int) -> None:
        desk = self._around.desks[member]
        self._around.fetch(member)
        while True:
            page = self._posts(member)
            found = POST.findall(page.html)
            if not found:
                return
            values: dict[str, str | list[str]] = {}
            for post, shown in found:
                junk = any(each in shown for each in JUNK)
                values |= {f"do-{post}": "reject", f"why-{post}": "insult"} if junk else {f"do-{post}": "accept"}
            asked = desk.send(page.form("/rule"), {**values, "do": "rule"})
            # What keeps something out is shown once more.
            if "sure" in [name for form in asked.forms for name, _ in form.fields]:
                desk.send(asked.form("/rule"), {})

    def _publishes(self) -> None:
        """Boris proposes what is due, Anna signs, it waits for the hour of the server, and Boris runs that hour by hand."""
        before = self._numbers()
        self._around.fetch(1)
        self._around.desks[1].send(self._desk(1).form("/batch"), {})
        page = self._around.desks[0]
        self._around.approve(0)
        held(not boxes_on(page.open("/approve"), "proposal"), "a batch still waits for a signature")
        for member in (1, 0):
            self._around.fetch(member)
        held("Signed; leaves at" in self._desk(1).html and self._numbers() == before, "a signed batch did not wait for its hour")
        self._around.desks[1].send(self._desk(1).form("/slot"), {})
        self._around.fetch(0)
        # A worker may keep a page for ten seconds.
        for _ in range(75):
            if self._numbers() != before:
                return
            sleep(0.2)
        held(False, "the batch is not public")

    def _counted(self) -> int:
        with tempfile.TemporaryDirectory() as folder:
            held(ombuds("mirror", "copy", self._around.server, f"{folder}/copy") == 0, "the record could not be copied")
            command = [sys.executable, "-m", "ombuds", "verify", f"{folder}/copy"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        held(done.returncode == 0, "the copy does not verify")
        page = self._around.browser.open(self._path).html
        # There may be other campaigns beside this one.
        found = re.findall(r"^campaign: (.*), posts on its wall: (\d+)", done.stdout, re.MULTILINE)
        return next((int(number) for title, number in found if escape(title) in page), -1)
