# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work on a case: nobody verifies alone, nobody verifies their own, and who stepped back judges nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from ombuds.core.casework import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Assigned,
    Checked,
    NewClaim,
    NewTask,
    Recused,
    Step,
    TaskDone,
    Verdict,
    Work,
    WorkKind,
    work_on,
)
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, OrderWrong

TEAM = ("anna", "boris", "carla", "dora")
TODAY = date(2026, 11, 24)
CLAIM = NewClaim("1" * 32, "fact", "He was made to sign.", "He says so.", None)
TASK = NewTask("2" * 32, "Call the lawyer", "boris", TODAY)
BACK, AGAIN = Recused("My brother serves there.", ended=False), Recused("He left.", ended=True)
Act = tuple[str, WorkKind, object]


def _after(*acts: Act, work: Work | None = None) -> Work:
    done = work or Work()
    for seq, (member, kind, body) in enumerate(acts, start=2):
        done = work_on(done, kind, Raw(encode(body)), Step(seq, TODAY, member), TEAM)
    return done


def _says(member: str, verdict: Verdict = "holds", claim: str = CLAIM.id) -> Act:
    return member, "checked", Checked(claim, verdict, "I asked.")


WRITTEN = _after(("anna", "claim", CLAIM))


def _verified(*acts: Act) -> list[str]:
    return [claim.said.id for claim in _after(*acts, work=WRITTEN).verified]


@pytest.mark.parametrize(
    "acts",
    [
        (),
        (_says("boris"),),
        (_says("boris"), _says("boris")),
        (_says("boris"), _says("carla", "cannot-tell")),
        (_says("boris"), _says("carla"), _says("carla", "cannot-tell")),
        (_says("boris"), _says("carla"), _says("dora", "does-not-hold")),
        (_says("boris"), _says("carla"), _says("anna", "does-not-hold")),
        (_says("boris"), _says("dora", "does-not-hold"), _says("carla")),
        (_says("boris"), _says("carla"), ("carla", "recused", BACK)),
        (_says("dora", "does-not-hold"), ("dora", "recused", BACK), _says("boris")),
    ],
)
def test_it_takes_two_who_still_say_so(acts: tuple[Act, ...]) -> None:
    """A claim is not verified by one, by somebody twice, by who changed their mind or stepped back, or before a later doubt."""
    assert _verified(*acts) == []


@pytest.mark.parametrize(
    "acts",
    [
        (_says("boris"), _says("carla")),
        (_says("boris", "cannot-tell"), _says("carla"), _says("boris")),
        (_says("dora", "does-not-hold"), _says("boris"), _says("carla")),
        (_says("boris"), _says("carla"), ("carla", "recused", BACK), ("carla", "recused", AGAIN)),
        (_says("boris"), _says("carla"), _says("dora", "cannot-tell")),
    ],
)
def test_two_others_verify_a_claim(acts: tuple[Act, ...]) -> None:
    """A claim is verified once two members other than its writer said that it holds, after the last doubt."""
    assert _verified(*acts) == [CLAIM.id]


def test_changed_text_is_a_claim_that_nobody_verified() -> None:
    """A claim that takes the place of a verified one is not verified, and the one before no longer stands."""
    changed = replace(CLAIM, id="3" * 32, says="He was made to sign twice.", replaces=CLAIM.id)
    assert _verified(_says("boris"), _says("carla"), ("anna", "claim", changed)) == []


MOVES = st.tuples(st.sampled_from(TEAM), st.sampled_from(["holds", "does-not-hold", "cannot-tell", "back", "again"]))


def _move(member: str, move: str) -> Act:
    if move in ("back", "again"):
        return member, "recused", BACK if move == "back" else AGAIN
    return member, "checked", {"claim": CLAIM.id, "verdict": move, "how": "So."}


@given(st.lists(MOVES, max_size=14))
def test_the_last_word_of_two_others_verifies(moves: list[tuple[str, str]]) -> None:
    """Whatever members say and however they come and go, the verifiers are those whose last word, after the last doubt, is that it holds."""
    work, words, out = WRITTEN, list[tuple[str, str]](), set[str]()
    for member, move in moves:
        act = _move(member, move)
        try:
            work = _after(act, work=work)
        except OrderWrong:
            continue
        if move in ("back", "again"):
            out = out | {member} if move == "back" else out - {member}
        else:
            words.append((member, move))
    doubts = [place for place, (_, word) in enumerate(words) if word == "does-not-hold"]
    since = words[doubts[-1] + 1 :] if doubts else words
    last = dict(since)
    assert set(work.verifiers(work.claims[0])) == {name for name, word in last.items() if word == "holds"} - out - {"anna"}


