# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: one member cannot crowd the others out with what is too large to fetch, and a server cannot keep a desk fetching for ever."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import msgspec
import pytest

from ombuds.core.custody import approve, object_to, propose
from ombuds.core.errors import EventVoid, Malformed, OrderWrong, TooLarge
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.publication import Basis, EntryFile, EntryParameters
from ombuds.core.slots import LARGEST_SLOT
from ombuds.core.wire import Approval, Events, NewEvent, NewProposal, Proposals, ProposalSeen
from ombuds.desk.casework.notes import note
from ombuds.desk.log import follow, read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import waiting
from ombuds.desk.release.prepare import propose_update
from ombuds.desk.remote import LARGEST_ANSWER, Remote
from tests.desk import junk
from tests.desk.desks import opened, update
from tests.desk.screens import browser_at
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
    for seq in range(2, LARGEST_ANSWER // LARGEST_SLOT + 3):
        world["boris"].remote.add_event(case, NewEvent(seq, bytes(LARGEST_SLOT)))
    note(world["anna"], case, "after it")
    world.sync("vera")
    assert [line.text for line in read_case(world["vera"], case).notes] == ["after it"]


def test_a_slot_that_is_too_large_is_refused(world: World) -> None:
    """A member who writes a slot above the limit is told the limit, and the log stays as it was."""
    case = opened(world, world.source())
    with pytest.raises(TooLarge, match="4 MiB"):
        world["boris"].remote.add_event(case, NewEvent(2, bytes(LARGEST_SLOT + 1)))
    assert world["boris"].remote.events(case, 1).events == ()


def test_a_slot_that_is_too_large_is_passed_over(world: World) -> None:
    """A slot above the limit that a server keeps all the same is void on every desk, and the others go on."""
    case = opened(world, world.source())
    junk.keeps(world, case, bytes(LARGEST_SLOT + 1))
    note(world["anna"], case, "after it")
    world.sync()
    assert (len(junk.agreed(world, case)), [void.reason for void in read_case(world["vera"], case).void]) == (1, ["large"])


def test_a_run_of_junk_is_one_trouble(world: World) -> None:
    """Thousands of void slots, one after another, are told as one, with the first and the last of them."""
    case = opened(world, world.source())
    junk.keeps(world, case, *[b"junk"] * 2000)
    told = [trouble.error for trouble in world.sync("vera")["vera"].troubles]
    assert [(type(error), error.detail) for error in told] == [(EventVoid, "2\u20132001")]


def test_a_run_that_grows_is_told_by_what_came(world: World) -> None:
    """More junk behind junk that was told is told by its own slots alone."""
    case = opened(world, world.source())
    junk.keeps(world, case, *[b"junk"] * 3)
    world.sync("vera")
    junk.keeps(world, case, *[b"junk"] * 2)
    assert [trouble.error.detail for trouble in world.sync("vera")["vera"].troubles] == ["5\u20136"]


def test_a_run_of_junk_is_one_line_of_the_case(world: World) -> None:
    """The case shows a run of void slots of several kinds as one, with everybody who signed one of them."""
    case = opened(world, world.source())
    junk.keeps(world, case, b"junk", junk.misplaced(world["boris"], case), b"junk")
    browser = browser_at(world, world["vera"])
    page = browser.open(f"/cases/{case}").text
    assert (page.count("Passed over"), "slots 2 to 4 · <bdi>boris</bdi>" in page) == (1, True)


def test_four_times_as_much_junk_costs_four_times_as_much(world: World) -> None:
    """What a desk spends on a run of void slots grows with their number, and not with its square."""
    spent = []
    for amount in (1000, 4000):
        case = opened(world, world.source())
        junk.keeps(world, case, *[b"junk"] * amount)
        before = process_time()
        follow(world["vera"], case)
        spent.append(process_time() - before)
    assert spent[1] < 8 * spent[0]


def test_an_endless_log_ends_the_look_at_it(world: World) -> None:
    """A server that has one more slot each time is told, and the rest of the look goes on."""
    case = opened(world, world.source())
    desk = world["vera"]
    junk.writes(world["boris"], case, b"junk")
    asked = propose_update(world["anna"], update())
    desk.remote = Endless(desk.remote._client, desk.remote.address, desk.remote._signer)
    found = world.sync("vera")["vera"]
    assert (Malformed in {type(trouble.error) for trouble in found.troubles}, [each.hash for each in waiting(desk)]) == (True, [asked])
