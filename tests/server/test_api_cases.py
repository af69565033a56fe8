# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report becomes a case with enough members, whole or not at all, and each member sees only their own part (T05)."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import func, insert, select

from ombuds.core.attachments import FileParts, Manifest
from ombuds.core.cards import sign_card
from ombuds.core.custody import approve, object_to
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import random_id
from ombuds.core.wire import (
    Approval,
    Cases,
    Events,
    Grant,
    Logged,
    NewEvent,
    NewProposal,
    NewReply,
    PassedShare,
    Proposals,
    Refusal,
    Reports,
    Waiting,
)
from ombuds.server.store import schema
from tests.server.acts import Hand, approved, failing, hands, opened, opening, part_for, report_in
from tests.server.institution import Institution
from tests.server.postgres import BOTH

pytestmark = BOTH

NOTHING = Manifest("0" * 64, ())


def refusal(answer: object) -> tuple[int, str]:
    """The status and the class of a refusal."""
    return answer.status_code, decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def counted(here: Institution, table: str) -> int:
    """How many rows a table has."""
    with here.parts.store.read() as connection:
        count: int = connection.execute(select(func.count()).select_from(schema.metadata.tables[table])).scalar_one()
    return count


def grant(here: Institution, member: str) -> None:
    """Let one more member work on the only case."""
    with here.parts.store.write() as connection:
        connection.execute(schema.grants.update().where(schema.grants.c.member == member).values(grant=b"grant"))


def test_a_member_gets_the_own_share_alone(here: Institution) -> None:
    """A released report comes to a member with that member's share and no other."""
    sealed = report_in(here)
    (seen,) = Hand(here, "boris").get("reports", Reports).reports
    assert (seen.id, seen.body, [share.member for share in seen.shares]) == (sealed.id, sealed.body, ["boris"])


def test_reports_come_in_pages(here: Institution) -> None:
    """Reports are handed out page by page, each once."""
    wanted = sorted(report_in(here).id for _ in range(53))
    anna = hands(here)[0]
    first = anna.get("reports", Reports)
    second = anna.get(f"reports?after={first.reports[-1].id}", Reports)
    assert ([each.id for each in (*first.reports, *second.reports)], first.more, second.more) == (wanted, True, False)


def test_two_members_open_a_case(here: Institution) -> None:
    """With two approvals a report becomes a case."""
    what = opened(here)
    (seen,) = hands(here)[0].get("cases", Cases).cases
    assert (seen.case, seen.seq, seen.grant) == (what.card.case, 1, b"grant")


def test_a_member_outside_the_team_gets_only_custody(here: Institution) -> None:
    """A member who does not work on a case gets a custody share and no grant."""
    opened(here)
    (seen,) = Hand(here, "vera").get("cases", Cases).cases
    assert (seen.grant, seen.custody) == (b"", b"share")


def test_opening_twice_changes_nothing(here: Institution) -> None:
    """A desk that sends the same case again gets the same answer."""
    what = opened(here)
    anna, boris, _ = hands(here)
    assert (anna.post("cases", what.case(anna, boris)).status_code, counted(here, "cases")) == (204, 1)


def test_one_member_opens_nothing(here: Institution) -> None:
    """With one approval no case is made and the report stays whole."""
    what, (anna, boris, _) = opening(here), hands(here)
    anna.post("proposals", NewProposal(what.approval(anna), b""))
    answer = anna.post("cases", what.case(anna, boris))
    assert (refusal(answer), counted(here, "cases"), counted(here, "reports"), counted(here, "shares")) == ((409, "NotEnough"), 0, 1, 3)


def test_a_card_needs_two_signatures(here: Institution) -> None:
    """A case whose card one member signed is refused."""
    what, (anna, _, _) = opening(here), hands(here)
    approved(here, what)
    assert (refusal(anna.post("cases", what.case(anna))), counted(here, "cases")) == ((409, "NotEnough"), 0)


def test_only_the_named_opener_opens(here: Institution) -> None:
    """A member who is not named as the opener cannot hand in the case."""
    what, (anna, boris, _) = opening(here), hands(here)
    approved(here, what)
    assert refusal(boris.post("cases", what.case(anna, boris))) == (403, "NotAMember")


