# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of an approval: it carries out at once what enough members signed, and says truly how far it has come.

Sending is send.py's work, which checks and decides as it does at every look. While the server is silent, or another desk has to
send, the sentence says so. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from ombuds.core.custody import PROPOSAL_TYPE, read_proposal
from ombuds.core.envelope import signers
from ombuds.core.errors import OmbudsError, RemoteSilent
from ombuds.core.keys import Hash
from ombuds.desk.chain import catch_up
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.leaving import is_batch, leaves
from ombuds.desk.release.send import log_published, send_ready
from ombuds.pages.languages import mark
from ombuds.pages.values import Sentence

WAITS = mark("Approved. It is carried out when enough members have agreed.")
OUT = mark("Approved, and enough members have agreed: it is carried out. Its page is linked below; pages that a browser keeps follow within a minute.")
SOON = mark("Approved, and enough members have agreed. It goes out at the next look at the server; Fetch from the server looks now.")
BATCH = mark("Approved, and enough members have agreed: the batch lies at the server. The wall changes at %(hour)s UTC on %(day)s.")
BATCH_SOON = mark("Approved, and enough members have agreed. The batch is handed in at the next look at the server; Fetch from the server looks now.")


def carry_out(visit: Visit, proposals: Sequence[Hash]) -> Sentence:
    """Send what enough members signed, if the server answers, and return what came of these proposals."""
    desk = visit.desk
    if not all(_agreed(desk, proposal) for proposal in proposals):
        return Sentence(text=WAITS)
    try:
        _send(desk)
    except RemoteSilent:
        visit.room.silent(desk)
    except OmbudsError:
        pass  # the next look meets it again, and names it on its screen
    return _said(desk, proposals)


def _send(desk: Desk) -> None:
    send_ready(desk)
    catch_up(desk)
    log_published(desk)


def _agreed(desk: Desk, proposal: Hash) -> bool:
    """Say whether enough members signed something that readers see."""
    seen = desk.vault.proposal(proposal).seen
    action = read_proposal(seen.envelope).action
    given = signers(seen.envelope, PROPOSAL_TYPE, desk.charter.charter.keys(action))
    return action in ("publish", "takedown") and len(given) >= desk.rule(action).threshold


def _said(desk: Desk, proposals: Sequence[Hash]) -> Sentence:
    kept = [desk.vault.proposal(proposal) for proposal in proposals]
    batches = [each for each in kept if is_batch(each) and not each.done]
    if not batches:
        return Sentence(text=OUT if all(each.done for each in kept) else SOON)
    said = leaves(desk, batches[0].seen.hash)
    return Sentence(text=BATCH, values={"hour": f"{said.hour:02d}:00", "day": said.day}) if said else Sentence(text=BATCH_SOON)
