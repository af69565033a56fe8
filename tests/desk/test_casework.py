# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening reports together, with wrong shares and absent members."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombuds.core.age import seal
from ombuds.core.attachments import MIB
from ombuds.core.cards import Card, sign_card
from ombuds.core.custody import approve as sign
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import NotHere, OrderWrong, ShareWrong, Stopped
from ombuds.core.keys import Hash, Id, random_bytes
from ombuds.core.opening import CustodyShare, open_share, pass_share
from ombuds.core.wire import Approval, PassedShare
from ombuds.desk.casework.grants import card_of
from ombuds.desk.casework.opening import approve_opening, keep_custody, propose_opening
from ombuds.desk.casework.talk import save_attachment
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve, refuse
from ombuds.desk.weeks import recipient_of
from tests.desk.desks import World, institution, opened


def _wrong_share(world: World, report: Id, proposal: Hash) -> None:
    """Let Boris approve an opening and pass a share that somebody changed."""
    desk = world["boris"]
    kept = desk.vault.report(report)
    (sealed,) = kept.sealed.shares
    share = open_share(sealed.content, desk.vault.epochs()[sealed.epoch][0])
    changed = msgspec.structs.replace(share, share=random_bytes(32) + share.share[-1:])
    seen = desk.vault.proposal(proposal).seen
    cards = tuple(sign_card(decode(card.payload, Card), desk.key) for card in seen.cards)
    passed = PassedShare(report, pass_share(changed, recipient_of(desk, "anna")))
    desk.remote.approve(Approval(sign(read_proposal(seen.envelope), desk.key), cards, (passed,)))


def test_a_report_becomes_a_case_of_its_team(world: World) -> None:
    """A report that two of three members opened together is read by all three."""
    case = opened(world, world.source())
    assert [read_case(world[name], case).body.text for name in ("anna", "boris", "vera")] == ["beaten in custody"] * 3


def test_one_member_alone_opens_nothing(world: World) -> None:
    """A report stays sealed while only its proposer has approved."""
    report = world.source().reports("a secret")
    world.sync()
    propose_opening(world["anna"], [report])
    assert world.sync("anna")["anna"].opened == ()


def test_one_member_approves_once(world: World) -> None:
    """A member who approves a second time is told so, and counts once."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    with pytest.raises(OrderWrong):
        approve(world["anna"], proposal)


def test_an_approval_sent_twice_is_no_quorum(world: World) -> None:
    """An approval that one member hands in twice past the desk opens nothing."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    approve_opening(world["anna"], proposal)
    assert world.sync("anna")["anna"].opened == ()


def test_many_reports_are_opened_by_one_approval(world: World) -> None:
    """Several reports that one proposal lists become a case each."""
    reports = [world.source().reports(text) for text in ("one", "two", "three")]
    world.sync()
    proposal = propose_opening(world["anna"], reports)
    world.sync("boris")
    approve(world["boris"], proposal)
    assert len(world.sync("anna")["anna"].opened) == 3


def test_a_share_that_does_not_fit_is_named(world: World) -> None:
    """When a member's share is wrong, nothing opens and the member is named."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    world.sync("boris")
    _wrong_share(world, report, proposal)
    found = world.sync("anna")["anna"]
    assert [(type(trouble.error), trouble.error.detail) for trouble in found.troubles] == [(ShareWrong, "boris")]


def test_a_wrong_share_does_not_hold_up_the_right_ones(world: World) -> None:
    """With one wrong share and enough right ones the report opens."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    world.sync("boris", "vera")
    _wrong_share(world, report, proposal)
    approve(world["vera"], proposal)
    assert len(world.sync("anna")["anna"].opened) == 1


