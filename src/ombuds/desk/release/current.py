# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is public now, as this desk knows it: the latest version of each subject, with its text and the case it came from.

A text is taken from the proposal that members signed, as the vault keeps it, or else asked of the server; either way it
counts only if it is the one that the checked record commits to (T18). It changes nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from ombuds.core.custody import read_proposal
from ombuds.core.errors import BadBytes, ContentChanged, EntryRefused, OmbudsError
from ombuds.core.keys import Id
from ombuds.core.publication import Content, Salted, read_content, read_parameters
from ombuds.core.record import Line
from ombuds.core.wire import ProposalSeen
from ombuds.desk.campaign.campaigns import campaign, campaigns
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk
from ombuds.desk.release.asking import published_from
from ombuds.desk.release.judging import on_team, read_enclosure
from ombuds.desk.release.signed import signed, text_of


@dataclass(frozen=True)
class Current:
    """A publication in its latest version, and the case it came from; empty if this member is not on it, or there is none."""

    line: Line
    content: Content
    case: str


def public_lines(desk: Desk) -> list[Line]:
    """Return the latest line of every text that is public, newest first; a wall has none."""
    heads = {line.subject: line for line in desk.record.lines if line.subject}
    return sorted((line for line in heads.values() if line.kind not in ("takedown", "wall")), key=lambda line: -line.index)


def current(desk: Desk, subject: Id) -> Current:
    """Return a publication as it stands, asking the server if the vault lacks it.

    Raises EntryRefused (unknown, or taken down), ContentChanged, RemoteSilent, NotHere, NotSealedForThis, Malformed.
    """
    desk.record.place(subject)
    line = desk.record.head(subject)
    if line is None or line.parameters is None:
        raise EntryRefused("there is nothing to continue")
    for found in at_hand(desk, [line]):
        return found
    return Current(line, _text(line, desk.remote.content(subject, line.version)), _case_of(desk, subject))


def at_hand(desk: Desk, lines: Iterable[Line]) -> list[Current]:
    """Return those publications whose text the vault holds, in the same order. Raises Malformed."""
    known, found = signed(desk), []
    for line in lines:
        kept = known.get(text_of(line))
        if kept is None:
            continue
        # What was handed out wrongly is asked for again at the next look, and the text of the server until then.
        with suppress(BadBytes, ContentChanged):
            enclosure = read_enclosure(desk, kept.seen)
            case = enclosure.case if on_team(desk, enclosure.case) else ""
            found += [Current(line, _text(line, file), case or _case_of(desk, line.subject)) for file in enclosure.files[:1]]
    return found


def first_kind(desk: Desk, subject: Id) -> str:
    """Return what a subject began as: a story, an update or a campaign; empty for an unknown one."""
    return next((line.kind for line in desk.record.lines if line.subject == subject), "")


def title_of(desk: Desk, seen: ProposalSeen) -> str:
    """Return the title of what a proposal would publish or take down, as far as the vault holds exactly that text; of a batch, its campaign's; else nothing."""
    with suppress(OmbudsError):
        proposal = read_proposal(seen.envelope)
        if proposal.action == "takedown":
            last = next((line for line in reversed(desk.record.lines) if line.subject == proposal.subject and line.kind != "takedown"), None)
            found = at_hand(desk, [last] if last else [])
            return found[0].content.texts[0].title if found else ""
        if read_parameters(proposal).kind == "wall":
            known = (campaign(desk, line.subject) for line in campaigns(desk))
            return next((found.content.texts[0].title for found in known if found.terms.wall == proposal.subject), "")
        named, files = read_parameters(proposal).files, read_enclosure(desk, seen).files
        if files and [(file.path, file.commitment) for file in named] == [(file.path, file.commitment) for file in files]:
            return read_content(files[0].content).texts[0].title
    return ""


def _text(line: Line, file: Salted) -> Content:
    if line.parameters is None or [(named.path, named.commitment) for named in line.parameters.files[:1]] != [(file.path, file.commitment)]:
        raise ContentChanged("the text is not the one in the record")
    return read_content(file.content)


def _case_of(desk: Desk, subject: Id) -> str:
    mine = (matter.id for matter in desk.vault.matters() if on_team(desk, matter.id))
    return next((case for case in mine if any(one.subject == subject for one in published_from(desk, read_case(desk, case)))), "")
