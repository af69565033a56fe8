# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposed batch for whoever signs it: its posts as they will stand on the wall, what it takes back, and its counts.

The posts are those of this member's own vault: the proposer's desk shows nothing here (T26). What is taken down is fetched
from the wall and compared with what was signed. It signs nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from ombuds.core.campaign import Batch
from ombuds.core.content import Content
from ombuds.core.errors import NotHere, OmbudsError
from ombuds.core.keys import Hash
from ombuds.desk.campaign.agreeing import agreed_squares
from ombuds.desk.campaign.campaigns import Campaign, campaign, wall
from ombuds.desk.campaign.posted import find
from ombuds.desk.pages.moderate import title_of
from ombuds.desk.pages.tiles import spoken, tile_of, wall_tile, with_pictures
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import asked
from ombuds.desk.release.counting import counted as own_counts
from ombuds.desk.release.judging import Publication
from ombuds.desk.release.prepare import Chosen
from ombuds.pages.desk_campaigns import BatchView, PostsView, PostTile
from ombuds.pages.desk_values import Fact
from ombuds.pages.hashtags import Tag, looked_at
from ombuds.pages.labels import WHYNOT, label_of
from ombuds.pages.languages import counted, mark
from ombuds.pages.values import Sentence

FIRST, PAGE = 24, 96
KINDS = {"badge": mark("a drawn badge"), "photo": mark("a photograph")}

SURVIVES = mark("%(tag)s: some networks link only its beginning. %(better)s survives everywhere.")
CUT = mark("%(tag)s: some networks link only its beginning, or nothing of it.")
GROWS = mark("A batch of posts goes on the wall of a campaign. The number on its page changes.")
BOTH = mark("Posts go on the wall of a campaign, and members take others down from it. Look at those below. The number on its page changes.")
TAKEN_BACK = mark("Posts that their supporters took back leave the wall of a campaign for good. They are hidden already; now the number on its page follows.")


def posts(visit: Visit) -> Response:
    """Show all posts of a proposed batch, a page at a time. Raises NotHere, and what judging it raises."""
    proposal = asked(visit.desk, visit.names["proposal"])
    publication = proposal.publication
    if publication is None or publication.batch is None:
        raise proposal.trouble or NotHere("there is no such batch")
    found, start = campaign(visit.desk, publication.batch.campaign), _number(visit.query.one("from"))
    chosen, here = publication.enclosure.chosen, f"/approve/{proposal.hash}/posts"
    view = PostsView(
        kind="batch",
        title=title_of(found, visit.room.language),
        back=f"/approve#ask-{proposal.hash}",
        tiles=_tiles(visit, found, chosen[start : start + PAGE]),
        total=len(chosen),
        more=f"{here}?from={start + PAGE}" if start + PAGE < len(chosen) else "",
        first=here if start else "",
    )
    return with_pictures(visit.room.renderer.posts(visit.shell("/approve"), view))


def batch_of(visit: Visit, proposal: Hash, publication: Publication | None) -> BatchView | None:
    """Return what a proposed batch does; nothing for a proposal of anything else."""
    if publication is None or publication.batch is None:
        return None
    batch, chosen = publication.batch, publication.enclosure.chosen
    found = campaign(visit.desk, batch.campaign)
    reasons = Counter(each.reason for each in batch.removed)
    return BatchView(
        campaign=found.id,
        posts=len(batch.posts),
        withdrawn=len(batch.withdrawn),
        taken=len(batch.removed),
        removed=tuple(Fact(label=label_of("gone", reason), value=_posts(number)) for reason, number in reasons.items()),
        counts=_counts(visit, found, batch),
        tiles=_tiles(visit, found, chosen[:FIRST]),
        gone=_gone(visit, found, batch),
        link=f"/approve/{proposal}/posts" if len(chosen) > FIRST else "",
    )


def batch_does(batch: Batch) -> Sentence:
    """Return what a batch does to the wall, in one sentence: posts that go on it, people who come off it, or both."""
    if batch.removed and batch.posts:
        return Sentence(text=BOTH)
    if batch.removed:
        return counted(
            "%(num)s post comes off the wall of a campaign because members take it down. Look at it below. The reason stays in the counts.",
            "%(num)s posts come off the wall of a campaign because members take them down. Look at them below. The reasons stay in the counts.",
            len(batch.removed),
        )
    return Sentence(text=GROWS if batch.posts else TAKEN_BACK)


