# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is public, as lists need it: every entry with its titles, kept in memory and read once.

The long texts stay in the store. A shelf never changes; a longer ledger gives a new one. What was taken down is on no
shelf but as a tombstone (T20). See spec/site.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from types import MappingProxyType
from unicodedata import normalize

import msgspec

from ombuds.core.publication import Content, Text, read_content
from ombuds.core.record import Line, Record
from ombuds.pages.markup import plain
from ombuds.pages.published import clock_of
from ombuds.pages.values import FeedItem
from ombuds.server.store import ledger
from ombuds.server.store.db import Store

TITLE = 80
EXCERPT = 240
# The words of a record and those of a page.
STATUSES: Mapping[str, str] = MappingProxyType(
    {"open": "published", "asked": "asked", "answered": "answered", "fixed": "solved", "refused": "refused", "closed": "closed"}
)
REASONS: Mapping[str, str] = MappingProxyType(
    {"error": "correction", "source-asked": "consent", "person-asked": "person", "court-order": "court", "safety": "safety"}
)


PLACES: Mapping[str, str] = MappingProxyType({"update": "updates", "campaign": "campaigns"})


@dataclass(frozen=True)
class Shown:
    """One entry that is public: its line, and its content without the long texts (a takedown has none)."""

    line: Line
    content: Content | None

    @property
    def kind(self) -> str:
        """Whether the subject is a story, an update or a campaign; empty for a takedown."""
        return self.content.kind if self.content else ""

    @property
    def status(self) -> str:
        """The status as pages name it; an update has none."""
        return STATUSES.get(self.content.status, "published") if self.content and self.kind in ("story", "campaign") else ""

    @property
    def change(self) -> str:
        """What kind of line of the feed it is: an outcome that is an answer is told as one."""
        return "answer" if self.content and self.line.kind == "outcome" and self.content.status == "answered" else self.line.kind

    @property
    def path(self) -> str:
        """The page's path without the language."""
        return f"/{PLACES.get(self.kind, 'stories')}/{self.line.subject}"


@dataclass(frozen=True)
class Shelf:
    """Everything public at one size of the ledger. ``entries`` are oldest first; ``subjects`` hold each one's versions."""

    record: Record
    entries: tuple[Shown, ...]
    subjects: Mapping[str, tuple[Shown, ...]]

    def pinned(self, today: date) -> Shown | None:
        """What stays on top on a day: of the latest versions that are pinned until then or longer, the newest."""
        some = (versions[-1] for versions in self.subjects.values())
        on = (shown for shown in some if shown.content and shown.line.parameters and (shown.line.parameters.pinned or date.min) >= today)
        return max(on, key=lambda shown: shown.line.index, default=None)

    def updates_of(self, story: str) -> list[Shown]:
        """The updates that belong to a story, newest first."""
        return [shown for shown in self.latest("update") if shown.content and shown.content.story == story]

    def latest(self, kind: str) -> list[Shown]:
        """The latest version of every subject of a kind, newest first."""
        last = [versions[-1] for versions in self.subjects.values() if versions[-1].kind == kind]
        return sorted(last, key=lambda shown: -shown.line.index)


class Shelves:
    """The shelf of one server process, grown as the ledger grows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._shelf: Shelf | None = None

    def of(self, record: Record) -> Shelf:
        """Return what is public at this record's size."""
        shelf = self._shelf
        if shelf is not None and shelf.record is record:
            return shelf
        with self._lock:
            before = self._shelf
            have = before.record.size if before and before.record.size <= record.size else 0
            kept = before.entries if before and have else ()
            self._shelf = shelf = _stock(record, (*kept, *self._read(record.lines[have:])))
        return shelf

    def _read(self, lines: Iterable[Line]) -> list[Shown]:
        with self._store.read() as connection:
            found = []
            for line in lines:
                if line.kind == "wall":
                    continue  # lists of posts, which walls.py reads
                salted = ledger.content(connection, line.subject, line.version) if line.parameters else None
                if salted is not None:
                    found.append(Shown(line, _light(read_content(salted.content))))
                elif line.kind == "takedown":
                    found.append(Shown(line, None))
        return found


def item(shown: Shown, language: str, gone: str) -> FeedItem:
    """Return one line of a feed; ``gone`` is the title of what was taken down."""
    line = shown.line
    day = line.parameters.day if line.parameters else date.min
    if shown.content is None:
        return FeedItem(kind="takedown", title=gone, path=shown.path, day=day, language=language)
    text = text_for(shown.content, language)
    return FeedItem(
        kind=shown.change,
        title=text.title,
        path=shown.path,
        day=day,
        summary=text.summary,
        language=text.language,
        status=shown.status,
        tags=shown.content.tags,
    )


def on_day(line: FeedItem, shown: Shown, today: date) -> FeedItem:
    """Return a line with the status of a day: an awaited answer becomes older and overdue without a new version."""
    if shown.content is None or line.status != "asked":
        return line
    clock = clock_of(shown.content, line.language, today)
    return msgspec.structs.replace(line, status=clock.status, waiting_days=clock.days)


def tag_key(tag: str) -> str:
    """Return the one spelling of a hashtag, whatever its script: composed, and in small letters where there are any."""
    return normalize("NFC", normalize("NFC", tag).casefold())


def tags_of(shown: Shown) -> frozenset[str]:
    """Return the hashtags of an entry in their one spelling."""
    return frozenset(map(tag_key, shown.content.tags)) if shown.content else frozenset()


def text_for(content: Content, language: str) -> Text:
    """Return the text in the reader's language, or else the first."""
    return next((text for text in content.texts if text.language == language), content.texts[0])


def _light(content: Content) -> Content:
    return msgspec.structs.replace(content, texts=tuple(map(_short, content.texts)), sources=(), claims=(), quotes=())


def _short(text: Text) -> Text:
    """Return what a list shows of a text: its title and its summary, or else how it begins."""
    if not text.title:
        return msgspec.structs.replace(text, title=_first_words(text.body, TITLE), body="")
    return msgspec.structs.replace(text, summary=text.summary or _first_words(text.body, EXCERPT), body="")


def _first_words(body: str, most: int) -> str:
    line = plain(body.strip().partition("\n")[0])
    return line if len(line) <= most else line[:most].rpartition(" ")[0] + "…"


def _stock(record: Record, entries: tuple[Shown, ...]) -> Shelf:
    subjects: dict[str, tuple[Shown, ...]] = {}
    for shown in entries:
        subject = shown.line.subject
        subjects[subject] = (shown,) if shown.content is None else (*subjects.get(subject, ()), shown)
    gone = {subject for subject, versions in subjects.items() if versions[-1].content is None}
    public = (shown for shown in entries if shown.content is None or shown.line.subject not in gone)
    return Shelf(record, tuple(public), subjects)
