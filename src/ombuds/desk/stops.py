# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who stopped a proposal: one member is enough, and only a member.

An objection that is not signed by a member, or is about something else, stops nothing (T23). See spec/custody.md.
"""

from __future__ import annotations

from typing import NamedTuple

from ombuds.core.custody import check_objection
from ombuds.core.errors import OmbudsError
from ombuds.core.keys import MemberName
from ombuds.core.wire import ProposalSeen
from ombuds.desk.parts import Desk


class Stop(NamedTuple):
    """One member's stop, with the reason."""

    member: MemberName
    reason: str


def objections(desk: Desk, seen: ProposalSeen) -> tuple[Stop, ...]:
    """Return the objections to a proposal that hold."""
    found = []
    for objection in seen.objections:
        try:
            member, stop = check_objection(objection, desk.instance_id, desk.charter.charter.keys())
        except OmbudsError:
            continue
        if stop.proposal == seen.hash:
            found.append(Stop(member, stop.reason))
    return tuple(found)
