# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's no stops what members signed before it, whoever holds the signatures (T05)."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.case import Exchanged
from ombuds.core.errors import Stopped
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.messages import write_message
from ombuds.core.sealing import Manifest
from ombuds.core.wire import NewEntry, ProposalSeen
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.log import append, read_case
from ombuds.desk.release.approving import approve
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.prepare import propose_story
from tests.desk.desks import Source, World, opened, story


def _signed(world: World, source: Source) -> tuple[Id, Hash]:
    """Let a text be asked about, agreed to and signed by enough members, but not yet published."""
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.answers("agree")
    world.sync()
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    return case, proposal


def _seen(world: World, proposal: Hash) -> ProposalSeen:
    return next(each for each in world["vera"].remote.proposals().proposals if each.hash == proposal)


def _no(source: Source, how: str) -> None:
    if how == "close":
        source.writes("", close=True)
    else:
        source.answers("revoke" if how == "revoke" else "refuse")


@pytest.mark.parametrize("how", ["refuse", "revoke", "close"])
def test_nobody_publishes_after_a_no(world: World, how: str) -> None:
    """After one desk logged the source's no, the server refuses the signatures that were complete before it."""
    source = world.source()
    _, proposal = _signed(world, source)
    files = read_enclosure(world["vera"], _seen(world, proposal)).files
    _no(source, how)
    world.sync("anna")
    with pytest.raises(Stopped):
        world["vera"].remote.publish(NewEntry(_seen(world, proposal).envelope, files))


@pytest.mark.parametrize("how", ["refuse", "revoke", "close"])
def test_no_desk_publishes_after_a_no(world: World, how: str) -> None:
    """No desk of the members publishes a text after its source's no."""
    source = world.source()
    _signed(world, source)
    _no(source, how)
    assert [done.published for done in world.sync().values()] == [0, 0, 0]


def test_a_no_stops_once(world: World) -> None:
    """However often a desk looks, it objects once."""
    source = world.source()
    _, proposal = _signed(world, source)
    source.answers("revoke")
    world.sync("anna")
    world.sync("anna")
    assert len(_seen(world, proposal).objections) == 1


def test_a_close_on_one_members_word_stops_nothing(world: World) -> None:
    """A close that a member logged and no other desk opened makes nobody else object."""
    case, proposal = _signed(world, world.source())
    message = msgspec.structs.replace(write_message(read_case(world["boris"], case).thread, "source", 1, ""), close=True)
    append(world["boris"], case, "received", lambda _: Exchanged(message, Manifest(hash_of(b""), ())))
    world.sync()
    assert _seen(world, proposal).objections == ()


def test_consent_stops_nothing(world: World) -> None:
    """A text whose source agrees is published."""
    _signed(world, world.source())
    assert sum(done.published for done in world.sync().values()) == 1