@given(st.lists(MOVES, max_size=10))
def test_what_is_refused_leaves_no_trace(moves: list[tuple[str, str]]) -> None:
    """Two desks, one of which is shown refused events too, come to the same work."""
    work, taken = WRITTEN, list[tuple[int, Act]]()
    for seq, (member, move) in enumerate(moves):
        act = _move(member, move)
        try:
            work = work_on(work, act[1], Raw(encode(act[2])), Step(seq, TODAY, member), TEAM)
        except OrderWrong:
            continue
        taken.append((seq, act))
    other = WRITTEN
    for seq, (member, kind, body) in taken:
        other = work_on(other, kind, Raw(encode(body)), Step(seq, TODAY, member), TEAM)
    assert encode(other) == encode(work)


@pytest.mark.parametrize(
    "act",
    [
        _says("anna"),
        _says("boris", claim="9" * 32),
        ("boris", "claim", CLAIM),
        ("boris", "claim", replace(CLAIM, id="4" * 32, replaces="9" * 32)),
        ("boris", "task_done", TaskDone("9" * 32)),
        ("boris", "recused", AGAIN),
        ("boris", "assigned", Assigned("emil")),
        ("boris", "task", replace(TASK, whom="emil")),
        ("emil", "claim", replace(CLAIM, id="4" * 32)),
        ("emil", "checked", Checked(CLAIM.id, "does-not-hold", "So.")),
    ],
)
def test_what_cannot_be_is_refused(act: Act) -> None:
    """Nobody verifies their own claim or one that is not there, takes a name twice, works from outside the team, or gives work to who is not of it."""
    with pytest.raises(OrderWrong):
        _after(act, work=WRITTEN)


@pytest.mark.parametrize(
    "act",
    [
        _says("boris"),
        ("boris", "recused", BACK),
        ("anna", "assigned", Assigned("boris")),
        ("anna", "task", TASK),
    ],
)
def test_who_stepped_back_stays_back(act: Act) -> None:
    """Who stepped back checks nothing, does not step back twice, and gets no work."""
    with pytest.raises(OrderWrong):
        _after(("boris", "recused", BACK), act, work=WRITTEN)


def test_who_steps_back_leaves_their_work() -> None:
    """The case and the open tasks of a member who steps back wait for somebody else; what was done stays theirs."""
    other = replace(TASK, id="3" * 32)
    acts: list[Act] = [("anna", "assigned", Assigned("boris")), ("anna", "task", TASK), ("anna", "task", other), ("boris", "task_done", TaskDone(other.id))]
    work = _after(*acts, ("boris", "recused", BACK))
    assert (work.assigned, [task.asked.whom for task in work.tasks]) == ("", [None, "boris"])


def test_a_case_can_be_nobodys() -> None:
    """An assignment can be taken back."""
    assert _after(("anna", "assigned", Assigned("boris")), ("carla", "assigned", Assigned(None))).assigned == ""


def test_a_task_is_done_once() -> None:
    """A task that is done cannot be done again."""
    with pytest.raises(OrderWrong):
        _after(("anna", "task", TASK), ("boris", "task_done", TaskDone(TASK.id)), ("carla", "task_done", TaskDone(TASK.id)))


def test_a_replaced_claim_is_checked_no_more() -> None:
    """A claim whose text was changed can be neither checked nor replaced again."""
    work = _after(("boris", "claim", replace(CLAIM, id="4" * 32, replaces=CLAIM.id)), work=WRITTEN)
    with pytest.raises(OrderWrong):
        _after(_says("carla"), work=work)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("claim", replace(CLAIM, id="4" * 32, says="")),
        ("claim", replace(CLAIM, id="4" * 32, says="  ")),
        ("claim", replace(CLAIM, id="4" * 32, says="x" * (LONGEST_LINE + 1))),
        ("claim", replace(CLAIM, id="4" * 32, says="Two\nlines.")),
        ("claim", replace(CLAIM, id="4" * 32, known=" ")),
        ("claim", replace(CLAIM, id="4" * 32, known="x" * (LONGEST_TEXT + 1))),
        ("claim", replace(CLAIM, id="short")),
        ("task", replace(TASK, text="A tab\there")),
        ("task", {"id": "4" * 32, "text": "x", "whom": None, "due": "soon"}),
        ("task", {"id": "4" * 32, "text": "x", "whom": None}),
        ("checked", Checked(CLAIM.id, "holds", "")),
        ("checked", {"claim": CLAIM.id, "verdict": "maybe", "how": "So."}),
        ("recused", Recused(" ", ended=False)),
        ("assigned", {"member": "Not a name"}),
        ("assigned", {"member": None, "more": 1}),
    ],
)
def test_a_body_of_work_is_strict(kind: WorkKind, body: object) -> None:
    """A blank text, one that is too long or of several lines, an unknown word and a field too many are refused as malformed."""
    with pytest.raises(Malformed):
        _after(("boris", kind, body), work=WRITTEN)
