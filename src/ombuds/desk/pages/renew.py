# SPDX-License-Identifier: AGPL-3.0-or-later
"""One press that signs the new cards of all cases whose cards end soon.

What each card must equal is checked by casework/renewing.py; a request that this desk would not sign stands under Approve
with its reason. See spec/desk.md.
"""

from __future__ import annotations

from starlette.responses import Response

from ombuds.desk.casework.renewing import hand_in, renewals_waiting
from ombuds.desk.pages.answers import go
from ombuds.desk.pages.visit import Visit
from ombuds.desk.release.approving import approve
from ombuds.pages.languages import mark


def renew(visit: Visit) -> Response:
    """Sign all new cards that are asked for. Raises what approving raises."""
    for proposal in renewals_waiting(visit.desk):
        approve(visit.desk, proposal)
    hand_in(visit.desk)
    visit.say(mark("Signed. The cards are renewed as soon as enough members have signed."))
    return go("/")
