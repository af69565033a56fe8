# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of joining a campaign show: the form, the cleaned photograph, the exact result, thanks, and taking a post back.

What was filled in travels from page to page in hidden fields, and so does the cleaned photograph: the server keeps nothing
between two of them. Nothing here checks it. See spec/pages.md.
"""

from __future__ import annotations

from msgspec import Struct

from ombuds.pages.hashtags import Tag
from ombuds.pages.values import Choice, ShareCard, Trouble


class Typed(Struct, frozen=True, kw_only=True):
    """What a supporter filled in, field by field, as the form sends it."""

    kind: str = "badge"
    shape: str = "0"
    colour: str = "0"
    sentence: str = "own"
    own: str = ""
    rank: str = ""
    region: str = ""
    receipt: str = "0"
    words_language: str = ""
    shows: str = ""


class Offered(Struct, frozen=True, kw_only=True):
    """A sentence to choose, in which language, and the value that stands for it."""

    value: str
    text: str
    language: str


class JoinForm(Struct, frozen=True, kw_only=True):
    """Where a supporter joins. ``photographs``: taken, refused (no cell on this machine), or empty when the campaign wants none.

    ``shapes`` and ``colours`` are the drawn badges to choose from; ``open`` says whether posts are taken today. ``campaign``,
    ``recipient`` and ``instance`` are what a browser needs that seals by itself.
    """

    title: str
    title_language: str
    path: str
    nonce: str
    ticket: str = ""
    version: int
    statement: Offered | None = None
    badges: bool = True
    photographs: str = ""
    shapes: int = 12
    colours: int = 4
    offered: tuple[Offered, ...] = ()
    ranks: tuple[Choice, ...] = ()
    regions: tuple[Choice, ...] = ()
    words_languages: tuple[str, ...] = ("en", "ru")
    typed: Typed = Typed()
    trouble: Trouble | None = None
    open: bool = True
    campaign: str = ""
    recipient: str = ""
    instance: str = ""
    least: int = 20


class Told(Struct, frozen=True, kw_only=True):
    """Something that a photograph's file would have told."""

    name: str
    value: str


class Found(Struct, frozen=True, kw_only=True):
    """What a program takes for a face or for writing: its number, in which ninth of the picture, and left, upper edge, width and height."""

    number: int
    what: str
    where: str
    box: tuple[int, int, int, int]
    ticked: bool = True


# What stands in the hidden fields of a photograph's page, of what was typed before it.
BEFORE = ("kind", "sentence", "own", "rank", "region", "receipt", "words_language")


class CoverPage(Struct, frozen=True, kw_only=True):
    """The cleaned photograph under a grid of squares to black out; ``picture`` is base64 without + and /.

    ``looked`` says what came of a look for faces and writing: found, none, absent, failed, or empty when the page came back without
    boxes. ``proposed`` carries the boxes to the next page.
    """

    title: str
    title_language: str
    path: str
    nonce: str
    ticket: str = ""
    version: int
    typed: Typed
    picture: str
    width: int
    height: int
    across: int
    down: int
    cells: tuple[int, ...] = ()
    looked: str = ""
    proposed: str = ""
    found: tuple[Found, ...] = ()
    told: tuple[Told, ...] = ()
    first: bool = False  # the file was opened just now, so that it is known what it would have told
    trouble: Trouble | None = None

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What travels to the next page in hidden fields, beside the filler."""
        return (*_carried(self, BEFORE), *((("proposed", self.proposed),) if self.found else ()))


class ExactPage(Struct, frozen=True, kw_only=True):
    """Exactly what would become public: the finished picture, the sentence and the rank group. ``check`` is over all that was shown."""

    title: str
    title_language: str
    path: str
    nonce: str
    ticket: str = ""
    version: int
    typed: Typed
    picture: str
    shown: str
    width: int
    height: int
    cells: str
    proposed: str = ""
    boxes: str = ""
    check: str
    sentence: str
    language: str
    rank: str = ""

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What travels to the next page in hidden fields, beside the filler."""
        proposed = (("proposed", self.proposed), ("boxes", self.boxes)) if self.proposed else ()
        return (*_carried(self, (*BEFORE, "shows")), ("cells", self.cells), *proposed, ("check", self.check))


def _carried(page: CoverPage | ExactPage, typed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What every page of a photograph carries: the form's own name, these of the typed fields, and the picture."""
    form = (("nonce", page.nonce), ("ticket", page.ticket), ("version", str(page.version)))
    return (*form, *((name, str(getattr(page.typed, name))) for name in typed), ("picture", page.picture))


class JoinedPage(Struct, frozen=True, kw_only=True):
    """Thanks: the receipt's words if they were asked for, how many wait, and what to pass on."""

    title: str
    title_language: str
    path: str
    words: tuple[str, ...] = ()
    words_language: str = "en"
    tags: tuple[Tag, ...] = ()
    waiting: int = 0
    least: int = 20
    begun: bool = False  # a batch stands on the wall
    card: ShareCard | None = None


class WithdrawPage(Struct, frozen=True, kw_only=True):
    """Where the twelve words of a receipt are typed, and the same page when it is done, or with what became of the post.

    ``fate`` is waits, wall, asked, fell or unknown; ``campaign`` the one for which another picture is asked; ``reason`` why it fell.
    """

    done: bool = False
    fate: str = ""
    campaign: str = ""
    reason: str = ""
    trouble: Trouble | None = None