def test_an_objection_stops_an_opening(here: Institution) -> None:
    """One member's objection keeps a report closed."""
    what, (anna, boris, vera) = opening(here), hands(here)
    approved(here, what)
    vera.post("objections", object_to(what.proposal, "it is about me", vera.key))
    assert refusal(anna.post("cases", what.case(anna, boris))) == (409, "Stopped")


def test_an_approval_opens_only_its_report(here: Institution) -> None:
    """An approval for one report does not open another."""
    what, other, (anna, boris, _) = opening(here), report_in(here), hands(here)
    approved(here, what)
    case = msgspec.structs.replace(what.case(anna, boris), report=other.id)
    assert refusal(anna.post("cases", case)) == (409, "NotThisApproval")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"grants": (Grant("vera", b"g"),)}, (409, "NotThisApproval")),
        ({"grants": ()}, (409, "NotThisApproval")),
        ({"custody": (Grant("anna", b"s"),)}, (409, "NotEnough")),
        ({"custody": (Grant("anna", b"s"), Grant("mallory", b"s"))}, (403, "NotAMember")),
        ({"custody": (Grant("anna", b"s"), Grant("anna", b"t"))}, (403, "NotAMember")),
        ({"case": "e" * 32}, (409, "NotThisApproval")),
    ],
)
def test_a_case_is_whole_or_not_at_all(here: Institution, change: dict[str, object], wanted: tuple[int, str]) -> None:
    """A case for other people or under another name is refused and the report stays whole."""
    what, (anna, boris, _) = opening(here), hands(here)
    approved(here, what)
    answer = anna.post("cases", msgspec.structs.replace(what.case(anna, boris), **change))
    left = {table: counted(here, table) for table in ("cases", "grants", "events", "reports", "shares")}
    assert (refusal(answer), left) == (wanted, {"cases": 0, "grants": 0, "events": 0, "reports": 1, "shares": 3})


def test_a_crash_leaves_the_report_whole(here: Institution) -> None:
    """If the last write of an opening fails, there is a report and no case."""
    what, (anna, boris, _) = opening(here), hands(here)
    approved(here, what)
    with failing(here, "UPDATE ON proposals"):
        anna.post("cases", what.case(anna, boris))
    assert {table: counted(here, table) for table in ("cases", "events", "reports", "shares")} == {"cases": 0, "events": 0, "reports": 1, "shares": 3}


def test_passed_shares_reach_the_opener_alone(here: Institution) -> None:
    """A share that came with an approval is shown to the opener and to nobody else."""
    what, (anna, boris, vera) = opening(here), hands(here)
    anna.post("proposals", NewProposal(what.approval(anna), b""))
    passed = msgspec.structs.replace(what.approval(boris), shares=(PassedShare(what.report.id, b"share"),))
    boris.post("approvals", passed)
    seen = {hand.name: len(hand.get("proposals", Proposals).proposals[0].shares) for hand in (anna, boris, vera)}
    assert seen == {"anna": 1, "boris": 0, "vera": 0}


def test_cards_are_joined(here: Institution) -> None:
    """Members see a card with the signatures of all who approved."""
    what = opening(here)
    approved(here, what)
    (seen,) = Hand(here, "vera").get("proposals", Proposals).proposals
    assert [len(card.signatures) for card in seen.cards] == [2]


def test_a_foreign_card_is_refused(here: Institution) -> None:
    """A card that the proposal does not list comes in with no approval."""
    what, (anna, _, _) = opening(here), hands(here)
    card = sign_card(msgspec.structs.replace(what.card, generation=1), anna.key)
    answer = anna.post("proposals", NewProposal(Approval(approve(what.proposal, anna.key), (card,)), b""))
    assert refusal(answer) == (409, "NotThisApproval")


def test_nobody_signs_a_card_for_another(here: Institution) -> None:
    """A card that another member signed comes in with no approval."""
    what, (anna, boris, _) = opening(here), hands(here)
    approval = Approval(approve(what.proposal, anna.key), (sign_card(what.card, boris.key),))
    assert refusal(anna.post("proposals", NewProposal(approval, b""))) == (403, "NotAMember")


def test_events_have_one_order(here: Institution) -> None:
    """Of two desks that add the same next event the second is told that another came first."""
    case, (anna, boris, _) = opened(here).card.case, hands(here)
    grant(here, "boris")
    first = anna.post(f"cases/{case}/events", NewEvent(2, b"anna"))
    second = boris.post(f"cases/{case}/events", NewEvent(2, b"boris"))
    assert (first.status_code, refusal(second), anna.get(f"cases/{case}/events?after=1", Events).events) == (204, (409, "OrderWrong"), (b"anna",))


