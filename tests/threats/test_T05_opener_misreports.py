# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: the member whose desk opens a report hands in something else; nothing is lost, the others see it, and open the report again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import pytest

from ombuds.core.age import open_sealed, seal
from ombuds.core.case import Case as Fold
from ombuds.core.case import Event, Opened, sign_event, write_event
from ombuds.core.encoding import convert, decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.keys import Id, hash_of
from ombuds.core.original import Original, read_original
from ombuds.core.sealing import padded
from ombuds.core.wire import NewCase
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.casework.originals import openings
from ombuds.desk.casework.talk import save_attachment
from ombuds.desk.fetch import sync
from ombuds.desk.log import follow, read_case, seal_event
from ombuds.desk.pages.cases import asked_to_open
from ombuds.desk.pages.unread import opened_already, unread_items, unread_trouble
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.remote import Remote
from tests.desk.desks import Source
from tests.world import World

TEXT, OTHER = "beaten by the deputy", "the food is bad"
FILE = bytes(range(256)) * 20_000
Twist = Callable[[Desk, NewCase], NewCase]


class Twisting(Remote):
    """The way to the server of a desk that hands in something else than it opened."""

    def __init__(self, desk: Desk, twist: Twist) -> None:
        self.__dict__.update(vars(desk.remote))
        self._desk, self._twist = desk, twist

    def open_case(self, case: NewCase) -> None:
        """Hand in a case with a change of its own."""
        super().open_case(self._twist(self._desk, case))


def _told(desk: Desk, case: NewCase, change: Callable[[Opened], Opened]) -> NewCase:
    """Put another first event in the place of the true one, signed by the opener and sealed to the case as it should be."""
    identity = desk.vault.identities(case.case)[0]
    signed = decode(open_sealed(case.event, identity), Envelope)
    true = convert(decode(signed.payload, Event).body, Opened)
    event = write_event(Fold(case.case), desk.name, "opened", change(true), desk.today)
    return msgspec.structs.replace(case, event=seal_event(sign_event(event, desk.key), identity.recipient))


def _rewritten(true: Original) -> Original:
    """Seal another text, with everything else as the source wrote it."""
    other = msgspec.structs.replace(read_original(true), text=OTHER)
    body = seal(padded(encode(other)), [true.identity.recipient])
    return Original(msgspec.structs.replace(true.manifest, body=hash_of(body)), body, true.seed)


def _another_text(desk: Desk, case: NewCase) -> NewCase:
    def change(true: Opened) -> Opened:
        forged = _rewritten(true.original)
        return msgspec.structs.replace(true, submission=forged.manifest.hash, original=forged)

    return _told(desk, case, change)


def _another_text_under_its_name(desk: Desk, case: NewCase) -> NewCase:
    return _told(desk, case, lambda true: msgspec.structs.replace(true, original=_rewritten(true.original)))


def _another_text_under_its_list(desk: Desk, case: NewCase) -> NewCase:
    def change(true: Opened) -> Opened:
        forged = msgspec.structs.replace(_rewritten(true.original), manifest=true.original.manifest)
        return msgspec.structs.replace(true, original=forged)

    return _told(desk, case, change)


def _another_key(desk: Desk, case: NewCase) -> NewCase:
    def change(true: Opened) -> Opened:
        return msgspec.structs.replace(true, original=msgspec.structs.replace(true.original, seed=bytes(32)))

    return _told(desk, case, change)


def _junk(desk: Desk, case: NewCase) -> NewCase:
    return msgspec.structs.replace(case, event=b"junk")


def _junk_grants(desk: Desk, case: NewCase) -> NewCase:
    grants = tuple(each if each.member == desk.name else msgspec.structs.replace(each, content=b"junk") for each in case.grants)
    return msgspec.structs.replace(case, grants=grants)


def _another_team(desk: Desk, case: NewCase) -> NewCase:
    return _told(desk, case, lambda true: msgspec.structs.replace(true, team=(desk.name,)))


TWISTS = {each.__name__: each for each in (_another_text, _another_text_under_its_name, _another_text_under_its_list, _another_key, _junk, _junk_grants)}
twisted = pytest.mark.parametrize("twist", TWISTS.values(), ids=TWISTS)


@dataclass
class Scene:
    """A report with a file that anna's desk opened and told otherwise, after two members had agreed."""

    world: World
    source: Source
    report: Id
    case: Id

    def opened_again(self) -> Id:
        """Let boris ask to open the report again and vera agree; return the case."""
        proposal = propose_opening(self.world["boris"], [self.report])
        self.world.sync("vera")
        approve(self.world["vera"], proposal)
        (case,) = self.world.sync("boris")["boris"].opened
        self.world.sync()
        return case


