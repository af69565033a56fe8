# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of rulings: bundles that do not hold stop nobody, and a server that keeps one from a desk is found out (T19, T26)."""

from __future__ import annotations

import msgspec

from ombuds.core.age import Recipient, open_sealed, seal
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import HistoryForked
from ombuds.core.keys import hash_of, random_bytes
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewPost, NewRulings, Rulings
from ombuds.desk.campaign.campaigns import campaign, moderation, wall
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import Aim, propose_campaign
from ombuds.server.campaign.keeping import keep_post
from ombuds.server.campaign.slots import run_by_hand
from ombuds.server.store import posts
from tests.core.pictures import said
from tests.desk.campaigns import Running, publish


def test_a_spoilt_bundle_is_passed_over(running: Running) -> None:
    """A bundle of rulings that does not read holds up no later one."""
    vera = running.world["vera"]
    vera.remote.rule(running.id, NewRulings(1, random_bytes(100)))
    vera.remote.rule(running.id, NewRulings(2, seal(padded(encode({})), [Recipient.parse(running.terms.recipient)])))
    (one,) = running.posts(1)
    running.accepts([one])
    assert vera.vault.posts.line(running.id, one.id).state == "accepted"


def test_a_ruling_that_is_kept_from_a_desk_is_found_out(running: Running) -> None:
    """A server that hides one member's bundle from the others is named when that member rules again."""
    first, second = running.posts(2)
    vera, world = running.world["vera"], running.world
    running.rules("vera", [first], "quarantine")
    with world.parts.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM rulings")
    running.rules("anna", [first])
    vera.vault.keep_note(f"rulings:{running.id}", b"1")
    running.rules("vera", [second])
    troubles = world.sync("anna")["anna"].troubles
    assert [type(each.error) for each in troubles] == [HistoryForked]


def test_an_old_ruling_is_not_revived(running: Running) -> None:
    """A member who hands in another's earlier ruling again, in a bundle of their own, changes nothing."""
    (one,) = running.posts(1)
    vera = running.world["vera"]
    running.rules("boris", [one])
    old = vera.remote.rulings(running.id, 0).bundles[0]
    running.rules("boris", [one], "quarantine")
    running.rules("vera", [one])
    running.rules("anna", [one])
    running.world.sync()
    identity = moderation(vera, running.terms)
    revived = decode(open_sealed(old, identity).rstrip(b" "), Rulings).verdicts
    seen = vera.remote.rulings(running.id, 0)
    bundle = seal(padded(encode(Rulings(1, hash_of(seen.bundles[-1]), revived))), [Recipient.parse(running.terms.recipient)])
    vera.remote.rule(running.id, NewRulings(seen.seq + 1, bundle))
    running.world.sync()
    assert {desk.vault.posts.line(running.id, one.id).state for desk in running.world.desks.values()} == {"quarantined"}


def test_a_member_who_was_away_signs_the_next_batch(running: Running) -> None:
    """Counts go on from what was signed last: a desk that missed rejections and a batch judges the next one."""
    world = running.world
    sent = [running.post(number) for number in range(23)]
    world.release()
    for _ in range(2):
        world.sync("anna", "boris")
    for name in ("anna", "boris"):
        running.rules(name, sent[:20])
        running.rules(name, sent[20:], "reject", "insult")
    world.sync("anna", "boris")
    proposal = propose_next(world["anna"], running.id)
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync("anna")
    run_by_hand(world.parts)
    # Both settle their posts, so that nothing of them is left for Vera.
    world.sync("anna", "boris")
    world.sync("vera")
    vera = world["vera"]
    assert vera.vault.posts.ever_rejected(running.id) == {}
    more = running.posts(20, first=30)
    for name in ("anna", "vera"):
        running.rules(name, more)
    world.sync()
    proposal = propose_next(world["vera"], running.id)
    world.sync("anna")
    approve(world["anna"], proposal)
    world.sync()
    run_by_hand(world.parts)
    world.sync()
    desk = world["boris"]
    assert len(wall(desk, campaign(desk, running.id)).posts) == 40


def test_junk_is_settled(running: Running) -> None:
    """What does not open is forgotten by the server when two desks saw it."""
    junk = seal(b" " * 65536, [Recipient.parse(running.terms.recipient)])
    keep_post(running.world.parts, NewPost(1, "e" * 32, running.id, "0" * 64, junk))
    running.world.release()
    running.world.sync()
    assert running.world["anna"].remote.post_ids(running.id).ids == ()


def test_a_post_of_the_next_version_is_no_junk(running: Running) -> None:
    """What a supporter sent after reading a version that a desk has not fetched yet is kept until the desk has."""
    early = running.post(version=2)
    running.world.release()
    running.world.sync()
    terms = msgspec.structs.replace(running.terms, statement=said("We ask for his release today."))
    publish(running.world, propose_campaign(running.world["anna"], msgspec.structs.replace(running.content, campaign=terms), Aim(running.id)))
    assert [line.id for line in running.world["vera"].vault.posts.lines(running.id, "waiting")] == [early.id]


def test_a_post_of_a_later_version_is_not_fetched_at_every_look(running: Running) -> None:
    """While the campaign's version stands still, a post of the next one is fetched once."""
    early = running.post(version=2)
    running.world.release()
    running.world.sync("anna")
    with running.world.parts.store.write() as connection:
        part = posts.part_of(connection, running.id, early.id)
    running.world.parts.store.blobs.delete(part)
    troubles = running.world.sync("anna")["anna"].troubles
    assert (troubles, spoilt(running.world["anna"], running.id)) == ([], 0)


def test_a_post_of_a_version_that_never_comes_is_settled(running: Running) -> None:
    """After some days without that version two desks let the server forget the post."""
    running.post(version=2)
    running.world.release()
    running.world.sync()
    running.world.calendar.pass_days(8)
    running.world.renew()
    running.world.sync()
    assert running.world["anna"].remote.post_ids(running.id).ids == ()


def test_nothing_is_noted_of_an_early_post_that_is_gone(running: Running) -> None:
    """A post of the next version that is taken back leaves no note behind."""
    early = running.post(version=2)
    running.world.release()
    running.world.sync("anna")
    running.takes_back(early)
    running.world.sync("anna")
    assert running.world["anna"].vault.notes("early:") == {}
