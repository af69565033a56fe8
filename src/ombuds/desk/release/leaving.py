# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches that wait for the server's fixed hour: which they are, when the server said that they leave, and which hour is next.

The server's word is kept as it was told first until the proposal is over, whatever the server says afterwards, so that one that is
held back is seen to be late. It is no proof of anything:
a batch is public when the checked record has it, and is handed in again when the server knows nothing of it (T11, T20). It
sends nothing. Which hour is the next one is kept as it was said last: until a batch is handed in it can be no more. See spec/desk.md.
"""

from __future__ import annotations

from datetime import timedelta

from ombuds.core.custody import read_proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import NotHere, OmbudsError
from ombuds.core.keys import Hash
from ombuds.core.publication import read_parameters
from ombuds.core.wire_posts import FixedHour, LeavesAt
from ombuds.desk.campaign.campaigns import campaigns
from ombuds.desk.kept import KeptProposal
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections

LEAVES, NEXT_HOUR = "leaves:", "next-hour"


def waiting_batches(desk: Desk) -> frozenset[Hash]:
    """Return the batches that wait at the server for their hour, and keep which hour is next; it is asked only where there is a campaign.

    Raises RemoteSilent, RemoteRefused.
    """
    known = {name.removeprefix(LEAVES) for name in desk.vault.notes(LEAVES)}
    if not known and not campaigns(desk) and not any(is_batch(kept) for kept in desk.vault.proposals()):
        return frozenset()
    said = desk.remote.leaving()
    desk.vault.keep_note(NEXT_HOUR, encode(said.next_hour))
    told = {each.proposal: each for each in said.batches}
    for proposal in known - set(told):
        # A server that says once that it knows of no batch gets it again, and starts no new hour by that.
        if _is_over(desk, proposal):
            desk.vault.drop_note(LEAVES + proposal)
    for each in told.values():
        keep_leaves(desk, each)
    return frozenset(told)


def keep_leaves(desk: Desk, said: LeavesAt) -> None:
    """Keep when a batch leaves, as the server said it first."""
    if leaves(desk, said.proposal) is None:
        desk.vault.keep_note(LEAVES + said.proposal, encode(said))


def leaves(desk: Desk, proposal: Hash) -> LeavesAt | None:
    """Return when a batch leaves that was handed in, and nothing for any other."""
    kept = desk.vault.note(LEAVES + proposal)
    return decode(kept, LeavesAt) if kept is not None else None


def next_hour(desk: Desk) -> FixedHour | None:
    """Return which fixed hour is the next one, as the server said at the last look; nothing if it did not say or that day is past."""
    kept = desk.vault.note(NEXT_HOUR)
    said = decode(kept, FixedHour) if kept is not None else None
    return said if said and said.day >= desk.today else None


def _is_over(desk: Desk, proposal: Hash) -> bool:
    try:
        kept = desk.vault.proposal(proposal)
    except NotHere:
        return True
    return kept.done or bool(objections(desk, kept.seen))


def is_batch(kept: KeptProposal) -> bool:
    """Say whether a proposal is a batch of a wall."""
    proposal = read_proposal(kept.seen.envelope)
    try:
        return proposal.action == "publish" and read_parameters(proposal).kind == "wall"
    except OmbudsError:
        return False


def is_of_now(desk: Desk, kept: KeptProposal) -> bool:
    """Say whether a batch of a wall could be public today: it has time, and its day is one that desks and server take."""
    proposal = read_proposal(kept.seen.envelope)
    return is_batch(kept) and proposal.expires >= desk.today and abs(read_parameters(proposal).day - desk.today) <= timedelta(days=1)
