# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public site's other doors show: search, follow, press, and "this happened to me too".

One frozen value for each page, as in values.py, carrying text and days and never HTML (T24). See spec/pages.md.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from msgspec import Struct

from ombuds.pages.article_values import PagePicture, PagePress, Running
from ombuds.pages.passages import Piece
from ombuds.pages.values import FeedItem, Trouble


class FoundItem(Struct, frozen=True, kw_only=True):
    """One publication that a search found, with the words that were looked for marked in its title and text."""

    item: FeedItem
    title: tuple[Piece, ...]
    text: tuple[Piece, ...] = ()


class FindPage(Struct, frozen=True, kw_only=True):
    """The search, before and after something was looked for."""

    query: str = ""
    asked: bool = False
    items: tuple[FoundItem, ...] = ()
    count: int = 0
    trouble: Trouble | None = None
    newer: str | None = None
    older: str | None = None


class Place(Struct, frozen=True, kw_only=True):
    """Another place where the desk is found: what it is called and its address."""

    title: str
    address: str

    @property
    def link(self) -> str:
        """The address if a browser may be led there, or nothing: an address is a value like any other."""
        try:
            kind = urlsplit(self.address).scheme
        except ValueError:
            return ""
        return self.address if kind in ("https", "http", "mailto") else ""


class Places(Struct, frozen=True, kw_only=True):
    """Places that the members signed, with the path of the update that names them."""

    places: tuple[Place, ...]
    path: str
    day: date


class FollowPage(Struct, frozen=True, kw_only=True):
    """Where to read what the desk publishes without coming here."""

    elsewhere: Places | None = None


class Noticed(Struct, frozen=True, kw_only=True):
    """A publication that the press wrote about, or that has pictures to be printed with their credit."""

    item: FeedItem
    press: tuple[PagePress, ...] = ()
    pictures: tuple[PagePicture, ...] = ()


class PressPage(Struct, frozen=True, kw_only=True):
    """The desk in numbers that are counted from the ledger, what the press made of its work, and whom to write to."""

    members: int
    needed_to_publish: int
    entries: int = 0
    since: date | None = None
    stories: int = 0
    updates: int = 0
    campaigns: int = 0
    posts: int = 0  # on the walls of these campaigns
    walls: tuple[Running, ...] = ()
    waiting: int = 0
    answered: int = 0
    solved: int = 0
    corrections: int = 0
    takedowns: int = 0
    noticed: tuple[Noticed, ...] = ()
    contacts: Places | None = None


class VoiceForm(Struct, frozen=True, kw_only=True):
    """The form of those to whom the same happened as a story tells. With `notes` a sealed note may go with it.

    `about` is what a note begins with, so that the desk sees to which story it belongs; `longest` is in characters.
    """

    title: str
    title_language: str
    path: str
    nonce: str
    ticket: str = ""
    check: str
    about: str
    needed: int
    members: int
    longest: int = 100_000
    note: str = ""
    notes: bool = True
    words_languages: tuple[str, ...] = ("en", "ru")
    trouble: Trouble | None = None


class InquiryForm(Struct, frozen=True, kw_only=True):
    """The form of somebody a text is about, with its title, or of the press, without one."""

    path: str
    nonce: str
    ticket: str = ""  # says to the server alone since when the form is open
    needed: int
    members: int
    title: str = ""
    title_language: str = ""
    text: str = ""
    about: str = ""  # what the sealed text begins with, for a browser that seals by itself
    longest: int = 0
    words_languages: tuple[str, ...] = ("en", "ru")
    trouble: Trouble | None = None


class NamedForm(Struct, frozen=True, kw_only=True):
    """The warning to somebody who would support a campaign with a name and, once it was read, the form to the desk."""

    title: str
    title_language: str
    path: str
    nonce: str
    ticket: str = ""
    needed: int
    members: int
    open: bool = True
    read: bool = False
    name: str = ""
    role: str = ""
    text: str = ""
    portrait: bool = False
    about: str = ""
    longest: int = 0
    words_languages: tuple[str, ...] = ("en", "ru")
    trouble: Trouble | None = None


class SpokenPage(Struct, frozen=True, kw_only=True):
    """Thanks for a voice, and how it is counted."""

    title: str
    title_language: str
    path: str
