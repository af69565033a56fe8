# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches of a wall leave at fixed hours: checked at once, shown to nobody before, stopped by one member, and never lost."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from ombuds.core.content import Said
from ombuds.core.custody import object_to, read_proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.wire import NewEntry, Proposals, Refusal
from ombuds.core.wire_posts import FixedHour, LeavesAt, Leaving, WallPage, Withdraw
from ombuds.server import tick
from ombuds.server.app import build
from tests.server.acts import Hand, hands, lay, publish, record_of, signed, takedown
from tests.server.campaigns import Campaign, Supporter, begin, begin_with, hand_in
from tests.server.institution import TODAY, Institution
from tests.server.postgres import BOTH

pytestmark = BOTH


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A public campaign on a server whose first two hours of the day are over."""
    made = begin(here)
    tick.run(here.parts, 11)
    return made


def seen(campaign: Campaign, version: int = 1) -> int:
    """How many posts of a batch everybody sees; none while there is no such batch."""
    answer = campaign.here.client().get(f"/api/walls/{campaign.terms.wall}/{version}")
    return 0 if answer.status_code == 404 else sum(each is not None for each in decode(answer.content, WallPage).posts)


def signs(campaign: Campaign) -> tuple[list[bytes], str]:
    """Let a batch of twenty wait; return the tokens of its posts, and its proposal."""
    some = campaign.join(20)
    files = campaign.files(some)
    answer = campaign.signs(campaign.batch(some, files), files)
    assert answer.status_code == 200, answer.text
    return [each.token for each in some], decode(answer.content, LeavesAt).proposal


def entry_of(campaign: Campaign, some: list[Supporter]) -> NewEntry:
    """A batch of these posts that two members signed and nobody handed in; its posts were."""
    files = campaign.files(some)
    hand_in(campaign, list(files.values()))
    draft, (anna, boris, _) = campaign.drafted(campaign.batch(some, files)), hands(campaign.here)
    lay(draft.proposal, anna, boris)
    return NewEntry(signed(draft.proposal, anna, boris), draft.files)


def waiting(hand: Hand) -> tuple[LeavesAt, ...]:
    """The batches that wait, as a member is told."""
    return hand.get("leaving", Leaving).batches


def wrong(answer: object) -> str:
    """The class of a refusal."""
    return decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def test_a_signed_batch_waits_for_the_next_hour(here: Institution, campaign: Campaign) -> None:
    """Handed in after eleven, a batch is shown to nobody until the look at five in the afternoon."""
    _, proposal = signs(campaign)
    told = waiting(hands(here)[2])
    tick.run(here.parts, 16)
    before = seen(campaign)
    tick.run(here.parts, 17)
    assert (told, before, seen(campaign), waiting(hands(here)[2])) == ((LeavesAt(proposal, TODAY, 17),), 0, 20, ())


def test_the_server_says_which_hour_is_next(here: Institution, campaign: Campaign) -> None:
    """A member is told the next fixed hour though no batch waits; after the last hour of a day it is the first of the next one."""
    hand = hands(here)[2]
    before = hand.get("leaving", Leaving).next_hour
    tick.run(here.parts, 17)
    tick.run(here.parts, 23)
    assert (before, hand.get("leaving", Leaving).next_hour) == (FixedHour(TODAY, 17), FixedHour(TODAY + timedelta(days=1), 5))


def test_nothing_public_moves_before_the_hour(here: Institution, campaign: Campaign) -> None:
    """Page, number, record and checkpoint are byte for byte what they were while a batch waits."""
    client = here.client()
    paths = (f"/en/campaigns/{campaign.id}", f"/en/campaigns/{campaign.id}/numbers.json", "/api/ledger?from=0", "/checkpoint", "/en/")
    campaign.join(20)
    before = [client.get(path).content for path in paths]
    signs(campaign)
    assert [client.get(path).content for path in paths] == before


def test_a_batch_that_is_signed_before_midnight_leaves_in_the_morning(here: Institution, campaign: Campaign) -> None:
    """Signed after the last hour of a day, a batch leaves at the first hour of the next one, dated the day on which it was proposed."""
    tick.run(here.parts, 23)
    signs(campaign)
    told = waiting(hands(here)[0])[0]
    here.calendar.pass_days(1)
    tick.run(here.parts, 5)
    line = record_of(here).head(campaign.terms.wall)
    assert (told.day, told.hour, seen(campaign), line.day if line else None) == (TODAY + timedelta(days=1), 5, 20, TODAY)


def test_a_batch_that_would_be_two_days_old_is_refused_at_once(here: Institution, campaign: Campaign) -> None:
    """One that was proposed yesterday and is handed in after the last hour of today would leave tomorrow: that is said at once."""
    entry = entry_of(campaign, campaign.join(20))
    here.calendar.pass_days(1)
    tick.run(here.parts, 23)
    assert wrong(hands(here)[0].post("entries", entry)) == "EntryRefused"


def test_a_server_that_stood_still_loses_no_batch(here: Institution, campaign: Campaign) -> None:
    """Days after its hour, a batch leaves at the first look, and its posts were not swept away meanwhile."""
    signs(campaign)
    here.calendar.pass_days(9)
    tick.run(here.parts, 12)
    assert seen(campaign) == 20


def test_a_batch_that_waits_is_handed_in_twice_as_once(here: Institution, campaign: Campaign) -> None:
    """The same batch again is answered alike; another one of the same wall is refused while it waits."""
    some = campaign.join(40)
    entries = [entry_of(campaign, part) for part in (some[:20], some[20:])]
    answers = [hands(here)[0].post("entries", each) for each in (entries[0], entries[0], entries[1])]
    assert (answers[0].content == answers[1].content, [each.status_code for each in answers[:2]], wrong(answers[2])) == (True, [200, 200], "OrderWrong")


def test_a_public_batch_is_not_taken_again(here: Institution, campaign: Campaign) -> None:
    """Handed in once more after its hour, a batch is told to be over."""
    entry, anna = entry_of(campaign, campaign.join(20)), hands(here)[0]
    anna.post("entries", entry)
    tick.run(here.parts, 17)
    assert wrong(anna.post("entries", entry)) == "AlreadyUsed"


def test_one_member_stops_a_batch_that_waits(here: Institution, campaign: Campaign) -> None:
    """An objection before the hour drops the batch, names its member, and the same posts can leave in another one."""
    _, proposal = signs(campaign)
    anna, _, vera = hands(here)
    (lying,) = (each for each in anna.get("proposals", Proposals).proposals if each.hash == proposal)
    vera.post("objections", object_to(read_proposal(lying.envelope), "one of them is a neighbour", vera.key))
    told = [len(each.objections) for each in anna.get("proposals", Proposals).proposals if each.hash == proposal]
    tick.run(here.parts, 17)
    stopped, again = seen(campaign), campaign.leaves(campaign.sent[-20:])
    assert (told, stopped, again.status_code, seen(campaign)) == ([1], 0, 200, 20)


def test_a_stopped_batch_is_not_handed_in_again(here: Institution, campaign: Campaign) -> None:
    """Whoever still has the signatures of a stopped batch cannot let it wait once more."""
    entry, (anna, boris, vera) = entry_of(campaign, campaign.join(20)), hands(here)
    anna.post("entries", entry)
    vera.post("objections", object_to(read_proposal(entry.envelope), "no", vera.key))
    assert (wrong(boris.post("entries", entry)), waiting(anna)) == ("Stopped", ())


def test_a_post_that_is_taken_back_before_the_hour_is_never_shown(here: Institution, campaign: Campaign) -> None:
    """Between signing and the hour a token hides its post: the batch comes without it, and the number is told by the next one."""
    tokens, _ = signs(campaign)
    here.client().post("/api/withdraw", content=encode(Withdraw(1, tokens[7])))
    tick.run(here.parts, 17)
    assert seen(campaign) == 19


def test_a_campaign_that_is_taken_down_takes_its_batch_along(here: Institution, campaign: Campaign) -> None:
    """A takedown is immediate, and nothing of a batch that waited comes after it."""
    signs(campaign)
    publish(here, takedown(here, campaign.id))
    gone = here.client().get(f"/en/campaigns/{campaign.id}/numbers.json").status_code
    tick.run(here.parts, 17)
    with here.parts.store.read() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM wall_posts").scalar_one()
    assert (gone, seen(campaign), left, record_of(here).head(campaign.terms.wall)) == (404, 0, 0, None)


def test_a_batch_that_follows_no_more_waits_no_more(here: Institution, campaign: Campaign) -> None:
    """When the campaign's next version takes no such posts any more, the batch is left out, and a desk that asks is told why."""
    entry, anna = entry_of(campaign, campaign.join(20)), hands(here)[0]
    anna.post("entries", entry)
    narrower = msgspec.structs.replace(campaign.terms, kinds=("photo",))
    begin_with(
        here,
        msgspec.structs.replace(campaign.content, correction=tuple(Said(language, "Photographs alone.") for language in ("en", "ru")), campaign=narrower),
        record_of(here).place(campaign.id),
    )
    tick.run(here.parts, 17)
    assert (seen(campaign), waiting(anna), wrong(anna.post("entries", entry))) == (0, (), "EntryRefused")


