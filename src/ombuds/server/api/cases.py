# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports become cases, and cases go on: grants, sealed events in order, the source's messages and the desk's replies.

A report becomes a case only with enough approvals of exactly this opening, by the opener that they name, and under a card
that enough members signed. Its sealed original goes when a second member says that the case reads (T05). See spec/api.md.
"""

from __future__ import annotations

from starlette.responses import Response

from ombuds.core.cards import Card, OpenParameters, check_card, check_renewed
from ombuds.core.charter import InForce
from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.encoding import convert, decode_canonical, encode
from ombuds.core.errors import NotAMember, NotEnough, NotThisApproval
from ombuds.core.sealing import Sealed
from ombuds.core.slots import check_size
from ombuds.core.wire import Cases, Events, Logged, NewCard, NewCase, NewEvent, NewReply, Waiting
from ombuds.server.api.calls import Call, done, told
from ombuds.server.api.reports import room_of
from ombuds.server.api.signatures import only_by
from ombuds.server.api.table import check_open, rule_of
from ombuds.server.store import cases as kept
from ombuds.server.store import custody, replies
from ombuds.server.store.custody import OnTable


def cases(call: Call) -> Response:
    """Answer with the cases of which the caller holds something."""
    with call.parts.store.read() as connection:
        return told(Cases(kept.seen_by(connection, call.member)))


def open_case(call: Call) -> Response:
    """Turn an opened report into a case, whole or not at all.

    Raises TooLarge, NotHere, Stopped, AlreadyUsed, NotEnough, NotThisApproval, NotAMember, Expired, BadSignature, Malformed.
    """
    new = call.read(NewCase)
    check_size(new.event)
    with call.parts.store.write() as connection:
        charter = call.parts.public.within(connection).charter
        card = only_by(new.card, charter.charter.keys("open").values())
        if kept.is_case(connection, new.case, encode(card)):
            return done()
        table = custody.on_table(connection, new.proposal)
        report = kept.report(connection, new.report)
        said = _checked_opening(call, table, charter)
        _check_case(new, said, report)
        _check_members(new, said, charter, kept.holders(connection, new.report))
        check_card(card, charter, report.mailbox, call.today)
        new = NewCase(new.proposal, new.report, new.case, card, new.grants, new.custody, new.event)
        kept.open_case(connection, new, report.mailbox, call.member, call.today)
        if kept.count(connection, (each.case for each in said.cards)) == len(said.cards):
            custody.mark_done(connection, new.proposal)
    return done()


def confirm(call: Call) -> Response:
    """Forget the sealed original of a case, as a second member says that the case reads. Raises NotHere, NotAMember."""
    with call.parts.store.write() as connection:
        kept.check_works_on(connection, call.path["case"], call.member)
        kept.confirm(connection, call.path["case"], call.member)
    return done()


def renew_card(call: Call) -> Response:
    """Put a later card in the place of a case's present one; nothing else of it may differ.

    Raises NotHere, Stopped, AlreadyUsed, NotEnough, NotThisApproval, Expired, BadSignature, Malformed.
    """
    new, case = call.read(NewCard), call.path["case"]
    with call.parts.store.write() as connection:
        mailbox = kept.check_works_on(connection, case, call.member)
        charter = call.parts.public.within(connection).charter
        present, table = kept.card(connection, case), custody.on_table(connection, new.proposal)
        if present.payload == new.card.payload:
            return done()
        check_open(table)
        said = _asked(call, table, charter)
        card = only_by(new.card, charter.charter.keys("open").values())
        renewed, _ = check_card(card, charter, mailbox, call.today)
        if not said.renews or renewed not in said.cards:
            raise NotThisApproval("this card is not in the list that was approved")
        check_renewed(decode_canonical(present.payload, Card), renewed)
        kept.keep_card(connection, case, card)
        standing = {bytes(each.payload) for each in kept.cards(connection, (each.case for each in said.cards))}
        if all(encode(each) in standing for each in said.cards):
            custody.mark_done(connection, new.proposal)
    return done()


def events(call: Call) -> Response:
    """Answer with a page of a case's sealed events after a number. Raises NotHere, Malformed."""
    with call.parts.store.read() as connection:
        kept.check_works_on(connection, call.path["case"], call.member)
        return told(Events(kept.log(connection, call.path["case"], call.number("after"))))


