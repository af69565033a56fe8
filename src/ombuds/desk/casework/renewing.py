# SPDX-License-Identifier: AGPL-3.0-or-later
"""New cards for cases whose cards end soon, many at once: asked for by one desk, signed by enough members, handed in.

A request to open that names no team opens nothing: it lists cards of open cases, each equal to the present one but for a
later day. A desk signs only cards that it can compare with the one it has checked itself, so nobody slips in another key (T05,
T19). It passes no share. See spec/opening.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from ombuds.core.cards import CARD_DAYS, Card, OpenParameters, check_card, sign_card
from ombuds.core.custody import Quorum, approve, propose, read_proposal
from ombuds.core.encoding import convert, decode_canonical
from ombuds.core.envelope import Envelope, joined, signers
from ombuds.core.errors import Expired, NotEnough, NotHere, NotThisApproval, OmbudsError
from ombuds.core.keys import Hash
from ombuds.core.wire import Approval, NewCard, NewProposal, ProposalSeen
from ombuds.desk.kept import KeptProposal
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections

NOTICE = timedelta(days=7)
ASKED_FOR = timedelta(days=7)
MOST_CARDS = 200


def propose_due(desk: Desk) -> Hash | None:
    """Ask for new cards of the own cases whose cards end within a week and are not asked for yet; return the proposal's hash.

    What a member stopped is not asked for again before the stopped request is over. Raises what handing in raises.
    """
    asked = {card.case for _, said in _renewals(desk) for card in said.cards}
    due = [card for card in desk.vault.cards.due(desk.today + NOTICE, MOST_CARDS + len(asked)) if card.case not in asked]
    expires = desk.today + timedelta(days=CARD_DAYS)
    cards = tuple(msgspec.structs.replace(card, expires=expires) for card in due[:MOST_CARDS])
    if not cards:
        return None
    proposal = propose(desk.rule("open"), "", "", OpenParameters(1, desk.name, (), cards), desk.today + ASKED_FOR)
    envelope = approve(proposal, desk.key)
    approval = Approval(envelope, tuple(sign_card(card, desk.key) for card in cards), ())
    desk.remote.propose(NewProposal(approval, b""))
    with desk.vault.together():
        desk.vault.keep_proposal(ProposalSeen(proposal.hash, envelope, b"", approval.cards, (), (), False), desk.today)
        desk.vault.answer_proposal(proposal.hash, "approved")
    return proposal.hash


def read_renewal(desk: Desk, envelope: Envelope) -> OpenParameters:
    """Check a request for new cards and return it with the cards that this desk can sign.

    Raises NotThisApproval (a card that differs in more than its day), NotHere (none of a known case), Expired, NotAMember, Malformed.
    """
    proposal = read_proposal(envelope)
    said = convert(proposal.parameters, OpenParameters)
    desk.charter.charter.member(said.opener)
    if proposal.action != "open" or not said.renews or said.opener not in signers(envelope, envelope.payloadType, desk.charter.charter.keys("open")):
        raise NotThisApproval("its maker has not signed it")
    if len({card.case for card in said.cards}) != len(said.cards):
        raise NotThisApproval("a case is in it twice")
    known = tuple(card for card in said.cards if _fits(desk, card))
    if not known:
        raise NotHere("no case that this desk knows of")
    return msgspec.structs.replace(said, cards=known)


def approve_renewal(desk: Desk, proposal: Hash) -> None:
    """Sign new cards for all cases of a request that this desk knows of. Raises what reading it raises."""
    kept = desk.vault.proposal(proposal)
    said = read_renewal(desk, kept.seen.envelope)
    envelope = approve(read_proposal(kept.seen.envelope), desk.key)
    signed = tuple(sign_card(card, desk.key) for card in said.cards)
    desk.remote.approve(Approval(envelope, signed, ()))
    mine = {card.hash: card for card in signed}
    cards = tuple(joined((card, mine.get(card.hash, card))) for card in kept.seen.cards)
    agreed = msgspec.structs.replace(kept.seen, envelope=joined((kept.seen.envelope, envelope)), cards=cards)
    with desk.vault.together():
        desk.vault.keep_proposal(agreed, desk.today)
        desk.vault.answer_proposal(proposal, "approved")


def renewals_waiting(desk: Desk) -> list[Hash]:
    """Return the requests for new cards that wait for this member's answer and that this desk would sign."""
    waiting = []
    for kept, _ in _renewals(desk):
        if kept.answer or objections(desk, kept.seen):
            continue
        try:
            read_renewal(desk, kept.seen.envelope)
        except OmbudsError:
            continue
        waiting.append(kept.seen.hash)
    return waiting


def hand_in(desk: Desk) -> int:
    """Hand in the cards of own cases that enough members signed; return how many. Raises what the server refuses."""
    count = 0
    for kept, _ in _renewals(desk):
        if objections(desk, kept.seen) or not _agreed(desk, kept.seen.envelope):
            continue
        for envelope in kept.seen.cards:
            card = decode_canonical(envelope.payload, Card)
            if not _newer(desk, card):
                continue
            try:
                check_card(envelope, desk.charter, card.mailbox, desk.today)
            except NotEnough:
                continue
            desk.remote.renew_card(card.case, NewCard(kept.seen.hash, envelope))
            desk.vault.cards.keep(card.case, card.expires, envelope)
            count += 1
    return count


def _renewals(desk: Desk) -> Iterator[tuple[KeptProposal, OpenParameters]]:
    for kept in desk.vault.proposals():
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action == "open" and proposal.expires >= desk.today:
            said = convert(proposal.parameters, OpenParameters)
            if said.renews:
                yield kept, said


def _agreed(desk: Desk, envelope: Envelope) -> bool:
    try:
        Quorum.of(envelope, desk.rule("open"))
    except OmbudsError:
        return False
    return True


def _newer(desk: Desk, card: Card) -> bool:
    """Whether a card is of a case of this member and ends later than the present one; for other cases their own team hands it in."""
    try:
        desk.vault.matter(card.case)
        return desk.vault.cards.card(card.case).expires < card.expires
    except NotHere:
        return False


def _fits(desk: Desk, card: Card) -> bool:
    """Whether a card is the known one with a later day; a case of which this desk knows nothing is left out. Raises NotThisApproval, Expired."""
    try:
        known = desk.vault.cards.card(card.case)
    except NotHere:
        return False
    if msgspec.structs.replace(known, expires=card.expires) != card:
        raise NotThisApproval("a card that differs from the present one in more than its day")
    if not desk.today <= card.expires <= desk.today + timedelta(days=CARD_DAYS):
        raise Expired
    return True
