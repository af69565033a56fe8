# SPDX-License-Identifier: AGPL-3.0-or-later
"""Approve: what is asked, who agreed so far, what it will do, and for a publication all that would become public.

Every language and every field that is signed is shown, so that nothing rides along unseen (T05, T23). What this desk could
not check is said beside it, and it would not sign it. See spec/desk.md.
"""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from ombuds.core.cards import OpenParameters
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import convert
from ombuds.core.errors import OmbudsError
from ombuds.core.publication import read_parameters
from ombuds.desk.casework.team import stepped_back
from ombuds.desk.kept import KeptProposal
from ombuds.desk.pages.after import public_of
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.batches import batch_does, batch_of, batch_title, cut_facts, terms_facts
from ombuds.desk.pages.campaigns import leaves_facts
from ombuds.desk.pages.carried import carry_out
from ombuds.desk.pages.drafting import shown_here
from ombuds.desk.pages.tiles import with_pictures
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import Asked, approve_many, refuse, waiting
from ombuds.desk.release.current import Current, current, title_of
from ombuds.desk.release.judging import Publication
from ombuds.desk.release.verified import compare
from ombuds.pages.desk_texts import AnsweredLine, Lacking
from ombuds.pages.desk_values import ApprovalItem, ApproveView, Fact
from ombuds.pages.details import DETAILS
from ombuds.pages.exact import articles, beside
from ombuds.pages.labels import label_of
from ombuds.pages.languages import counted, mark
from ombuds.pages.plainly import every_line
from ombuds.pages.render import Renderer
from ombuds.pages.values import Sentence, Trouble

LATELY, MOST = 10, 100
DOES = {
    "story": mark("A story becomes public, for everybody and for good."),
    "update": mark("An update becomes public, for everybody and for good."),
    "campaign": mark("A campaign becomes public, and anybody can post in it without a name. What they post waits for two members' rulings."),
    "correction": mark("A corrected text takes the place of a published one; the correction is told."),
    "outcome": mark("A published text gets its outcome."),
    "takedown": mark("A published text is taken down; a mark stays in its place."),
}
CONSENT = {
    "own": mark("The source agreed to exactly this text; your desk checked it against the case."),
    "told": mark("Somebody signed a consent to exactly this text. You are not on the case, so only its team can tell that it was the source."),
    "none": mark("No source's consent is needed."),
}
GROUNDS = {
    "consent": mark("The source's consent to exactly this text"),
    "sources": mark("Public sources, named below"),
    "desk": mark("The desk's own statement"),
}
AS_THE_CASE = mark("The log of the case says the same of each claim: as many members verified it.")
STEPPED_BACK = Trouble(
    sentence=mark("You stepped back from this case, so your desk does not sign for it."),
    help=mark("Others sign it. You can still stop it with a reason."),
)
NOT_AT_HAND = mark("The text is not on this machine and could not be fetched. Look at its public page before you answer.")
UNKNOWN = mark("Your desk does not know what this would do.")
ANSWERED = {"approved": mark("You approved it."), "refused": mark("You refused it.")}


def approvals(visit: Visit) -> Response:
    """Show what waits for an answer."""
    return _show(visit)


def answer(visit: Visit) -> Response:
    """Approve or refuse what was ticked. Raises what refusing raises."""
    ticked, desk = visit.form.all("proposal"), visit.desk
    reason = visit.form.one("reason").strip()
    lacks = _lacking(visit)
    if lacks:
        return _show(visit, lacks=lacks)
    if visit.form.one("answer") == "refuse":
        for proposal in ticked:
            refuse(desk, proposal, reason)
        visit.say(mark("Refused. The others read your reason at their next fetch."))
        return go("/approve")
    refused = approve_many(desk, ticked)
    if refused:
        # What was approved is approved; the first of the rest says why it was not.
        return _show(visit, Trouble.of(refused[0][1]))
    visit.room.say(carry_out(visit, ticked))
    return go("/approve?" + urlencode([("out", proposal) for proposal in ticked[:LATELY]]))


