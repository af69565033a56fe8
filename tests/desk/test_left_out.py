# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public posts that a server leaves out: what was taken back or down is no trouble, and anything else is told (T20)."""

from __future__ import annotations

from ombuds.core.errors import EntryMissing
from ombuds.desk.campaign.campaigns import campaign
from ombuds.desk.campaign.posted import page_of
from tests.desk.campaigns import Running
from tests.desk.screens import browser_at


def leaves_out(running: Running, number: int) -> None:
    """Let the server answer with nothing for some public posts."""
    with running.world.parts.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE wall_posts SET version = 0 WHERE id IN (SELECT id FROM wall_posts ORDER BY id LIMIT {number})")  # noqa: S608


def test_posts_that_nobody_took_back_are_told(running: Running) -> None:
    """Each desk that looks says that the server shows fewer posts than stand on the wall, and the wall's screen how many."""
    running.accepts(running.posts(20))
    running.publishes()
    leaves_out(running, 2)
    troubles = running.world.sync("vera")["vera"].troubles
    page = browser_at(running.world, running.world["vera"]).open(f"/campaigns/{running.id}/wall").text
    assert ([type(each.error) for each in troubles], "The server leaves out 2 posts" in page) == ([EntryMissing], True)


def test_what_was_taken_back_is_no_trouble(running: Running) -> None:
    """A post whose token was revealed is left out before a batch counts it and after, and no desk accuses anybody."""
    sent = running.posts(20)
    running.accepts(sent)
    running.publishes()
    running.takes_back(sent[0])
    before = running.world.sync()
    running.publishes()
    after = running.world.sync()
    troubles = [each.troubles for looks in (before, after) for each in looks.values()]
    page = page_of(running.world["vera"], campaign(running.world["vera"], running.id), 1, 0)
    assert (troubles, len(page.posts), page.missing) == ([[]] * 6, 19, ())
