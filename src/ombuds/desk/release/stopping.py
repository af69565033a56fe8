# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stops what the source no longer allows: once a case holds a refusal, a revocation or a close, its proposals are stopped.

The desk that knows the source's word objects by itself, so that no other member can publish with signatures that were given
before it: the server takes no proposal that one member stopped (T05). A close has no signature: a desk objects to one only if
it opened the message itself, and not because another member logged it. It decides nothing else: whether consent holds is
core/case.py's. See spec/publication.md.
"""

from __future__ import annotations

from contextlib import suppress

from ombuds.core.case import Case
from ombuds.core.consent import read_answer
from ombuds.core.custody import read_proposal
from ombuds.core.errors import AlreadyUsed, BadBytes
from ombuds.desk.casework.receiving import heard_close
from ombuds.desk.kept import KeptProposal
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import refuse
from ombuds.desk.release.judging import on_team, read_enclosure
from ombuds.desk.stops import objections

TAKEN_BACK = "The source refused, took the consent back, or closed the case."


def stop_withdrawn(desk: Desk) -> int:
    """Object to every open proposal that publishes from a case whose source said no; return how many. Raises RemoteSilent, RemoteRefused."""
    stopped = 0
    for kept in desk.vault.proposals():
        if _is_over(desk, kept):
            # What was carried out already cannot be stopped any more.
            with suppress(AlreadyUsed):
                refuse(desk, kept.seen.hash, TAKEN_BACK)
                stopped += 1
    return stopped


def _is_over(desk: Desk, kept: KeptProposal) -> bool:
    if read_proposal(kept.seen.envelope).action != "publish" or any(stop.member == desk.name for stop in objections(desk, kept.seen)):
        return False
    try:
        enclosure = read_enclosure(desk, kept.seen)
    except BadBytes:
        return False  # nobody here approves what cannot be read
    if not on_team(desk, enclosure.case):
        return False
    case = read_case(desk, enclosure.case)
    return _answered_no(case) or (case.withdrawn and heard_close(desk, case))


def said_no(case: Case) -> bool:
    """Say whether the source's last word on a case is a no: a refusal, a revocation, or that it closed the case."""
    return case.withdrawn or _answered_no(case)


def _answered_no(case: Case) -> bool:
    if case.question is None or case.answer is None:
        return False
    contact = case.body.contact
    return read_answer(case.answer, case.question, contact.mailbox, contact.consent_key).choice != "agree"
