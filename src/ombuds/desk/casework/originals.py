# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a report's sealed original once it was opened: it goes when another member reads the case, and not before.

A desk of the team that reads the case says so to the server and lets go of its own sealed copy. One that cannot read it, or
reads something else than the source sent or a team that nobody approved, keeps its copy and says so; the report can then be opened again (T05). A desk
outside the team keeps its copy for as long as the server keeps the original. It opens nothing. See spec/desk.md.
"""

from __future__ import annotations

from ombuds.core.cards import Card, OpenParameters
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import convert, decode, encode
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id
from ombuds.core.wire import CaseSeen
from ombuds.desk.kept import KeptOpening, OpeningState
from ombuds.desk.log import read_case
from ombuds.desk.parts import Desk

OPENED = "opened:"
READ = "original:"


def forget_own(desk: Desk, card: Card) -> None:
    """Let go of the sealed copy of a report that this desk has opened itself."""
    with desk.vault.together():
        desk.vault.forget_submission(card.submission)
        desk.vault.keep_note(READ + card.submission, card.case.encode())


def is_read(desk: Desk, submission: Hash) -> bool:
    """Say whether this desk reads a case of a report whose original the server still keeps."""
    return desk.vault.note(READ + submission) is not None


def is_settled(desk: Desk, case: Id) -> bool:
    """Say whether a case did not hold here and its report is read as another case."""
    kept = desk.vault.note(OPENED + case)
    return kept is not None and decode(kept, KeptOpening).state == "settled"


def openings(desk: Desk) -> tuple[KeptOpening, ...]:
    """Return the cases of whose reports a sealed copy is kept here, or that do not hold; those that do not hold stand last."""
    kept = (decode(note, KeptOpening) for note in desk.vault.notes(OPENED).values())
    return tuple(sorted(kept, key=lambda one: (one.state == "misfit", one.case)))


def settle(desk: Desk, seen: CaseSeen, card: Card) -> bool:
    """Say whether a case reads here, after a look at it, and do with its sealed original what follows from that.

    Raises RemoteSilent, RemoteRefused.
    """
    reads = _reads(desk, seen.case) and not (seen.original and _other_team(desk, seen.case))
    if reads:
        _confirm(desk, seen, card)
    elif seen.grant:
        _keep(desk, seen, card, "settled" if is_read(desk, card.submission) else "misfit")
    elif seen.original:
        if _holds(desk, card.submission):
            _keep(desk, seen, card, "waiting")
    else:
        with desk.vault.together():
            desk.vault.forget_submission(card.submission)
            desk.vault.drop_note(OPENED + seen.case)
    return reads


def _reads(desk: Desk, case: Id) -> bool:
    try:
        return desk.vault.matter(case).state != "none"
    except NotHere:
        return False


def _other_team(desk: Desk, case: Id) -> bool:
    """Say whether a case names another team than members approved, less whom its source left out; no, if this desk has no proposal."""
    said, now = _approved(desk, case), read_case(desk, case)
    if said is None or now.opened is None:
        return False
    return set(now.opened.team) != set(said.team) - set(now.body.wishes.exclude)


def _holds(desk: Desk, submission: Hash) -> bool:
    try:
        desk.vault.report_of(submission)
    except NotHere:
        return False
    return True


def _confirm(desk: Desk, seen: CaseSeen, card: Card) -> None:
    name = READ + card.submission
    known = desk.vault.note(name)
    # A desk that was stopped right after it opened the report has no note of it: the signed proposal names the opener.
    mine = seen.original and (known == seen.case.encode() or _opener_of(desk, seen.case) == desk.name)
    if seen.original and not mine:
        desk.remote.confirm_case(seen.case)
    with desk.vault.together():
        desk.vault.forget_submission(card.submission)
        desk.vault.drop_note(OPENED + seen.case)
        for other in openings(desk):
            if other.submission == card.submission:
                desk.vault.keep_note(OPENED + other.case, encode(KeptOpening(1, other.case, other.submission, other.opener, "settled", False)))
        # Until the server lets go of the original it lists the report, and this desk need not fetch it again.
        if not seen.original:
            desk.vault.drop_note(name)
        elif known is None:
            desk.vault.keep_note(name, seen.case.encode() if mine else b"")


def _keep(desk: Desk, seen: CaseSeen, card: Card, state: OpeningState) -> None:
    known = desk.vault.note(OPENED + seen.case)
    opener = decode(known, KeptOpening).opener if known is not None else _opener_of(desk, seen.case)
    desk.vault.keep_note(OPENED + seen.case, encode(KeptOpening(1, seen.case, card.submission, opener, state, seen.original)))


def _opener_of(desk: Desk, case: Id) -> str:
    """Return who opened a case, as the signed proposal says; empty if this desk has not seen it."""
    said = _approved(desk, case)
    return said.opener if said else ""


def _approved(desk: Desk, case: Id) -> OpenParameters | None:
    for kept in (*desk.vault.proposals(), *desk.vault.proposals(done=True)):
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action == "open":
            said = convert(proposal.parameters, OpenParameters)
            if not said.renews and any(card.case == case for card in said.cards):
                return said
    return None
