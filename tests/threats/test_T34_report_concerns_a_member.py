# SPDX-License-Identifier: AGPL-3.0-or-later
"""T34: the report concerns a member. Whom the source leaves out gets no share, no grant, no custody share and no line; the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from ombuds.core.cards import Card, OpenParameters, sign_card
from ombuds.core.custody import approve as sign
from ombuds.core.custody import propose
from ombuds.core.encoding import decode_canonical
from ombuds.core.errors import NotHere, TooManyExcluded
from ombuds.core.keys import Id, random_id
from ombuds.core.wire import Approval, NewEvent, NewProposal
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.casework.talk import reply
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.remote import Remote
from ombuds.server.store.schema import grants, shares
from tests.desk.desks import Source, World, institution
from tests.threats.seizure import disk_of, seize

FIVE = ("anna", "boris", "galina", "pavel", "vera")
ACCUSED = "pavel"
OTHERS = tuple(name for name in FIVE if name != ACCUSED)
TEXT = "pavel was in the room"


@dataclass
class Story:
    """Five members of whom two open, and a report that leaves one of them out."""

    world: World
    source: Source
    report: Id

    @property
    def accused(self) -> Desk:
        """The desk of the member who was left out."""
        return self.world[ACCUSED]

    def opened(self) -> Id:
        """Let the others open the report, with everybody in the team whom they can name, and return the case."""
        proposal = propose_opening(self.world["anna"], [self.report])
        self.world.sync()
        approve(self.world["boris"], proposal)
        (case,) = self.world.sync("anna")["anna"].opened
        self.world.sync()
        return case


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A report that concerns one of five members, fetched by everybody who is given it."""
    with institution(tmp_path, names=FIVE) as world:
        source = world.source()
        report = source.reports(TEXT, exclude=(ACCUSED,))
        world.sync()
        yield Story(world, source, report)


def test_who_is_left_out_is_given_no_share(story: Story) -> None:
    """The server holds a share for each of the others and none for the member who was left out."""
    with story.world.parts.store.read() as connection:
        assert sorted(connection.execute(select(shares.c.member)).scalars()) == sorted(OTHERS)


def test_who_is_left_out_is_not_shown_the_report(story: Story) -> None:
    """The desk of the member who was left out does not list the report; the others' desks do."""
    assert {name for name in FIVE if story.report in story.world[name].vault.report_ids()} == set(OTHERS)


def test_the_others_open_it(story: Story) -> None:
    """The report becomes a case that all the others read."""
    case = story.opened()
    assert [read_case(story.world[name], case).body.text for name in OTHERS] == [TEXT] * 4


def test_the_team_is_without_who_was_left_out(story: Story) -> None:
    """The first event of the case names the team without the member who was left out, although the proposal named everybody."""
    opened = read_case(story.world["anna"], story.opened()).opened
    assert opened is not None and opened.team == OTHERS


def test_who_is_left_out_holds_nothing_of_the_case(story: Story) -> None:
    """The member who was left out has neither a grant nor a custody share on the server, and no line of the case in the vault."""
    case, vault = story.opened(), story.accused.vault
    with story.world.parts.store.read() as connection:
        holders = set(connection.execute(select(grants.c.member).where(grants.c.case == case)).scalars())
    assert (holders, vault.identities(case), vault.note(f"custody:{case}"), vault.matters()) == (set(OTHERS), {}, None, [])


CALLS: dict[str, Callable[[Remote, Id], object]] = {
    "events": lambda remote, case: remote.events(case, 0),
    "messages": lambda remote, case: remote.messages(case),
    "add": lambda remote, case: remote.add_event(case, NewEvent(2, b"x")),
}


@pytest.mark.parametrize("call", CALLS)
def test_who_is_left_out_is_refused_at_every_route_of_the_case(story: Story, call: str) -> None:
    """Whoever was left out is told that there is no such case, whether they ask for its log or its messages, or write to it."""
    case = story.opened()
    with pytest.raises(NotHere):
        CALLS[call](story.accused.remote, case)


def test_who_is_left_out_cannot_ask_to_open_it(story: Story) -> None:
    """The desk of the member who was left out finds no such report to open."""
    with pytest.raises(NotHere):
        propose_opening(story.accused, [story.report])


def test_who_is_left_out_cannot_approve_it(story: Story) -> None:
    """The desk of the member who was left out cannot help to open the report either."""
    proposal = propose_opening(story.world["anna"], [story.report])
    story.world.sync()
    with pytest.raises(NotHere):
        approve(story.accused, proposal)


def test_a_forged_request_of_who_was_left_out_opens_nothing(story: Story) -> None:
    """A member who was left out, learns of the report from the others' proposal and asks for it by hand still opens no case."""
    other = propose_opening(story.world["anna"], [story.report])
    story.world.sync()
    desk = story.accused
    known = decode_canonical(desk.vault.proposal(other).seen.cards[0].payload, Card)
    forged = propose(desk.rule("open"), "", "", OpenParameters(1, ACCUSED, FIVE, (known,)), known.expires)
    desk.remote.propose(NewProposal(Approval(sign(forged, desk.key), (sign_card(known, desk.key),), ()), b""))
    story.world.sync()
    approve(story.world["boris"], forged.hash)
    approve(story.world["vera"], forged.hash)
    assert story.world.sync(ACCUSED)[ACCUSED].opened == ()


def test_all_that_who_was_left_out_holds_opens_nothing(story: Story) -> None:
    """With the server's disk and the vault of the member who was left out, nothing of the report or of the case can be read."""
    told = random_id()
    reply(story.world["anna"], story.opened(), told)
    story.world.sync()
    found = seize(disk_of(story.world), story.accused.vault) + story.accused.vault.file.pages()
    assert (TEXT.encode() in found, told.encode() in found) == (False, False)


def test_of_three_members_nobody_can_be_left_out(tmp_path: Path) -> None:
    """With three members of whom two open, leaving one out is refused before anything is sent: no spare would remain."""
    with institution(tmp_path) as world, pytest.raises(TooManyExcluded):
        world.source().reports(TEXT, exclude=("boris",))
