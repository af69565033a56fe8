# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the claims of a case and those of its story: how many members verified a sentence, as the log of the case tells it.

Names never leave the case; a number does. A sentence that the case does not hold in exactly these words was verified by nobody.
A desk that is not on the case cannot compare, and says nothing. See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from ombuds.core.casework import Work
from ombuds.core.content import Content
from ombuds.core.keys import Id
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk


@dataclass(frozen=True)
class Compared:
    """How many claims a text has, and of how many it says that more members verified them than the case does."""

    claims: int
    more: int


def verifiers_of(work: Work, says: str) -> int:
    """Return how many members verified a sentence, in exactly these words; none if it does not stand in the case."""
    return max((len(work.verifiers(claim)) for claim in work.claims if claim.said.says == says and not claim.replaced_by), default=0)


def compare(desk: Desk, case: Id, content: Content) -> Compared | None:
    """Return how the numbers of a text fit the case, or nothing if this member is not on it."""
    if not case or not desk.vault.identities(case):
        return None
    work = read_case(desk, case).work
    known = [(claim.verified, max((verifiers_of(work, said.text) for said in claim.says), default=0)) for claim in content.claims]
    return Compared(len(known), sum(1 for said, own in known if said > own))