def test_an_event_leaves_no_gap(here: Institution) -> None:
    """An event with a number beyond the next is refused."""
    case, anna = opened(here).card.case, hands(here)[0]
    assert refusal(anna.post(f"cases/{case}/events", NewEvent(4, b"later"))) == (409, "OrderWrong")


def test_large_slots_come_in_more_pages(here: Institution) -> None:
    """However large the slots are that a member writes, each page of them is one that a desk takes, and none is left out (T05)."""
    case, anna = opened(here).card.case, hands(here)[0]
    large = 3 * 1024 * 1024
    for seq in (2, 3, 4):
        assert anna.post(f"cases/{case}/events", NewEvent(seq, bytes([seq]) * large)).status_code == 204
    pages = [anna.get(f"cases/{case}/events?after={after}", Events).events for after in (1, 2, 3, 4)]
    # Two of the largest fit into a page, and three do not.
    assert [[each[0] for each in page] for page in pages] == [[2, 3], [3, 4], [4], []]


@pytest.mark.parametrize("what", ["events", "messages"])
def test_an_unknown_case_is_not_here(here: Institution, what: str) -> None:
    """A case that does not exist is not here."""
    assert refusal(hands(here)[0].send("GET", f"/api/members/cases/{'e' * 32}/{what}")) == (404, "NotHere")


@pytest.mark.parametrize(("method", "what", "body"), [
    ("GET", "events", b""), ("GET", "messages", b""), ("POST", "events", encode(NewEvent(2, b"x"))),
    ("POST", "logged", encode(Logged(()))), ("POST", "replies", encode(NewReply("a" * 32, b"x", NOTHING))),
])  # fmt: skip
def test_a_member_who_holds_nothing_sees_nothing(here: Institution, method: str, what: str, body: bytes) -> None:
    """A member who was left out of a case can neither read nor add to it."""
    opening_, (anna, boris, vera) = opening(here), hands(here)
    approved(here, opening_)
    without = msgspec.structs.replace(opening_.case(anna, boris), custody=(Grant("anna", b"s"), Grant("boris", b"s")))
    assert anna.post("cases", without).status_code == 204
    assert refusal(vera.send(method, f"/api/members/cases/{opening_.card.case}/{what}", body)) == (404, "NotHere")


def with_message(here: Institution, case: str, released: bool) -> str:
    """Put a source's message with a part into the store."""
    message, part = random_id(), part_for(here)
    row = {"id": message, "case": case, "content": b"sealed", "files": encode(NOTHING), "day": here.calendar.day, "released": released}
    with here.parts.store.write() as connection:
        connection.execute(insert(schema.messages).values(**row))
        connection.execute(schema.parts.update().where(schema.parts.c.id == part.id).values(owner=message))
    return message


def test_messages_wait_until_they_are_released(here: Institution) -> None:
    """A message that was not released yet is not shown."""
    case = opened(here).card.case
    with_message(here, case, released=False)
    assert hands(here)[0].get(f"cases/{case}/messages", Waiting).messages == ()


def test_logged_messages_are_forgotten_and_their_files_kept(here: Institution) -> None:
    """A message that stands in the log, as two members say, is forgotten, and its parts belong to the case."""
    case, (anna, boris, _) = opened(here).card.case, hands(here)
    grant(here, "boris")
    message = with_message(here, case, released=True)
    for hand in (anna, boris):
        hand.post(f"cases/{case}/logged", Logged((message,)))
    with here.parts.store.read() as connection:
        owners = list(connection.execute(select(schema.parts.c.owner)).scalars())
    assert (counted(here, "messages"), owners) == (0, [case])


def test_a_reply_waits_for_the_batch(here: Institution) -> None:
    """A reply is kept with its parts and not released at once."""
    what, anna = opened(here), hands(here)[0]
    part = part_for(here)
    reply = NewReply(random_id(), b"sealed", Manifest("0" * 64, (FileParts("f" * 32, (part,)),)))
    anna.post(f"cases/{what.card.case}/replies", reply)
    with here.parts.store.read() as connection:
        row = connection.execute(select(schema.replies.c.mailbox, schema.replies.c.released)).one()
    assert tuple(row) == (what.card.mailbox, False)
