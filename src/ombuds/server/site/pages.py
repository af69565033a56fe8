# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages about the whole: the feed, the list of stories, the ledger, the charter, about and the guide.

Each takes what is public and gives a page's bytes. Numbers are counted, never typed. See spec/site.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import quote, urlencode

from ombuds.core.charter import Thresholds, fingerprint
from ombuds.core.errors import FreshnessStale, NotHere
from ombuds.core.posts import judges
from ombuds.core.record import Line
from ombuds.pages import labels
from ombuds.pages.languages import name_of
from ombuds.pages.values import (
    AboutPage,
    CharterMember,
    CharterPage,
    Choice,
    FeedItem,
    HomePage,
    LedgerLine,
    LedgerPage,
    ListPage,
    Threshold,
)
from ombuds.server.site.campaigns import listed, named_by, running
from ombuds.server.site.cards import home_card
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import Shown, item, tag_key, tags_of

ITEMS = 20
LINES = 100


def home(visit: Visit) -> bytes:
    """The feed, newest first: each subject once, as it stands, for an earlier version would tell what was corrected since."""
    before = _number(visit, "before") or visit.record.size
    standing = {versions[-1].line.index for versions in visit.shelf.subjects.values()}
    earlier = [shown for shown in visit.shelf.entries if shown.line.index < before and shown.line.index in standing]
    some = earlier[: -ITEMS - 1 : -1]
    older = f"/?before={some[-1].line.index}" if len(earlier) > len(some) else None
    solved = sum(shown.status == "solved" for shown in visit.shelf.latest("story"))
    on_top = None if before < visit.record.size else visit.shelf.pinned(visit.today)
    pinned = next(iter(_items(visit, (on_top,))), None) if on_top else None
    some = [shown for shown in some if shown is not on_top]
    page = HomePage(
        items=_items(visit, some),
        pinned=pinned,
        solved=solved,
        older=older,
        open=_takes_reports(visit),
        card=home_card(visit),
        campaigns=running(visit),
    )
    return visit.parts.renderer.home(visit.shell("/"), page)


def stories(visit: Visit) -> bytes:
    """The stories, all or those that a filter leaves."""
    every, asked = visit.shelf.latest("story"), {name: value for name, value in visit.query.items() if value and name != "page"}
    some = [shown for shown in every if all(value in FACTS[name](shown) for name, value in asked.items())]
    return visit.parts.renderer.stories(visit.shell("/stories"), _listed(visit, some, "/stories", asked))


def tag(visit: Visit) -> bytes:
    """Everything under a tag. Raises NotHere if nothing is."""
    wanted = tag_key(visit.path["tag"])
    some = sorted((versions[-1] for versions in visit.shelf.subjects.values() if wanted in tags_of(versions[-1])), key=lambda shown: -shown.line.index)
    if not some:
        raise NotHere
    path = f"/tags/{quote(wanted, safe='')}"
    page = _listed(visit, some, path, {})
    # As the latest text spells it.
    spelled = next(tag for tag in some[0].content.tags if tag_key(tag) == wanted) if some[0].content else wanted
    return visit.parts.renderer.stories(visit.shell(path), ListPage(items=page.items, count=page.count, tag=spelled, newer=page.newer, older=page.older))


def ledger(visit: Visit) -> bytes:
    """Check us: the lines of the ledger, newest first."""
    record, before = visit.record, _number(visit, "before")
    end = min(before or record.size, record.size)
    start = max(0, end - LINES)
    lines = tuple(_line(visit, line) for line in reversed(record.lines[start:end]))
    day = next((line.day for line in reversed(record.lines) if line.day), None)
    newer = f"/ledger?before={min(end + LINES, record.size)}" if end < record.size else None
    page = LedgerPage(lines=lines, size=record.size, root=record.tree.root().hex(), day=day, newer=newer, older=f"/ledger?before={start}" if start else None)
    return visit.parts.renderer.ledger(visit.shell("/ledger"), page)


