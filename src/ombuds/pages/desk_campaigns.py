# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's desk shows of campaigns: the form that makes one, posts that wait for a ruling, the next batch, the wall.

Like the values of desk_values.py they carry text, numbers and days, and previews as the public renderer made them (T24).
See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct

from ombuds.pages.desk_texts import Difference, DraftLine, DraftRow, SigningLine
from ombuds.pages.hashtags import Tag
from ombuds.pages.values import Choice, Fact, Sentence, Trouble


class CampaignText(Struct, frozen=True, kw_only=True):
    """A campaign's words in one language; of lists, one item in each line."""

    language: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    person: str = ""
    statement: str = ""
    demands: str = ""
    offered: str = ""
    ranks: str = ""
    regions: str = ""
    correction: str = ""
    outcome: str = ""


class CampaignDraft(Struct, frozen=True, kw_only=True):
    """A campaign being written. `tags` has one in each line, days are ISO; `change` says how a public one goes on.

    `rows` are the lines of pictures, of those who support with a name and of posts elsewhere, by their kind.
    """

    id: str = ""
    subject: str = ""
    change: str = ""  # correction, outcome
    texts: tuple[CampaignText, ...] = (CampaignText(),)
    tags: str = ""
    kinds: tuple[str, ...] = ("badge", "photo")
    begins: str = ""
    ends: str = ""
    goal: str = ""
    story: str = ""
    status: str = ""
    since: str = ""
    told_by: str = "desk"
    pinned: str = ""
    rows: dict[str, tuple[DraftRow, ...]] = {}


class CampaignDraftView(Struct, frozen=True, kw_only=True):
    """The form of a campaign with its previews, and with what networks make of its hashtags."""

    draft: CampaignDraft = CampaignDraft()
    languages: tuple[str, ...] = ("en", "ru")
    statuses: tuple[Choice, ...] = ()
    stories: tuple[Choice, ...] = ()
    tags: tuple[Tag, ...] = ()
    previews: tuple[Markup, ...] = ()
    beside: tuple[Fact, ...] = ()
    differences: tuple[Difference, ...] = ()
    seen: str = ""
    needed: int = 2
    more: bool = True  # another language can be added
    drafts: tuple[DraftLine, ...] = ()
    lacks: dict[str, str] = {}  # by the field that lacks it, all at once
    trouble: Trouble | None = None


class CampaignLine(Struct, frozen=True, kw_only=True):
    """A public campaign in a list, with what waits there."""

    id: str
    title: str
    day: date | None = None
    to_do: int = 0
    accepted: int = 0
    held: int = 0


class CampaignsView(Struct, frozen=True, kw_only=True):
    """All campaigns that are public."""

    lines: tuple[CampaignLine, ...] = ()
    moderates: bool = True
    publishes: bool = True


class CampaignView(Struct, frozen=True, kw_only=True):
    """One campaign: what waits, and what the next batch would be made of. `missing` posts are lacking to `least`."""

    id: str
    title: str
    address: str = ""  # of its public page
    moderates: bool = True
    signs: bool = True  # batches: this member publishes, and the desk holds the posts
    publishes: bool = True
    keyless: bool = False  # this desk cannot open its posts
    moderators: tuple[str, ...] = ()
    to_do: int = 0
    accepted: int = 0
    waiting: int = 0
    held: int = 0
    rejected: int = 0
    spoilt: int = 0
    number: int = 0
    least: int = 20
    missing: int = 0
    apart: int = 0  # accepted posts of another statement, too few to leave
    withdrawn: int | None = 0  # unknown while the server is silent
    removed: int = 0
    signing: tuple[SigningLine, ...] = ()
    signers: tuple[str, ...] = ()  # who signed the batch that waits
    stopped: tuple[Fact, ...] = ()  # who stopped the last one, and why
    leaves: Sentence = Sentence(text="")  # at which hour a batch that is proposed now could
    ready: bool = False


