# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a case stands on its way to being public: drafts, what the source was asked and said, signatures, what stands in the record.

A member's log can call a case published or closed; what is shown here is told by the source's own answers, by the proposals
that members signed and by the checked record (T05). See spec/desk.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ombuds.core.case import Case
from ombuds.core.consent import Question
from ombuds.core.custody import PROPOSAL_TYPE, Proposal, read_proposal
from ombuds.core.encoding import encode
from ombuds.core.envelope import signers
from ombuds.core.errors import OmbudsError
from ombuds.core.record import Line
from ombuds.desk.kept import KeptDraft, KeptProposal, Matter
from ombuds.desk.log import read_case
from ombuds.desk.pages.after import lines_of
from ombuds.desk.parts import Desk
from ombuds.desk.release.asking import Asking, asked_of, is_public, pending, published_from
from ombuds.desk.release.current import public_lines, title_of
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.stops import objections
from ombuds.pages.desk_texts import ConsentState, DraftLine, PublishedLine, SigningLine


@dataclass(frozen=True)
class Standing:
    """A case as far as its text has come: one word for all of it, and each part by itself."""

    state: str
    consent: ConsentState
    drafts: tuple[DraftLine, ...]
    signing: tuple[SigningLine, ...]
    published: tuple[PublishedLine, ...]
    next: str
    """What makes sense now: draft, sign, or nothing but to wait or to read."""


def standing(desk: Desk, case: Case) -> Standing:
    """Return where a case stands."""
    asked = asked_of(desk, case)
    public = published_from(desk, case, asked)
    shown = [line for line in public_lines(desk) if line.subject in {one.subject for one in public}]
    signing = tuple(_signing(desk, case))
    waits = pending(case, asked, public)
    drafts = tuple(line for kept in desk.vault.drafts(case.id) if (line := _draft(kept, asked, public, signing)).state != "published")
    out = "published" if shown else "takedown" if public else ""
    state = _state(case, waits, signing, out) or _unasked(asked, drafts)
    return Standing(state, consent_of(case, asked), drafts, signing, lines_of(desk, shown), _next(state, waits, signing))


def to_be_signed(desk: Desk, matter: Matter) -> bool:
    """Say whether the source of a case agreed to a text of which nothing is public, and about which the members are not asked yet."""
    if matter.state != "agreed":
        return False
    case = read_case(desk, matter.id)
    asked = asked_of(desk, case)
    waits = pending(case, asked, published_from(desk, case, asked))
    if waits is None or not waits.agreement:
        return False
    return not any(waits.agreement.encode() in bytes(kept.seen.envelope.payload) for kept in desk.vault.proposals())


def consent_of(case: Case, asked: tuple[Asking, ...]) -> ConsentState:
    """Return what the source was asked last and what they said to it, each with its day."""
    if not asked:
        return ConsentState()
    last = asked[-1]
    over = case.withdrawn and last.choice in (None, "agree")
    state = "revoked" if over and last.choice else _word(last)
    return ConsentState(state=state, asked=last.asked, day=last.answered, text=_text_of(last.question), without=last.without, closed=over)


def _text_of(question: Question) -> str:
    return "\n\n".join(part for text in question.content.texts for part in (text.title, text.summary, text.body) if part)


def _word(asking: Asking) -> str:
    if asking.choice is None:
        return "asked"
    return {"refuse": "refused", "revoke": "revoked", "agree": "partly" if asking.without else "agreed"}[asking.choice]


def _state(case: Case, waits: Asking | None, signing: tuple[SigningLine, ...], out: str) -> str:
    """Return the word for all of it, or nothing where nothing is under way and nothing was public."""
    if case.state == "closed":
        return "closed"
    if any(not one.stopped for one in signing):
        return "proposed"
    return _word(waits) if waits is not None else out


def _unasked(asked: tuple[Asking, ...], drafts: tuple[DraftLine, ...]) -> str:
    if asked and asked[-1].choice is not None:
        return _word(asked[-1]) if asked[-1].choice != "agree" else "revoked"  # the source closed the case after it
    return "drafting" if any(one.state == "drafting" for one in drafts) else "open"


def _next(state: str, waits: Asking | None, signing: tuple[SigningLine, ...]) -> str:
    if any(not one.stopped for one in signing):
        return ""
    if waits is not None:
        return "sign" if waits.choice == "agree" else ""
    return "" if state in ("closed", "published", "takedown") else "draft"


def _draft(kept: KeptDraft, asked: tuple[Asking, ...], public: tuple[Line, ...], signing: tuple[SigningLine, ...]) -> DraftLine:
    content = encode(kept.content)
    same = next((one for one in reversed(asked) if encode(one.question.content) == content), None)
    state = "drafting" if same is None else "published" if is_public(same, public) else "proposed" if signing and same == asked[-1] else _word(same)
    return DraftLine(id=kept.id, title=kept.content.texts[0].title, link=f"/publish?draft={kept.id}", state=state)


def _signing(desk: Desk, case: Case) -> list[SigningLine]:
    found = []
    for kept in desk.vault.proposals():
        # One that does not hold is told of on the screen that asks to sign it.
        with suppress(OmbudsError):
            proposal = read_proposal(kept.seen.envelope)
            if proposal.action == "publish" and proposal.expires >= desk.today and read_enclosure(desk, kept.seen).case == case.id:
                found.append(_signed_so_far(desk, kept, proposal))
    return found


def _signed_so_far(desk: Desk, kept: KeptProposal, proposal: Proposal) -> SigningLine:
    given = signers(kept.seen.envelope, PROPOSAL_TYPE, desk.charter.charter.keys(proposal.action))
    return SigningLine(
        title=title_of(desk, kept.seen),
        given=len(given),
        needed=desk.rule(proposal.action).threshold,
        stopped=bool(objections(desk, kept.seen)),
        mine=bool(kept.answer),
    )
