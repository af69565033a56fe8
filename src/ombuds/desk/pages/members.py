# SPDX-License-Identifier: AGPL-3.0-or-later
"""Members: how far everybody's keys reach, when the keys were confirmed together, and until when the charter holds.

It shows what this desk has checked itself, and renews nothing: weeks.py does that by itself (T07, T09). See spec/desk.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from ombuds.core.charter import FRESHNESS_DAYS, EpochKey, Member, Thresholds, fingerprint
from ombuds.core.encoding import decode
from ombuds.core.envelope import Envelope
from ombuds.core.keys import epoch_of, first_day
from ombuds.core.posts import judges
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.weeks import STATEMENTS
from ombuds.pages.desk_values import Fact, MemberLine, MembersView
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark
from ombuds.pages.values import Sentence

OF = mark("%(needed)s of %(members)s")


def members(visit: Visit) -> Response:
    """Show the members and their keys."""
    desk = visit.desk
    charter, freshness = desk.charter.charter, desk.record.freshness
    view = MembersView(
        members=tuple(_line(desk, member) for member in charter.members),
        fingerprint=fingerprint(desk.instance_id),
        version=charter.version,
        thresholds=_thresholds(charter.thresholds, len(charter.members)),
        freshness_day=freshness.day if freshness else None,
        freshness_until=freshness.day + timedelta(days=FRESHNESS_DAYS) if freshness else None,
        charter_expires=charter.expires,
    )
    return page(visit.room.renderer.members(visit.shell(), view))


def _line(desk: Desk, member: Member) -> MemberLine:
    until = _keys_until(desk, member.name)
    return MemberLine(
        name=member.name,
        fingerprint=fingerprint(member.key),
        roles=_roles(member),
        keys_until=until,
        me=member.name == desk.name,
        state="silent" if until is None or until < desk.today else "late" if epoch_of(until) == epoch_of(desk.today) else "fine",
    )


def _roles(member: Member) -> tuple[str, ...]:
    works = [role for role, act in (("case", "open"), ("moderate", "moderate")) if act in member.roles]
    return tuple(works) if "case" in works else (*works, "keyholder")


def _keys_until(desk: Desk, member: str) -> date | None:
    """Return the last day of the weeks, this one first and without a gap, for which the member's keys are known."""
    # They were checked before they were kept.
    kept = decode(desk.vault.note(STATEMENTS) or b"[]", tuple[Envelope, ...])
    keys = [decode(statement.payload, EpochKey) for statement in kept]
    known = {key.epoch for key in keys if key.member == member}
    week = epoch_of(desk.today)
    if week not in known:
        return None
    while week + 1 in known:
        week += 1
    return first_day(week + 1) - timedelta(days=1)


def _thresholds(needed: Thresholds, members: int) -> tuple[Fact, ...]:
    acts = ("open", "publish", "takedown", "destroy", "moderate", "charter")
    # A post takes two members, whatever the charter says.
    shown = {act: getattr(needed, act) for act in acts} | {"moderate": judges(needed.moderate)}
    return tuple(Fact(label=label_of("action", act), value=Sentence(text=OF, values={"needed": shown[act], "members": members})) for act in acts)
