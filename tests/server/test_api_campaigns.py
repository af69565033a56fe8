# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign at the API: posts that are taken sealed, handed to moderators in batches, public with their batch, and taken back."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.effort import spend
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import hash_of, random_bytes
from ombuds.core.posts import open_post
from ombuds.core.wire import Kept, Refusal
from ombuds.core.wire_posts import NewRulings, PostIds, RulingsSeen, Settled, WallPage, Withdraw, Withdrawals
from ombuds.server import tick
from ombuds.server.store import posts
from tests.server.acts import Hand, hands, publish, takedown
from tests.server.campaigns import MODERATION, Campaign, begin, hand_in, send
from tests.server.institution import TODAY, Institution


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A public campaign."""
    return begin(here)


def release(here: Institution) -> None:
    """Let a batch leave."""
    tick.run(here.parts, 23, force=True)


def ids(hand: Hand, campaign: Campaign) -> tuple[str, ...]:
    """The sealed posts that a member sees."""
    return hand.get(f"campaigns/{campaign.id}/posts", PostIds).ids


def shown(campaign: Campaign, version: int = 1) -> int:
    """How many posts of a batch everybody sees."""
    answer = campaign.here.client().get(f"/api/walls/{campaign.terms.wall}/{version}")
    return sum(each is not None for each in decode(answer.content, WallPage).posts)


def withdraw(campaign: Campaign, token: bytes) -> tuple[int, bytes]:
    """Take a post back."""
    answer = campaign.here.client().post("/api/withdraw", content=encode(Withdraw(1, token)))
    return answer.status_code, answer.content


def wrong(answer: object) -> str:
    """The class of a refusal."""
    return decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def test_a_post_is_answered_like_a_report(here: Institution, campaign: Campaign) -> None:
    """A sealed post is taken at the address of reports, with the same shape of answer."""
    one = campaign.supporter()
    assert decode(send(here, one.new).content, Kept) == Kept(1, one.new.id)


def test_desks_see_posts_in_batches(here: Institution, campaign: Campaign) -> None:
    """A post is seen by moderators when a batch was released, not before."""
    anna = hands(here)[0]
    (one,) = campaign.join(1)
    before = ids(anna, campaign)
    release(here)
    assert (before, ids(anna, campaign)) == ((), (one.new.id,))


def test_a_moderator_opens_what_was_sent(here: Institution, campaign: Campaign) -> None:
    """A member fetches the sealed bytes and opens the post that the supporter confirmed."""
    (one,) = campaign.join(1)
    release(here)
    answer = hands(here)[1].send("GET", f"/api/members/campaigns/{campaign.id}/posts/{one.new.id}")
    assert open_post(answer.content, MODERATION, here.charter.instance_id, campaign.content) == one.pending


def test_a_post_that_is_sent_twice_is_one(here: Institution, campaign: Campaign) -> None:
    """Confirmed twice, a post waits once."""
    one = campaign.supporter()
    assert {send(here, one.new).status_code for _ in range(2)} == {200}
    release(here)
    assert len(ids(hands(here)[0], campaign)) == 1


def test_another_post_of_the_same_name_is_refused(here: Institution, campaign: Campaign) -> None:
    """Nobody replaces a post that waits."""
    one, other = campaign.supporter(), campaign.supporter(1)
    send(here, one.new)
    assert wrong(send(here, msgspec.structs.replace(other.new, id=one.new.id))) == "AlreadyUsed"


@pytest.mark.parametrize("spoilt", [{"campaign": "0" * 32}, {"content": b"x" * 200_000}, {"content": b"x" * 2_000_000}])
def test_what_is_no_post_is_refused(here: Institution, campaign: Campaign, spoilt: dict[str, object]) -> None:
    """A post to no campaign, beside the ladder of sizes, or too large is not kept."""
    assert send(here, msgspec.structs.replace(campaign.supporter().new, **spoilt)).status_code in (400, 404, 413)


@pytest.mark.parametrize("days", [-1, 31])
def test_a_campaign_has_its_days(here: Institution, days: int) -> None:
    """Before its first day and after its last one a campaign takes no posts."""
    begins = TODAY + timedelta(days=1) if days < 0 else TODAY
    closed = begin(here, begins=begins, ends=begins + timedelta(days=30))
    here.calendar.day = TODAY + timedelta(days=max(0, days))
    assert send(here, closed.supporter().new).status_code == 404


def test_a_batch_of_twenty_becomes_public(here: Institution, campaign: Campaign) -> None:
    """Two members publish twenty posts at once, and everybody reads them."""
    answer = campaign.leaves(campaign.join(20))
    assert (answer.status_code, shown(campaign)) == (200, 20)


def test_a_batch_of_nineteen_waits(here: Institution, campaign: Campaign) -> None:
    """Nineteen posts are not published."""
    assert wrong(campaign.leaves(campaign.join(19))) == "EntryRefused"


def test_posts_are_not_shown_before_their_batch(here: Institution, campaign: Campaign) -> None:
    """What was handed in stays hidden until the batch is signed."""
    hand_in(campaign, list(campaign.files(campaign.join(20)).values()))
    assert here.client().get(f"/api/walls/{campaign.terms.wall}/1").status_code == 404


def test_a_batch_without_its_posts_is_refused(here: Institution, campaign: Campaign) -> None:
    """A list whose posts were not handed in is not published."""
    some = campaign.join(20)
    answer = publish(here, campaign.drafted(campaign.batch(some, campaign.files(some))))
    assert wrong(answer) == "NotHere"


def test_a_batch_on_another_wall_is_refused(here: Institution, campaign: Campaign) -> None:
    """A campaign's batch does not go onto another campaign's wall."""
    other, some = begin(here), campaign.join(20)
    files = campaign.files(some)
    assert wrong(other.publish(campaign.batch(some, files), {})) in ("EntryRefused", "NotHere")


def test_a_post_in_two_batches_is_refused(here: Institution, campaign: Campaign) -> None:
    """The same commitments cannot be published twice to pad the number."""
    some = campaign.join(20)
    files = campaign.files(some)
    campaign.publish(campaign.batch(some, files), files)
    assert wrong(campaign.publish(campaign.batch(some, files), files)) == "EntryRefused"


def test_a_withdrawal_before_its_batch_deletes_the_post(here: Institution, campaign: Campaign) -> None:
    """A post that waits is gone at once when its token is revealed."""
    (one,) = campaign.join(1)
    withdraw(campaign, one.token)
    release(here)
    assert ids(hands(here)[0], campaign) == ()


def test_a_withdrawal_during_its_batch_hides_the_post(here: Institution, campaign: Campaign) -> None:
    """A post that is withdrawn while its batch is being signed is not shown when the batch is public."""
    some = campaign.join(20)
    files = campaign.files(some)
    hand_in(campaign, list(files.values()))
    withdraw(campaign, some[3].token)
    campaign.publish(campaign.batch(some, files), files)
    assert shown(campaign) == 19


def test_a_withdrawal_after_its_batch_hides_at_once_and_is_counted_later(here: Institution, campaign: Campaign) -> None:
    """A public post is hidden at once; its token waits for the next batch, and is not asked for again after it."""
    some = campaign.join(20)
    campaign.leaves(some)
    withdraw(campaign, some[3].token)
    path, anna = f"campaigns/{campaign.id}/withdrawals", hands(here)[0]
    waiting = anna.get(path, Withdrawals).tokens
    hidden = shown(campaign)
    answer = campaign.leaves(campaign.join(20), withdrawn=waiting)
    assert (waiting, hidden, answer.status_code, anna.get(path, Withdrawals).tokens) == ((some[3].token,), 19, 200, ())


def test_an_unknown_token_answers_the_same(here: Institution, campaign: Campaign) -> None:
    """Whether a token fits anything is not to be seen, and one that fits nothing leaves no row."""
    (one,) = campaign.join(1)
    assert withdraw(campaign, random_bytes(32)) == withdraw(campaign, one.token)


def test_a_withdrawn_post_leaves_no_bytes(here: Institution, campaign: Campaign) -> None:
    """After the batch that counts it, a withdrawn post is no row any more."""
    some = campaign.join(20)
    campaign.leaves(some)
    withdraw(campaign, some[3].token)
    campaign.leaves(campaign.join(20), withdrawn=(some[3].token,))
    with here.parts.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wall_posts").scalar_one() == 39


def test_posts_go_when_two_members_settled_them(here: Institution, campaign: Campaign) -> None:
    """One member alone deletes no post; the second one does."""
    (one,), (anna, boris, _) = campaign.join(1), hands(here)
    release(here)
    path, said = f"campaigns/{campaign.id}/settled", Settled((one.new.id,))
    left = []
    for hand in (anna, anna, boris):
        hand.post(path, said)
        left.append(len(ids(anna, campaign)))
    assert left == [1, 1, 0]


def test_rulings_are_a_log(here: Institution, campaign: Campaign) -> None:
    """Bundles come back in order, and one that is not the next is refused."""
    anna, boris, _ = hands(here)
    path = f"campaigns/{campaign.id}/rulings"
    answers = [hand.post(path, NewRulings(seq, content)).status_code for hand, seq, content in ((anna, 1, b"one"), (boris, 1, b"late"), (boris, 2, b"two"))]
    assert (answers, anna.get(f"{path}?after=0", RulingsSeen)) == ([204, 409, 204], RulingsSeen((b"one", b"two"), 2))


def test_a_stranger_sees_no_posts(here: Institution, campaign: Campaign) -> None:
    """Sealed posts, rulings and tokens are for members."""
    paths = ("posts", "rulings", "withdrawals", f"posts/{'0' * 32}")
    assert {here.client().get(f"/api/members/campaigns/{campaign.id}/{path}").status_code for path in paths} == {401}


def test_a_wall_that_is_taken_down_is_empty(here: Institution, campaign: Campaign) -> None:
    """After a takedown of the wall its posts are destroyed."""
    campaign.leaves(campaign.join(20))
    publish(here, takedown(here, campaign.terms.wall))
    with here.parts.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wall_posts").scalar_one() == 0


def test_what_was_never_published_is_swept(here: Institution, campaign: Campaign) -> None:
    """Posts that were handed in for a batch that never came go after some days."""
    hand_in(campaign, list(campaign.files(campaign.join(20)).values()))
    here.calendar.pass_days(4)
    release(here)
    with here.parts.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wall_posts").scalar_one() == 0


def test_a_flood_of_posts_takes_bounded_room(here: Institution, campaign: Campaign) -> None:
    """When too many bytes wait, some posts go, whoever sent them, and the next one is taken."""
    size = len(campaign.join(5)[0].new.content)
    with here.parts.store.write() as connection:
        gone = posts.room(connection, 3 * size)
    assert (len(gone), send(here, campaign.supporter().new).status_code) == (2, 200)


def test_posts_that_cost_work_stay(here: Institution, campaign: Campaign) -> None:
    """In a flood those posts go first that cost their senders no work."""
    campaign.join(6)
    worked = [campaign.supporter(number) for number in range(3)]
    for each in worked:
        send(here, msgspec.structs.replace(each.new, effort=spend(each.new.id, hash_of(each.new.content))))
    with here.parts.store.write() as connection:
        posts.room(connection, 3 * len(worked[0].new.content))
    release(here)
    assert set(ids(hands(here)[0], campaign)) == {each.new.id for each in worked}


def test_work_for_another_post_counts_nothing(here: Institution, campaign: Campaign) -> None:
    """A number that was found for one post buys no room for another."""
    one, other = campaign.supporter(), campaign.supporter(1)
    number = spend(one.new.id, hash_of(one.new.content))
    for each in (one, other):
        send(here, msgspec.structs.replace(each.new, effort=number))
    with here.parts.store.write() as connection:
        posts.room(connection, len(one.new.content))
    release(here)
    assert ids(hands(here)[0], campaign) == (one.new.id,)


@pytest.mark.parametrize("how", ["taken back", "settled"])
def test_the_name_of_a_post_that_is_gone_is_not_used_again(here: Institution, campaign: Campaign, how: str) -> None:
    """Once desks were shown a post, no other one and not even the same one is taken under its name."""
    (one,), (anna, boris, _) = campaign.join(1), hands(here)
    release(here)
    if how == "taken back":
        withdraw(campaign, one.token)
    else:
        for hand in (anna, boris):
            hand.post(f"campaigns/{campaign.id}/settled", Settled((one.new.id,)))
    other = msgspec.structs.replace(campaign.supporter(1).new, id=one.new.id)
    assert (wrong(send(here, other)), wrong(send(here, one.new)), ids(anna, campaign)) == ("AlreadyUsed", "AlreadyUsed", ())


def test_of_a_post_that_is_gone_no_name_is_left(here: Institution, campaign: Campaign) -> None:
    """What is kept of its name is a hash that leads whoever takes the disk to no post."""
    (one,) = campaign.join(1)
    release(here)
    withdraw(campaign, one.token)
    with here.parts.store.read() as connection:
        (left,) = connection.exec_driver_sql("SELECT hash FROM buried").all()
    assert (one.new.id in left[0], len(left)) == (False, 1)


def test_what_no_desk_was_shown_leaves_nothing(here: Institution, campaign: Campaign) -> None:
    """A post that is taken back before any desk saw it leaves no trace, and its name may come again."""
    (one,) = campaign.join(1)
    withdraw(campaign, one.token)
    assert send(here, one.new).status_code == 200
