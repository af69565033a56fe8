# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases: the sealed reports that nobody has opened, agreeing to open many of them at once, and the opened cases.

Of a sealed report only its size class and the day it came are known. Agreeing to a report that somebody asked about
agrees to everything that was asked together with it: one proposal is one act (T23). See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from ombuds.core.cards import OpenParameters
from ombuds.core.custody import Proposal, read_proposal
from ombuds.core.encoding import convert
from ombuds.core.envelope import signers
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash
from ombuds.desk.casework.opening import approve_opening, propose_opening
from ombuds.desk.kept import KeptProposal, KeptReport, Matter
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.visit import Visit, mistake
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections
from ombuds.pages.desk_values import CaseLine, CasesView, SealedLine
from ombuds.pages.languages import mark

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Asked:
    """A proposal to open that is not over: what it says and who agreed."""

    kept: KeptProposal
    proposal: Proposal
    said: OpenParameters
    agreed: tuple[str, ...]


def cases(visit: Visit) -> Response:
    """Show the sealed reports and the cases of this member."""
    query = visit.query.one("query").strip()[:LONGEST_QUERY]
    asked = asked_to_open(visit.desk)
    view = CasesView(
        cases=tuple(case_line(matter) for matter in visit.desk.vault.matters() if query.casefold() in matter.title.casefold()),
        sealed=tuple(_sealed(visit.desk, report, asked.get(report.sealed.manifest.hash)) for report in visit.desk.vault.reports()),
        query=query,
    )
    return page(visit.room.renderer.cases(visit.shell(), view))


def agree(visit: Visit) -> Response:
    """Agree to open what was ticked: approve what was asked already, ask for the rest. Raises what the verbs raise."""
    ticked = visit.form.all("report")
    if not ticked:
        return mistake(visit, mark("No report was ticked."))
    asked, fresh, known = asked_to_open(visit.desk), [], dict[Hash, None]()
    for report in ticked:
        kept = visit.desk.vault.report(report)
        found = asked.get(kept.sealed.manifest.hash)
        if found is None:
            fresh.append(report)
        elif not found.kept.answer:
            known[found.kept.seen.hash] = None
    for proposal in known:
        approve_opening(visit.desk, proposal)
    if fresh:
        propose_opening(visit.desk, fresh)
    visit.say(mark("You agreed. The desk that asked first opens the reports as soon as enough members have agreed."))
    return go("/cases")


def asked_to_open(desk: Desk) -> dict[Hash, Asked]:
    """Return the proposals to open that stand, by the hash of each report in them."""
    found: dict[Hash, Asked] = {}
    for kept in desk.vault.proposals():
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action != "open" or proposal.expires < desk.today or objections(desk, kept.seen):
            continue
        said = convert(proposal.parameters, OpenParameters)
        agreed = signers(kept.seen.envelope, kept.seen.envelope.payloadType, desk.charter.charter.keys("open"))
        for card in said.cards:
            found[card.submission] = Asked(kept, proposal, said, agreed)
    return found


def case_line(matter: Matter) -> CaseLine:
    """Return a case as a list shows it."""
    return CaseLine(id=matter.id, title=matter.title, state=matter.state, day=matter.day, unread=matter.unread)


def my_matter(desk: Desk, case: str) -> Matter:
    """Return the list's line of a case on which this member works. Raises NotHere."""
    matter = desk.vault.matter(case)
    if not desk.vault.identities(case):
        raise NotHere("you are not on this case")
    return matter


def _sealed(desk: Desk, report: KeptReport, asked: Asked | None) -> SealedLine:
    manifest = report.sealed.manifest
    size = len(report.sealed.body) + sum(part.size for file in manifest.files for part in file.parts)
    needed = desk.charter.charter.thresholds.open
    if asked is None:
        return SealedLine(id=report.sealed.id, day=report.day, size=size, needed=needed)
    return SealedLine(
        id=report.sealed.id,
        day=report.day,
        size=size,
        agreed=len(asked.agreed),
        needed=needed,
        mine=bool(asked.kept.answer) or desk.name in asked.agreed,
        ready=len(asked.agreed) >= needed,
        expires=asked.proposal.expires,
        asked_by=asked.said.opener,
        together=len(asked.said.cards) - 1,
    )
