# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is left of a campaign that is over: all of it goes from the server together, and nothing that can still be published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ombuds.desk.release.approving import refuse
from ombuds.desk.release.batch import propose_next
from ombuds.server.store.schema import settled
from tests.desk.campaigns import Running, Supporter


def ends(running: Running, days: int) -> None:
    """Let so many days pass after the campaign's last one."""
    running.world.calendar.day = running.terms.ends + timedelta(days=days)
    running.world.renew()
    running.world.sync()


def at_server(running: Running) -> int:
    """How many sealed posts lie at the server."""
    return len(running.world["anna"].remote.post_ids(running.id).ids)


@pytest.fixture
def left(running: Running) -> list[Supporter]:
    """Two rejected posts, two accepted ones and one that nobody looked at."""
    sent = running.posts(5)
    for name in ("anna", "boris"):
        running.rules(name, sent[:2], "reject", "insult")
        running.rules(name, sent[2:4])
    running.world.sync()
    return sent


def test_two_weeks_after_its_end_nothing_is_left(running: Running, left: list[Supporter]) -> None:
    """All sealed posts go from the server and from the desks; that two were rejected stays counted."""
    ends(running, 14)
    before = at_server(running)
    ends(running, 15)
    counts = running.world["vera"].vault.posts.counts(running.id)
    assert (before, at_server(running), counts) == (5, 0, {"rejected": 2, "mine to do": 0})


def test_the_server_does_not_read_which_were_rejected(running: Running, left: list[Supporter]) -> None:
    """What one desk said is settled are all posts, whatever was ruled over them, and they stay until a second desk says so."""
    running.world.calendar.day = running.terms.ends + timedelta(days=15)
    running.world.sync("anna")
    with running.world.parts.store.read() as connection:
        said = connection.execute(select(settled.c.post, settled.c.member)).all()
    assert (sorted(tuple(row) for row in said), at_server(running)) == (sorted((each.id, "anna") for each in left), 5)


def test_what_can_still_be_published_stays(running: Running) -> None:
    """While twenty posts are accepted, members can make a batch of them after the end as well."""
    sent = running.posts(22)
    running.accepts(sent[:20])
    for name in ("anna", "boris"):
        running.rules(name, sent[20:], "reject", "insult")
    ends(running, 20)
    before = at_server(running)
    running.publishes()
    running.world.sync()
    assert (before, at_server(running)) == (22, 0)


def test_copies_of_one_receipt_are_no_batch(running: Running) -> None:
    """Twenty accepted posts that name one receipt can never leave together: they go like everything else that is left."""
    running.accepts(running.posts(20, withdraw="ab" * 32))
    ends(running, 15)
    assert at_server(running) == 0


def test_a_copy_counts_for_none_beside_its_post(running: Running) -> None:
    """Nineteen posts and a copy of one of them are twenty accepted posts, and no batch."""
    sent = [running.post(number) for number in range(19)]
    sent += running.posts(1, withdraw=sent[0].pending.withdraw)
    running.accepts(sent)
    ends(running, 15)
    assert at_server(running) == 0


def test_a_copy_destroys_no_batch_that_a_rejection_would_make(running: Running) -> None:
    """Of twenty posts one was copied: while members can reject the copy and publish the twenty, all of them stay."""
    sent = [running.post(number) for number in range(20)]
    sent += running.posts(1, withdraw=sent[0].pending.withdraw)
    running.accepts(sent)
    ends(running, 15)
    before = at_server(running)
    for name in ("anna", "boris"):
        running.rules(name, sent[20:], "reject", "planted")
    running.world.sync()
    running.publishes()
    states = [running.world["vera"].vault.posts.line(running.id, each.id).state for each in sent[:20]]
    assert (before, states) == (21, ["published"] * 20)


def test_a_batch_that_is_proposed_is_not_taken_apart(running: Running) -> None:
    """One of twenty posts is taken back while members sign them: the batch that names it can still leave, and once it is stopped all are gone."""
    sent = running.posts(20)
    running.accepts(sent)
    ends(running, 14)
    proposal = propose_next(running.world["anna"], running.id)
    running.takes_back(sent[0])
    running.world.sync()
    ends(running, 15)
    before = running.world["boris"].vault.posts.counts(running.id).get("accepted", 0)
    refuse(running.world["boris"], proposal, "not yet")
    running.world.sync()
    assert (before, at_server(running)) == (20, 0)