def test_the_number_that_waits_moves_at_hours_alone(here: Institution, campaign: Campaign) -> None:
    """Posts that come and posts that are taken back change the public number of those that wait at the next hour only."""
    client = here.client()

    def told() -> int:
        # A process that has just started: one that runs looks every ten seconds.
        answer = TestClient(build(here.parts)).get(f"/en/campaigns/{campaign.id}/numbers.json")
        return int(decode(answer.content, dict)["waiting"])

    some = campaign.join(3)
    numbers = [told()]
    tick.run(here.parts, 17)
    numbers.append(told())
    client.post("/api/withdraw", content=encode(Withdraw(1, some[0].token)))
    numbers.append(told())
    tick.run(here.parts, 23)
    assert [*numbers, told()] == [0, 3, 3, 2]


def test_the_hour_is_run_by_hand_in_a_demonstration_alone(here: Institution, campaign: Campaign) -> None:
    """A member of a real desk cannot let batches leave before their hour."""
    signs(campaign)
    answer = hands(here)[0].send("POST", "/api/members/slot", b"")
    assert (wrong(answer), seen(campaign)) == ("OrderWrong", 0)


def test_by_hand_a_batch_leaves_whoever_holds_the_lease(here: Institution, campaign: Campaign) -> None:
    """Who keeps the server lets a batch leave now, even while a worker is busy with its look."""
    signs(campaign)
    tick.run(here.parts, 12, force=True)
    assert seen(campaign) == 20


def test_a_demonstration_lets_walls_wait(here: Institution, campaign: Campaign) -> None:
    """The looks of a demonstration release what waits for desks and sources at once, and no batch of a wall."""
    signs(campaign)
    tick.run(here.parts, 12, demonstration=True)
    before = seen(campaign)
    tick.run(here.parts, 17, demonstration=True)
    assert (before, seen(campaign)) == (0, 20)
