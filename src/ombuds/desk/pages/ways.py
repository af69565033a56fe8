# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a refusal leads on: to the case, the campaign or the list in which it happened, if that is there and is not what was refused.

Whether the place answers is not tried: it is one that this member's list or record names. It shows nothing. See spec/desk.md.
"""

from __future__ import annotations

from ombuds.core.errors import OmbudsError
from ombuds.desk.campaign.campaigns import campaigns
from ombuds.desk.parts import Desk
from ombuds.pages.languages import mark
from ombuds.pages.values import Choice


def way_on(desk: Desk, path: str) -> Choice | None:
    """Return the nearest place above an address, as a link with its name; nothing where only Today is left."""
    place, _, name = path.strip("/").partition("/")
    name, _, within = name.partition("/")
    if place == "published" and within:
        return Choice(value="/published", label=mark("To what is public"))
    if place == "cases" and within and _has_case(desk, name):
        return Choice(value=f"/cases/{name}", label=mark("To the case"))
    if place == "campaigns" and within and name in {line.subject for line in campaigns(desk)}:
        return Choice(value=f"/campaigns/{name}", label=mark("To the campaign"))
    return None


def _has_case(desk: Desk, case: str) -> bool:
    try:
        return desk.vault.matter(case).id == case and bool(desk.vault.identities(case))
    except OmbudsError:
        return False  # no case of this member, or a vault that tells nothing now
