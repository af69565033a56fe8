# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening reports together: proposed by one, approved by enough, opened by the proposer's desk.

Each approving desk passes its own share to the opener's key of the week; a share that does not fit is named and left aside.
The sealed original and its key then begin a case whose identity C only the team's vaults and the members' custody shares
hold. Nothing opened is ever written unsealed. This is the only file that imports core.opening (T01, T14, T29). See
spec/opening.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from ombuds.core.age import Identity, Recipient, seal
from ombuds.core.cards import CARD_DAYS, Card, OpenParameters, sign_card
from ombuds.core.custody import Quorum, approve, propose, read_proposal
from ombuds.core.encoding import convert, encode
from ombuds.core.envelope import Envelope, joined, signers
from ombuds.core.errors import BadBytes, Expired, FreshnessStale, NotEnough, NotHere, NotThisApproval, OmbudsError, OrderWrong, RemoteSilent, ShareWrong
from ombuds.core.keys import Hash, Id, hash_of, random_id
from ombuds.core.opening import check_share, open_custody_share, open_report, open_share, pass_share, share_case
from ombuds.core.sealing import Sealed, Share
from ombuds.core.wire import Approval, Grant, NewProposal, PassedShare, ProposalSeen
from ombuds.desk.casework.making import FIRST_GENERATION, Opening, make_case
from ombuds.desk.casework.originals import forget_own
from ombuds.desk.kept import KeptProposal, KeptReport
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections
from ombuds.desk.weeks import recipient_of

PASSED = "passed "


@dataclass(frozen=True)
class Unopened:
    """A report that could not be opened yet, and why: a member's share that does not fit is named in it."""

    report: Id
    trouble: OmbudsError


@dataclass(frozen=True)
class OpenedNow:
    """What a look at the approved openings did."""

    cases: tuple[Id, ...]
    wrong_shares: tuple[tuple[Id, str], ...]
    unopened: tuple[Unopened, ...]


def propose_opening(desk: Desk, report_ids: Sequence[Id], team: Sequence[str] = ()) -> Hash:
    """Propose to open reports together as the opener, and approve it; return the proposal's hash.

    Without a team, everybody who may open works on the cases. Raises NotHere, OrderWrong, FreshnessStale, ShareWrong, Expired.
    """
    if not report_ids:
        raise OrderWrong("no report is named")
    reports = [desk.vault.report(report) for report in dict.fromkeys(report_ids)]
    names = tuple(sorted({*team, desk.name} if team else desk.charter.charter.keys("open")))
    for name in names:
        desk.charter.charter.member(name)
    identities = {report.sealed.id: (random_id(), Identity.generate()) for report in reports}
    expires = desk.today + timedelta(days=CARD_DAYS)
    cards = tuple(_card(report.sealed, *identities[report.sealed.id], expires) for report in reports)
    with desk.vault.together():
        for case, identity in identities.values():
            desk.vault.keep_identity(case, FIRST_GENERATION, identity)
    proposal = propose(desk.rule("open"), "", "", OpenParameters(1, desk.name, names, cards), expires)
    envelope = approve(proposal, desk.key)
    approval = Approval(envelope, tuple(sign_card(card, desk.key) for card in cards), own_shares(desk, reports, desk.name))
    desk.remote.propose(NewProposal(approval, b""))
    with desk.vault.together():
        desk.vault.keep_proposal(ProposalSeen(proposal.hash, envelope, b"", approval.cards, approval.shares, (), False), desk.today)
        desk.vault.answer_proposal(proposal.hash, "approved")
    return proposal.hash


def read_opening(desk: Desk, envelope: Envelope) -> OpenParameters:
    """Check and return what a proposal to open says: whose cards for how long. Raises NotThisApproval, Expired, NotAMember, Malformed."""
    proposal = read_proposal(envelope)
    said = convert(proposal.parameters, OpenParameters)
    for name in (said.opener, *said.team):
        desk.charter.charter.member(name)
    if proposal.action != "open" or said.opener not in signers(envelope, envelope.payloadType, desk.charter.charter.keys("open")):
        raise NotThisApproval("the opener has not signed it")
    if said.renews:
        raise NotThisApproval("it names nobody who would work on the cases")
    if len({card.case for card in said.cards}) != len(said.cards) or len({card.recipient for card in said.cards}) != len(said.cards):
        raise NotThisApproval("two cases share a card")
    for card in said.cards:
        if card.instance_id != desk.instance_id or card.generation != FIRST_GENERATION:
            raise NotThisApproval("a card of another desk or generation")
        if not desk.today <= card.expires <= desk.today + timedelta(days=CARD_DAYS):
            raise Expired
    return said