def test_an_objection_stops_an_opening(world: World) -> None:
    """One refusal stops an opening that enough members approved."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    world.sync("boris", "vera")
    approve(world["boris"], proposal)
    refuse(world["vera"], proposal, "I know this officer")
    assert world.sync("anna")["anna"].opened == ()


def test_a_stopped_opening_is_not_approved(world: World) -> None:
    """A member does not approve what another has stopped."""
    report = world.source().reports("a secret")
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    world.sync("vera")
    refuse(world["vera"], proposal, "I know this officer")
    world.sync("boris")
    with pytest.raises(Stopped):
        approve(world["boris"], proposal)


def test_a_report_is_not_approved_unseen(world: World) -> None:
    """A desk that has not fetched a report does not approve its opening."""
    report = world.source().reports("a secret")
    world.sync("anna")
    proposal = propose_opening(world["anna"], [report])
    desk = world["boris"]
    desk.vault.keep_proposal(world["anna"].vault.proposal(proposal).seen, desk.today)
    with pytest.raises(NotHere):
        approve(desk, proposal)


def test_a_file_arrives_whole_in_the_case(world: World) -> None:
    """A file of several parts is the same when it is read out of the case."""
    content = random_bytes(5 * MIB)
    report = world.source().reports("see the file", [("scan.bin", content)])
    world.sync()
    proposal = propose_opening(world["anna"], [report])
    world.sync("boris")
    approve(world["boris"], proposal)
    (case,) = world.sync("anna")["anna"].opened
    world.sync("vera")
    (file,) = read_case(world["vera"], case).body.files
    _, pieces = save_attachment(world["vera"], case, file.id)
    assert b"".join(pieces) == content


def test_the_server_keeps_nothing_of_the_first_sealing(world: World) -> None:
    """After a report was opened, no desk finds it among the sealed ones."""
    opened(world, world.source())
    assert [world[name].vault.report_ids() for name in ("anna", "boris", "vera")] == [set(), set(), set()]


def test_who_is_not_on_the_team_holds_no_key(world: World) -> None:
    """A member outside the team has no key of the case."""
    case = opened(world, world.source(), team=("anna", "boris"))
    assert world["vera"].vault.identities(case) == {}


def test_a_member_outside_the_team_keeps_a_custody_share(world: World) -> None:
    """Every member keeps a custody share of a case, so that it outlives its team."""
    case = opened(world, world.source(), team=("anna", "boris"))
    assert world["vera"].vault.note(f"custody:{case}") is not None


@pytest.mark.parametrize("changes", [{"share": bytes(33)}, {"recipient_hash": "0" * 64}])
def test_a_custody_share_of_another_key_is_refused(world: World, changes: dict[str, object]) -> None:
    """A custody share that is not a part of the card's key is told when it comes, not when the case has to be rebuilt."""
    case, desk = opened(world, world.source(), team=("anna", "boris")), world["vera"]
    share = decode(desk.vault.note(f"custody:{case}") or b"", CustodyShare)
    desk.vault.drop_note(f"custody:{case}")
    (seen,) = desk.remote.cases().cases
    sealed = seal(encode(msgspec.structs.replace(share, **changes)), [recipient_of(desk, "vera")])
    with pytest.raises(ShareWrong):
        keep_custody(desk, card_of(desk, seen), sealed)


def test_a_share_outlives_its_week(world: World) -> None:
    """A report that nobody opened for a month is opened after its week's keys are gone."""
    report = world.source().reports("a secret")
    world.sync()
    for _ in range(5):
        world.calendar.pass_days(7)
        world.renew()
    proposal = propose_opening(world["anna"], [report])
    world.sync("boris")
    approve(world["boris"], proposal)
    assert len(world.sync("anna")["anna"].opened) == 1


def test_a_member_without_a_key_in_that_week_works_on_the_case(tmp_path: Path) -> None:
    """A member whose keys had run out when a report was sent is on the team of its case and reads it."""
    with institution(tmp_path, names=("anna", "boris", "galina", "pavel", "vera")) as world:
        awake = ("anna", "boris", "galina", "pavel")
        for _ in range(4):
            world.calendar.pass_days(7)
            world.sync(*awake)
            world.sync(*awake)
        report = world.source().reports("sent while vera was away")
        world.renew()
        given = world["vera"].vault.report_ids()
        proposal = propose_opening(world["anna"], [report])
        world.sync("boris")
        approve(world["boris"], proposal)
        (case,) = world.sync("anna")["anna"].opened
        world.sync("vera")
        assert (given, read_case(world["vera"], case).body.text) == (set(), "sent while vera was away")
