# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the desk is found besides here, and what the press needs: both only from what enough members signed.

Other places and contacts are the public sources of an update under a hashtag that is kept for them, so that no operator of a
server alone can lead readers to somebody else's account. Numbers are counted, never typed. See spec/site.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ombuds.core.publication import read_content
from ombuds.pages.published import story_page
from ombuds.pages.site_values import FollowPage, Noticed, Place, Places, PressPage
from ombuds.server.site.campaigns import everyone, posts
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import item, tags_of, text_for
from ombuds.server.store import ledger

# The hashtags of the updates that name the desk's other places, and those who speak with the press.
ELSEWHERE = "followus"
CONTACTS = "presscontact"
MOST_NOTICED = 50


def follow(visit: Visit) -> bytes:
    """The feeds, and the desk's places in networks."""
    return visit.parts.renderer.follow(visit.shell("/follow"), FollowPage(elsewhere=_places(visit, ELSEWHERE)))


def press(visit: Visit) -> bytes:
    """The fact sheet, and whom to write to."""
    said, lines = visit.record.charter.charter, visit.record.lines
    stories = visit.shelf.latest("story")
    kinds, statuses = Counter(line.kind for line in lines), Counter(shown.status for shown in stories)
    page = PressPage(
        members=len(said.members),
        needed_to_publish=said.thresholds.publish,
        entries=visit.record.size,
        since=next((line.day for line in lines if line.day), None),
        stories=len(stories),
        updates=len(visit.shelf.latest("update")),
        campaigns=len(visit.shelf.latest("campaign")),
        posts=posts(visit),
        walls=everyone(visit),
        waiting=statuses["asked"],
        answered=statuses["answered"],
        solved=statuses["solved"],
        corrections=kinds["correction"],
        takedowns=kinds["takedown"],
        noticed=tuple(_noticed(visit))[:MOST_NOTICED],
        contacts=_places(visit, CONTACTS),
    )
    return visit.parts.renderer.press(visit.shell("/press"), page)


def _noticed(visit: Visit) -> Iterator[Noticed]:
    """Yield what the press wrote about or may print a picture of, latest first."""
    for shown in sorted((*visit.shelf.latest("story"), *visit.shelf.latest("update")), key=lambda each: -each.line.index):
        if shown.content and shown.line.parameters and (shown.content.press or shown.content.pictures):
            language = text_for(shown.content, visit.language.code).language
            made = story_page(shown.content, shown.line.subject, shown.line.parameters, language)
            yield Noticed(item=item(shown, visit.language.code, ""), press=made.press, pictures=made.pictures)


def _places(visit: Visit, tag: str) -> Places | None:
    """Return the places that the latest update under a hashtag names, or nothing if none does."""
    for shown in visit.shelf.latest("update"):
        if tag not in tags_of(shown):
            continue
        with visit.parts.store.read() as connection:
            salted = ledger.content(connection, shown.line.subject, shown.line.version)
        named = read_content(salted.content).sources if salted else ()
        if named and shown.line.day:
            places = tuple(Place(title=source.title, address=source.url) for source in named)
            return Places(places=places, path=shown.path, day=shown.line.day)
    return None
