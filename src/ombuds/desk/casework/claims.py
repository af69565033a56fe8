# SPDX-License-Identifier: AGPL-3.0-or-later
"""Claims of a case: sentences that can be checked, and the steps by which members check them.

Whether a claim is verified is told by the fold (core/casework.py), never typed by anybody. Each step is one signed event of the
case log; log.py adds it. See spec/case.md.
"""

from __future__ import annotations

from ombuds.core.case import Case
from ombuds.core.casework import Checked, NewClaim, Verdict
from ombuds.core.content import ClaimKind
from ombuds.core.errors import OrderWrong
from ombuds.core.keys import Id, random_id
from ombuds.desk.log import append
from ombuds.desk.parts import Desk


def add_claim(desk: Desk, case: Id, kind: ClaimKind, texts: tuple[str, str], replaces: Id = "") -> Case:
    """Write a claim, its sentence and how we know it, new or in place of an earlier one.

    Raises OrderWrong for an empty text or if the earlier one does not stand, Malformed if it is too long, NotHere, RemoteSilent.
    """
    says, known = " ".join(texts[0].split()), texts[1].strip()
    if not says or not known:
        raise OrderWrong("there is no text")
    claim = NewClaim(random_id(), kind, says, known, replaces or None)
    return append(desk, case, "claim", lambda _: claim)


def check_claim(desk: Desk, case: Id, claim: Id, verdict: Verdict, how: str) -> Case:
    """Say whether a claim holds, and what was done to check it.

    Raises OrderWrong without a text, for a claim of one's own that holds, after stepping back, or if it does not stand; NotHere, RemoteSilent.
    """
    if not how.strip():
        raise OrderWrong("there is no text")
    return append(desk, case, "checked", lambda _: Checked(claim, verdict, how.strip()))