def approve_opening(desk: Desk, proposal: Hash) -> None:
    """Approve the opening of reports: sign the proposal and its cards.

    The own shares go along only if this signature makes the quorum; else they follow in ``pass_shares`` once it is there. A
    share that lies with an opener before enough members agreed would be one key less that a raid has to find (T03).
    Raises NotHere for a report that this desk has not fetched or that was not sealed to this member, NotThisApproval,
    Expired, ShareWrong, FreshnessStale.
    """
    kept = desk.vault.proposal(proposal)
    said = read_opening(desk, kept.seen.envelope)
    reports = [report_of(desk, card) for card in said.cards]
    mine = approve(read_proposal(kept.seen.envelope), desk.key)
    agreed = joined((kept.seen.envelope, mine))
    shares = own_shares(desk, reports, said.opener) if enough(desk, agreed) else ()
    desk.remote.approve(Approval(mine, tuple(sign_card(card, desk.key) for card in said.cards), shares))
    with desk.vault.together():
        desk.vault.keep_proposal(msgspec.structs.replace(kept.seen, envelope=agreed), desk.today)
        desk.vault.answer_proposal(proposal, "approved")
        if shares:
            desk.vault.keep_note(PASSED + proposal, b"1")


def enough(desk: Desk, envelope: Envelope) -> bool:
    """Whether enough members signed an opening."""
    return len(signers(envelope, envelope.payloadType, desk.charter.charter.keys("open"))) >= desk.charter.charter.thresholds.open


def open_ready(desk: Desk) -> OpenedNow:
    """Open every report of this desk's own proposals that enough members approved and passed enough shares for.

    Raises RemoteSilent: what was opened until then stays, and the next look goes on.
    """
    cases: list[Id] = []
    wrong: list[tuple[Id, str]] = []
    unopened: list[Unopened] = []
    for kept in desk.vault.proposals():
        if read_proposal(kept.seen.envelope).action != "open" or objections(desk, kept.seen):
            continue
        said = convert(read_proposal(kept.seen.envelope).parameters, OpenParameters)
        if said.opener != desk.name:
            continue
        try:
            quorum = Quorum.of(kept.seen.envelope, desk.rule("open"))
        except NotEnough:
            continue
        except OmbudsError as trouble:
            unopened += [Unopened(card.submission, trouble) for card in said.cards]
            continue
        for card in said.cards:
            _open_one(desk, kept, (quorum, said, card), (cases, wrong, unopened))
    return OpenedNow(tuple(cases), tuple(wrong), tuple(unopened))


Work = tuple[Quorum, OpenParameters, Card]
Results = tuple[list[Id], list[tuple[Id, str]], list[Unopened]]


def _open_one(desk: Desk, kept: KeptProposal, work: Work, results: Results) -> None:
    quorum, said, card = work
    cases, wrong, unopened = results
    try:
        report = report_of(desk, card)
    except NotHere:
        return  # opened on an earlier look, or its time was over
    try:
        shares, misfits = _fitting(desk, kept.seen, report)
        wrong += [(report.sealed.id, name) for name in misfits]
        if len(shares) < desk.charter.charter.thresholds.open and misfits:
            raise ShareWrong(", ".join(misfits))
        opened = open_report(report.sealed, shares, quorum)
        make_case(desk, Opening(kept.seen, said, card, report.sealed.id, opened.body, opened.original), _custody(desk, card, opened.body.wishes.exclude))
        forget_own(desk, card)
        cases.append(card.case)
    except NotEnough:
        return
    except RemoteSilent:
        raise  # the others would fail in the same way, and the member is to know that the server is gone
    except OmbudsError as trouble:
        unopened.append(Unopened(report.sealed.id, trouble))


def _card(sealed: Sealed, case: Id, identity: Identity, expires: date) -> Card:
    return Card(1, sealed.instance_id, case, sealed.manifest.hash, sealed.mailbox, FIRST_GENERATION, identity.recipient.text, expires)


