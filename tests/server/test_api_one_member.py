# SPDX-License-Identifier: AGPL-3.0-or-later
"""One compelled member, every route: nothing is opened, published, hidden, destroyed or changed in the charter (T05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from ombuds.core.age import Identity
from ombuds.core.cards import OpenParameters, sign_card
from ombuds.core.charter import confirm, sign_charter, sign_epoch, sign_freshness
from ombuds.core.custody import approve, object_to, propose
from ombuds.core.encoding import encode
from ombuds.core.envelope import joined
from ombuds.core.keys import epoch_of
from ombuds.core.posts import Post, salted_post
from ombuds.core.publication import Place
from ombuds.core.sealing import Manifest
from ombuds.core.wire import Approval, DeskState, Logged, NewCard, NewEntry, NewEvent, NewProposal, NewReply, Waiting
from ombuds.core.wire_posts import NewRulings, Settled, WallPost, WallPosts
from ombuds.server.api.routes import MEMBERS
from ombuds.server.store import schema
from ombuds.server.store.housekeeping import forget_long_logged
from tests.server.acts import Hand, Opening, drafted, hands, opened, opening, proposal_for, publish, record_of, said, signed, takedown
from tests.server.campaigns import begin
from tests.server.institution import Institution

Try = Callable[[Institution, Hand, Opening, str], list[object]]


def _approvals(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    drafts = (drafted(here, said("Alone")).proposal, takedown(here, subject).proposal, what.proposal, proposal_for(record_of(here).charter, "destroy", here))
    return [Approval(approve(proposal, anna.key)) for proposal in drafts]


def _proposals(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [NewProposal(each, b"") for each in _approvals(here, anna, what, subject) if isinstance(each, Approval)]


def _entries(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    charter = record_of(here).charter
    alone, gone = drafted(here, said("Alone")), takedown(here, subject)
    following = msgspec.structs.replace(charter.charter, version=2, prev=charter.hash)
    thrice = joined(signed(alone.proposal, anna) for _ in range(3))
    return [
        NewEntry(thrice, alone.files),
        NewEntry(signed(gone.proposal, anna), ()),
        NewEntry(sign_charter(following, anna.key), ()),
        NewEntry(approve(proposal_for(charter, "destroy", here), anna.key), ()),
    ]


def _cases(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [what.case(anna)]


def _freshness(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    record = record_of(here)
    epochs = anna.get("state", DeskState).epochs
    return [sign_freshness(confirm(record.charter, epochs, record.size, record.tree.root(), here.calendar.day), anna.key)]


def _epochs(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    mine = Identity.generate().recipient
    return [sign_epoch(record_of(here).charter.instance_id, name, epoch_of(here.calendar.day), mine, anna.key) for name in ("anna", "boris")]


def _objections(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [object_to(proposal_for(record_of(here).charter, "open", here), "", anna.key)]


def _events(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [NewEvent(1, b"x"), NewEvent(2, b"x")]


def _logged(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [Logged((what.report.id,))]


def _confirms(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [{}]


def _replies(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [NewReply("a" * 32, b"x", Manifest("0" * 64, ()))]


def _cards(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    later = msgspec.structs.replace(what.card, expires=what.card.expires + timedelta(days=1))
    return [NewCard(what.proposal.hash, sign_card(later, anna.key))]


def _rulings(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [NewRulings(1, b"x")]


def _settled(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    with here.parts.store.read() as connection:
        return [Settled(tuple(connection.execute(select(schema.posts.c.id)).scalars()))]


def _wall(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [WallPosts((WallPost(salted_post(Place("a" * 32, 1, ""), Post(1, "a" * 32, 1, "badge", "en", "Planted.", badge=1))),))]


def _slot(here: Institution, anna: Hand, what: Opening, subject: str) -> list[object]:
    return [{}]


TRIES: dict[str, Try] = {
    "proposals": _proposals, "approvals": _approvals, "entries": _entries, "cases": _cases, "freshness": _freshness, "epochs": _epochs,
    "objections": _objections, "events": _events, "logged": _logged, "replies": _replies, "card": _cards, "confirm": _confirms,
    "rulings": _rulings, "settled": _settled, "wall": _wall, "slot": _slot,
}  # fmt: skip


def public_and_sealed(here: Institution) -> dict[str, object]:
    """Everything that one member must not change: the ledger, the published texts, reports, shares, cases, grants, stored recipients."""
    with here.parts.store.read() as connection:
        names = ("ledger", "contents", "reports", "shares", "cases", "grants", "events", "replies", "epochs", "posts")
        found = {name: sorted(map(tuple, connection.execute(select(schema.metadata.tables[name])))) for name in names}
        walls = select(schema.wall_posts).where(schema.wall_posts.c.version > 0)
        return {**found, "walls": sorted(map(tuple, connection.execute(walls)))}


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in MEMBERS if method != "GET"])
def test_one_member_alone_changes_nothing(here: Institution, method: str, path: str) -> None:
    """With one key, whatever is sent to a route, nothing is opened, published, hidden, destroyed or changed."""
    published = drafted(here, said())
    publish(here, published)
    what, anna = opening(here), hands(here)[0]
    campaign = begin(here)
    campaign.leaves(campaign.join(20))
    campaign.join(1)
    before = public_and_sealed(here)
    for name, tries in TRIES.items():
        address = path.replace("{case}", what.card.case).replace("{campaign}", campaign.id)
        for value in tries(here, anna, what, published.proposal.subject):
            if name == path.rpartition("/")[2]:
                # The proposal lies on the table first, so that only the number of members can refuse the act.
                anna.post("proposals", NewProposal(what.approval(anna), b""))
            anna.send(method, address, encode(value))
    assert public_and_sealed(here) == before


def test_every_way_of_writing_is_tried() -> None:
    """Each route by which a member can write has its own attempts here."""
    assert {path.rpartition("/")[2] for method, path, _ in MEMBERS if method != "GET"} == set(TRIES)


OUTSIDE = [("GET", "messages", b""), ("GET", "events", b""), ("POST", "logged", encode(Logged(()))), ("POST", "events", encode(NewEvent(2, b"x"))),
           ("POST", "replies", encode(NewReply("a" * 32, b"x", Manifest("0" * 64, ()))))]  # fmt: skip


@pytest.mark.parametrize(("method", "what", "body"), OUTSIDE)
def test_a_custody_share_opens_no_door(here: Institution, method: str, what: str, body: bytes) -> None:
    """A member who holds only a custody share of a case neither reads nor writes anything of it."""
    case = opened(here).card.case
    assert Hand(here, "vera").send(method, f"/api/members/cases/{case}/{what}", body).status_code == 404


def test_a_custody_share_renews_no_card(here: Institution) -> None:
    """A later card that enough members signed is taken from a member to whom the case was granted, and from nobody else."""
    (anna, boris, vera), present = hands(here), opened(here).card
    card = msgspec.structs.replace(present, expires=here.calendar.day + timedelta(days=21))
    parameters = OpenParameters(1, "anna", (), (card,))
    proposal = propose(record_of(here).charter.rule("open", here.calendar.day), "", "", parameters, here.calendar.day + timedelta(days=3))
    for hand, where in ((anna, "proposals"), (boris, "approvals")):
        approval = Approval(approve(proposal, hand.key), (sign_card(card, hand.key),))
        hand.post(where, NewProposal(approval, b"") if where == "proposals" else approval)
    new = NewCard(proposal.hash, joined(sign_card(card, hand.key) for hand in (anna, boris)))
    assert [hand.post(f"cases/{card.case}/card", new).status_code for hand in (vera, anna)] == [404, 204]


def _message_in(here: Institution, case: str) -> str:
    with here.parts.store.write() as connection:
        row = {"id": "b" * 32, "case": case, "content": b"sealed", "files": encode(Manifest("0" * 64, ())), "day": here.calendar.day, "released": True}
        connection.execute(schema.messages.insert().values(**row))
    return "b" * 32


def _left(here: Institution) -> int:
    with here.parts.store.read() as connection:
        return len(connection.execute(select(schema.messages.c.id)).all())


def test_one_member_erases_no_message(here: Institution) -> None:
    """A message that one member calls logged goes from that member's sight and stays on the server."""
    case, anna = opened(here).card.case, hands(here)[0]
    name = _message_in(here, case)
    anna.post(f"cases/{case}/logged", Logged((name,)))
    assert (anna.get(f"cases/{case}/messages", Waiting).messages, _left(here)) == ((), 1)


