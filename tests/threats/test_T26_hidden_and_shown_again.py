# SPDX-License-Identifier: AGPL-3.0-or-later
"""T26, T19: a server that leaves a post out of one list and shows it again erases nobody's ruling; nor does a member with an old bundle."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ombuds.core.age import Recipient, open_sealed, seal
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import HistoryForked, NotHere, OrderWrong
from ombuds.core.keys import hash_of, random_id
from ombuds.core.posts import Verdict, sign_verdict
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewRulings, Rulings
from ombuds.desk.campaign import moderating
from ombuds.desk.campaign.campaigns import moderation
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from tests.desk.campaigns import Running, Supporter, begin
from tests.world import World


@pytest.fixture
def running(world: World) -> Running:
    """A campaign that is public."""
    return begin(world)


def shown(running: Running, post: str, yes: bool) -> None:
    """Let the server list a post, or leave it out."""
    with running.world.parts.store.write() as connection:
        connection.exec_driver_sql("UPDATE posts SET released = ? WHERE id = ?", (yes, post))


def flicker(running: Running, one: Supporter, *members: str) -> list[type[Exception]]:
    """Hide a post from some desks for one look, show it again, and return what their desks tell."""
    shown(running, one.id, False)
    running.world.sync(*members)
    shown(running, one.id, True)
    return [type(each.error) for found in running.world.sync(*members).values() for each in found.troubles]


def bundle(running: Running, verdicts: Sequence[Verdict | Envelope], prev: str | None = None) -> None:
    """Let vera hand in a bundle that no desk would make."""
    vera = running.world["vera"]
    seen = vera.remote.rulings(running.id, 0)
    last = hash_of(seen.bundles[-1]) if seen.bundles else ""
    signed = tuple(sign_verdict(each, vera.key) if isinstance(each, Verdict) else each for each in verdicts)
    inside = encode(Rulings(1, last if prev is None else prev, signed))
    vera.remote.rule(running.id, NewRulings(seen.seq + 1, seal(padded(inside), [Recipient.parse(running.terms.recipient)])))


def verdict(running: Running, one: Supporter | str, place: int) -> Verdict:
    """Vera's acceptance, written for some place in the log."""
    name = one if isinstance(one, str) else one.id
    return Verdict(1, running.world["vera"].instance_id, running.id, name, "ab" * 32, "accept", "", place)


def test_a_post_that_comes_back_is_told(running: Running) -> None:
    """Both desks that saw a post go and come back say so, once."""
    (one,) = running.posts(1)
    first = flicker(running, one, "anna", "vera")
    again = [each for found in running.world.sync("anna").values() for each in found.troubles]
    assert (first, again) == ([HistoryForked, HistoryForked], [])


def test_a_hold_back_outlives_a_server_that_hides_the_post(running: Running) -> None:
    """A post that Boris quarantined, and that the server hid from the two others for one look, is in no batch that they make."""
    sent = running.posts(21)
    running.rules("boris", sent[:1], "quarantine")
    running.rules("anna", sent)
    running.rules("vera", sent)
    running.world.sync()
    flicker(running, sent[0], "anna", "vera")
    anna = running.world["anna"]
    with pytest.raises((NotHere, OrderWrong)):
        running.rules("anna", sent[:1])
    proposal = propose_next(anna, running.id)
    running.world.sync("vera")
    approve(running.world["vera"], proposal)
    assert sent[0].id not in {line.id for line in anna.vault.posts.lines(running.id, "accepted", limit=-1)}


def test_an_older_acceptance_is_not_revived_by_hiding(running: Running) -> None:
    """A member who hands in an acceptance that was withdrawn since, while the server hid the post, lets it stand nowhere as accepted."""
    (one,) = running.posts(1)
    running.rules("boris", [one])
    old = running.world["boris"].remote.rulings(running.id, 0).bundles[-1]
    running.rules("boris", [one], "quarantine")
    running.rules("anna", [one])
    running.world.sync()
    flicker(running, one, "anna")
    read = decode(open_sealed(old, moderation(running.world["vera"], running.terms)).rstrip(b" "), Rulings)
    bundle(running, read.verdicts)
    running.world.sync("anna")
    assert running.world["anna"].vault.posts.rulings(running.id, one.id) == {}


def test_a_post_that_was_taken_back_stays_gone(running: Running) -> None:
    """A supporter who takes a waiting post back causes no word of trouble, and leaves nothing of the post."""
    (one,) = running.posts(1)
    running.takes_back(one)
    found = [running.world.sync()["anna"] for _ in range(2)]
    desk = running.world["anna"]
    with pytest.raises(NotHere):
        desk.vault.posts.pending(running.id, one.id)
    assert ([each.troubles for each in found], spoilt(desk, running.id)) == ([[], []], 0)


def test_a_ruling_with_a_place_far_ahead_counts_for_nothing(running: Running) -> None:
    """A verdict that names another place than its bundle's number is passed over, so that nobody's later ruling is shut out."""
    (one,) = running.posts(1)
    line = running.world["vera"].vault.posts.line(running.id, one.id)
    far = verdict(running, one, 2**53 - 1)
    bundle(running, [Verdict(1, far.instance_id, far.campaign, far.post, line.sealed, "accept", "", far.place)])
    running.world.sync()
    assert running.world["anna"].vault.posts.rulings(running.id, one.id) == {}


def test_an_empty_bundle_accuses_nobody(running: Running) -> None:
    """A bundle that no member signed anything in is no proof that the server forked the log."""
    running.accepts(running.posts(1))
    bundle(running, [], prev="cd" * 32)
    assert running.world.sync("anna")["anna"].troubles == []


def test_a_bundle_that_follows_no_other_names_both_who_may_have_done_it(running: Running) -> None:
    """A signed verdict in a bundle that follows no other is told, and the words accuse not the server alone."""
    (one,) = running.posts(1)
    running.rules("anna", [one])
    bundle(running, [verdict(running, one, 2)], prev="cd" * 32)
    (trouble,) = running.world.sync("boris")["boris"].troubles
    assert (type(trouble.error), "or a member" in trouble.error.detail) == (HistoryForked, True)


def test_rulings_over_posts_that_never_come_take_bounded_room(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one member's rulings over names that nobody was shown the latest ones stay, and no more than a number; over known posts all stay."""
    monkeypatch.setattr(moderating, "MOST_UNSEEN", 8)
    (one,) = running.posts(1)
    running.rules("anna", [one])
    for place in (2, 3):
        bundle(running, [verdict(running, random_id(), place) for _ in range(8)])
    latest = [random_id() for _ in range(4)]
    bundle(running, [verdict(running, name, 4) for name in latest])
    running.world.sync()
    box = running.world["boris"].vault.posts
    (kept,) = box._file.rows("SELECT count(*) FROM ruling WHERE member = 'vera'")[0]
    assert (kept, [len(box.rulings(running.id, name)) for name in latest], len(box.rulings(running.id, one.id))) == (8, [1] * 4, 1)


def test_a_ruling_that_comes_before_its_post_counts(running: Running) -> None:
    """A hold-back that a desk reads before it was shown the post holds the post back when it comes."""
    one = running.post()
    running.world.release()
    running.world.sync("boris")
    shown(running, one.id, False)
    running.rules("boris", [one], "quarantine")
    running.world.sync("anna")
    shown(running, one.id, True)
    running.world.sync("anna")
    assert running.world["anna"].vault.posts.line(running.id, one.id).state == "quarantined"
