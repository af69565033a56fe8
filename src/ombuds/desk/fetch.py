# SPDX-License-Identifier: AGPL-3.0-or-later
"""One look at the server: the record first, then keys, reports, proposals, cases and messages; then what is ready goes out.

If the record does not hold, nothing else is done: a desk that was shown a forked history must not sign, open or publish
anything on top of it (T20, T30). Every other trouble is kept beside the rest, so that one bad case does not hold up the
others. It decides nothing by itself: members approve. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from ombuds.core.cards import Card
from ombuds.core.charter import CHARTER_DAYS
from ombuds.core.custody import PROPOSAL_TYPE, read_proposal
from ombuds.core.effort import BITS
from ombuds.core.envelope import signers
from ombuds.core.errors import EntryMissing, Expired, Malformed, NotAMember, NotHere, OmbudsError, RemoteSilent
from ombuds.core.keys import Hash, Id
from ombuds.core.wire import CaseSeen, ProposalSeen
from ombuds.desk.campaign.campaigns import campaign, campaigns
from ombuds.desk.campaign.moderating import fetch_posts
from ombuds.desk.campaign.posted import look_at_next
from ombuds.desk.casework.grants import card_of, take_up
from ombuds.desk.casework.opening import keep_custody, open_ready
from ombuds.desk.casework.originals import is_read, is_settled, settle
from ombuds.desk.casework.passing import pass_shares, rewrap_shares
from ombuds.desk.casework.receiving import receive
from ombuds.desk.casework.renewing import hand_in, propose_due
from ombuds.desk.casework.talk import send_outbox
from ombuds.desk.chain import catch_up, check_state
from ombuds.desk.log import follow, unsure
from ombuds.desk.parts import Desk
from ombuds.desk.passed import passed_over, troubles
from ombuds.desk.release.batch import learn_keys, note_named, settle_public
from ombuds.desk.release.carried_out import forget_seen, keep_done, mark_of, seen_over
from ombuds.desk.release.send import log_published, send_ready
from ombuds.desk.release.stopping import stop_withdrawn
from ombuds.desk.unproven import settle_proven
from ombuds.desk.weeks import confirm_weeks, keep_statements, oldest_kept, publish_weeks

MOST_PAGES = 1000


@dataclass(frozen=True)
class Trouble:
    """Something that did not hold: where, and the error that says what and what to do."""

    where: str
    error: OmbudsError


@dataclass
class Synced:
    """What one look found and did; it is filled while the look goes on."""

    leaves: int = 0
    reports: int = 0
    cases: int = 0
    received: int = 0
    signed: bool = False
    opened: tuple[Id, ...] = ()
    renewed: int = 0
    posts: int = 0
    sent: int = 0
    published: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    def step(self, where: str, work: Callable[[], None]) -> bool:
        """Do one step and keep its trouble; say whether it went well. Raises RemoteSilent alone."""
        try:
            work()
        except RemoteSilent:
            raise
        except OmbudsError as wrong:
            self.troubles.append(Trouble(where, wrong))
            return False
        return True


def sync(desk: Desk) -> Synced:
    """Look at the server once and return what was found and done. Raises RemoteSilent if it does not answer.

    A record that does not hold ends the look: ``troubles`` then names it, and nothing was signed or sent.
    """
    found = Synced()
    held = found.step("record", partial(_record, desk, found))
    # A server that shows less than before is told; the own copy still holds, and work goes on over it.
    if not held and not isinstance(found.troubles[0].error, EntryMissing):
        return found
    found.step("keys", partial(_keys, desk, found))
    found.step("proposals", partial(_proposals, desk, found))
    if not desk.only_moderates:
        _work_on_cases(desk, found)
    found.step("posts", partial(_posts, desk, found))
    return found


def _work_on_cases(desk: Desk, found: Synced) -> None:
    found.step("reports", partial(_reports, desk, found))
    found.step("cases", partial(_cases, desk, found))
    found.step("stopping", partial(_stop, desk))
    found.step("cards", partial(_cards, desk, found))
    found.step("shares", partial(_shares, desk))
    found.step("opening", partial(_open, desk, found))
    found.step("replies", partial(_replies, desk, found))
    found.step("publishing", partial(_publish, desk, found))


def _record(desk: Desk, found: Synced) -> None:
    found.leaves = catch_up(desk)


def _keys(desk: Desk, found: Synced) -> None:
    state = desk.remote.state()
    found.leaves += catch_up(desk) if state.size > desk.record.size else 0
    check_state(desk, state)
    # Before anything is published: a server that holds another key of this member would refuse the own one, and hide why.
    statements = keep_statements(desk, state)
    if publish_weeks(desk, state):
        state = desk.remote.state()
        statements = keep_statements(desk, state)
    # Before a week's key goes, the shares that only it opens are moved; a failure keeps the key.
    oldest = oldest_kept(desk)
    rewrap_shares(desk, oldest)
    desk.vault.drop_epochs(oldest)
    found.signed = confirm_weeks(desk, state, statements)
    found.leaves += catch_up(desk) if found.signed else 0


def _reports(desk: Desk, found: Synced) -> None:
    known, after = desk.vault.report_ids(), ""
    for _ in range(MOST_PAGES):
        page = desk.remote.reports(after)
        with desk.vault.together():
            # What a server says nothing of counts as if it had come with effort.
            efforts = (*page.efforts, *(BITS for _ in page.reports))
            for sealed, bits in zip(page.reports, efforts, strict=False):
                if sealed.id not in known and not is_read(desk, sealed.manifest.hash):
                    desk.vault.keep_report(sealed, desk.today, bits >= BITS)
                    found.reports += 1
        if not page.more or not page.reports:
            return
        after = page.reports[-1].id


def _proposals(desk: Desk, found: Synced) -> None:
    listed, over, after = set[Hash](), seen_over(desk), ""
    for _ in range(MOST_PAGES):
        page = desk.remote.proposals(after).proposals
        fresh = [each for each in page if each.hash not in listed]
        if not fresh:
            break
        for each in fresh:
            # What was done and is whole here changes no more: it is kept anew only if the server says something else of it.
            if over.get(each.hash) != mark_of(each):
                found.step("proposal", partial(_proposal, desk, each))
        listed |= {each.hash for each in fresh}
        after = page[-1].hash
    else:
        raise Malformed("proposals without an end")
    for kept in desk.vault.proposals():
        if kept.seen.hash not in listed and read_proposal(kept.seen.envelope).expires < desk.today:
            desk.vault.end_proposal(kept.seen.hash)
    forget_seen(desk, over.keys() - listed)


def _proposal(desk: Desk, seen: ProposalSeen) -> None:
    proposal = read_proposal(seen.envelope)
    if seen.hash != seen.envelope.hash or proposal.instance_id != desk.instance_id:
        raise Malformed("a proposal under another name")
    if not signers(seen.envelope, PROPOSAL_TYPE, desk.charter.charter.keys()):
        raise NotAMember("a proposal that no member signed")
    if proposal.expires > desk.today + timedelta(days=CHARTER_DAYS):
        raise Expired("a proposal lives 90 days at most")
    if seen.done:
        keep_done(desk, seen)
    else:
        desk.vault.keep_proposal(seen, desk.today)


def _cases(desk: Desk, found: Synced) -> None:
    for seen in desk.remote.cases().cases:
        found.step(f"case {seen.case[:8]}", partial(_case, desk, found, seen))


def _case(desk: Desk, found: Synced, seen: CaseSeen) -> None:
    card = card_of(desk, seen)
    desk.vault.cards.keep(seen.case, card.expires, seen.card)
    # A member who was away longer than a week's key is kept cannot open the custody share; the grant still opens the case.
    found.step(f"custody {seen.case[:8]}", partial(keep_custody, desk, card, seen.custody))
    if is_settled(desk, seen.case):
        return
    if seen.grant:
        found.step(f"case {seen.case[:8]}", partial(_work, desk, found, seen, card))
    # A case that does not read has no conversation; whoever reads it takes what its source writes.
    if settle(desk, seen, card) and seen.waiting:
        came = receive(desk, seen.case)
        found.received += came.count
        found.troubles += [Trouble(f"case {seen.case[:8]}", wrong) for wrong in came.troubles]


def _work(desk: Desk, found: Synced, seen: CaseSeen, card: Card) -> None:
    found.cases += take_up(desk, seen, card)
    before = passed_over(desk, seen.case)
    if desk.vault.matter(seen.case).seq < seen.seq or unsure(desk, seen.case):
        follow(desk, seen.case)
    fresh = passed_over(desk, seen.case) - before
    found.troubles += [Trouble(f"case {seen.case[:8]}", wrong) for wrong in troubles(fresh)]


def _cards(desk: Desk, found: Synced) -> None:
    propose_due(desk)
    found.renewed = hand_in(desk)


def _stop(desk: Desk) -> None:
    stop_withdrawn(desk)


def _shares(desk: Desk) -> None:
    pass_shares(desk)


def _open(desk: Desk, found: Synced) -> None:
    opened = open_ready(desk)
    found.opened = opened.cases
    found.troubles += [Trouble(f"report {one.report[:8]}", one.trouble) for one in opened.unopened]


def _replies(desk: Desk, found: Synced) -> None:
    found.sent = send_outbox(desk)


def _posts(desk: Desk, found: Synced) -> None:
    learn_keys(desk)
    settle_public(desk)
    note_named(desk)
    fetched = fetch_posts(desk)
    found.posts = fetched.posts
    found.troubles += [Trouble("posts", wrong) for wrong in fetched.troubles]
    for line in campaigns(desk):
        found.step("wall", partial(_wall, desk, line.subject))


def _wall(desk: Desk, subject: Id) -> None:
    with suppress(NotHere):
        look_at_next(desk, campaign(desk, subject))


def _publish(desk: Desk, found: Synced) -> None:
    sent = send_ready(desk)
    found.published = len(sent.published)
    found.troubles += [Trouble(f"proposal {name[:8]}", wrong) for name, wrong in sent.unsent]
    if found.published:
        found.leaves += catch_up(desk)
    log_published(desk)
    settle_proven(desk)
