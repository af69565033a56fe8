# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a source's pages show: the report form, the words, the inbox and consent.

The words travel in the values of pages that answer a POST, and in hidden fields of their forms: never in an address and
never in a cookie (T08). Nothing here checks or keeps them. See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct

from ombuds.pages.values import Choice, Fact, Trouble


class File(Struct, frozen=True, kw_only=True):
    """A file beside a message: `id` is what the form sends back, size is in bytes."""

    id: str
    name: str
    size: int


class Kept(Struct, frozen=True, kw_only=True):
    """What a report form held when it came back with an error, so that nothing is lost. Files must be chosen again."""

    what: str = ""
    who: str = ""
    where: str = ""
    when: str = ""
    type: str = ""
    wishes: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    words_language: str = ""


class ReportForm(Struct, frozen=True, kw_only=True):
    """The report form. `largest` is in bytes, `longest` in characters; `needed` of `members` must agree before anyone can read it.

    Of the `excludable` members `leave_out` at most can be left out; without it nobody is asked about.
    """

    nonce: str
    ticket: str = ""  # says to the server alone since when the form is open
    largest: int
    needed: int
    members: int
    kept: Kept = Kept()
    trouble: Trouble | None = None
    excludable: tuple[Choice, ...] = ()
    leave_out: int = 0
    longest: int = 100_000
    most_files: int = 300
    words_languages: tuple[str, ...] = ("en", "ru")


class SentPage(Struct, frozen=True, kw_only=True):
    """The twelve words, shown once, and which two are asked back (counted from one)."""

    words: tuple[str, ...]
    ask: tuple[int, ...]
    check: str
    nonce: str
    words_language: str = "en"
    trouble: Trouble | None = None
    inquiry: bool = False  # it is no report but a question from outside


class RecheckPage(Struct, frozen=True, kw_only=True):
    """The two words were wrong: asked again, without showing the words a second time."""

    ask: tuple[int, ...]
    check: str
    nonce: str
    inquiry: bool = False


class ConfirmedPage(Struct, frozen=True, kw_only=True):
    """The words are written down; what happens next."""

    needed: int
    members: int
    inquiry: bool = False


class InboxEnter(Struct, frozen=True, kw_only=True):
    """Where the twelve words are typed. `largest`, `longest` and `most_files` are what one message may hold."""

    trouble: Trouble | None = None
    largest: int = 2 << 30
    longest: int = 100_000
    most_files: int = 300


class ConsentItem(Struct, frozen=True, kw_only=True):
    """One thing that the source may leave out."""

    id: str
    kind: str  # text, quote, claim, picture, region, rank, tags
    text: str
    required: bool = False


class ConsentQuestion(Struct, frozen=True, kw_only=True):
    """The exact text that the desk wants to publish, in each language and with what stands beside it, and its items."""

    id: str
    title: str
    articles: tuple[Markup, ...] = ()  # as Renderer.article made them
    beside: tuple[Fact, ...] = ()
    every: tuple[Fact, ...] = ()  # all of it as plain lines, every character
    lacking: bool = False  # a picture that is named did not come with the question
    items: tuple[ConsentItem, ...] = ()
    until: date | None = None  # can be taken back until the desk releases it, and at the latest on this day
    answer: str = ""  # agreed, partly, refused, revoked; empty when none was given on this visit and the desk has told of none
    heard: date | None = None  # the desk has that answer since this day
    public: date | None = None  # what was agreed to is public since this day


class InboxMessage(Struct, frozen=True, kw_only=True):
    """A message from the desk. kind: message, read, heard, consent, expired; forged is not from the desk and shows no text."""

    id: str  # what its forms name: numbers move when a reply comes or goes
    number: int
    text: str
    kind: str = "message"
    day: date | None = None
    files: tuple[File, ...] = ()
    consent: ConsentQuestion | None = None
    heard: str = ""  # what the desk tells of a question: agreed, partly, refused, revoked, published
    about: str = ""  # that question's title, if it is still here
    twice: bool = False  # the desk sent another message under the same number


class InboxPage(Struct, frozen=True, kw_only=True):
    """What an inbox shows; the same page for words that nobody knows. Each form carries the words (never a cookie)."""

    words: str
    nonce: str
    largest: int
    messages: tuple[InboxMessage, ...] = ()
    kept: str = ""
    trouble: Trouble | None = None
    done: str = ""  # sent, deleted, emptied, answered, closed
    plain: bool = True  # the server reads these words during the visit
    number: int = 1  # which page of the messages this is, of how many, with which message it begins, of how many
    pages: int = 1
    first: int = 1
    total: int = 0
    every: tuple[str, ...] = ()  # what the button that deletes all names, newest first


class ConsentForm(Struct, frozen=True, kw_only=True):
    """The page on which the source agrees, agrees without some items, or refuses."""

    words: str
    nonce: str
    question: ConsentQuestion
    trouble: Trouble | None = None


class ClosedPage(Struct, frozen=True, kw_only=True):
    """The desk takes no reports now. Since when, if it is known."""

    since: date | None = None
    addresses: tuple[str, ...] = ()