def charter(visit: Visit) -> bytes:
    """Check us: the members, their keys and the thresholds."""
    force = visit.record.charter
    said = force.charter
    members = (CharterMember(name=member.name, fingerprint=fingerprint(member.key), roles=_roles(member.roles)) for member in said.members)
    needed = ("open", "publish", "takedown", "destroy", "moderate", "charter")
    page = CharterPage(
        version=said.version,
        members=tuple(members),
        thresholds=tuple(Threshold(action=action, needed=_needed(said.thresholds, action)) for action in needed),
        expires=said.expires,
        fingerprint=fingerprint(force.instance_id),
        addresses=said.addresses,
        instance_id=force.instance_id,
        expired=force.expired(visit.today),
    )
    return visit.parts.renderer.charter(visit.shell("/charter"), page)


def _needed(said: Thresholds, action: str) -> int:
    """Return how many members an act takes; a post takes two, whatever the charter says."""
    return judges(said.moderate) if action == "moderate" else int(getattr(said, action))


def about(visit: Visit) -> bytes:
    """What the desk is, and what it does not protect."""
    said = visit.record.charter.charter
    page = AboutPage(members=len(said.members), needed_to_open=said.thresholds.open, needed_to_publish=said.thresholds.publish)
    return visit.parts.renderer.about(visit.shell("/about"), page)


def guide(visit: Visit) -> bytes:
    """What to collect and what to avoid."""
    return visit.parts.renderer.guide(visit.shell("/guide"))


def _takes_reports(visit: Visit) -> bool:
    try:
        visit.parts.public.epochs(visit.today)
    except FreshnessStale:
        return False
    return True


def _items(visit: Visit, shown: Iterable[Shown]) -> tuple[FeedItem, ...]:
    gone = visit.language.said(labels.KINDS["takedown"])
    return tuple(listed(visit, each, visit.language.code, gone) for each in shown)


def _listed(visit: Visit, some: list[Shown], path: str, asked: dict[str, str]) -> ListPage:
    number = max(1, _number(visit, "page"))
    start = (number - 1) * ITEMS
    every = visit.shelf.latest("story")
    return ListPage(
        items=_items(visit, some[start : start + ITEMS]),
        count=len(some),
        types=_choices(every, asked, "type"),
        regions=_choices(every, asked, "region"),
        statuses=_choices(every, asked, "status"),
        content_languages=_choices(every, asked, "language", name_of),
        newer=_page(path, asked, number - 1) if number > 1 else None,
        older=_page(path, asked, number + 1) if start + ITEMS < len(some) else None,
    )


def _type(shown: Shown) -> tuple[str, ...]:
    return (shown.content.problem,) if shown.content and shown.content.problem else ()


def _region(shown: Shown) -> tuple[str, ...]:
    return (shown.content.region,) if shown.content and shown.content.region else ()


def _status(shown: Shown) -> tuple[str, ...]:
    return (shown.status,)


def _languages(shown: Shown) -> tuple[str, ...]:
    return tuple(text.language for text in shown.content.texts) if shown.content else ()


# What stories can be filtered by, under the names of the form.
FACTS: Mapping[str, Callable[[Shown], tuple[str, ...]]] = MappingProxyType({"type": _type, "region": _region, "status": _status, "language": _languages})


def _choices(every: list[Shown], asked: dict[str, str], name: str, called: Callable[[str], str] = str) -> tuple[Choice, ...]:
    there = sorted({value for shown in every for value in FACTS[name](shown)})
    return tuple(Choice(value=value, label=called(value), chosen=asked.get(name) == value) for value in there)


def _page(path: str, asked: dict[str, str], number: int) -> str:
    return f"{path}?{urlencode({**asked, 'page': number})}"


def _line(visit: Visit, line: Line) -> LedgerLine:
    campaign = named_by(visit, line.subject) if line.kind == "wall" else None
    versions = [campaign] if campaign else visit.shelf.subjects.get(line.subject)
    # What was taken down is named no more, in no line of it.
    public = item(versions[-1], visit.language.code, "") if versions and versions[-1].content else None
    return LedgerLine(
        index=line.index,
        kind=line.kind,
        day=line.day,
        hash=line.leaf,
        title=public.title or visit.language.said(labels.KINDS["update"]) if public else "",
        language=public.language if public else "",
        version=line.version,
        path=versions[-1].path if versions else "/charter" if line.kind == "charter" else None,
    )


def _roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    able = (("open", "case"), ("moderate", "moderate"))
    return tuple(word for role, word in able if role in roles) or ("keyholder",)


def _number(visit: Visit, name: str) -> int:
    text = visit.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
