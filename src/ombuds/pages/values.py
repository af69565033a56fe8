# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public pages show: one frozen value for each page, and the few values they are made of.

They carry text and days, never HTML, so that nothing hostile can arrive already marked as safe (T24). They do not know
where they came from: the server, a desk's preview and a mirror fill in the same ones. See spec/pages.md.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from msgspec import Struct

from ombuds.core.errors import OmbudsError
from ombuds.pages.article_values import PageClaim, PageOutcome, PagePicture, PagePress, PageReply, Running, Standing


class Shell(Struct, frozen=True, kw_only=True):
    """What surrounds every public page. `path` is the page's own path without the language in front of it."""

    desk_name: str
    language: str = "en"
    path: str = "/"
    languages: tuple[str, ...] = ("en", "ru", "ar")
    demonstration: bool = False
    notice: str | Sentence | None = None
    fingerprint: str = ""
    onion: str | None = None
    static: str = "/static/"
    # The desk's own address as its members signed it, on pages that may be passed on; without it a page names no address.
    address: str = ""
    query: str = ""  # what this page was asked for: kept when the language is switched

    def link(self, path: str) -> str:
        """The address of a page in the reader's language."""
        return f"/{self.language}{quote(path, safe='/?=&%#+,;:@~-._!')}"

    def elsewhere(self, language: str) -> str:
        """The address of this same page in another language."""
        return f"/{language}{quote(self.path, safe='/?=&%#+,;:@~-._!')}"

    def switched(self, language: str) -> str:
        """The address of this same page in another language, asked for the same."""
        return self.elsewhere(language) + (f"?{self.query}" if self.query else "")


class Sentence(Struct, frozen=True, kw_only=True):
    """A sentence of ours with its values, translated when it is shown.

    `text` stands in the source marked for translation: Sentence(text=mark("%(who)s asks you."), values={"who": "Anna"}).
    With `many` the plural is chosen by `num`, which is a value too. A day is written as people write it.
    """

    text: str
    many: str = ""
    num: int = 0
    values: dict[str, str | int | date] = {}


class Trouble(Struct, frozen=True, kw_only=True):
    """A refusal as a person reads it: what happened, and what to do next."""

    sentence: str
    help: str = ""
    detail: str = ""  # what exactly, for members alone

    @classmethod
    def of(cls, error: OmbudsError, detailed: bool = False) -> Trouble:
        """The trouble that an error of ours tells of, without its detail unless a member is told."""
        return cls(sentence=error.sentence, help=error.help, detail=error.detail if detailed else "")


class Fact(Struct, frozen=True, kw_only=True):
    """A label and its value. The label is translated if it is one of ours; a value is, if it is a Sentence."""

    label: str
    value: str | Sentence | date


# The public record.
class ShareCard(Struct, frozen=True, kw_only=True):
    """The picture beside a link that is passed on: where it lies, its size, and what it shows in words."""

    path: str
    width: int
    height: int
    shows: str


class Source(Struct, frozen=True, kw_only=True):
    """A public source that a story rests on."""

    title: str
    url: str


class Correction(Struct, frozen=True, kw_only=True):
    """What was corrected, and when; the version that stood there before, with its commitment and its place in the ledger."""

    day: date
    text: str
    version: int = 0
    commitment: str = ""
    index: int = 0


class Proof(Struct, frozen=True, kw_only=True):
    """How a page is proven: who signed it, and where its proof file lies. Kept outside the article."""

    index: int
    signed: int
    members: int
    path: str
    signers: tuple[str, ...] = ()


