# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the article in a saved page and compares it with the one that the signed text gives (T18).

Browsers write a page anew when they save it: other spellings of the same letters, other line ends. So where the bytes
differ, elements, attributes and words are compared instead, and nothing but spelling may differ. Only the article is
proven; menus, status and style around it are not, and a style sheet can hide what is there. See spec/verify.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from ombuds.core.errors import ContentChanged, NotHere

ARTICLE = ("article", "story")
PROOF_LINK = "ombuds-proof"
# Where a page of ours keeps its article. Anywhere else (a comment, a template, a text field) nobody would see it.
AROUND = {"html", "body", "main"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Their end may be left out (HTML, "generate implied end tags"); every other element ends where it says.
IMPLIED = {"dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"}
BLOCKS = {"p", "h2", "h3", "li", "blockquote", "pre", "ul", "ol", "hr"}
NAMED = {
    "h1": "the title",
    "p.summary": "the summary",
    "p.meta": "the line on kind, region and day",
    "figure": "a picture",
    "section.claims": "the claims",
    "section.quotes": "the quotations",
    "section.replies": "the other side",
    "section.outcome": "the outcome",
    "section.press": "the press",
    "section.demands": "what is asked for, and what each supporter joins in",
    "section.named": "who supports with a name",
    "section.elsewhere": "what was posted elsewhere",
    "ul": "the sources",
    "p.basis": "the last line",
}

_SPACE = re.compile(r"[ \t\n\f\r]+")
_SUBJECT = re.compile(r"(?:^|/)([0-9a-f]{32})\.proof(?:[?#].*)?\Z")

Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True)
class Event:
    """One thing that a reader of HTML meets: an element's start or end, or words."""

    kind: str
    name: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SavedPage:
    """A saved page's article, as bytes and as events, its language, its pictures' addresses, and the subject that the page names."""

    article: str
    events: tuple[Event, ...]
    language: str
    subject: str

    @property
    def pictures(self) -> tuple[str, ...]:
        """Where the article takes its pictures from, in order."""
        return tuple(dict(event.attributes).get("src", "") for event in self.events if (event.kind, event.name) == ("start", "img"))


def read_page(content: bytes) -> SavedPage:
    """Find the one article of a page. Raises NotHere if there is none, ContentChanged if there are two or it is hidden."""
    text = content.decode("utf-8-sig", errors="replace")
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    if reader.strange:
        raise ContentChanged(reader.strange)
    if not reader.found or reader.end is None:
        raise NotHere("no story or update in this page")
    language = dict(reader.events[0].attributes).get("lang", "")
    return SavedPage(text[reader.start : reader.end], tuple(reader.events), language, reader.subject)


def compare(saved: SavedPage, wanted: str) -> None:
    """Hold a saved article against the one that the signed text gives, but for where its pictures lie, which page.py checks.

    Raises ContentChanged with the place of the first difference.
    """
    if saved.article == wanted.strip("\n"):
        return
    events, there = read_page(wanted.encode()).events, tuple(map(_anywhere, saved.events))
    for place, event in enumerate(events):
        if place >= len(there) or there[place] != _anywhere(event):
            raise ContentChanged(f"the page differs in {_where(events[: place + 1])}")


def _anywhere(event: Event) -> Event:
    """Return an event without the address of a picture: browsers save pictures beside a page and write where."""
    if (event.kind, event.name) != ("start", "img"):
        return event
    return replace(event, attributes=tuple(pair for pair in event.attributes if pair[0] != "src"))


class _Reader(HTMLParser):
    """Walks a page once; what stands inside the article becomes events."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []
        self.subject = ""
        self.strange = ""
        self.found = 0
        self.start = 0
        self.end: int | None = None
        self._text = text
        self._open: list[str] = []
        self._depth: int | None = None
        self._lines = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note an element's start."""
        given = dict(attrs)
        if (tag == "link" and PROOF_LINK in (given.get("rel") or "").split()) or (tag == "a" and self._depth is None):
            link = _SUBJECT.search(given.get("href") or "")
            self.subject = self.subject or (link[1] if link else "")
        if (tag, given.get("id")) == ARTICLE:
            self._begin()
        if self._depth is not None:
            self.events.append(Event("start", tag, tuple(sorted((name, value or "") for name, value in attrs))))
        elif tag in AROUND and "hidden" in given:
            self.strange = "the page hides its story"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Note an element that is closed in its own tag; to a browser only a void element is, or one in a drawing."""
        self.handle_starttag(tag, attrs)
        if "svg" in self._open and tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note an element's end."""
        if self._depth is not None and tag not in VOID:
            self.events.append(Event("end", tag))
        if tag in self._open:
            while self._open[-1] != tag and self._open[-1] in IMPLIED:
                self._open.pop()
            if self._depth is None and self._open[-1] != tag:
                # Browsers close fewer elements here than we would: what we take for outside may still hide the story.
                self.strange = "the page's elements do not close in order"
            while self._open.pop() != tag:
                pass
        if self._depth is not None and len(self._open) < self._depth:
            self._depth = None
            self.end = self._text.index(">", self._here()) + 1

    def handle_data(self, data: str) -> None:
        """Note words; pieces of one text become one event."""
        if self._depth is None:
            return
        if self.events[-1].kind == "words":
            data = self.events.pop().name + data
        self.events.append(Event("words", _SPACE.sub(" ", data)))

    def handle_decl(self, decl: str) -> None:
        """Note a declaration, which has no place in an article."""
        self._out_of_place()

    def handle_pi(self, data: str) -> None:
        """Note an instruction, which has no place in an article."""
        self._out_of_place()

    def unknown_decl(self, data: str) -> None:
        """Note a marked section, which has no place in an article."""
        self._out_of_place()

    def _begin(self) -> None:
        self.found += 1
        if self.found > 1:
            self.strange = "the page holds two stories"
        if not set(self._open) <= AROUND:
            self.strange = "the story stands where a reader would not see it"
        if self._depth is None:
            self.start, self._depth = self._here(), len(self._open) + 1

    def _out_of_place(self) -> None:
        if self._depth is not None:
            self.events.append(Event("other", ""))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _where(events: tuple[Event, ...]) -> str:
    """Name the place in the article in which its last event stands."""
    open_elements: list[str] = []
    block, inside_text = 0, False
    for event in events:
        if event.kind == "start" and event.name not in VOID:
            kind = dict(event.attributes).get("class", "")
            open_elements.append(f"{event.name}.{kind}" if kind else event.name)
            inside_text = inside_text or open_elements[-1] == "div.text"
            block += inside_text and event.name in BLOCKS
        elif event.kind == "end" and open_elements:
            inside_text = inside_text and open_elements[-1] != "div.text"
            if event != events[-1]:
                open_elements.pop()
    if "div.text" in open_elements:
        return f"part {block} of the text" if block else "the text"
    return next((NAMED[name] for name in open_elements if name in NAMED), "the order of its parts")
