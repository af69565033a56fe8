# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a page strictly, as a validator and a screen reader together would: nesting, names, headings, labels.

A page that breaks a rule raises a Wrong with the rule in it. It is stricter than a browser on purpose. See spec/pages.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "link", "input", "br", "hr", "img"))
BLOCK = frozenset(
    ("p", "div", "section", "article", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "form", "fieldset", "table", "pre", "blockquote", "hr", "details")
)
SPOKEN = ("aria-label", "title", "placeholder", "alt")


class Wrong(AssertionError):
    """A page breaks a rule."""


@dataclass
class Tag:
    """An element that was read."""

    name: str
    attributes: dict[str, str]
    inside: tuple[str, ...]


@dataclass
class Reading(HTMLParser):
    """What was found on a page."""

    tags: list[Tag] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a start tag and refuse one where it cannot stand."""
        names = [name for name, _value in attrs]
        if len(set(names)) != len(names):
            raise Wrong(f"<{tag}> names an attribute twice: {names}")
        if tag in BLOCK and "p" in self.open:
            raise Wrong(f"<{tag}> stands inside a paragraph")
        if tag == "form" and "form" in self.open:
            raise Wrong("a form stands inside a form")
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of the wordmark, which closes itself."""
        if tag != "path":
            raise Wrong(f"<{tag}/> closes itself")

    def handle_endtag(self, tag: str) -> None:
        """Refuse an end tag that does not fit."""
        if not self.open or self.open[-1] != tag:
            raise Wrong(f"</{tag}> closes {self.open[-3:]}")
        self.open.pop()

    def text_read(self, data: str) -> None:
        """Note text with where it stands."""
        if data.strip():
            self.texts.append((tuple(self.open), data))

    handle_data = text_read  # the name that the parser calls

    def named(self, *names: str) -> list[Tag]:
        """The elements of these names."""
        return [tag for tag in self.tags if tag.name in names]

    def spoken(self) -> list[str]:
        """Text that is not between tags but is read out or shown."""
        return [tag.attributes[name] for tag in self.tags for name in SPOKEN if name in tag.attributes]


def read(page: bytes) -> Reading:
    """Read a page to its end. Raises Wrong."""
    reading = Reading()
    reading.feed(page.decode())
    reading.close()
    if reading.open:
        raise Wrong(f"still open: {reading.open}")
    return reading


def check(page: bytes) -> Reading:
    """Check what every page keeps: language, one h1, headings in order, own ids, labelled fields. Raises Wrong."""
    reading = read(page)
    [root] = reading.named("html")
    if not root.attributes.get("lang") or root.attributes.get("dir") not in ("ltr", "rtl"):
        raise Wrong("no language or direction")
    _headings(reading)
    ids = [tag.attributes["id"] for tag in reading.tags if "id" in tag.attributes]
    if len(set(ids)) != len(ids):
        raise Wrong(f"an id stands twice: {sorted(ids)}")
    _labels(reading, set(ids))
    return reading


def _headings(reading: Reading) -> None:
    levels = [int(tag.name[1]) for tag in reading.named("h1", "h2", "h3", "h4")]
    if levels.count(1) != 1:
        raise Wrong(f"{levels.count(1)} h1")
    for before, after in zip(levels, levels[1:], strict=False):
        if after > before + 1:
            raise Wrong(f"h{after} follows h{before}")


def _labels(reading: Reading, ids: set[str]) -> None:
    labelled = {tag.attributes.get("for") for tag in reading.named("label")}
    for tag in reading.named("input", "select", "textarea"):
        hidden = tag.attributes.get("type") == "hidden"
        if not hidden and tag.attributes.get("id") not in labelled and "label" not in tag.inside:
            raise Wrong(f"no label: {tag}")
        described = tag.attributes.get("aria-describedby")
        if described and described not in ids:
            raise Wrong(f"described by nothing: {tag}")
