# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cards of open cases are renewed many at once, by enough members, and in nothing but their day."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.cards import CARD_DAYS, Card, OpenParameters, sign_card
from ombuds.core.custody import Proposal, object_to, propose
from ombuds.core.custody import approve as sign
from ombuds.core.encoding import decode_canonical
from ombuds.core.envelope import joined
from ombuds.core.errors import NotEnough, NotHere, NotThisApproval, Stopped
from ombuds.core.keys import Id
from ombuds.core.wire import Approval, NewCard, NewProposal
from ombuds.desk.casework.notes import close
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.casework.renewing import propose_due, renewals_waiting
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve, approve_many, refuse
from ombuds.server.store import cases
from tests.desk.desks import TODAY, World, opened
from tests.desk.screens import browser_at

FIRST_END = TODAY + timedelta(days=CARD_DAYS)


def _pass(world: World, days: int) -> None:
    """Let days pass in which every desk looks at the server once a week."""
    for step in [7] * (days // 7) + [days % 7]:
        world.calendar.pass_days(step)
        world.renew()


def _card(world: World, case: Id) -> Card:
    """Return the card that the server shows to the source."""
    with world.parts.store.read() as connection:
        return decode_canonical(cases.card(connection, case).payload, Card)


def _forged(world: World, case: Id, **changed: object) -> tuple[Proposal, NewCard]:
    """Let Anna and Boris sign a changed card by hand, without asking their desks, and return it as it would be handed in."""
    anna, boris = world["anna"], world["boris"]
    card = msgspec.structs.replace(_card(world, case), **{"expires": world.calendar() + timedelta(days=CARD_DAYS), **changed})
    proposal = propose(anna.rule("open"), "", "", OpenParameters(1, "anna", (), (card,)), world.calendar() + timedelta(days=3))
    anna.remote.propose(NewProposal(Approval(sign(proposal, anna.key), (sign_card(card, anna.key),), ()), b""))
    boris.remote.approve(Approval(sign(proposal, boris.key), (sign_card(card, boris.key),), ()))
    return proposal, NewCard(proposal.hash, joined((sign_card(card, anna.key), sign_card(card, boris.key))))


def test_nothing_is_asked_early(world: World) -> None:
    """While a card has more than a week left, no desk asks for another one."""
    opened(world, world.source())
    _pass(world, 13)
    assert [renewals_waiting(world[name]) for name in ("boris", "vera")] == [[], []]


def test_a_desk_asks_in_time(world: World) -> None:
    """A week before a card ends, the others are asked for a new one, once."""
    opened(world, world.source())
    _pass(world, 14)
    assert [len(renewals_waiting(world[name])) for name in ("boris", "vera")] == [1, 1]


def test_one_press_renews_all(world: World) -> None:
    """One press on Today signs the new cards of three cases, and the server shows them."""
    found = [opened(world, world.source(), text) for text in ("one", "two", "three")]
    _pass(world, 14)
    browser = browser_at(world, world["boris"])
    assert "Cards run out" in browser.open("/").text
    browser.press("/renew", {})
    assert {_card(world, case).expires for case in found} == {world.calendar() + timedelta(days=CARD_DAYS)}


def test_the_item_goes_when_it_is_done(world: World) -> None:
    """After the press neither Today nor Approve asks for the cards again, on any desk."""
    opened(world, world.source())
    _pass(world, 14)
    browser_at(world, world["boris"]).press("/renew", {})
    world.sync()
    assert [world[name].vault.proposals() for name in ("anna", "boris", "vera")] == [[], [], []]


def test_a_source_writes_on_after_many_weeks(world: World) -> None:
    """With its card renewed in time, a case still gets the source's message two months after it was opened."""
    source = world.source()
    case = opened(world, source)
    for _ in range(9):
        _pass(world, 7)
        approve_many(world["vera"], renewals_waiting(world["vera"]))
        world.sync()
    source.writes("I am still here")
    world.sync()
    assert [line.message.text for line in read_case(world["boris"], case).said] == ["I am still here"]


def test_one_member_alone_renews_nothing(world: World) -> None:
    """While nobody else signed, the old card stands."""
    case = opened(world, world.source())
    _pass(world, 14)
    world.sync()
    assert _card(world, case).expires == FIRST_END


def test_a_card_is_renewed_after_it_ended(world: World) -> None:
    """A card that ran out while nobody looked is renewed like any other."""
    case = opened(world, world.source())
    world.calendar.pass_days(30)
    world.renew()
    approve_many(world["vera"], renewals_waiting(world["vera"]))
    world.sync()
    assert _card(world, case).expires == world.calendar() + timedelta(days=CARD_DAYS)


def test_a_member_outside_the_team_signs_too(world: World) -> None:
    """A member who is not on a case can compare its card and sign the new one."""
    case = opened(world, world.source(), team=("anna", "boris"))
    _pass(world, 14)
    approve_many(world["vera"], renewals_waiting(world["vera"]))
    world.sync()
    assert _card(world, case).expires > FIRST_END


def test_a_member_outside_the_team_hands_nothing_in(world: World) -> None:
    """The desk of a member who is not on a case leaves the handing in to the team, and has no trouble with it."""
    case = opened(world, world.source(), team=("anna", "boris"))
    _pass(world, 14)
    approve_many(world["vera"], renewals_waiting(world["vera"]))
    looked = world.sync("vera")["vera"]
    assert (looked.renewed, looked.troubles, _card(world, case).expires) == (0, [], FIRST_END)


def test_closed_cases_are_left_alone(world: World) -> None:
    """For a closed case no new card is asked for."""
    close(world["anna"], opened(world, world.source()), "done")
    world.sync()
    _pass(world, 14)
    assert renewals_waiting(world["boris"]) == []


def test_what_was_stopped_is_not_asked_again_at_once(world: World) -> None:
    """After a member stopped a request for new cards, the desks do not ask anew on the next look."""
    opened(world, world.source())
    _pass(world, 14)
    (asked,) = renewals_waiting(world["boris"])
    refuse(world["boris"], asked, "I want to talk about it first")
    world.sync()
    assert [propose_due(world[name]) for name in ("anna", "vera")] == [None, None]


@pytest.mark.parametrize("changed", [{"recipient": Identity.generate().recipient.text}, {"generation": 1}, {"submission": "0" * 64}])
def test_a_desk_signs_no_other_key(world: World, changed: dict[str, object]) -> None:
    """A request that changes a case's key, generation or report is not signed by an honest desk."""
    proposal, _ = _forged(world, opened(world, world.source()), **changed)
    world.sync("vera")
    with pytest.raises(NotThisApproval):
        approve(world["vera"], proposal.hash)


@pytest.mark.parametrize("changed", [{"recipient": Identity.generate().recipient.text}, {"generation": 1}, {"submission": "0" * 64}, {"expires": FIRST_END}])
def test_the_server_takes_no_other_key(world: World, changed: dict[str, object]) -> None:
    """A card that differs in more than a later day is refused by the server, even with enough signatures."""
    case = opened(world, world.source())
    world.calendar.pass_days(1)
    card = _forged(world, case, **{"expires": FIRST_END + timedelta(days=1), **changed})[1]
    before = _card(world, case)
    if changed == {"expires": FIRST_END}:
        world["anna"].remote.renew_card(case, card)  # the present one once more: nothing to do
    else:
        with pytest.raises(NotThisApproval):
            world["anna"].remote.renew_card(case, card)
    assert _card(world, case) == before


def test_the_server_counts_signatures(world: World) -> None:
    """A card under one member's signature is refused although the request has enough."""
    case = opened(world, world.source())
    world.calendar.pass_days(1)
    new = _forged(world, case)[1]
    alone = msgspec.structs.replace(new.card, signatures=new.card.signatures[:1])
    with pytest.raises(NotEnough):
        world["anna"].remote.renew_card(case, NewCard(new.proposal, alone))


def test_the_server_heeds_a_stop(world: World) -> None:
    """A card whose request was stopped by one member is refused."""
    case = opened(world, world.source())
    world.calendar.pass_days(1)
    proposal, new = _forged(world, case)
    world["vera"].remote.object(object_to(proposal, "not now", world["vera"].key))
    with pytest.raises(Stopped):
        world["anna"].remote.renew_card(case, new)


def test_a_request_without_a_team_opens_nothing(world: World) -> None:
    """A request to open a sealed report that names no team is signed by nobody's desk."""
    report = world.source().reports("a secret")
    world.sync()
    anna = world["anna"]
    asked = propose_opening(anna, [report])
    card = decode_canonical(anna.vault.proposal(asked).seen.cards[0].payload, Card)
    forged = propose(anna.rule("open"), "", "", OpenParameters(1, "anna", (), (card,)), card.expires)
    anna.remote.propose(NewProposal(Approval(sign(forged, anna.key), (sign_card(card, anna.key),), ()), b""))
    world.sync("boris")
    with pytest.raises(NotHere):
        approve(world["boris"], forged.hash)


def test_an_old_card_shown_again_changes_nothing(world: World) -> None:
    """A server that goes back to an earlier card does not make a desk forget the later one."""
    case = opened(world, world.source())
    vault = world["anna"].vault
    old = vault.cards.envelope(case)
    later = msgspec.structs.replace(vault.cards.card(case), expires=FIRST_END + timedelta(days=1))
    vault.cards.keep(case, later.expires, sign_card(later, world["anna"].key))
    vault.cards.keep(case, FIRST_END, old)
    assert vault.cards.card(case) == later