def _scene(world: World, twist: Twist) -> Scene:
    source = world.source()
    report = source.reports(TEXT, [("scan.bin", FILE)])
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    (case,) = (card.case for card in asked_to_open(world["anna"])[world["anna"].vault.report(report).sealed.manifest.hash].said.cards)
    world.sync("boris")
    approve(world["boris"], proposal)
    sync(replace(world["anna"], remote=Twisting(world["anna"], twist)))
    world.sync()
    return Scene(world, source, report, case)


@twisted
def test_the_original_stays_where_it_was(world: World, twist: Twist) -> None:
    """Server and both other desks still keep the sealed report, which each other member can fetch with the own share."""
    scene = _scene(world, twist)
    kept = [scene.report in world[name].vault.report_ids() for name in ("boris", "vera")]
    listed = [[each.id for each in world[name].remote.reports().reports] for name in ("boris", "vera")]
    assert (kept, listed) == ([True, True], [[scene.report]] * 2)


@twisted
def test_nobody_reads_another_text(world: World, twist: Twist) -> None:
    """On no other desk does the case show a report, let alone another one than the source sent."""
    scene = _scene(world, twist)
    assert [read_case(world[name], scene.case).report for name in ("boris", "vera")] == [None, None]


@twisted
def test_the_others_see_who_opened_it(world: World, twist: Twist) -> None:
    """Both other desks say on Today and on the case that what anna opened does not match."""
    scene = _scene(world, twist)
    told = [[item.title.values for item in unread_items(world[name]) if not isinstance(item.title, str)] for name in ("boris", "vera")]
    assert (told, all(unread_trouble(world[name], scene.case) for name in ("boris", "vera"))) == ([[{"who": "anna"}]] * 2, True)


@twisted
def test_the_report_can_be_asked_for_again(world: World, twist: Twist) -> None:
    """The report stands on both other desks as one that does not match, and as one that nobody has asked to open since."""
    scene = _scene(world, twist)
    submission = world["boris"].vault.report(scene.report).sealed.manifest.hash
    assert [(opened_already(world[name])[submission].state, submission in asked_to_open(world[name])) for name in ("boris", "vera")] == [("misfit", False)] * 2


@twisted
def test_the_others_open_it_again_and_read_it(world: World, twist: Twist) -> None:
    """Boris and Vera open the report without Anna, and read what the source wrote and its file, byte for byte."""
    scene = _scene(world, twist)
    case = scene.opened_again()
    for name in ("boris", "vera"):
        (note,) = read_case(world[name], case).body.files
        content = b"".join(save_attachment(world[name], case, note.id)[1])
        assert (read_case(world[name], case).body.text, content == FILE) == (TEXT, True)


@twisted
def test_what_was_opened_again_ends_the_alarm(world: World, twist: Twist) -> None:
    """Once the others read the report, their desks say no more of the case that did not hold, and keep no sealed copy."""
    scene = _scene(world, twist)
    scene.opened_again()
    world.sync()
    left = [(list(unread_items(world[name])), world[name].vault.report_ids(), world[name].remote.reports().reports) for name in ("boris", "vera")]
    assert left == [([], set(), ())] * 2


@twisted
def test_the_source_writes_to_the_case_that_reads(world: World, twist: Twist) -> None:
    """After the second opening, what the source writes reaches the case that the others read."""
    scene = _scene(world, twist)
    case = scene.opened_again()
    scene.source.writes("there is more")
    world.sync()
    assert [line.message.text for line in follow(world["vera"], case).said] == ["there is more"]


def test_a_case_of_another_team_is_not_confirmed(world: World) -> None:
    """A case whose opener names another team than members approved does not match, and its sealed report is kept."""
    scene = _scene(world, _another_team)
    kept = [(one.state, one.opener) for one in openings(world["boris"])]
    assert (kept, scene.report in world["boris"].vault.report_ids()) == ([("misfit", "anna")], True)


def test_a_desk_outside_the_team_keeps_its_copy_until_somebody_read_the_case(world: World) -> None:
    """A member who has only a custody share lets go of the sealed report when another of the team has read the case, and not before."""
    source = world.source()
    report = source.reports(TEXT)
    world.sync()
    proposal = propose_opening(world["anna"], [report], ("anna", "boris"))
    world.sync("boris")
    approve(world["boris"], proposal)
    kept = []
    for names in (("anna", "vera"), ("boris", "vera")):
        world.sync(*names)
        kept.append((report in world["vera"].vault.report_ids(), [one.state for one in openings(world["vera"])]))
    assert kept == [(True, ["waiting"]), (False, [])]


def test_an_honest_opening_is_read_by_all(world: World) -> None:
    """Where the opener hands in what was opened, nobody is told anything, and the sealed report is gone everywhere."""
    scene = _scene(world, lambda _, case: case)
    told = [(read_case(world[name], scene.case).body.text, list(unread_items(world[name])), world[name].vault.report_ids()) for name in world.desks]
    assert told == [(TEXT, [], set())] * 3