def own_shares(desk: Desk, reports: Sequence[KeptReport], opener: str) -> tuple[PassedShare, ...]:
    """Return the own shares of these reports, sealed to the opener's key of this week; one that cannot be had is passed over.

    Raises Expired, ShareWrong if none can be had, FreshnessStale.
    """
    recipient = recipient_of(desk, opener)
    passed, wrong = list[PassedShare](), list[OmbudsError]()
    for report in reports:
        # Whoever seals a report can spoil its shares: that holds up no other report that was chosen beside it (T31).
        try:
            share = own_share(desk, report)
        except (Expired, ShareWrong) as refused:
            wrong.append(refused)
            continue
        if share is not None:
            passed.append(PassedShare(report.sealed.id, pass_share(share, recipient)))
    if wrong and not passed:
        raise wrong[0]
    return tuple(passed)


def own_share(desk: Desk, kept: KeptReport) -> Share | None:
    """Return the own share; None for a report that was not sealed to this member. Raises Expired, ShareWrong."""
    if kept.share is not None:
        return kept.share
    sealed = next((one for one in kept.sealed.shares if one.member == desk.name), None)
    if sealed is None:
        return None
    held = desk.vault.epochs().get(sealed.epoch)
    if held is None:
        raise Expired("the key of this report's week is gone")
    try:
        share = open_share(sealed.content, held[0])
    except BadBytes:
        raise ShareWrong(desk.name) from None
    check_share(share, kept.sealed)
    return share


def _fitting(desk: Desk, seen: ProposalSeen, report: KeptReport) -> tuple[list[Share], list[str]]:
    """Return the shares of this report that belong together, and the members whose shares do not."""
    own = own_share(desk, report)
    found, misfits = [own] if own else [], []
    for passed in seen.shares:
        if passed.report != report.sealed.id:
            continue
        share = _opened_share(desk, passed)
        try:
            if share is None:
                raise ShareWrong("a share that is not sealed to this desk")
            check_share(share, report.sealed)
            found.append(share)
        except ShareWrong as wrong:
            misfits.append(wrong.detail)
    # The own share came from the source itself, so it says which list of hashes is the true one; else most members do.
    lists = Counter((share.share_hashes, share.recipient_hash, share.k) for share in found)
    true = (own.share_hashes, own.recipient_hash, own.k) if own else max(lists, key=lambda one: lists[one], default=None)
    fitting = {share.x: share for share in found if (share.share_hashes, share.recipient_hash, share.k) == true}
    misfits += [share.member for share in found if (share.share_hashes, share.recipient_hash, share.k) != true]
    return list(fitting.values()), sorted(set(misfits))


def _opened_share(desk: Desk, passed: PassedShare) -> Share | None:
    for identity, _ in desk.vault.epochs().values():
        try:
            return open_share(passed.content, identity)
        except BadBytes:
            continue
    return None


def _custody(desk: Desk, card: Card, excluded: Sequence[str]) -> tuple[Grant, ...]:
    # The source may have left out members: they get no custody share. Nor does who has no key this week.
    recipients = {}
    for member in desk.charter.charter.members:
        with suppress(FreshnessStale):
            if member.name not in excluded:
                recipients[member.name] = recipient_of(desk, member.name)
    if len(recipients) < desk.charter.charter.thresholds.open:
        raise FreshnessStale("too few members have keys for this week")
    shares = share_case(desk.vault.identities(card.case)[card.generation], card, desk.charter, sorted(recipients))
    return tuple(Grant(name, seal(encode(share), [recipients[name]])) for name, share in shares.items())


def report_of(desk: Desk, card: Card) -> KeptReport:
    """Return the sealed report that a card is for. Raises NotHere, NotThisApproval."""
    kept = desk.vault.report_of(card.submission)
    if kept.sealed.mailbox != card.mailbox:
        raise NotThisApproval("a card of another inbox")
    return kept


def keep_custody(desk: Desk, card: Card, sealed: bytes) -> None:
    """Keep the own custody share of a card's case, so that it outlives the week's key it was sealed to. Raises ShareWrong."""
    name = f"custody:{card.case}"
    if not sealed or desk.vault.note(name) is not None:
        return
    for identity, _ in desk.vault.epochs().values():
        try:
            share = open_custody_share(sealed, identity)
        except BadBytes:
            continue
        expected = (desk.instance_id, card.case, desk.name, Recipient.parse(card.recipient).hash)
        if (share.instance_id, share.case, share.member, share.recipient_hash) != expected or hash_of(share.share) not in share.share_hashes:
            raise ShareWrong(desk.name)
        desk.vault.keep_note(name, encode(share))
        return
    raise ShareWrong(desk.name)
