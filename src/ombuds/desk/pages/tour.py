# SPDX-License-Identifier: AGPL-3.0-or-later
"""The six steps through a demonstration, for Today: what to do next and where, and which of them were done.

A step is done when this member's vault shows it, a publication when the checked record does; nothing is noted for it. The last
one happens on a reader's machine, so no desk can know of it, and it has no tick. No other desk shows any of this. See spec/demonstration.md.
"""

from __future__ import annotations

from ombuds.core.case import Case
from ombuds.desk.log import read_case
from ombuds.desk.pages.standing import to_be_signed
from ombuds.desk.pages.visit import home_of
from ombuds.desk.parts import Desk
from ombuds.desk.release.asking import published_from
from ombuds.desk.release.stopping import said_no
from ombuds.pages.desk_texts import TourStep
from ombuds.pages.languages import mark


def steps(desk: Desk, language: str) -> tuple[TourStep, ...]:
    """Return the steps with those that were done; none unless this is a demonstration."""
    home = home_of(desk)
    if not home:
        return ()
    matters = desk.vault.matters()
    cases = [read_case(desk, matter.id) for matter in matters if desk.vault.identities(matter.id)]
    report = mark("Write a report on the public page, as the officer would, and keep the twelve words.")
    together = mark("Under Cases choose the sealed report and ask to open it. Then agree under Approve at the desk of a second member.")
    reply = mark("Open the case and answer. The officer reads it in the inbox on the public page, with the twelve words.")
    consent = mark("Write the story from its case and ask for consent. The officer reads exactly that text in the inbox, and agrees.")
    publish = mark("Ask the members to sign the text that was agreed to. Sign it under Approve at the desk of a second member; then it is public.")
    check = mark("Save the story's page and, from the foot of it, its proof file into one folder. This command checks them without the server:")
    return (
        TourStep(title=mark("Report"), text=report, link=f"{home}/{language}/report", done=bool(matters) or bool(desk.vault.report_ids())),
        TourStep(title=mark("Open together"), text=together, link="/cases", done=bool(cases)),
        TourStep(title=mark("Reply"), text=reply, link="/cases", done=any(map(_replied, cases))),
        TourStep(title=mark("Consent"), text=consent, link="/cases", done=any(case.answer is not None and not said_no(case) for case in cases)),
        TourStep(title=mark("Publish"), text=publish, link=to_the_text(desk), done=any(published_from(desk, case) for case in cases)),
        TourStep(title=mark("Check"), text=check, command=".venv/bin/ombuds verify page.html"),
    )


def to_the_text(desk: Desk) -> str:
    """Return where the text stands that a source agreed to and the members are to sign; without one, the editor."""
    mine = (matter for matter in desk.vault.matters() if desk.vault.identities(matter.id))
    return next((f"/publish?case={matter.id}" for matter in mine if to_be_signed(desk, matter)), "/publish")


def _replied(case: Case) -> bool:
    """Whether the desk wrote to the source in words, not only asked for consent."""
    return any(line.message.direction == "desk" and line.message.question is None and line.message.heard is None for line in case.said)