def _lacking(visit: Visit) -> str:
    """Return what a form lacks: something ticked, a reason or an answer; nothing was done then, and the page comes back with the rest."""
    if not visit.form.all("proposal"):
        return "ticked"
    if visit.form.one("answer") == "refuse":
        return "" if visit.form.one("reason").strip() else "reason"
    return "" if visit.form.one("answer") == "approve" else "answer"


def _show(visit: Visit, trouble: Trouble | None = None, lacks: str = "") -> Response:
    items = tuple(_item(visit, asked) for asked in waiting(visit.desk))
    view = ApproveView(
        items=items,
        answered=_answered(visit),
        ticked=visit.query.one("ticked") == "all",
        back=Lacking(lacks=lacks, chosen=visit.form.all("proposal"), reason=visit.form.one("reason")),
    )
    answer = with_pictures if any(item.batch for item in items) else page
    return answer(visit.room.renderer.approve(visit.shell("/approve", trouble), view), 409 if trouble else 400 if lacks else 200)


def _item(visit: Visit, asked: Asked) -> ApprovalItem:
    publication = asked.publication
    gone = _disappears(visit.desk, asked)
    content = gone.content if gone else publication.content if publication else None
    return ApprovalItem(
        id=asked.hash,
        action="card" if asked.opening is not None and asked.opening.renews else asked.action,
        asked_by=", ".join(asked.approved_by),
        does=_does(asked),
        title=content.texts[0].title if content else batch_title(visit.desk, publication, visit.room.language),
        details=(
            *_details(publication, visit.room.language),
            *_verified(visit.desk, publication),
            *_unseen(asked, gone),
            *_why(asked),
            *_stops(asked),
            *leaves_facts(visit.desk, asked.hash),
        ),
        previews=_taken(visit.desk, asked, gone, visit.room.readers) if gone else _previews(publication, visit.room.readers),
        every=every_line(content) if content else (),
        batch=batch_of(visit, asked.hash, publication),
        disappears=gone is not None,
        expires=asked.expires,
        given=len(asked.approved_by),
        needed=asked.needed,
        mine=bool(asked.answered),
        stopped=bool(asked.stops),
        trouble=_trouble(visit.desk, asked),
    )


def _trouble(desk: Desk, asked: Asked) -> Trouble | None:
    if asked.answered:
        return None
    if asked.trouble:
        return Trouble.of(asked.trouble)
    return STEPPED_BACK if asked.publication and stepped_back(desk, asked.publication.enclosure.case) else None


def _verified(desk: Desk, publication: Publication | None) -> tuple[Fact, ...]:
    """Say whether the numbers of members who verified each claim are those of the case, if this member can tell."""
    content = publication.content if publication else None
    found = compare(desk, publication.enclosure.case, content) if publication and content and content.claims else None
    if found is None:
        return ()
    more = counted(
        "Of %(num)s claim the text says that more members verified it than the log of the case does.",
        "Of %(num)s claims the text says that more members verified them than the log of the case does.",
        found.more,
    )
    return (Fact(label=mark("Claims"), value=more if found.more else Sentence(text=AS_THE_CASE)),)


def _does(asked: Asked) -> Sentence:
    if asked.opening is not None and asked.opening.renews:
        return counted(
            "The source of %(num)s open case can go on writing to it for three weeks more. Nothing is opened.",
            "The sources of %(num)s open cases can go on writing to them for three weeks more. Nothing is opened.",
            len(asked.opening.cards),
        )
    if asked.opening is not None:
        return counted(
            "The desk of %(opener)s opens %(num)s sealed report; on the case will work: %(team)s.",
            "The desk of %(opener)s opens %(num)s sealed reports; on the cases will work: %(team)s.",
            len(asked.opening.cards),
            opener=asked.opening.opener,
            team=", ".join(asked.opening.team),
        )
    if asked.publication is not None and asked.publication.batch is not None:
        return batch_does(asked.publication.batch)
    if asked.publication is not None:
        return Sentence(text=DOES[asked.publication.said.kind])
    return Sentence(text=UNKNOWN)


