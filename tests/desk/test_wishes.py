# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking for another picture: two members refuse so, the next batch publishes a hash, and whoever has the token can read the wish."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.errors import EntryRefused, OrderWrong
from ombuds.core.publication import Place
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.approving import approve, asked
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import propose_batch
from ombuds.server.campaign.slots import run_by_hand
from ombuds.server.store import fates
from tests.desk.campaigns import Running, Supporter


def _refused(running: Running, sent: list[Supporter], reason: str = "another-picture") -> None:
    for member in ("anna", "boris"):
        running.rules(member, sent, "reject", reason)
    running.world.sync()


def _fate(running: Running, one: Supporter) -> fates.Fate:
    with running.world.parts.store.read() as connection:
        return fates.of(connection, one.token)


def _asks(running: Running) -> set[str]:
    desk = running.world["vera"]
    return wall(desk, campaign(desk, running.id)).asked


def test_the_wish_is_public_with_the_next_batch(running: Running) -> None:
    """The next batch holds the hash of the refused post and counts it, and whoever has the token reads the wish then and not before."""
    (photo,) = running.posts(1, kind="photo")
    _refused(running, [photo])
    running.accepts(running.posts(20, first=1))
    before = _fate(running, photo)
    running.publishes()
    assert (before.word, _fate(running, photo), _asks(running)) == ("waits", fates.Fate("asked", running.id), {photo.pending.withdraw})


def test_another_reason_is_told_to_nobody(running: Running) -> None:
    """A post that was refused for any other reason is one of which nothing is known, as one that was never here."""
    (photo,) = running.posts(1, kind="photo")
    _refused(running, [photo], "insult")
    running.accepts(running.posts(20, first=1))
    running.publishes()
    assert (_fate(running, photo), _asks(running)) == (fates.Fate("unknown"), set())


def test_every_other_fate(running: Running) -> None:
    """A post waits, then stands on the wall, and is unknown once it was taken back."""
    sent = running.posts(20)
    running.accepts(sent)
    words = [_fate(running, sent[0]).word]
    running.publishes()
    words.append(_fate(running, sent[0]).word)
    running.takes_back(sent[0])
    words.append(_fate(running, sent[0]).word)
    assert words == ["waits", "wall", "unknown"]


def test_a_drawn_badge_is_asked_for_no_picture(running: Running) -> None:
    """The wish for another picture is refused for a post that has none."""
    with pytest.raises(OrderWrong):
        running.rules("anna", running.posts(1), "reject", "another-picture")


def test_a_wish_that_came_late_is_in_the_next_batch(running: Running) -> None:
    """What two members refused after a batch was proposed is asked for by the batch after it, once."""
    sent = running.posts(41, kind="photo")
    running.accepts(sent[:20])
    proposal = propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    _refused(running, [sent[40]])
    approve(running.world["boris"], proposal)
    running.world.sync()
    run_by_hand(running.world.parts)
    running.world.sync()
    first = set(_asks(running))
    running.accepts(sent[20:40])
    running.publishes()
    assert (first, _asks(running), _fate(running, sent[40]).word) == (set(), {sent[40].pending.withdraw}, "asked")


@pytest.mark.parametrize("asks", [(), ("1" * 64,)], ids=["left out", "made up"])
def test_a_false_wish_stops_a_batch(running: Running, asks: tuple[str, ...]) -> None:
    """A batch that counts a refused post and leaves its hash out, or names one that no desk knows, is not signed."""
    (photo,) = running.posts(1, kind="photo")
    _refused(running, [photo])
    running.accepts(running.posts(20, first=1))
    anna = running.world["anna"]
    seen = asked(anna, propose_next(anna, running.id)).publication
    assert seen is not None and seen.batch is not None
    forged = msgspec.structs.replace(seen.batch, asked=asks or msgspec.UNSET)
    proposal = propose_batch(anna, Place(running.terms.wall, 1, ""), forged, seen.enclosure.chosen)
    running.world.sync("boris")
    with pytest.raises(EntryRefused, match="another picture"):
        approve(running.world["boris"], proposal)


def test_a_refused_post_is_forgotten_once_it_was_asked_for(running: Running) -> None:
    """After the batch no desk keeps the photograph, and the server none of its bytes."""
    (photo,) = running.posts(1, kind="photo")
    _refused(running, [photo])
    running.accepts(running.posts(20, first=1))
    running.publishes()
    anna = running.world["anna"]
    assert (anna.vault.posts.line(running.id, photo.id).post, anna.remote.post_ids(running.id).ids) == (None, ())
