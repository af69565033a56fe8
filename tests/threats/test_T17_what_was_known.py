# SPDX-License-Identifier: AGPL-3.0-or-later
"""T17: the accusation of false news; the log of a case tells what the members knew of each claim when they published, and nobody changes it later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from ombuds.core.case import Case, Event, advance, pass_over, sign_event, write_event
from ombuds.core.casework import Checked
from ombuds.core.content import Claim, PublicSource, Said
from ombuds.core.encoding import decode
from ombuds.core.keys import Id
from ombuds.core.slots import head_after
from ombuds.desk.casework.claims import add_claim, check_claim
from ombuds.desk.casework.notes import note
from ombuds.desk.log import follow, identity_of, read_case, seal_event
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.release.prepare import propose_story
from ombuds.server.store.schema import events
from tests.desk.desks import World, institution, opened, story
from tests.desk.junk import writes

SAYS = "He was made to sign three times."


@dataclass
class Scene:
    """A published story whose one claim two members had verified."""

    world: World
    case: Id
    claim: Id


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Anna writes a claim, Boris and Vera check it, and the story goes out."""
    with institution(tmp_path) as world:
        case = opened(world, world.source())
        claim = add_claim(world["anna"], case, "fact", (SAYS, "The paper.")).work.claims[0].said.id
        for name in ("boris", "vera"):
            check_claim(world[name], case, claim, "holds", "I compared the signatures.")
        told = Claim("fact", (Said("en", SAYS),), (Said("en", "The paper."),), 2)
        content = story(claims=(told,), sources=(PublicSource("A paper", "https://paper.example/1"),))
        world.sync()
        proposal = propose_story(world["anna"], case, content, "sources")
        world.sync("boris")
        approve(world["boris"], proposal)
        world.sync()
        world.sync()
        yield Scene(world, case, claim)


def _when_published(desk: Desk, case: Id) -> Case:
    """The case as the log told it when the story went out."""
    then = Case(case)
    for slot in desk.vault.slots.of(case):
        if then.published:
            break
        head = head_after(then.head, slot.hash)
        if slot.event is not None:
            then = advance(then, decode(slot.event.payload, Event), head)
        elif slot.void is not None:
            then = pass_over(then, head, slot.void)
    return then


def test_a_later_doubt_does_not_change_what_was_known(scene: Scene) -> None:
    """After a claim was doubted, every desk's log still tells who had verified it by which steps when it was published."""
    check_claim(scene.world["vera"], scene.case, scene.claim, "does-not-hold", "A third paper came.")
    scene.world.sync()
    then = {name: _when_published(scene.world[name], scene.case).work for name in ("anna", "boris", "vera")}
    now = read_case(scene.world["anna"], scene.case).work
    steps = [(check.member, check.how) for check in then["anna"].verified[0].checks]
    assert (steps, then["anna"] == then["boris"] == then["vera"], now.verified) == (
        [("boris", "I compared the signatures."), ("vera", "I compared the signatures.")],
        True,
        (),
    )


def test_a_check_that_is_dated_back_stands_where_it_was_written(scene: Scene) -> None:
    """A member who writes a check with an earlier day after the story went out does not bring it before the story."""
    desk = scene.world["vera"]
    event = write_event(follow(desk, scene.case), "vera", "checked", Checked(scene.claim, "does-not-hold", "I said so."), desk.today.replace(year=2020))
    writes(desk, scene.case, seal_event(sign_event(event, desk.key), identity_of(desk, scene.case).recipient))
    scene.world.sync()
    told = follow(scene.world["anna"], scene.case)
    assert told.work.claims[0].doubted == "vera" and [claim.said.says for claim in _when_published(scene.world["anna"], scene.case).work.verified] == [SAYS]


def _checked_at(scene: Scene) -> int:
    return read_case(scene.world["anna"], scene.case).work.claims[0].checks[0].seq


def test_a_check_that_the_server_leaves_out_is_missed(scene: Scene) -> None:
    """To a desk that reads the log anew from a server that took a check out, everything after it is out of place."""
    seq = _checked_at(scene)
    with scene.world.parts.store.write() as connection:
        connection.execute(delete(events).where(events.c["case"] == scene.case, events.c.seq == seq))
        later = connection.execute(select(events.c.seq).where(events.c["case"] == scene.case, events.c.seq > seq).order_by(events.c.seq)).scalars().all()
        for number in later:
            connection.execute(update(events).where(events.c["case"] == scene.case, events.c.seq == number).values(seq=number - 1))
    boris = scene.world["boris"]
    boris.vault.file.put("DELETE FROM slot WHERE holder = ?", scene.case)
    told = follow(boris, scene.case)
    assert {void.reason for void in told.void} == {"place"} and told.published == () and told.work.verified == ()


def test_nobody_signs_a_check_for_another(scene: Scene) -> None:
    """A check that a member writes under another's name is passed over by every desk, and the claim stays as it was."""
    desk = scene.world["anna"]
    event = write_event(follow(desk, scene.case), "vera", "checked", Checked(scene.claim, "does-not-hold", "I said so."), desk.today)
    writes(desk, scene.case, seal_event(sign_event(event, desk.key), identity_of(desk, scene.case).recipient))
    told = follow(scene.world["boris"], scene.case)
    assert ([void.reason for void in told.void], len(told.work.verified)) == (["stranger"], 1)


def test_later_work_changes_nothing_of_the_past(scene: Scene) -> None:
    """What was told of the past stays when members go on writing."""
    before = _when_published(scene.world["anna"], scene.case)
    note(scene.world["anna"], scene.case, "Asked again.")
    assert _when_published(scene.world["anna"], scene.case) == before
