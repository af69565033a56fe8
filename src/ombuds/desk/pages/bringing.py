# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings the verified claims of a case into the draft of its story: the sentence, how we know it, and how many verified it.

A claim that is not verified is brought in by hand alone. Lines that stand in the draft already get the number that the case
tells now; nothing else of them changes. No name is taken along. See spec/desk.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.casework import Claim, Work
from ombuds.desk.log import read_case
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.parts import Desk
from ombuds.desk.release.verified import verifiers_of
from ombuds.pages.desk_texts import Draft, DraftRow
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

NONE_YET = Trouble(
    sentence=mark("No claim of this case is verified yet."),
    help=mark("A claim is verified when two members other than its writer have said in the case that it holds."),
)


def with_verified(desk: Desk, draft: Draft) -> tuple[Draft, Trouble | None]:
    """Return the draft with the verified claims of its case, and what to say if there are none. Raises NotHere."""
    work = read_case(desk, my_matter(desk, draft.case).id).work
    if not work.verified:
        return draft, NONE_YET
    standing = tuple(_counted(work, row) for row in draft.rows.get("claim", ()))
    known = {text.strip() for row in standing for text in row.said.get("says", ())}
    fresh = tuple(_row(work, claim, len(draft.texts)) for claim in work.verified if claim.said.says not in known)
    return msgspec.structs.replace(draft, rows={**draft.rows, "claim": (*standing, *fresh)}), None


def _row(work: Work, claim: Claim, languages: int) -> DraftRow:
    # In which language of the text a claim was written nobody says: it stands in the first, and the others are for a translator.
    others = ("",) * (languages - 1)
    said = {"says": (claim.said.says, *others), "known": (claim.said.known, *others)}
    return DraftRow(fields={"kind": claim.said.kind, "verified": str(len(work.verifiers(claim)))}, said=said)


def _counted(work: Work, row: DraftRow) -> DraftRow:
    texts = [text.strip() for text in row.said.get("says", ()) if text.strip()]
    if not any(claim.said.says in texts for claim in work.claims):
        return row
    return msgspec.structs.replace(row, fields={**row.fields, "verified": str(max(verifiers_of(work, text) for text in texts))})
