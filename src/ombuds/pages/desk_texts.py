# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's desk shows of texts: drafts in the editor, whether a source agreed, and what is public and can go on.

Like the values of desk_values.py they carry text and days, and previews as the public renderer made them (T24). See
spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct

from ombuds.pages.values import Choice, Fact, Sentence, Trouble


class Lacking(Struct, frozen=True, kw_only=True):
    """A form that comes back: what it lacks (ticked, reason, answer), what was entered, and the fields of the address that it came from."""

    lacks: str = ""
    chosen: tuple[str, ...] = ()
    reason: str = ""
    asked: tuple[tuple[str, str], ...] = ()


class TourStep(Struct, frozen=True, kw_only=True):
    """One step through a demonstration: what to do next and where, a link or a command; `done` is what the vault shows."""

    title: str
    text: str
    done: bool = False
    link: str = ""
    command: str = ""


class DraftLine(Struct, frozen=True, kw_only=True):
    """A draft of a story. state: drafting, or what became of exactly this text since the source was asked about it."""

    id: str
    title: str
    link: str
    state: str = ""


class ConsentState(Struct, frozen=True, kw_only=True):
    """What the source was asked, on which day, and what they said. state: none, asked, agreed, partly, refused, revoked."""

    state: str = "none"
    asked: date | None = None
    day: date | None = None  # of the answer
    text: str = ""
    without: tuple[str, ...] = ()
    closed: bool = False  # the source closed the case since then: what they agreed to before is over


class SigningLine(Struct, frozen=True, kw_only=True):
    """A text of a case that the members are asked to sign."""

    title: str = ""
    given: int = 0
    needed: int = 2
    stopped: bool = False
    mine: bool = False  # this member has answered already
    proposal: str = ""  # of a batch that can be stopped here until it is public
    day: date | None = None  # on which a batch leaves that was handed in, as the server said
    when: Sentence = Sentence(text="")  # at which hour


class PublishedLine(Struct, frozen=True, kw_only=True):
    """Something public in a list, in its latest version. `may` lists how it can go on: correction, outcome, takedown."""

    subject: str
    title: str
    kind: str
    version: int
    day: date | None = None
    address: str = ""  # of its public page
    status: str = ""
    waiting_days: int | None = None  # how long an answer is awaited
    may: tuple[str, ...] = ()


class AnsweredLine(Struct, frozen=True, kw_only=True):
    """Something that is over: what it was about (a title, or how many cases), and what this member answered."""

    action: str
    answer: Sentence
    title: str = ""
    many: int = 0
    batch: bool = False  # posts of a campaign, whose title it is
    out: PublishedLine | None = None  # what is public of it now


class PublishedView(Struct, frozen=True, kw_only=True):
    """All that is public, newest first. `newer` and `older` are the addresses of the pages beside this one."""

    lines: tuple[PublishedLine, ...] = ()
    newer: str = ""
    older: str = ""


class DraftText(Struct, frozen=True, kw_only=True):
    """A draft's words in one language; an empty one is to be chosen."""

    language: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""


class DraftRow(Struct, frozen=True, kw_only=True):
    """One repeating line of the editor: what it has once, and what it has once for each language of the text."""

    fields: dict[str, str] = {}
    said: dict[str, tuple[str, ...]] = {}


class Draft(Struct, frozen=True, kw_only=True):
    """A story or an update being written. `sources` is one `title | address` a line, `tags` words with spaces, days are ISO.

    `awaited`, `outcome` and `correction` have one field for each of the texts, in their order; `rows` are by their kind.
    """

    id: str = ""
    subject: str = ""  # what it is a later version of
    change: str = ""  # how it goes on then: correction, outcome
    kind: str = "story"
    case: str = ""
    texts: tuple[DraftText, ...] = (DraftText(),)
    correction: tuple[str, ...] = ()  # what was wrong, and what is right
    status: str = "open"
    since: str = ""
    awaited: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    told_by: str = "desk"
    region: str = ""
    rank: str = ""
    type: str = ""
    basis: str = "consent"
    sources: str = ""
    tags: str = ""
    story: str = ""  # the story that an update belongs to
    pinned: str = ""
    rows: dict[str, tuple[DraftRow, ...]] = {}


class Difference(Struct, frozen=True, kw_only=True):
    """One line of what a later version changes. mark: gone, new, or empty for what stays."""

    mark: str
    label: str
    text: str


class PublishView(Struct, frozen=True, kw_only=True):
    """The draft editor with a preview for each language. `ready` are the cases that could be published."""

    draft: Draft = Draft()
    ready: tuple[Choice, ...] = ()
    languages: tuple[str, ...] = ("en", "ru")
    statuses: tuple[Choice, ...] = ()
    stories: tuple[Choice, ...] = ()  # those that an update may belong to
    previews: tuple[Markup, ...] = ()
    beside: tuple[Fact, ...] = ()  # what stands outside of the article
    differences: tuple[Difference, ...] = ()  # against the version that is public
    consent: ConsentState = ConsentState()
    writes: str = ""  # the language of the case's source, where no text of the draft is in it
    seen: str = ""  # what the preview on this page was made of
    needed: int = 2
    may: tuple[str, ...] = ("preview", "save", "propose")
    trouble: Trouble | None = None
    drafts: tuple[DraftLine, ...] = ()  # what was begun before
    anything: bool = False  # whether anything is public that can go on
