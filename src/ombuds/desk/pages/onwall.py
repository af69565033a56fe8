# SPDX-License-Identifier: AGPL-3.0-or-later
"""The posts of a wall as they stand there, and the choice of those that the next batch takes down, each with its reason.

Choosing takes nothing down: it is noted in this member's vault until they propose the batch, and enough members must sign it
(T26). A mark with the reason stays in the counts. See spec/desk.md.
"""

from __future__ import annotations

from typing import cast

from starlette.responses import Response

from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash
from ombuds.core.posts import WhyGone
from ombuds.desk.campaign.campaigns import batches, campaign
from ombuds.desk.campaign.posted import PAGE, page_of
from ombuds.desk.pages.answers import go
from ombuds.desk.pages.moderate import title_of
from ombuds.desk.pages.tiles import HASH, wall_tile, with_pictures
from ombuds.desk.pages.visit import Visit, mistake
from ombuds.desk.release.batch import choose_removed, removing
from ombuds.pages.desk_campaigns import OnWallView, WallTile
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark
from ombuds.pages.values import Choice

REASONS: tuple[WhyGone, ...] = ("person-asked", "recognisable", "unlawful", "court-order", "error")
CHOICES = (Choice(value="", label=mark("It stays")), *(Choice(value=word, label=label_of("gone", word)) for word in REASONS))


def on_wall(visit: Visit) -> Response:
    """Show public posts of one batch, the latest unless another is asked for. Raises NotHere, ContentChanged, RemoteSilent."""
    desk, found = visit.desk, campaign(visit.desk, visit.names["campaign"])
    versions = [line.version for line in batches(desk, found.terms)]
    version, first = _number(visit.query.one("batch")) or (versions[-1] if versions else 0), _number(visit.query.one("from"))
    if versions and version not in versions:
        raise NotHere("there is no such batch")
    shown = page_of(desk, found, version, first) if versions else None
    chosen, here = removing(desk, found.id), f"/campaigns/{found.id}/wall"
    view = OnWallView(
        title=title_of(found, visit.room.language),
        action=here,
        back=f"/campaigns/{found.id}",
        tiles=tuple(
            WallTile(post=wall_tile(posted, found, visit.room.language), reason=chosen.get(posted.commitment, "")) for posted in (shown.posts if shown else ())
        ),
        batches=tuple(Choice(value=f"{here}?batch={each}", label=str(each), chosen=each == version) for each in versions),
        more=f"{here}?batch={version}&from={first + PAGE}" if shown and shown.more else "",
        here=f"{here}?batch={version}&from={first}",
        chosen=len(chosen),
        reasons=CHOICES,
        missing=len(shown.missing) if shown else 0,
    )
    return with_pictures(visit.room.renderer.on_wall(visit.shell("/campaigns"), view))


def choose(visit: Visit) -> Response:
    """Keep which posts of a page shall go with the next batch, and why. Raises NotHere."""
    found = campaign(visit.desk, visit.names["campaign"])
    chosen = removing(visit.desk, found.id)
    for commitment in visit.form.all("shown")[:PAGE]:
        reason = visit.form.one(f"why-{commitment}")
        if not HASH.fullmatch(commitment) or reason not in ("", *REASONS):
            return mistake(visit, mark("Choose a reason."))
        _change(chosen, commitment, reason)
    choose_removed(visit.desk, found.id, chosen)
    visit.say(mark("Noted. They stay on the wall until enough members have signed the next batch."))
    return go(f"/campaigns/{found.id}")


def _change(chosen: dict[Hash, WhyGone], commitment: Hash, reason: str) -> None:
    chosen.pop(commitment, None)
    if reason:
        chosen[commitment] = cast(WhyGone, reason)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
