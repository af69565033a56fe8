# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member's desk shows of the work on a case: who has it, who stepped back, tasks with deadlines, claims and their checks.

Like the values of desk_values.py they carry text and days alone. See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class TaskLine(Struct, frozen=True, kw_only=True):
    """A task. `whom` is empty for whoever comes to it; `done_by` is empty while it is open. state: overdue, soon, or empty."""

    id: str
    text: str
    author: str
    day: date
    whom: str = ""
    due: date | None = None
    state: str = ""
    done_by: str = ""
    done: date | None = None


class StepLine(Struct, frozen=True, kw_only=True):
    """One verification step: who did what when, and what came of it. verdict: holds, does-not-hold, cannot-tell."""

    author: str
    day: date
    verdict: str
    how: str


class ClaimLine(Struct, frozen=True, kw_only=True):
    """A claim. state: verified, doubted, unverified, replaced; `may` lists the verdicts that this member can give."""

    id: str
    kind: str
    says: str
    known: str
    author: str
    day: date
    state: str = "unverified"
    verified: int = 0
    steps: tuple[StepLine, ...] = ()
    may: tuple[str, ...] = ()


class BackLine(Struct, frozen=True, kw_only=True):
    """Who stepped back from a case, when and why."""

    author: str
    day: date
    reason: str


class WorkView(Struct, frozen=True, kw_only=True):
    """The work on a case. `free` are the members who can be given work; `out` says that this member stepped back."""

    me: str = ""
    free: tuple[str, ...] = ()
    assigned: str = ""
    back: tuple[BackLine, ...] = ()
    out: bool = False
    tasks: tuple[TaskLine, ...] = ()
    done: tuple[TaskLine, ...] = ()
    claims: tuple[ClaimLine, ...] = ()
    replaced: tuple[ClaimLine, ...] = ()
    small: bool = False  # too few are left to verify anything
    needed: int = 2
    longest: int = 300
    longest_text: int = 2000
