# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever stands in the log of a case, every desk passes it over in the same way, says so, and goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ombuds.core.age import Identity
from ombuds.core.errors import EventVoid, ShownOtherwise
from ombuds.core.keys import Id
from ombuds.desk.casework.notes import note
from ombuds.desk.casework.talk import reply
from ombuds.desk.log import follow, read_case
from ombuds.desk.parts import Desk
from ombuds.pages.query import read_query
from tests.desk import junk
from tests.desk.desks import World, opened
from tests.desk.screens import browser_at

KINDS: dict[str, tuple[Callable[[Desk, Id], bytes], tuple[str, str]]] = {
    "bytes": (lambda _desk, _case: b"junk", ("sealed", "")),
    "written elsewhere": (junk.misplaced, ("place", "boris")),
    "malformed": (junk.malformed, ("body", "boris")),
}


@pytest.fixture
def case(world: World) -> Id:
    """A case with three members on it."""
    return opened(world, world.source())


def _void(desk: Desk, case: Id) -> list[tuple[int, str, str]]:
    return [(void.seq, void.reason, void.member) for void in read_case(desk, case).void]


def _notes(desk: Desk, case: Id) -> list[str]:
    return [line.text for line in read_case(desk, case).notes]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_stopped(world: World, case: Id, kind: str) -> None:
    """After junk of one member the others write, and all desks agree on the case byte for byte."""
    junk.writes(world["boris"], case, KINDS[kind][0](world["boris"], case))
    note(world["anna"], case, "after it")
    world.sync()
    assert (len(junk.agreed(world, case)), _notes(world["vera"], case)) == (1, ["after it"])


@pytest.mark.parametrize("kind", KINDS)
def test_junk_is_named(world: World, case: Id, kind: str) -> None:
    """Each desk keeps why a slot is void, and whose name it bears."""
    write, named = KINDS[kind]
    junk.writes(world["boris"], case, write(world["boris"], case))
    world.sync()
    assert [_void(desk, case) for desk in world.desks.values()] == [[(2, *named)]] * 3


def test_a_reply_goes_out_after_junk(world: World) -> None:
    """A source reads a reply that was written after junk."""
    source = world.source()
    case = opened(world, source)
    junk.writes(world["boris"], case, b"junk")
    reply(world["anna"], case, "We have read this.")
    world.release()
    assert [message.text for message in source.reads()] == ["We have read this."]


def test_junk_is_told_once(world: World, case: Id) -> None:
    """The look that finds junk says so, and the next one says nothing."""
    junk.writes(world["boris"], case, b"junk")
    told = [[type(trouble.error) for trouble in world.sync("vera")["vera"].troubles] for _ in range(2)]
    assert told == [[EventVoid], []]


def test_junk_stands_in_its_place(world: World, case: Id) -> None:
    """The case shows what was passed over between the messages before and after it, with the name of who signed it."""
    reply(world["anna"], case, "before")
    junk.writes(world["boris"], case, junk.malformed(world["boris"], case))
    reply(world["anna"], case, "after")
    page = browser_at(world, world["anna"]).open(f"/cases/{case}").text
    assert page.index("before") < page.index("Passed over · <bdi>boris</bdi>") < page.index("after")


def test_today_shows_junk_until_somebody_looked(world: World, case: Id) -> None:
    """Today shows a case with junk in its log until the member has opened it."""
    junk.writes(world["boris"], case, b"junk")
    world.sync("vera")
    browser = browser_at(world, world["vera"])
    before = browser.open("/").text
    browser.open(f"/cases/{case}")
    assert ["was passed over" in page for page in (before, browser.open("/").text)] == [True, False]


def test_a_desk_that_is_shown_junk_alone_finds_out(world: World, case: Id) -> None:
    """A server that shows one desk junk is found out by the next event, which bears the name of its writer."""
    note(world["anna"], case, "true")
    note(world["boris"], case, "after it")
    with junk.instead(world, case, 2):
        world.sync("vera")
        assert _void(world["vera"], case) == [(2, "sealed", ""), (3, "place", "boris")]


def test_what_was_shown_otherwise_is_told_and_mended(world: World, case: Id) -> None:
    """When the server shows what it shows the others, the desk says that it was shown something else, and agrees with them."""
    note(world["anna"], case, "true")
    note(world["boris"], case, "after it")
    with junk.instead(world, case, 2):
        world.sync()
    told = [type(trouble.error) for trouble in world.sync("vera")["vera"].troubles]
    assert (told, len(junk.agreed(world, case)), _notes(world["vera"], case)) == ([ShownOtherwise], 1, ["true", "after it"])