def test_a_second_member_s_word_erases_a_message(here: Institution) -> None:
    """A message goes when a second member of the team has it in the log too."""
    case = opened(here).card.case
    with here.parts.store.write() as connection:
        connection.execute(schema.grants.update().where(schema.grants.c.member == "boris").values(grant=b"grant"))
    name = _message_in(here, case)
    for hand in hands(here)[:2]:
        hand.post(f"cases/{case}/logged", Logged((name,)))
    assert _left(here) == 0


def test_one_member_s_word_is_enough_after_a_month(here: Institution) -> None:
    """A message that one member logged goes when it is older than a month."""
    case, anna = opened(here).card.case, hands(here)[0]
    anna.post(f"cases/{case}/logged", Logged((_message_in(here, case),)))
    with here.parts.store.write() as connection:
        forget_long_logged(connection, here.calendar.day + timedelta(days=31))
    assert _left(here) == 0


def _propose_many(here: Institution, anna: Hand, count: int, stopped_by: Hand | None = None) -> list[int]:
    """Lay so many drafts on the table, each stopped at once if somebody stops it; return the answers."""
    answers = []
    for number in range(count):
        draft = drafted(here, said(f"Draft {number}")).proposal
        answers.append(anna.post("proposals", NewProposal(Approval(approve(draft, anna.key)), b"")).status_code)
        if stopped_by and answers[-1] == 204:
            assert stopped_by.post("objections", object_to(draft, "", stopped_by.key)).status_code == 204
    return answers


