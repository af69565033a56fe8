# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases: the sealed reports that nobody has opened, agreeing to open many of them at once, and the opened cases.

Of a sealed report only its size class and the day it came are known. Agreeing to a report that somebody asked about
agrees to everything that was asked together with it: one proposal is one act (T23). See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from ombuds.core.cards import OpenParameters
from ombuds.core.custody import Proposal, read_proposal
from ombuds.core.encoding import convert
from ombuds.core.envelope import signers
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash
from ombuds.desk.casework.opening import approve_opening, propose_opening
from ombuds.desk.casework.originals import openings
from ombuds.desk.kept import KeptOpening, KeptProposal, Matter
from ombuds.desk.lists import PAGE, Place, SealedRow
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.unread import opened_already
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.stops import objections
from ombuds.pages.desk_texts import Lacking
from ombuds.pages.desk_values import CaseLine, CasesView, SealedLine, StateLine
from ombuds.pages.languages import mark

ASKED = ("state", "newer", "older", "sealed", "lesser")


@dataclass(frozen=True)
class Asked:
    """A proposal to open that is not over: what it says and who agreed."""

    kept: KeptProposal
    proposal: Proposal
    said: OpenParameters
    agreed: tuple[str, ...]


def cases(visit: Visit) -> Response:
    """Show a page of the cases of this member, all or those in one state, and a page of the sealed reports."""
    return page(visit.room.renderer.cases(visit.shell("/cases"), _view(visit)))


def _view(visit: Visit, lacks: str = "") -> CasesView:
    lists, asked, opened = visit.desk.vault.lists, asked_to_open(visit.desk), opened_already(visit.desk)
    tallies, elsewhere = lists.tallies(), [one.submission for one in opened.values() if one.state == "waiting"]
    state = visit.query.one("state") if visit.query.one("state") in tallies else ""
    shown, newer, older = _page(visit, state)
    sealed, sealed_more = _sealed_page(visit, state, "sealed")
    lesser, lesser_more = _sealed_page(visit, state, "lesser")
    return CasesView(
        cases=tuple(case_line(matter) for matter in shown),
        states=tuple(StateLine(state=name, total=tally.total) for name, tally in tallies.items()),
        state=state,
        total=sum(tally.total for tally in tallies.values()),
        unread=sum(tally.unread for tally in tallies.values()),
        newer=newer,
        older=older,
        sealed=tuple(_sealed(visit.desk, report, asked.get(report.submission), opened.get(report.submission)) for report in sealed),
        sealed_more=sealed_more,
        sealed_total=lists.sealed_count(but=elsewhere),
        lesser=tuple(_sealed(visit.desk, report, asked.get(report.submission), opened.get(report.submission)) for report in lesser),
        lesser_more=lesser_more,
        lesser_total=lists.sealed_count(worked=False, but=elsewhere),
        back=Lacking(lacks=lacks, asked=tuple((name, visit.query.one(name)) for name in ASKED if visit.query.one(name))),
    )


def _page(visit: Visit, state: str) -> tuple[list[Matter], str, str]:
    """Return a page of the list, and the addresses of the newer and the older one."""
    lists, up, down = visit.desk.vault.lists, _place(visit.query.one("newer")), _place(visit.query.one("older"))
    found = lists.matters(state, up or down, "newer" if up else "older", PAGE + 1)
    more = len(found) > PAGE
    shown = found[-PAGE:] if up else found[:PAGE]
    if not shown:
        return [], "", ""
    newer = _link(state, "newer", Place(shown[0].day, shown[0].id)) if (more if up else down) else ""
    older = _link(state, "older", Place(shown[-1].day, shown[-1].id)) if up or more else ""
    return shown, newer, older


def _sealed_page(visit: Visit, state: str, which: str) -> tuple[list[SealedRow], str]:
    """Return a page of the sealed reports that came with effort or of the lesser ones, and the address of the next page."""
    found = visit.desk.vault.lists.sealed(_place(visit.query.one(which)), PAGE + 1, worked=which == "sealed")
    more = _link(state, which, Place(found[PAGE - 1].day, found[PAGE - 1].id)) if len(found) > PAGE else ""
    return found[:PAGE], more


def _place(typed: str) -> Place | None:
    day, _, name = typed.partition(".")
    try:
        return Place(date.fromisoformat(day), name) if name else None
    except ValueError:
        return None


def _link(state: str, way: str, place: Place) -> str:
    return "/cases?" + urlencode({**({"state": state} if state else {}), way: f"{place.day.isoformat()}.{place.id}"})


def agree(visit: Visit) -> Response:
    """Agree to open what was ticked: approve what was asked already, ask for the rest. Raises what the verbs raise."""
    ticked = visit.form.all("report")
    if not ticked:
        # Back to the pages of the lists that the form came from, with the sentence beside its button.
        view = _view(replace(visit, query=visit.form), "ticked")
        return page(visit.room.renderer.cases(visit.shell("/cases"), view), 400)
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
    done = {one.case for one in openings(desk)}
    for kept in desk.vault.proposals():
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action != "open" or proposal.expires < desk.today or objections(desk, kept.seen):
            continue
        said = convert(proposal.parameters, OpenParameters)
        agreed = signers(kept.seen.envelope, kept.seen.envelope.payloadType, desk.charter.charter.keys("open"))
        for card in said.cards:
            if card.case not in done:
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


def _sealed(desk: Desk, report: SealedRow, asked: Asked | None, opened: KeptOpening | None) -> SealedLine:
    needed = desk.charter.charter.thresholds.open
    if asked is None:
        plain = SealedLine(id=report.id, day=report.day, size=report.size, needed=needed)
        return msgspec.structs.replace(plain, opened=opened.state, opened_by=opened.opener) if opened else plain
    return SealedLine(
        id=report.id,
        day=report.day,
        size=report.size,
        agreed=len(asked.agreed),
        needed=needed,
        mine=bool(asked.kept.answer) or desk.name in asked.agreed,
        ready=len(asked.agreed) >= needed,
        expires=asked.proposal.expires,
        asked_by=asked.said.opener,
        together=len(asked.said.cards) - 1,
    )