def batch_title(desk: Desk, publication: Publication | None, language: str) -> str:
    """Return the title of the campaign whose wall a batch belongs to; nothing for a proposal of anything else."""
    if publication is None or publication.batch is None:
        return ""
    return title_of(campaign(desk, publication.batch.campaign), language)


def terms_facts(content: Content, language: str) -> tuple[Fact, ...]:
    """Return who can post what in a campaign, from when to when."""
    terms = content.terms
    if terms is None:
        return ()
    facts = [Fact(label=mark("What supporters may post"), value=Sentence(text=KINDS[kind])) for kind in terms.kinds]
    facts += [Fact(label=mark("Posts are taken from"), value=terms.begins), Fact(label=mark("Posts are taken until"), value=terms.ends)]
    for label, many in ((mark("Sentences to choose from"), terms.offered), (mark("Rank groups"), terms.ranks), (mark("Regions"), terms.regions)):
        if many:
            facts.append(Fact(label=label, value=" · ".join(spoken(words, language) for words in many)))
    return (*facts, Fact(label=mark("Goal"), value=str(terms.goal))) if terms.goal else tuple(facts)


def cut_facts(content: Content) -> tuple[Fact, ...]:
    """Return the hashtags that some network does not link to their end, for whoever signs them."""
    cut = [tag for tag in map(looked_at, content.tags) if not tag.whole]
    return tuple(Fact(label=mark("A hashtag that networks cut"), value=Sentence(text=SURVIVES if tag.better else CUT, values=_tag(tag))) for tag in cut)


def _tag(tag: Tag) -> dict[str, str | int | date]:
    return {"tag": f"#{tag.text}", "better": f"#{tag.better}"} if tag.better else {"tag": f"#{tag.text}"}


def _counts(visit: Visit, found: Campaign, batch: Batch) -> tuple[Fact, ...]:
    own = own_counts(visit.desk, found.id, wall(visit.desk, found), len(batch.posts))
    facts = [Fact(label=mark("Waiting after it"), value=_posts(batch.waiting))]
    if own.waiting != batch.waiting:
        facts.append(Fact(label=mark("Waiting after it, as this desk counts"), value=_posts(own.waiting)))
    facts += [Fact(label=WHYNOT.get(each.reason, each.reason), value=_rejected(each.number)) for each in batch.rejected if each.number]
    said = {each.reason: each.number for each in batch.rejected}
    facts += [Fact(label=WHYNOT[reason], value=_here(number)) for reason, number in sorted(own.rejected.items()) if number != said.get(reason, 0)]
    shown = zip(found.terms.regions, batch.regions, strict=False)
    facts += [Fact(label=spoken(region, visit.room.language), value=_posts(number)) for region, number in shown if number]
    return tuple(facts)


def _gone(visit: Visit, found: Campaign, batch: Batch) -> tuple[PostTile, ...]:
    if not batch.removed:
        return ()
    try:
        standing = find(visit.desk, found, wall(visit.desk, found), (each.commitment for each in batch.removed))
    except OmbudsError:
        return ()  # the page says beside it that they could not be fetched
    return tuple(wall_tile(posted, found, visit.room.language) for posted in standing)


def _tiles(visit: Visit, found: Campaign, chosen: Sequence[Chosen]) -> tuple[PostTile, ...]:
    lines = (visit.desk.vault.posts.line(found.id, one.post) for one in chosen)
    made = (tile_of(line, found, visit.room.language, squares=agreed_squares(visit.desk, found.id, line)) for line in lines)
    return tuple(tile for tile in made if tile is not None)


def _posts(number: int) -> Sentence:
    return counted("%(num)s post", "%(num)s posts", number)


def _rejected(number: int) -> Sentence:
    return counted("%(num)s post rejected", "%(num)s posts rejected", number)


def _here(number: int) -> Sentence:
    return counted("%(num)s post rejected, as this desk counts", "%(num)s posts rejected, as this desk counts", number)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
