# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a member's own shares: passed to an opener once enough agree, or kept past their week's key.

A share leaves this desk only for a quorum that stands and that nobody stopped; what an opener holds before that would be
one key less that a raid has to find (T03). It opens no report. See spec/opening.md.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from ombuds.core.cards import OpenParameters, sign_card
from ombuds.core.custody import approve, read_proposal
from ombuds.core.encoding import convert
from ombuds.core.errors import Expired, NotHere, ShareWrong
from ombuds.core.wire import Approval
from ombuds.desk.casework.opening import PASSED, enough, own_share, own_shares, report_of
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections

REWRAPPED_DAYS = 60


def pass_shares(desk: Desk) -> int:
    """Pass the own shares of openings that this member approved and that enough members agree to now; return how many openings."""
    passed = 0
    for kept in desk.vault.proposals():
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action != "open" or kept.answer != "approved" or desk.vault.note(PASSED + kept.seen.hash) is not None:
            continue
        said = convert(proposal.parameters, OpenParameters)
        if said.opener == desk.name or proposal.expires < desk.today or objections(desk, kept.seen) or not enough(desk, kept.seen.envelope):
            continue
        with suppress(NotHere):  # opened meanwhile with the shares of others
            shares = own_shares(desk, [report_of(desk, card) for card in said.cards], said.opener)
            cards = tuple(sign_card(card, desk.key) for card in said.cards)
            desk.remote.approve(Approval(approve(proposal, desk.key), cards, shares))
            passed += 1
        desk.vault.keep_note(PASSED + kept.seen.hash, b"1")
    return passed


def rewrap_shares(desk: Desk, oldest: int) -> int:
    """Keep the own shares of unopened reports whose week's key is about to go; return how many.

    The vault holds them sealed like all it holds, and lets go of them when the report is opened or 60 days have passed.
    """
    count = 0
    for row in desk.vault.lists.all_sealed():
        if desk.today - row.day > timedelta(days=REWRAPPED_DAYS):
            desk.vault.forget_report(row.id)
            continue
        kept = desk.vault.report(row.id)
        if kept.share is None and any(one.member == desk.name and one.epoch < oldest for one in kept.sealed.shares):
            # One that is spoilt or too old already must not keep the other keys from going.
            with suppress(Expired, ShareWrong):
                share = own_share(desk, kept)
                if share is not None:
                    desk.vault.keep_share(kept.sealed.id, share)
                    count += 1
    return count
