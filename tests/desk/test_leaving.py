# SPDX-License-Identifier: AGPL-3.0-or-later
"""A batch between its last signature and the server's fixed hour, as the members' desks show and treat it."""

from __future__ import annotations

from ombuds.core.wire_posts import FixedHour, LeavesAt
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.approving import refuse
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.leaving import LEAVES, leaves, next_hour
from ombuds.desk.release.send import send_ready
from ombuds.pages.languages import load
from ombuds.server import tick
from ombuds.server.campaign.slots import run_by_hand
from tests.desk.campaigns import Running
from tests.desk.desks import NAMES
from tests.desk.screens import Browser, browser_at


def waits(running: Running) -> str:
    """Let a batch of twenty be signed after eleven and handed in; return its proposal."""
    running.accepts(running.posts(20))
    running.world.calendar.pass_days(1)
    running.world.renew()
    tick.run(running.world.parts, 11)
    return running.signs()


def ready(running: Running) -> None:
    """Let twenty posts be accepted, and every desk look after eleven on the next day."""
    running.accepts(running.posts(20))
    running.world.calendar.pass_days(1)
    running.world.renew()
    tick.run(running.world.parts, 11)
    running.world.sync()


def on_walls(running: Running) -> list[int]:
    """How many posts each desk counts on the wall."""
    return [len(wall(running.world[name], campaign(running.world[name], running.id)).posts) for name in NAMES]


def states(running: Running, name: str) -> dict[str, int]:
    """How many posts a desk has in each state."""
    return running.world[name].vault.posts.counts(running.id)


def test_every_desk_knows_when_a_signed_batch_leaves(running: Running) -> None:
    """The desk that handed it in and the others keep the day and the hour that the server named."""
    proposal = waits(running)
    day = running.world.calendar()
    assert [leaves(running.world[name], proposal) for name in NAMES] == [LeavesAt(proposal, day, 17)] * 3


def test_a_batch_that_waits_is_not_sent_again(running: Running) -> None:
    """Looks between signing and the hour hand nothing in once more and meet no trouble."""
    waits(running)
    looks = running.world.sync()
    again = send_ready(running.world["vera"])
    assert ([each.troubles for each in looks.values()], again.unsent, again.leaving) == ([[], [], []], (), 1)


def test_posts_are_settled_when_their_batch_is_public(running: Running) -> None:
    """Until the hour posts stay accepted on every desk, and after it they are published and no note of the hour is left."""
    proposal = waits(running)
    before = (states(running, "vera")["accepted"], on_walls(running))
    tick.run(running.world.parts, 17)
    running.world.sync()
    notes = running.world["vera"].vault.notes(LEAVES)
    assert (before, states(running, "vera")["published"], on_walls(running), leaves(running.world["vera"], proposal), notes) == (
        (20, [0, 0, 0]),
        20,
        [20, 20, 20],
        None,
        {},
    )


def test_a_batch_that_the_server_knows_nothing_of_is_handed_in_again(running: Running) -> None:
    """A server that lost a batch that it had taken gets it once more at the next look."""
    proposal = waits(running)
    with running.world.parts.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM leaving")
    running.world.sync()
    run_by_hand(running.world.parts)
    running.world.sync()
    assert (leaves(running.world["anna"], proposal), on_walls(running)) == (None, [20, 20, 20])


def test_a_batch_that_is_held_back_is_said_to_be_late(running: Running) -> None:
    """A day after its hour a batch that is not public is told as late, whatever hour the server names now."""
    waits(running)
    running.world.calendar.pass_days(1)
    running.world.sync()
    page = browser_at(running.world, running.world["vera"]).open(f"/campaigns/{running.id}").text
    assert "it was to leave at 17:00 UTC" in page


def test_one_member_stops_a_signed_batch_from_the_screen(running: Running, anna: Browser) -> None:
    """The page of the campaign says when a batch leaves and stops it; the others read who did and why, and propose it again."""
    proposal = waits(running)
    page = anna.open(f"/campaigns/{running.id}").text
    anna.press("/approve", {"proposal": proposal, "answer": "refuse", "reason": "one of them is a neighbour"})
    tick.run(running.world.parts, 17)
    running.world.sync()
    vera = browser_at(running.world, running.world["vera"]).open(f"/campaigns/{running.id}").text
    shown = "leaves at 17:00 UTC" in page and "Stop this batch" in page and "Run the hour now" not in page
    told = "anna: one of them is a neighbour" in vera and "Propose this batch" in vera
    assert (shown, told, on_walls(running)) == (True, True, [0, 0, 0])


