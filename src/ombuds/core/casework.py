# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work on a case as a fold: who has it, who stepped back, what is to be done until when, and which claims were verified.

A claim is verified by two members other than its writer, never by one who stepped back, and one "does not hold" sends all of
them back to check again: a single editor with a grudge verifies nothing (T17). Changed text is a new claim, which nobody has
verified. It signs, stores and publishes nothing; case.py hands it the events. See spec/case.md.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from ombuds.core.content import ClaimKind
from ombuds.core.encoding import convert
from ombuds.core.errors import Malformed, OrderWrong
from ombuds.core.keys import Id, MemberName

WorkKind = Literal["assigned", "recused", "task", "task_done", "claim", "checked"]
Verdict = Literal["holds", "does-not-hold", "cannot-tell"]

VERIFIERS = 2
LONGEST_LINE = 300
LONGEST_TEXT = 2_000

OneLine = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_LINE, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z")]
Passage = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body of an event: frozen, and without unknown fields."""


class Assigned(Struct, frozen=True):
    """Who works on the case from now on, or nobody."""

    member: MemberName | None


class Recused(Struct, frozen=True):
    """Who signs this steps back from the case, or with ``ended`` takes part again; and why."""

    reason: Passage
    ended: bool


class NewTask(Struct, frozen=True):
    """Something to be done, for a member or for whoever comes to it, until a day or at any time."""

    id: Id
    text: OneLine
    whom: MemberName | None
    due: date | None


class TaskDone(Struct, frozen=True):
    """A task that is done."""

    id: Id


class NewClaim(Struct, frozen=True):
    """One sentence that can be checked, and how we know it; ``replaces`` names the claim whose text it changes, if any."""

    id: Id
    kind: ClaimKind
    says: OneLine
    known: Passage
    replaces: Id | None


class Checked(Struct, frozen=True):
    """A verification step: what was done to check a claim, and what came of it."""

    claim: Id
    verdict: Verdict
    how: Passage


class Step(msgspec.Struct, frozen=True):
    """Which event it is, of which day, and whose."""

    seq: int
    day: date
    member: MemberName


class Recusal(Step, frozen=True):
    """Who stepped back, when, and why."""

    reason: str


class Task(Step, frozen=True):
    """A task: who wrote it when, what it asks of whom until when, and who did it."""

    asked: NewTask
    done: Step | None = None


class Check(Step, frozen=True):
    """One verification step: whose and when, the verdict, and what was done."""

    verdict: Verdict
    how: str


class Claim(Step, frozen=True):
    """A claim: who wrote it when, what it says, every verification step, and the claim that took its place, if one did."""

    said: NewClaim
    checks: tuple[Check, ...] = ()
    replaced_by: str = ""

    @property
    def doubted(self) -> str:
        """Who said last that it does not hold, if nobody has said otherwise since."""
        return self.checks[-1].member if self.checks and self.checks[-1].verdict == "does-not-hold" else ""


class Work(msgspec.Struct, frozen=True):
    """The work on a case so far."""

    assigned: str = ""
    recused: tuple[Recusal, ...] = ()
    tasks: tuple[Task, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def stepped_back(self) -> frozenset[str]:
        """Who takes no part in judging this case now."""
        return frozenset(one.member for one in self.recused)

    @property
    def verified(self) -> tuple[Claim, ...]:
        """The claims that stand and that enough members verified."""
        return tuple(claim for claim in self.claims if not claim.replaced_by and len(self.verifiers(claim)) >= VERIFIERS)

    def tasks_of(self, member: str) -> tuple[Task, ...]:
        """Return what a member has still to do: their own tasks, and nobody's if the case is theirs or nobody's, the first deadline first."""
        for_all = self.assigned in ("", member) and member not in self.stepped_back
        mine = [task for task in self.tasks if not task.done and (task.asked.whom == member or (for_all and task.asked.whom is None))]
        return tuple(sorted(mine, key=lambda task: (task.asked.due or date.max, task.seq)))

    def to_check(self, member: str) -> tuple[Claim, ...]:
        """Return the claims that wait for a member's check: standing, not verified, not doubted, and on which they have not said anything."""
        if member in self.stepped_back:
            return ()
        done = set(self.verified) | {claim for claim in self.claims if claim.doubted or claim.replaced_by}
        return tuple(claim for claim in self.claims if claim not in done and member not in {claim.member, *(check.member for check in claim.checks)})

    def claim(self, name: Id) -> Claim:
        """Return a claim that stands. Raises OrderWrong for one that is not there or was replaced."""
        found = next((claim for claim in self.claims if claim.said.id == name), None)
        if found is None:
            raise OrderWrong("there is no such claim")
        if found.replaced_by:
            raise OrderWrong("the claim was replaced")
        return found

    def verifiers(self, claim: Claim) -> tuple[str, ...]:
        """Return the members who verified a claim and have not said otherwise since, without those who stepped back."""
        latest: dict[str, Verdict] = {}
        for check in claim.checks:
            if check.verdict == "does-not-hold":
                latest.clear()
            else:
                latest[check.member] = check.verdict
        return tuple(member for member, verdict in latest.items() if verdict == "holds" and member not in self.stepped_back)