def _previews(publication: Publication | None, readers: Renderer) -> tuple[Markup, ...]:
    if publication is None or publication.content is None:
        return ()
    files, pictures = publication.enclosure.files, publication.content.pictures
    links = [f"data:image/{picture.type};base64,{b64encode(file.content).decode()}" for picture, file in zip(pictures, files[1:], strict=True)]
    return articles(readers, publication.content, files[0].path.partition("/")[0], publication.said, lambda number: links[number - 1])


def _taken(desk: Desk, asked: Asked, gone: Current, readers: Renderer) -> tuple[Markup, ...]:
    said = gone.line.parameters
    return shown_here(desk, gone.content, asked.subject, said, readers) if said else ()


def _why(asked: Asked) -> tuple[Fact, ...]:
    """Say what exactly does not hold, in the member's language where it has words for it."""
    detail = asked.trouble.detail if asked.trouble and not asked.answered else ""
    said = Sentence(text=detail) if detail in DETAILS else detail
    return (Fact(label=mark("What does not hold"), value=said),) if detail else ()


def _stops(asked: Asked) -> tuple[Fact, ...]:
    return tuple(Fact(label=mark("Stopped by"), value=f"{stop.member}: {stop.reason}") for stop in asked.stops)


def _disappears(desk: Desk, asked: Asked) -> Current | None:
    """Return what a takedown would take away, if its text can be had."""
    if asked.action != "takedown":
        return None
    try:
        return current(desk, asked.subject)
    except OmbudsError:
        return None


def _unseen(asked: Asked, gone: Current | None) -> tuple[Fact, ...]:
    if asked.action != "takedown" or gone is not None:
        return ()
    return (Fact(label=mark("What disappears"), value=Sentence(text=NOT_AT_HAND)),)


def _details(publication: Publication | None, language: str) -> tuple[Fact, ...]:
    if publication is None:
        return ()
    said = publication.said
    if said.kind == "takedown":
        return (Fact(label=mark("Reason"), value=Sentence(text=label_of("reason", said.reason))),)
    if publication.batch is not None:
        return ()
    facts = [
        Fact(label=mark("What does it rest on?"), value=Sentence(text=GROUNDS[said.basis.kind])),
        Fact(label=mark("Consent"), value=Sentence(text=CONSENT[publication.checked])),
    ]
    if said.pinned:
        facts.append(Fact(label=mark("Stays on top of the first page until"), value=said.pinned))
    if publication.content is None:
        return tuple(facts)
    content = publication.content
    return (*facts, *terms_facts(content, language), *beside(content), *cut_facts(content))


def _answered(visit: Visit) -> tuple[AnsweredLine, ...]:
    vault, first = visit.desk.vault, visit.query.all("out")
    # What was answered just now stands first. What was over before this member answered is no answer of theirs.
    lately = sorted(vault.proposals(done=True, limit=MOST), key=lambda kept: kept.seen.hash not in first)
    return tuple(_line(visit, kept) for kept in [kept for kept in lately if kept.answer][:LATELY])


def _line(visit: Visit, kept: KeptProposal) -> AnsweredLine:
    desk, proposal, said = visit.desk, read_proposal(kept.seen.envelope), Sentence(text=ANSWERED[kept.answer])
    if proposal.action == "open":
        opening = convert(proposal.parameters, OpenParameters)
        return AnsweredLine(action="card" if opening.renews else "open", many=len(opening.cards), answer=said)
    batch = proposal.action == "publish" and read_parameters(proposal).kind == "wall"
    out = public_of(desk, proposal.subject, visit.room.language)
    return AnsweredLine(action=proposal.action, title=title_of(desk, kept.seen), batch=batch, answer=said, out=out)
