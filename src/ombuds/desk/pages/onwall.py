# SPDX-License-Identifier: AGPL-3.0-or-later
"""The posts of a wall as they stand there, and the choice of those that the next batch takes down, each with its reason.

Choosing takes nothing down: it is noted in this member's vault until they propose the batch, and enough members must sign it
(T26). A mark with the reason stays in the counts. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from starlette.responses import Response

from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash
from ombuds.core.posts import WhyGone
from ombuds.desk.campaign.campaigns import batches, campaign
from ombuds.desk.campaign.posted import PAGE, page_of
from ombuds.desk.pages.answers import go
from ombuds.desk.pages.forms import Form
from ombuds.desk.pages.moderate import title_of
from ombuds.desk.pages.tiles import HASH, wall_tile, with_pictures
from ombuds.desk.pages.visit import Visit
from ombuds.desk.release.batch import choose_removed, removing
from ombuds.pages.desk_campaigns import OnWallView, WallTile
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark
from ombuds.pages.values import Choice, Trouble

REASONS: tuple[WhyGone, ...] = ("person-asked", "recognisable", "unlawful", "court-order", "error")
UNKNOWN = Trouble(
    sentence=mark("This desk does not know one of the reasons."), help=mark("Choose it once more. Nothing was noted; what else you chose stands here.")
)
CHOICES = (Choice(value="", label=mark("It stays")), *(Choice(value=word, label=label_of("gone", word)) for word in REASONS))


def on_wall(visit: Visit) -> Response:
    """Show public posts of one batch, the latest unless another is asked for. Raises NotHere, ContentChanged, RemoteSilent."""
    return _show(visit, visit.query)


def _show(visit: Visit, where: Form, left: Mapping[Hash, str] | None = None, trouble: Trouble | None = None) -> Response:
    """Show a page of the wall; after a mistake as it was left, with the sentence that says what is wrong."""
    desk, found = visit.desk, campaign(visit.desk, visit.names["campaign"])
    versions = [line.version for line in batches(desk, found.terms)]
    version, first = _number(where.one("batch")) or (versions[-1] if versions else 0), _number(where.one("from"))
    if versions and version not in versions:
        raise NotHere("there is no such batch")
    shown = page_of(desk, found, version, first) if versions else None
    noted, here = removing(desk, found.id), f"/campaigns/{found.id}/wall"
    chosen = {**noted, **(left or {})}
    view = OnWallView(
        title=title_of(found, visit.room.language),
        action=here,
        back=f"/campaigns/{found.id}",
        tiles=tuple(
            WallTile(post=wall_tile(posted, found, visit.room.language), reason=chosen.get(posted.commitment, "")) for posted in (shown.posts if shown else ())
        ),
        batches=tuple(Choice(value=f"{here}?batch={each}", label=str(each), chosen=each == version) for each in versions),
        more=f"{here}?batch={version}&from={first + PAGE}" if shown and shown.more else "",
        batch=version,
        first=first,
        chosen=len(noted),
        reasons=CHOICES,
        missing=len(shown.missing) if shown else 0,
        trouble=trouble,
    )
    return with_pictures(visit.room.renderer.on_wall(visit.shell("/campaigns"), view), 400 if trouble else 200)


def choose(visit: Visit) -> Response:
    """Keep which posts of a page shall go with the next batch, and why. Raises NotHere, and what showing the page once more raises."""
    found = campaign(visit.desk, visit.names["campaign"])
    chosen = removing(visit.desk, found.id)
    every = visit.form.all("shown")[:PAGE]
    left = {shown: visit.form.one(f"why-{shown}") for shown in every if HASH.fullmatch(shown)}
    if len(left) < len(every) or not set(left.values()) <= {"", *REASONS}:
        return _show(visit, visit.form, left, UNKNOWN)
    for commitment, reason in left.items():
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