class PostTile(Struct, frozen=True, kw_only=True):
    """One post as its supporter confirmed it. `ruled` is this member's ruling, `others` what the others ruled, told after it alone."""

    id: str
    small: str
    large: str = ""  # empty for a drawn badge
    width: int = 400
    height: int = 400
    shows: str = ""
    sentence: str = ""
    language: str = ""
    rank: str = ""
    region: str = ""
    version: int = 0  # the campaign's that it joined, where it is not the present one
    easy: bool = False  # a drawn badge and an offered sentence
    alike: int = 0
    alike_link: str = ""
    ruled: str = ""
    reason: str = ""
    others: tuple[Fact, ...] = ()
    chosen: str = ""  # on a page that comes back: accept, quarantine, mine, reject
    why: str = ""
    lacks: bool = False  # a rejection without its reason
    unpressed: bool = False  # a reason without a rejection
    squares: str = ""  # that are covered in the picture shown, as a form carries them
    covered: int = 0  # how many these are
    pair: str = ""  # differs: its two pictures are not one; unseen: they could not be compared here
    tiny: str = ""  # then the small one as it is
    shared: int = 0  # other posts that name the same receipt
    confirmed: str = ""  # the large picture as its supporter confirmed it, where another is shown
    cover_link: str = ""  # where more of a photograph is covered
    uncoverable: int = 0  # squares that others cover and that this machine cannot


class CoverView(Struct, frozen=True, kw_only=True):
    """A photograph under squares to tick, and what it would become. `offered` are the squares that other members cover, or this one did.

    `looks`: a program can look for faces and writing on this machine. `looked`: it did just now, and found so many `faces` and so
    much `writing`.
    """

    action: str
    onward: str
    tile: PostTile
    across: int
    down: int
    squares: tuple[int, ...] = ()
    listed: str = ""
    offered: int = 0
    result: str = ""  # the picture as it would become public
    looks: bool = False
    looked: bool = False
    faces: int = 0
    writing: int = 0
    trouble: Trouble | None = None


class PostsView(Struct, frozen=True, kw_only=True):
    """A page of posts. kind: queue (wait for this member), alike (that look like one), ruled (by this member), batch (of a proposal)."""

    kind: str
    title: str
    action: str = ""
    back: str = "/campaigns"
    here: str = ""  # this page's own address
    onward: str = ""  # where a ruling leads on to
    tiles: tuple[PostTile, ...] = ()
    total: int = 0
    many: int = 12
    sizes: tuple[Choice, ...] = ()  # how many a page: the address of each
    more: str = ""
    first: str = ""
    easy: int = 0
    reasons: tuple[Choice, ...] = ()
    lacks: bool = False  # the reason for all that are left
    trouble: Trouble | None = None


class WallTile(Struct, frozen=True, kw_only=True):
    """One public post, and for which reason this member wants it taken down, if so."""

    post: PostTile
    reason: str = ""


class OnWallView(Struct, frozen=True, kw_only=True):
    """Posts of one batch as they stand on the wall, to choose what is taken down."""

    title: str
    action: str
    back: str
    tiles: tuple[WallTile, ...] = ()
    batches: tuple[Choice, ...] = ()
    more: str = ""
    batch: int = 0  # which page this is: of which batch, and from which post on
    first: int = 0
    chosen: int = 0
    missing: int = 0  # posts that the server leaves out though nobody took them back or down
    reasons: tuple[Choice, ...] = ()
    trouble: Trouble | None = None


class BatchView(Struct, frozen=True, kw_only=True):
    """A proposed batch, for whoever signs it: the first of its posts, what it takes back, and what its signers count."""

    posts: int
    withdrawn: int
    campaign: str = ""  # its screen here
    taken: int = 0  # posts that members take down
    removed: tuple[Fact, ...] = ()
    counts: tuple[Fact, ...] = ()
    tiles: tuple[PostTile, ...] = ()
    gone: tuple[PostTile, ...] = ()  # posts that it takes down, as far as they could be fetched
    link: str = ""  # all of its posts
