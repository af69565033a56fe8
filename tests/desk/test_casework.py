# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening reports together and talking with a source, on good days and bad ones."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.attachments import MIB
from ombuds.core.cards import Card, sign_card
from ombuds.core.case import Line
from ombuds.core.custody import approve as sign
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import decode
from ombuds.core.errors import ForgedMessage, NotHere, OrderWrong, ShareWrong, Stopped
from ombuds.core.keys import Hash, Id, random_bytes
from ombuds.core.messages import Thread, seal_message, write_message
from ombuds.core.opening import open_share, pass_share
from ombuds.core.wire import Approval, PassedShare
from ombuds.desk.casework.notes import close, note, status
from ombuds.desk.casework.opening import approve_opening, propose_opening
from ombuds.desk.casework.talk import ask_consent, reply, save_attachment
from ombuds.desk.log import append, identity_of, read_case
from ombuds.desk.release.approving import approve, refuse
from ombuds.desk.weeks import recipient_of
from tests.desk.desks import Source, World, story


def opened(world: World, source: Source, text: str = "beaten in custody", team: tuple[str, ...] = ()) -> Id:
    """Open one report of a source together and return its case."""
    report = source.reports(text)
    world.sync()
    proposal = propose_opening(world["anna"], [report], team)
    world.sync("boris")
    approve(world["boris"], proposal)
    (case,) = world.sync("anna")["anna"].opened
    world.sync()
    return case


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
    """A file of several parts is the same after it was sealed anew to the case."""
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


def test_a_reply_reaches_the_source(world: World) -> None:
    """What the desk answers is read by the source after the next batch."""
    source = world.source()
    case = opened(world, source)
    reply(world["boris"], case, "We have read this.")
    world.release()
    assert [message.text for message in source.reads()] == ["We have read this."]


def test_replies_are_numbered_and_list_what_arrived(world: World) -> None:
    """The second reply has the number two and lists the message that arrived between."""
    source = world.source()
    case = opened(world, source)
    reply(world["boris"], case, "one")
    sent = source.writes("and there is more")
    world.sync("vera")
    reply(world["anna"], case, "two")
    world.release()
    assert (source.reads()[-1].number, source.reads()[-1].received) == (2, (sent.id,))


def test_an_empty_reply_is_refused(world: World) -> None:
    """A reply without text and files is not sent."""
    case = opened(world, world.source())
    with pytest.raises(OrderWrong):
        reply(world["boris"], case, "  ")


def test_a_follow_up_stands_in_every_desks_case(world: World) -> None:
    """A source's next message is read on each desk of the team, whoever fetched it."""
    source = world.source()
    case = opened(world, source)
    source.writes("and there is more")
    world.sync()
    assert [[line.message.text for line in read_case(world[name], case).said] for name in ("anna", "vera")] == [["and there is more"]] * 2


def test_a_message_is_not_logged_twice(world: World) -> None:
    """A message that two desks fetched at once stands in the case once."""
    source = world.source()
    case = opened(world, source)
    source.writes("and there is more")
    world.sync()
    world.sync()
    assert len(read_case(world["anna"], case).said) == 1


def _forge(world: World, source: Source, case: Id) -> Id:
    """Put a message into the queue that somebody without the words wrote."""
    forged = Thread(source.thread.instance_id, source.thread.mailbox, 0, random_bytes(32))
    recipient = identity_of(world["anna"], case).recipient
    return source.puts(case, seal_message(write_message(forged, "source", 0, "call this number"), forged, recipient))


def test_a_forged_follow_up_is_told(world: World) -> None:
    """A follow-up that the source did not write is told as forged."""
    source = world.source()
    case = opened(world, source)
    _forge(world, source, case)
    assert [type(trouble.error) for trouble in world.sync("boris")["boris"].troubles] == [ForgedMessage]


def test_a_forged_follow_up_is_no_part_of_the_conversation(world: World) -> None:
    """A forged follow-up does not stand in the conversation."""
    source = world.source()
    case = opened(world, source)
    _forge(world, source, case)
    world.sync()
    assert read_case(world["anna"], case).said == ()


def test_a_forged_follow_up_is_noted_for_the_team(world: World) -> None:
    """A forged follow-up is kept where it was found and noted for the whole team."""
    source = world.source()
    case = opened(world, source)
    name = _forge(world, source, case)
    world.sync()
    flagged = [message.id for message in world["anna"].vault.flagged(case)]
    assert (flagged, len(read_case(world["vera"], case).notes)) == ([name], 1)


def test_a_note_is_read_by_the_team(world: World) -> None:
    """A note of one member is read by another after the next look."""
    case = opened(world, world.source())
    note(world["boris"], case, "Check the duty roster.")
    world.sync("vera")
    assert [line.text for line in read_case(world["vera"], case).notes] == ["Check the duty roster."]


def test_two_desks_that_write_at_once_both_write(world: World) -> None:
    """When another desk's event comes first, the later desk reads it and writes after it."""
    case = opened(world, world.source())
    once = [True]

    def slow(_: object) -> Line:
        if once:
            once.clear()
            note(world["boris"], case, "first")
        return Line("second")

    append(world["anna"], case, "note", slow)
    assert [line.text for line in read_case(world["anna"], case).notes] == ["first", "second"]


def test_a_closed_case_opens_again_when_the_source_writes(world: World) -> None:
    """A message of the source opens a closed case again."""
    source = world.source()
    case = opened(world, source)
    close(world["anna"], case, "solved")
    source.writes("it is not solved")
    world.sync()
    assert read_case(world["vera"], case).state == "open"


def test_the_status_is_a_line(world: World) -> None:
    """The status that one member writes is the case's status."""
    case = opened(world, world.source())
    assert status(world["anna"], case, "asked the ministry").status == "asked the ministry"


def test_consent_is_recorded_with_its_answer(world: World) -> None:
    """A source's agreement to a text makes the case ready for it."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.answers("agree")
    world.sync()
    assert read_case(world["boris"], case).consent_to(story()).content == story()


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
