# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: one member cannot crowd the others out with what is too large to fetch, and a server cannot keep a desk fetching for ever."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.custody import approve, object_to, propose
from ombuds.core.errors import Malformed, OrderWrong
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.publication import Basis, EntryFile, EntryParameters
from ombuds.core.wire import Approval, Events, NewEvent, NewProposal, Proposals, ProposalSeen
from ombuds.desk.casework.notes import note
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import waiting
from ombuds.desk.release.prepare import propose_update
from ombuds.desk.remote import LARGEST_ANSWER, Remote
from tests.desk import junk
from tests.desk.desks import opened, update
from tests.world import World

MIB = 1024 * 1024


class Endless(Remote):
    """The way to a server that always has one more slot."""

    def events(self, case: Id, after: int) -> Events:
        """Return one slot of junk after any number."""
        return Events((b"junk",))


class EndlessTable(Remote):
    """The way to a server that always has one more proposal on the table."""

    def proposals(self, after: str = "") -> Proposals:
        """Return one proposal behind any other."""
        (seen, *_) = super().proposals().proposals
        return Proposals((msgspec.structs.replace(seen, hash=hash_of(after.encode())),))


def _lays(desk: Desk, size: int) -> None:
    """Lay a proposal of this size on the table and stop it at once. Raises OrderWrong where the server has no room for more."""
    subject = random_id()
    said = EntryParameters(1, "update", 1, ("x" * size,), (EntryFile(f"{subject}/1.json", "0" * 64),), Basis("desk"), "", desk.today)
    proposal = propose(desk.rule("publish"), subject, "", said, desk.today + timedelta(days=89))
    desk.remote.propose(NewProposal(Approval(approve(proposal, desk.key)), b""))
    desk.remote.object(object_to(proposal, "", desk.key))


def test_large_proposals_leave_the_table_to_the_others(world: World) -> None:
    """A member who lays and stops large proposals is refused in time, and what another one asks still reaches everybody."""
    with pytest.raises(OrderWrong):
        for _ in range(LARGEST_ANSWER // (4 * MIB)):
            _lays(world["boris"], 4 * MIB)
    asked = propose_update(world["anna"], update())
    world.sync("vera")
    assert asked in [each.hash for each in waiting(world["vera"])]


def test_a_page_of_proposals_is_bounded(world: World) -> None:
    """Proposals that are larger than a page come in several, none of them twice, each page within what it may hold."""
    for _ in range(3):
        _lays(world["boris"], 5 * MIB // 2)
    pages, after = list[tuple[ProposalSeen, ...]](), ""
    while page := world["vera"].remote.proposals(after).proposals:
        pages.append(page)
        after = page[-1].hash
    assert [len(page) for page in pages] == [2, 1]


def test_an_endless_table_ends_the_look_at_it(world: World) -> None:
    """A server that has one more proposal each time is told, and the rest of the look goes on."""
    _lays(world["boris"], 1)
    desk = world["vera"]
    desk.remote = EndlessTable(desk.remote._client, desk.remote.address, desk.remote._signer)
    found = world.sync("vera")["vera"]
    assert [type(trouble.error) for trouble in found.troubles if trouble.where == "proposals"] == [Malformed]


def test_large_slots_leave_the_case_to_the_others(world: World) -> None:
    """After slots that are together larger than one answer the others write and read on."""
    case = opened(world, world.source())
    for seq in range(2, LARGEST_ANSWER // (5 * MIB) + 3):
        world["boris"].remote.add_event(case, NewEvent(seq, bytes(5 * MIB)))
    note(world["anna"], case, "after it")
    world.sync("vera")
    assert [line.text for line in read_case(world["vera"], case).notes] == ["after it"]


def test_an_endless_log_ends_the_look_at_it(world: World) -> None:
    """A server that has one more slot each time is told, and the rest of the look goes on."""
    case = opened(world, world.source())
    desk = world["vera"]
    junk.writes(world["boris"], case, b"junk")
    asked = propose_update(world["anna"], update())
    desk.remote = Endless(desk.remote._client, desk.remote.address, desk.remote._signer)
    found = world.sync("vera")["vera"]
    assert (Malformed in {type(trouble.error) for trouble in found.troubles}, [each.hash for each in waiting(desk)]) == (True, [asked])