class StoryPage(Struct, frozen=True, kw_only=True):
    """A published case. The article is made of the fields above `status` alone; body is Markdown.

    `waiting_for` and `since` belong to the clock: how many days an answer is awaited and from whom, or since when a status stands.
    """

    id: str
    version: int
    title: str
    summary: str
    body: str
    language: str
    type: str
    region: str
    day: date
    basis: str = "consent"  # consent, sources, desk
    rank: str = ""
    claims: tuple[PageClaim, ...] = ()
    quotes: tuple[str, ...] = ()
    replies: tuple[PageReply, ...] = ()
    outcome: PageOutcome | None = None
    press: tuple[PagePress, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str = "story"
    status: str = "published"  # published, asked, overdue, answered, solved, refused, closed
    since: date | None = None
    waiting_days: int | None = None
    waiting_for: str = ""
    voices: int | None = 0  # how many said that this happened to them too, in steps; none where nobody is asked
    updates: tuple[FeedItem, ...] = ()
    corrections: tuple[Correction, ...] = ()
    proof: Proof | None = None
    card: ShareCard | None = None


class UpdatePage(Struct, frozen=True, kw_only=True):
    """One to three paragraphs that need no case. Body is Markdown; title may be empty."""

    id: str
    version: int
    title: str
    body: str
    language: str
    day: date
    basis: str = "desk"
    press: tuple[PagePress, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str = "update"
    story: FeedItem | None = None  # what it belongs to
    corrections: tuple[Correction, ...] = ()
    proof: Proof | None = None
    card: ShareCard | None = None


class TombstonePage(Struct, frozen=True, kw_only=True):
    """What stands in the place of something that was taken down."""

    id: str
    reason: str  # court, correction, consent, person, safety, other
    day: date
    text: str = ""
    proof: Proof | None = None


class FeedItem(Struct, frozen=True, kw_only=True):
    """One line of the feed. `path` is without the language in front."""

    kind: str  # story, update, answer, outcome, correction, takedown
    title: str
    path: str
    day: date
    summary: str = ""
    language: str = "en"
    status: str = ""
    waiting_days: int | None = None  # how long an answer is awaited
    tags: tuple[str, ...] = ()
    campaign: Standing | None = None


class HomePage(Struct, frozen=True, kw_only=True):
    """The living feed, newest first, with one item pinned and the true headline number."""

    items: tuple[FeedItem, ...] = ()
    pinned: FeedItem | None = None
    solved: int = 0
    older: str | None = None  # the path of the next page, without the language
    open: bool = True
    card: ShareCard | None = None
    campaigns: tuple[Running, ...] = ()


class Choice(Struct, frozen=True, kw_only=True):
    """One thing to choose. `label` may be a label of ours (translated when shown) or a value such as a region."""

    value: str
    label: str
    chosen: bool = False


class ListPage(Struct, frozen=True, kw_only=True):
    """Stories with filters, or everything under a tag."""

    items: tuple[FeedItem, ...] = ()
    count: int = 0
    types: tuple[Choice, ...] = ()
    regions: tuple[Choice, ...] = ()
    statuses: tuple[Choice, ...] = ()
    content_languages: tuple[Choice, ...] = ()
    tag: str | None = None
    newer: str | None = None
    older: str | None = None


class LedgerLine(Struct, frozen=True, kw_only=True):
    """One signed line of the public ledger; `title` is what its subject is called now, where that is public."""

    index: int
    kind: str
    day: date | None  # a charter carries no day of its own
    hash: str
    title: str = ""
    language: str = ""
    version: int = 0
    path: str | None = None


class LedgerPage(Struct, frozen=True, kw_only=True):
    """The ledger, newest first, with what is needed to check it."""

    lines: tuple[LedgerLine, ...] = ()
    size: int = 0
    root: str = ""
    day: date | None = None
    newer: str | None = None
    older: str | None = None


class CharterMember(Struct, frozen=True, kw_only=True):
    """A member as the charter names them."""

    name: str
    fingerprint: str
    roles: tuple[str, ...] = ()  # case, moderate, keyholder


class Threshold(Struct, frozen=True, kw_only=True):
    """How many members one kind of decision needs."""

    action: str  # open, publish, takedown, destroy, moderate, charter
    needed: int


class CharterPage(Struct, frozen=True, kw_only=True):
    """The signed list of members, their keys and the thresholds."""

    version: int
    members: tuple[CharterMember, ...]
    thresholds: tuple[Threshold, ...]
    expires: date
    fingerprint: str
    addresses: tuple[str, ...] = ()
    instance_id: str = ""
    expired: bool = False


class AboutPage(Struct, frozen=True, kw_only=True):
    """What the desk is and what it does not protect."""

    members: int
    needed_to_open: int
    needed_to_publish: int


class ErrorPage(Struct, frozen=True, kw_only=True):
    """Something was refused or is not here."""

    trouble: Trouble
    status: int = 404