def test_one_member_does_not_cover_the_table(here: Institution) -> None:
    """A member has thirty proposals at most that nobody else approved; the next is refused."""
    answers = _propose_many(here, hands(here)[0], 31)
    assert (answers[:30], answers[30]) == ([204] * 30, 409)


def test_what_was_stopped_makes_room(here: Institution) -> None:
    """A member whose thirty proposals were all stopped by another one can propose thirty more."""
    anna, boris, _ = hands(here)
    assert _propose_many(here, anna, 30, stopped_by=boris) + _propose_many(here, anna, 31) == [204] * 60 + [409]


def test_proposing_and_stopping_has_an_end(here: Institution) -> None:
    """A member who proposes and stops without end is refused when three hundred stopped ones lie there, until they are over."""
    anna = hands(here)[0]
    before = _propose_many(here, anna, 301, stopped_by=anna)
    here.calendar.pass_days(8)
    assert before + _propose_many(here, anna, 1) == [204] * 300 + [409, 204]


def test_an_objection_is_bounded(here: Institution) -> None:
    """An objection with a reason of megabytes, which every desk would have to fetch, is refused."""
    (anna, boris, _), draft = hands(here), drafted(here, said("Draft")).proposal
    anna.post("proposals", NewProposal(Approval(approve(draft, anna.key)), b""))
    assert boris.post("objections", object_to(draft, "x" * 1024 * 1024, boris.key)).status_code == 413


def test_an_enclosure_is_bounded(here: Institution) -> None:
    """A proposal with an enclosure of more than five mebibytes is refused."""
    anna, draft = hands(here)[0], drafted(here, said("Draft")).proposal
    assert anna.post("proposals", NewProposal(Approval(approve(draft, anna.key)), bytes(5 * 1024 * 1024 + 1))).status_code == 413
