# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work on a case over three real desks: every desk tells the same, and nobody verifies alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ombuds.core.casework import LONGEST_LINE
from ombuds.core.errors import Malformed, OrderWrong
from ombuds.core.keys import Id
from ombuds.desk.casework.claims import add_claim, check_claim
from ombuds.desk.casework.notes import close
from ombuds.desk.casework.tasks import add_task, finish_task
from ombuds.desk.casework.team import assign, step_back, take_part
from ombuds.desk.log import follow, read_case
from ombuds.desk.waiting import waiting_work
from ombuds.pages.query import read_query
from tests.desk.desks import TODAY, World, opened

SAYS = ("He was made to sign three times.", "The source says so; the paper has three signatures.")


@pytest.fixture
def case(world: World) -> Id:
    """An open case of all three members."""
    return opened(world, world.source())


def _claimed(world: World, case: Id, name: str = "anna") -> Id:
    return add_claim(world[name], case, "fact", SAYS).work.claims[-1].said.id


def test_three_desks_tell_the_same_work(world: World, case: Id) -> None:
    """After work of every kind on three desks, each desk has the same work, verified claim and all."""
    claim = _claimed(world, case)
    assign(world["boris"], case, "vera")
    task = add_task(world["vera"], case, "Ask  the\nhospital", "boris", TODAY).work.tasks[-1].asked.id
    check_claim(world["boris"], case, claim, "holds", "I read the paper.")
    check_claim(world["vera"], case, claim, "holds", "I asked the clerk.")
    finish_task(world["boris"], case, task)
    works = [follow(world[name], case).work for name in ("anna", "boris", "vera")]
    assert works[0] == works[1] == works[2] and [one.said.says for one in works[0].verified] == [SAYS[0]]


def test_a_desk_reads_the_same_from_its_vault(world: World, case: Id) -> None:
    """What a desk wrote it reads again from its own vault, without the server."""
    written = add_claim(world["anna"], case, "assessment", SAYS)
    assert read_case(world["anna"], case).work == written.work


def test_nobody_verifies_a_claim_of_their_own(world: World, case: Id) -> None:
    """A desk refuses to sign that a claim of its own member holds."""
    claim = _claimed(world, case)
    with pytest.raises(OrderWrong):
        check_claim(world["anna"], case, claim, "holds", "I wrote it.")


def test_who_stepped_back_verifies_nothing(world: World, case: Id) -> None:
    """A member who stepped back cannot check a claim until they take part again."""
    claim = _claimed(world, case)
    step_back(world["boris"], case, "My brother serves there.")
    with pytest.raises(OrderWrong):
        check_claim(world["boris"], case, claim, "holds", "I read it.")
    take_part(world["boris"], case, "He left.")
    assert check_claim(world["boris"], case, claim, "holds", "I read it.").work.verifiers(read_case(world["boris"], case).work.claims[0]) == ("boris",)


@pytest.mark.parametrize("texts", [("", "x"), ("x", " "), (" \n ", "x")])
def test_a_claim_has_its_texts(world: World, case: Id, texts: tuple[str, str]) -> None:
    """A claim without a sentence, or without how we know it, is refused."""
    with pytest.raises(OrderWrong):
        add_claim(world["anna"], case, "fact", texts)


def test_a_claim_that_is_too_long_is_not_written(world: World, case: Id) -> None:
    """A sentence that the rules would pass over does not leave the desk."""
    with pytest.raises(Malformed):
        add_claim(world["anna"], case, "fact", ("x" * (LONGEST_LINE + 1), "x"))
    assert follow(world["boris"], case).void == ()


def test_each_desk_knows_what_waits_for_its_member(world: World, case: Id) -> None:
    """A task waits for whom it is for, a claim for the others, and a doubt for the writer."""
    claim = _claimed(world, case)
    add_task(world["anna"], case, "Ask the hospital", "boris", TODAY)
    check_claim(world["vera"], case, claim, "does-not-hold", "It was twice.")
    world.sync()
    waits = {name: waiting_work(world[name]).get(case) for name in ("anna", "boris", "vera")}
    found = {name: (len(one.tasks), one.to_check, one.doubted) if one else None for name, one in waits.items()}
    assert found == {"anna": (0, 0, 1), "boris": (1, 0, 0), "vera": None}


def test_a_closed_case_waits_for_nobody(world: World, case: Id) -> None:
    """Once a case is closed its open tasks are asked of nobody."""
    add_task(world["anna"], case, "Ask the hospital", "anna", TODAY)
    close(world["anna"], case, "Done.")
    assert waiting_work(world["anna"]) == {}


def test_a_case_that_is_forgotten_waits_for_nobody(world: World, case: Id) -> None:
    """What waited in a case goes with it from the vault."""
    add_task(world["anna"], case, "Ask the hospital", "anna", TODAY)
    world["anna"].vault.forget_case(case)
    assert waiting_work(world["anna"]) == {}


@pytest.mark.parametrize(("typed", "kinds"), [("hospitals", ["task"]), ("signature", ["claim"]), ("clerk", ["claim"]), ("brother", ["note"])])
def test_work_is_found(world: World, case: Id, typed: str, kinds: list[str]) -> None:
    """Tasks, claims with how we know them, checks and reasons for stepping back are found by their words."""
    claim = _claimed(world, case)
    add_task(world["anna"], case, "Ask the hospital", "", TODAY + timedelta(days=9))
    check_claim(world["vera"], case, claim, "cannot-tell", "The clerk is away.")
    step_back(world["vera"], case, "My brother serves there.")
    world.sync("boris")
    assert [hit.kind for hit in world["boris"].vault.index.find(read_query(typed)).hits] == kinds


def test_the_first_deadline_stands_first(world: World, case: Id) -> None:
    """What a member has to do is told by its deadline, and what has none at the end."""
    for text, due in (("later", date(2026, 5, 1)), ("at any time", None), ("first", date(2026, 3, 1))):
        add_task(world["anna"], case, text, "anna", due)
    assert [task.text for task in waiting_work(world["anna"])[case].tasks] == ["first", "later", "at any time"]
