# SPDX-License-Identifier: AGPL-3.0-or-later
"""The members' table: proposals are laid down, approved by one member after another, or stopped by a single one.

An approval counts only with the caller's own signature over exactly this proposal, under the charter in force (T23). The
shares that come with approvals are shown to the opener alone, and nobody can speak for somebody else (T05). It carries
nothing out; cases.py and entries.py do. See spec/api.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from ombuds.core.cards import CARD_TYPE, OpenParameters
from ombuds.core.charter import CHARTER_DAYS, InForce
from ombuds.core.custody import PROPOSAL_TYPE, Proposal, Rule, check_addressed, check_objection, read_proposal
from ombuds.core.encoding import convert, encode
from ombuds.core.envelope import Envelope, signers
from ombuds.core.errors import AlreadyUsed, Expired, Malformed, NotAMember, NotThisApproval, Stopped, TooLarge
from ombuds.core.keys import MemberName, PublicKey, hash_of
from ombuds.core.publication import read_parameters
from ombuds.core.wire import Approval, NewProposal, Proposals, ProposalSeen
from ombuds.server.api.calls import Call, done, told
from ombuds.server.api.signatures import only_by
from ombuds.server.store import custody, leaving
from ombuds.server.store.custody import OnTable

LONGEST_OBJECTION = 32 * 1024
# A share sealed to its opener has about four.
LONGEST_SHARE = 32 * 1024


def proposals(call: Call) -> Response:
    """Answer with a page of the proposals that are not over, behind one of them; what those that were done are about is left out."""
    with call.parts.store.read() as connection:
        some = custody.page(connection, call.today, call.query.get("after", ""))
        return told(Proposals(tuple(_seen(each, call.member, b"" if each.done else custody.enclosure(connection, each.hash)) for each in some)))


def proposal(call: Call) -> Response:
    """Answer with one proposal whole. Raises NotHere."""
    with call.parts.store.read() as connection:
        found = custody.on_table(connection, call.path["proposal"])
        return told(_seen(found, call.member, custody.enclosure(connection, found.hash)))


def propose(call: Call) -> Response:
    """Lay a proposal on the table under its maker's approval. Raises OrderWrong, TooLarge, NotAMember, NotThisApproval, Expired, Malformed."""
    new = call.read(NewProposal)
    proposal = read_proposal(new.approval.envelope)
    with call.parts.store.write() as connection:
        charter = call.parts.public.within(connection).charter
        approval = _checked(call.member, new.approval, proposal, rule_of(charter, proposal, call.today))
        _check_parameters(proposal, charter, call.today)
        custody.clear_expired(connection, call.today)
        if not custody.lies(connection, proposal.hash):
            custody.check_room(connection, call.member, approval, new.enclosure)
        custody.lay(connection, proposal, approval, new.enclosure)
        check_open(custody.on_table(connection, proposal.hash))
        custody.keep_approval(connection, proposal.hash, call.member, approval)
    return done()


def approve(call: Call) -> Response:
    """Add the caller's approval. Raises NotHere, NotAMember, NotThisApproval, Expired, Stopped, AlreadyUsed."""
    given = call.read(Approval)
    proposal = read_proposal(given.envelope)
    with call.parts.store.write() as connection:
        check_open(custody.on_table(connection, proposal.hash))
        charter = call.parts.public.within(connection).charter
        approval = _checked(call.member, given, proposal, rule_of(charter, proposal, call.today))
        custody.keep_approval(connection, proposal.hash, call.member, approval)
    return done()


def stop(call: Call) -> Response:
    """Keep the caller's objection; one is enough. Raises NotHere, NotAMember, NotThisApproval, AlreadyUsed, TooLarge."""
    given = call.read(Envelope)
    # Every desk fetches every objection: one of many megabytes would hold up all of them.
    if len(given.payload) > LONGEST_OBJECTION:
        raise TooLarge
    with call.parts.store.write() as connection:
        charter = call.parts.public.within(connection).charter
        keys = {call.member: charter.charter.keys()[call.member]}
        member, said = check_objection(given, charter.instance_id, keys)
        if custody.on_table(connection, said.proposal).done:
            raise AlreadyUsed("it was done already")
        custody.keep_objection(connection, said.proposal, member, only_by(given, keys.values()))
        # A batch that waits for its hour is stopped with it: under the member's name and with a reason that every desk shows (T05).
        leaving.drop(connection, said.proposal)
    return done()


def rule_of(charter: InForce, proposal: Proposal, today: date) -> Rule:
    """Return what the charter in force asks for a proposal today. Raises NotThisApproval, Expired."""
    rule = charter.rule(proposal.action, today)
    check_addressed(proposal, rule)
    if charter.expired(today):
        raise Expired("the charter has expired")
    return rule


def check_open(table: OnTable) -> None:
    """Check that a proposal may still be approved and carried out. Raises Stopped, AlreadyUsed."""
    if table.objections:
        raise Stopped
    if table.done:
        raise AlreadyUsed


def _checked(member: MemberName, given: Approval, proposal: Proposal, rule: Rule) -> Approval:
    """Return an approval with the member's own signatures alone. Raises NotAMember, NotThisApproval, BadSignature, Malformed."""
    key = rule.keys.get(member)
    if key is None or not signers(given.envelope, PROPOSAL_TYPE, {member: key}):
        raise NotAMember("not the caller's approval")
    if proposal.action != "open" and (given.cards or given.shares):
        raise Malformed("cards and shares belong to an opening")
    if proposal.action == "open":
        listed = {hash_of(encode(card)) for card in convert(proposal.parameters, OpenParameters).cards}
        for card in given.cards:
            _check_card(card, member, key, listed)
        if max(len(given.cards), len(given.shares)) > len(listed):
            raise Malformed("more cards or shares than reports")
        if any(len(share.content) > LONGEST_SHARE for share in given.shares):
            raise TooLarge
    return Approval(only_by(given.envelope, [key]), tuple(only_by(card, [key]) for card in given.cards), given.shares)


def _check_card(card: Envelope, member: MemberName, key: PublicKey, listed: set[str]) -> None:
    if not signers(card, CARD_TYPE, {member: key}):
        raise NotAMember("not the caller's card")
    if card.hash not in listed:
        raise NotThisApproval("a card that the proposal does not list")


def _check_parameters(proposal: Proposal, charter: InForce, today: date) -> None:
    """Check that a proposal is one that can be carried out at all. Raises Malformed, NotThisApproval, Expired, EntryRefused."""
    if proposal.expires > today + timedelta(days=CHARTER_DAYS):
        raise Expired("a proposal lives 90 days at most")
    if proposal.action in ("publish", "takedown"):
        read_parameters(proposal)
    if proposal.action == "open":
        said = convert(proposal.parameters, OpenParameters)
        if said.opener not in charter.charter.keys("open") or not set(said.team) <= set(charter.charter.keys()):
            raise NotThisApproval("the opener or the team are not members")
        if any(card.instance_id != charter.instance_id for card in said.cards):
            raise NotThisApproval("a card of another desk")


def _seen(table: OnTable, member: MemberName, enclosure: bytes) -> ProposalSeen:
    proposal = read_proposal(table.envelope)
    opener = convert(proposal.parameters, OpenParameters).opener if proposal.action == "open" else ""
    shares = tuple(share for approval in table.approvals.values() for share in approval.shares) if member == opener else ()
    return ProposalSeen(table.hash, table.envelope, enclosure, table.cards, shares, table.objections, table.done)