def test_who_was_shown_otherwise_sees_it_in_the_case(world: World, case: Id) -> None:
    """The place where the server showed first one thing and then another stays in sight."""
    note(world["anna"], case, "true")
    with junk.instead(world, case, 2):
        world.sync("vera")
    world.sync("vera")
    assert "first one thing and then another" in browser_at(world, world["vera"]).open(f"/cases/{case}").text


def test_an_event_is_never_taken_back(world: World, case: Id) -> None:
    """Once a desk has read an event, the server cannot put anything in its place, even where junk follows it."""
    note(world["anna"], case, "true")
    junk.writes(world["boris"], case, b"junk")
    world.sync("vera")
    with junk.instead(world, case, 2):
        world.sync("vera")
    assert (_notes(world["vera"], case), _void(world["vera"], case)) == (["true"], [(3, "sealed", "")])


def test_who_wrote_on_junk_alone_is_named_by_the_others(world: World, case: Id) -> None:
    """What a desk writes after junk that it alone was shown is passed over by the others under its member's name."""
    note(world["anna"], case, "true")
    with junk.instead(world, case, 2):
        note(world["vera"], case, "on junk")
    world.sync("anna", "boris")
    assert [_void(world[name], case) for name in ("anna", "boris")] == [[(3, "place", "vera")]] * 2


def _with_a_second_key(world: World, case: Id) -> Identity:
    """Let boris write with a key of the case that vera does not have, and anna go on after it."""
    second = Identity.generate()
    for name in ("anna", "boris"):
        world[name].vault.keep_identity(case, 1, second)
    note(world["boris"], case, "under the second key")
    note(world["anna"], case, "and on")
    world.sync("vera")
    return second


def test_who_lacks_a_key_passes_over(world: World, case: Id) -> None:
    """A desk that lacks a key of the case passes over what is sealed to it, and what it writes itself fits."""
    _with_a_second_key(world, case)
    note(world["vera"], case, "without the key")
    assert ([void[1] for void in _void(world["vera"], case)], _notes(follow_of(world, "anna", case), case)[-1]) == (["sealed"] * 2, "without the key")


def follow_of(world: World, name: str, case: Id) -> Desk:
    """Let a desk read what is new, and return it."""
    follow(world[name], case)
    return world[name]


def test_a_key_that_comes_later_is_used(world: World, case: Id) -> None:
    """When the key comes, the desk reads what it passed over, even below what it wrote since, and agrees with the others."""
    second = _with_a_second_key(world, case)
    note(world["vera"], case, "without the key")
    world["vera"].vault.keep_identity(case, 1, second)
    world.sync()
    assert (len(junk.agreed(world, case)), _notes(world["vera"], case)) == (1, ["under the second key", "and on", "without the key"])


def test_what_is_read_later_is_found(world: World, case: Id) -> None:
    """What a key that came later opens is found by search."""
    second = _with_a_second_key(world, case)
    world["vera"].vault.keep_identity(case, 1, second)
    world.sync("vera")
    assert [hit.case for hit in world["vera"].vault.index.find(read_query("second key")).hits] == [case]


def test_a_place_on_which_events_rest_does_not_change(world: World, case: Id) -> None:
    """If the server shows other bytes below an event when a key comes, the desk says so, and what it was shown first counts."""
    second = _with_a_second_key(world, case)
    note(world["vera"], case, "without the key")
    before = read_case(world["vera"], case)
    world["vera"].vault.keep_identity(case, 1, second)
    with junk.instead(world, case, 2):
        told = [type(trouble.error) for trouble in world.sync("vera")["vera"].troubles]
    assert (told, read_case(world["vera"], case)) == ([ShownOtherwise], before)


def test_a_desk_that_is_shown_less_keeps_what_it_had(world: World, case: Id) -> None:
    """Void slots at the end stay where they are if the server no longer shows them."""
    junk.writes(world["boris"], case, b"junk")
    world.sync("vera")
    before = read_case(world["vera"], case)
    with junk.without(world, case, 2):
        assert follow(world["vera"], case) == before


def test_a_member_who_left_a_case_forgets_what_was_passed_over(world: World, case: Id) -> None:
    """Of a case that was forgotten, nothing that was passed over stays."""
    junk.writes(world["boris"], case, b"junk")
    world.sync("vera")
    vault = world["vera"].vault
    vault.forget_case(case)
    assert (vault.slots.of(case), vault.notes("swapped:"), vault.notes("read:")) == ([], {}, {})