def test_a_stopped_batch_is_proposed_anew(running: Running) -> None:
    """After a stop the same posts leave in another batch."""
    refuse(running.world["boris"], waits(running), "not yet")
    running.world.sync()
    running.publishes()
    assert on_walls(running) == [20, 20, 20]


def test_today_says_when_a_batch_leaves(running: Running, anna: Browser) -> None:
    """Today names the hour, and leads to the batch."""
    waits(running)
    page = anna.open("/").text
    assert "Signed; leaves at 17:00 UTC." in page and f"/campaigns/{running.id}" in page


def test_the_screen_to_approve_says_when_a_batch_leaves(running: Running, anna: Browser) -> None:
    """Where members answer, a batch that is signed and waits names its hour."""
    waits(running)
    assert "Signed; leaves at 17:00 UTC." in anna.open("/approve").text


def test_a_batch_waits_over_midnight(running: Running) -> None:
    """Signed after the last hour of a day, a batch leaves at the first hour of the next day, though its day is yesterday."""
    running.accepts(running.posts(20))
    proposal = running.signs()
    told = leaves(running.world["boris"], proposal)
    running.world.calendar.pass_days(1)
    tick.run(running.world.parts, 5)
    running.world.sync()
    assert (told, on_walls(running)) == (LeavesAt(proposal, running.world.calendar(), 5), [20, 20, 20])


def test_a_server_that_forgets_a_batch_once_starts_no_new_hour(running: Running) -> None:
    """A server that says that it knows of no batch, and takes it again, is told as late all the same."""
    proposal = waits(running)
    first = leaves(running.world["vera"], proposal)
    running.world.calendar.pass_days(1)
    with running.world.parts.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM leaving")
    running.world.sync()
    page = browser_at(running.world, running.world["vera"]).open(f"/campaigns/{running.id}").text
    assert (leaves(running.world["vera"], proposal), "it was to leave at 17:00 UTC" in page) == (first, True)


def test_a_desk_with_a_campaign_knows_the_next_hour(running: Running) -> None:
    """While no batch is proposed each desk keeps the hour that the server named last, and a look after that hour brings the next one."""
    ready(running)
    before = [next_hour(running.world[name]) for name in NAMES]
    tick.run(running.world.parts, 17)
    running.world.sync()
    day = running.world.calendar()
    assert (before, next_hour(running.world["vera"])) == ([FixedHour(day, 17)] * 3, FixedHour(day, 23))


def _today(running: Running) -> str:
    return load(("en",))["en"].day(running.world.calendar())


def test_an_hour_of_a_day_that_is_past_is_named_no_more(running: Running, anna: Browser) -> None:
    """A desk that has not looked since yesterday does not name yesterday's hour, and says how to learn the next one."""
    ready(running)
    running.world.calendar.pass_days(1)
    page = anna.open(f"/campaigns/{running.id}").text
    assert ("17:00" in page, "Fetch from the server tells which one is the next." in page) == (False, True)


def test_the_preview_of_a_batch_names_its_hour(running: Running, anna: Browser) -> None:
    """Before a batch is proposed its screen names the next fixed hour, as what the server says and no promise."""
    ready(running)
    page = anna.open(f"/campaigns/{running.id}").text
    day = _today(running)
    assert f"As the server said at the last look, the next one is 17:00 UTC on {day}: that is its word, and no promise." in page


def test_the_sentence_after_proposing_names_the_hour_of_now(running: Running, anna: Browser) -> None:
    """Who proposes a batch reads which hour is the next one now, though an hour has passed since the desk looked."""
    ready(running)
    tick.run(running.world.parts, 17)
    page = anna.press(f"/campaigns/{running.id}/batch", {}).text
    day = _today(running)
    assert f"As the server says now, the next one is 23:00 UTC on {day}: that is its word, and no promise." in page


def test_the_screen_to_approve_names_the_hour_before_anybody_signs(running: Running) -> None:
    """A member who is asked to sign a batch reads at which hour it could leave, there and on the campaign's screen."""
    ready(running)
    propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    boris = browser_at(running.world, running.world["boris"])
    said = f"the next one is 17:00 UTC on {_today(running)}"
    assert (said in boris.open("/approve").text, said in boris.open(f"/campaigns/{running.id}").text) == (True, True)


def test_a_batch_that_was_stopped_names_no_hour(running: Running) -> None:
    """What a member stopped leaves at no hour, and its screen names none."""
    ready(running)
    proposal = propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    refuse(running.world["boris"], proposal, "not yet")
    page = browser_at(running.world, running.world["boris"]).open("/approve").text
    assert ("A member stopped this" in page, "17:00 UTC" in page) == (True, False)