def work_on(work: Work, kind: WorkKind, body: msgspec.Raw, step: Step, team: tuple[str, ...]) -> Work:
    """Return the work after one more event of the case. Raises OrderWrong, Malformed."""
    if step.member not in team:
        raise OrderWrong("only the team of a case works on it")
    match kind:
        case "assigned":
            return _assigned(work, convert(body, Assigned), team)
        case "recused":
            return _recused(work, convert(body, Recused), step)
        case "task":
            return _task(work, convert(body, NewTask), step, team)
        case "task_done":
            return _done(work, convert(body, TaskDone), step)
        case "claim":
            return _claim(work, convert(body, NewClaim), step)
        case "checked":
            return _checked(work, convert(body, Checked), step)


def _assigned(work: Work, said: Assigned, team: tuple[str, ...]) -> Work:
    _check_free(work, said.member, team)
    return msgspec.structs.replace(work, assigned=said.member or "")


def _recused(work: Work, said: Recused, step: Step) -> Work:
    _check_written(said.reason)
    if said.ended != (step.member in work.stepped_back):
        raise OrderWrong("who steps back takes part, and who takes part again stepped back")
    others = tuple(one for one in work.recused if one.member != step.member)
    if said.ended:
        return msgspec.structs.replace(work, recused=others)
    return msgspec.structs.replace(
        work,
        recused=(*others, Recusal(step.seq, step.day, step.member, said.reason)),
        assigned="" if work.assigned == step.member else work.assigned,
        tasks=tuple(_left(task, step.member) for task in work.tasks),
    )


def _left(task: Task, member: str) -> Task:
    """What a member who steps back had still to do waits for whoever comes to it."""
    if task.done or task.asked.whom != member:
        return task
    return msgspec.structs.replace(task, asked=msgspec.structs.replace(task.asked, whom=None))


def _task(work: Work, said: NewTask, step: Step, team: tuple[str, ...]) -> Work:
    _check_written(said.text)
    _check_free(work, said.whom, team)
    if any(task.asked.id == said.id for task in work.tasks):
        raise OrderWrong("there is such a task")
    return msgspec.structs.replace(work, tasks=(*work.tasks, Task(step.seq, step.day, step.member, said)))


def _done(work: Work, said: TaskDone, step: Step) -> Work:
    if not any(task.asked.id == said.id and task.done is None for task in work.tasks):
        raise OrderWrong("there is no such task to be done")
    done = tuple(msgspec.structs.replace(task, done=step) if task.asked.id == said.id else task for task in work.tasks)
    return msgspec.structs.replace(work, tasks=done)


def _claim(work: Work, said: NewClaim, step: Step) -> Work:
    _check_written(said.says, said.known)
    if any(claim.said.id == said.id for claim in work.claims):
        raise OrderWrong("there is such a claim")
    if said.replaces is not None:
        before = work.claim(said.replaces)
        work = _with_claim(work, msgspec.structs.replace(before, replaced_by=said.id))
    return msgspec.structs.replace(work, claims=(*work.claims, Claim(step.seq, step.day, step.member, said)))


def _checked(work: Work, said: Checked, step: Step) -> Work:
    _check_written(said.how)
    claim = work.claim(said.claim)
    if step.member in work.stepped_back:
        raise OrderWrong("who stepped back from a case verifies nothing in it")
    if step.member == claim.member and said.verdict == "holds":
        raise OrderWrong("nobody verifies a claim of their own")
    check = Check(step.seq, step.day, step.member, said.verdict, said.how)
    return _with_claim(work, msgspec.structs.replace(claim, checks=(*claim.checks, check)))


def _with_claim(work: Work, changed: Claim) -> Work:
    return msgspec.structs.replace(work, claims=tuple(changed if claim.said.id == changed.said.id else claim for claim in work.claims))


def _check_free(work: Work, member: str | None, team: tuple[str, ...]) -> None:
    if member is not None and (member not in team or member in work.stepped_back):
        raise OrderWrong("work is for a member of the team who has not stepped back")


def _check_written(*texts: str) -> None:
    if not all(text.strip() for text in texts):
        raise Malformed("a text of the work on a case is blank")