def add_event(call: Call) -> Response:
    """Add the next sealed event. Raises OrderWrong if another desk was quicker, TooLarge, NotHere."""
    new = call.read(NewEvent)
    check_size(new.content)
    with call.parts.store.write() as connection:
        kept.check_works_on(connection, call.path["case"], call.member)
        kept.add_event(connection, call.path["case"], new.seq, new.content)
    return done()


def messages(call: Call) -> Response:
    """Answer with the source's messages that wait for the caller. Raises NotHere."""
    with call.parts.store.read() as connection:
        kept.check_works_on(connection, call.path["case"], call.member)
        return told(Waiting(kept.waiting(connection, call.path["case"], call.member)))


def logged(call: Call) -> Response:
    """Forget messages that stand in the case log, once a second member says so too. Raises NotHere."""
    said = call.read(Logged)
    with call.parts.store.write() as connection:
        kept.check_works_on(connection, call.path["case"], call.member)
        kept.forget_logged(connection, call.path["case"], said.ids, call.member)
    return done()


def reply(call: Call) -> Response:
    """Keep a reply for the next batch. Raises AlreadyUsed, NotHere, TooLarge, OrderWrong."""
    new = call.read(NewReply)
    with call.parts.store.write() as connection:
        mailbox = kept.check_works_on(connection, call.path["case"], call.member)
        replies.add(connection, mailbox, new, call.member, room_of(call))
    return done()


def _checked_opening(call: Call, table: OnTable, charter: InForce) -> OpenParameters:
    """Return what enough members approved. Raises Stopped, AlreadyUsed, NotEnough, NotThisApproval, NotAMember, Expired."""
    check_open(table)
    said = _asked(call, table, charter)
    if said.opener != call.member:
        raise NotAMember("another member opens this")
    return said


def _asked(call: Call, table: OnTable, charter: InForce) -> OpenParameters:
    """Return what enough members approved. Raises NotEnough, NotThisApproval, Expired."""
    proposal = read_proposal(table.envelope)
    if proposal.action != "open":
        raise NotThisApproval("not an approval to open")
    quorum = Quorum.of(table.envelope, rule_of(charter, proposal, call.today))
    return convert(quorum.proposal.parameters, OpenParameters)


def _check_case(new: NewCase, said: OpenParameters, report: Sealed) -> None:
    """Check that a case is one of those that were approved, of this very report. Raises NotThisApproval."""
    for card in said.cards:
        if encode(card) == new.card.payload and card.case == new.case and card.submission == report.manifest.hash and card.mailbox == report.mailbox:
            return
    raise NotThisApproval("this report and case are not in the list that was approved")


def _check_members(new: NewCase, said: OpenParameters, charter: InForce, holders: set[str]) -> None:
    """Check who gets a part of the case. Raises NotThisApproval, NotAMember, NotEnough."""
    granted, sharing = ([each.member for each in pile] for pile in (new.grants, new.custody))
    # Whom the source left out gets nothing, not even a line that would show the case; who that is stands inside the report.
    # A member who had no key in the report's week holds no share of it and may work on the case all the same.
    if len(set(granted)) != len(granted) or not (set(said.team) & holders) | {said.opener} <= set(granted) <= set(said.team):
        raise NotThisApproval("the grants are not those of the approved team")
    if not all(each.content for each in (*new.grants, *new.custody)):
        raise NotThisApproval("an empty grant or share")
    if len(set(sharing)) != len(sharing) or not set(sharing) <= set(charter.charter.keys()):
        raise NotAMember("a custody share for somebody else")
    if len(sharing) < charter.charter.thresholds.open:
        raise NotEnough("too few custody shares")
