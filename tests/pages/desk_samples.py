# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every screen of the desk, filled with a text of the test's choice, or as empty as it can be. See spec/pages.md."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from ombuds.desk.pages.rows import ROWS
from ombuds.pages import desk_texts as texts
from ombuds.pages import desk_values as desk
from ombuds.pages.desk_evidence import EvidenceView
from ombuds.pages.desk_found import FoundLine, FoundPiece, SearchView
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.desk_work import BackLine, ClaimLine, StepLine, TaskLine, WorkView
from ombuds.pages.render import Renderer
from ombuds.pages.values import Choice, Sentence
from tests.pages import desk_campaign_samples
from tests.pages.samples import DAY, TROUBLE, choices, story

MAY = ("reply", "note", "draft", "sign", "status", "close")
FIELDS = ("text", "password", "long", "number", "hidden", "choice", "file")


def shell(language: str = "en", text: str = "Desk 7") -> desk.DeskShell:
    """A shell with everything in it."""
    return desk.DeskShell(desk_name=text, token="t0ken", member=text, language=language, waiting=2, offline_since=DAY, demonstration=True, trouble=TROUBLE)


def draft_line(text: str) -> texts.DraftLine:
    """A draft in a list."""
    return texts.DraftLine(id="d1", title=text, link="/publish?draft=d1", state="drafting")


def case(text: str) -> desk.CaseView:
    """A case with everything in it."""
    files = (desk.DeskFile(name=text, size=2048, save_link="/files/1", hash="ab" * 32), desk.DeskFile(name=text, size=1))
    return desk.CaseView(
        id="c1",
        title=text,
        state="open",
        facts=(desk.Fact(label="Region", value=text),),
        wishes=("advice",),
        team=(text, text),
        messages=(
            desk.CaseMessage(direction="in", number=1, author="", text=text, day=DAY, files=files, state="forged"),
            desk.CaseMessage(direction="out", number=1, author=text, text=text, asks=True),
            desk.CaseMessage(direction="out", number=2, author=text, text="", tells="agree"),
            desk.CaseMessage(direction="out", number=3, author=text, text="", tells="published"),
            desk.CaseMessage(direction="in", number=2, author="", text=text, answers=True),
            desk.CaseMessage(direction="void", number=5, author=text, text="", state="place"),
        ),
        notes=(desk.Note(author=text, text=text, day=DAY),),
        drafts=(draft_line(text),),
        signing=(texts.SigningLine(title=text, given=1), texts.SigningLine(stopped=True)),
        published=(published_line(text),),
        evidence=(
            desk.Evidence(
                id="e1", name=text, size=1 << 40, hash="ab" * 32, save_link="/e", picture_link="/p", findings=(desk.Fact(label="Region", value=text),)
            ),
        ),
        consent=texts.ConsentState(state="partly", asked=DAY, day=DAY, text=text, without=(text,), closed=True),
        work=work(text),
        may=MAY,
        kept=text,
        plain=True,
    )


def work(text: str) -> WorkView:
    """Work of every kind and state."""
    task = TaskLine(id="t1", text=text, author=text, day=DAY, whom=text, due=DAY, state="overdue")
    steps = tuple(StepLine(author=text, day=DAY, verdict=verdict, how=text) for verdict in ("holds", "does-not-hold", "cannot-tell"))
    claim = ClaimLine(id="m1", kind="fact", says=text, known=text, author=text, day=DAY, verified=1, steps=steps, may=("holds", "cannot-tell"))
    states = ("unverified", "verified", "doubted")
    return WorkView(
        me=text,
        free=(text,),
        assigned=text,
        back=(BackLine(author=text, day=DAY, reason=text),),
        tasks=(task, msgspec.structs.replace(task, whom="", due=None, state="soon")),
        done=(msgspec.structs.replace(task, done_by=text, done=DAY, state=""),),
        claims=tuple(msgspec.structs.replace(claim, state=state) for state in states),
        replaced=(msgspec.structs.replace(claim, state="replaced", may=()),),
        small=True,
    )


def published_line(text: str) -> texts.PublishedLine:
    """Something public in a list."""
    may = ("correction", "outcome", "takedown")
    line = texts.PublishedLine(subject=text, title=text, kind="story", version=2, day=DAY, status="asked", waiting_days=12, may=may)
    return msgspec.structs.replace(line, address=f"https://desk.example/{text}")


def over(text: str) -> tuple[desk.AnsweredLine, ...]:
    """Something that is over, with a title, with a number of cases, and with neither."""
    said = Sentence(text="You approved it.")
    return (
        desk.AnsweredLine(action="publish", title=text, answer=said),
        desk.AnsweredLine(action="open", many=3, answer=said),
        desk.AnsweredLine(action="charter", answer=said),
    )


def approvals(text: str, preview: Markup) -> tuple[desk.ApprovalItem, ...]:
    """One question in each state."""
    facts = (desk.Fact(label="Region", value=text),)
    asked = desk.ApprovalItem(
        id="p1",
        action="publish",
        asked_by=text,
        does=text,
        title=text,
        details=facts,
        previews=(preview, preview),
        every=facts[:1],
        expires=DAY,
        trouble=TROUBLE,
    )
    answered = desk.ApprovalItem(id="p2", action="open", asked_by="", does=text, mine=True, batch=desk_campaign_samples.batch(text))
    return asked, answered, desk.ApprovalItem(id="p3", action="open", asked_by=text, does=text, stopped=True)


def lacking(outer: desk.DeskShell, text: str, preview: Markup, renderer: DeskRenderer) -> dict[str, bytes]:
    """The screens that come back because something was not entered."""
    backs = (texts.Lacking(lacks=lacks, chosen=("a",), reason=text) for lacks in ("ticked", "reason", "answer"))
    return {f"approve, no {back.lacks}": renderer.approve(outer, desk.ApproveView(items=approvals(text, preview), back=back)) for back in backs}


def cases(line: desk.CaseLine, sealed: desk.SealedLine) -> desk.CasesView:
    """The list of cases in the middle of many pages."""
    return desk.CasesView(
        cases=(line,),
        states=(desk.StateLine(state="open", total=2),),
        state="open",
        total=2,
        unread=1,
        newer="/cases?newer=2026-03-04.a",
        older="/cases?older=2026-03-04.a",
        sealed=(sealed, *(msgspec.structs.replace(sealed, opened=state, opened_by=who) for state in ("misfit", "waiting") for who in (sealed.asked_by, ""))),
        sealed_total=1,
        sealed_more="/cases?sealed=2026-03-04.a",
        lesser=(sealed,),
        lesser_total=51,
        lesser_more="/cases?lesser=2026-03-04.a",
        back=texts.Lacking(lacks="ticked", asked=(("state", "open"), ("sealed", "2026-03-04.a"))),
    )


def search(text: str) -> SearchView:
    """A search in the middle of many pages."""
    pieces = (FoundPiece(text=text), FoundPiece(text=text, found=True))
    line = FoundLine(link="/cases/c1", title=text, kind="Note", day=DAY, pieces=pieces)
    return SearchView(query=text, asked=True, lines=(line,), newer="/search?newer=1", older="/search?older=1", trouble=TROUBLE)


def evidence(text: str) -> EvidenceView:
    """One file in the middle of many pages."""
    facts = (desk.Fact(label="Bytes", value=text),)
    bare = EvidenceView(name=text, back="/cases/c1", make="/e/picture", save="/e", facts=facts, differs=True)
    return msgspec.structs.replace(bare, picture="/e/picture.png?page=2", width=7, height=7, page=2, pages=7, findings=facts)


def rows(text: str) -> dict[str, tuple[texts.DraftRow, ...]]:
    """Two lines of each kind, with the text in every field."""
    return {kind: (texts.DraftRow(fields=dict.fromkeys(once, text), said=dict.fromkeys(each, (text, text))),) * 2 for kind, (once, each) in ROWS.items()}


def editors(outer: desk.DeskShell, text: str, preview: Markup, renderer: DeskRenderer) -> dict[str, bytes]:
    """The editor with a correction in two languages and with an outcome, and the list of what is public."""
    words, may = texts.DraftText(title=text, summary=text, body=text), ("preview", "save", "consent", "propose")
    draft = texts.Draft(id="d1", subject=text, change="correction", texts=(words, words), region=text, rank=text, sources=text, tags=text)
    draft = msgspec.structs.replace(draft, correction=(text, text), rows=rows(text), awaited=(text,), outcome=(text, text), since=text, pinned=text)
    full = texts.PublishView(
        draft=draft,
        ready=choices(text),
        statuses=choices(text),
        previews=(preview, preview),
        stories=choices(text),
        beside=(desk.Fact(label="Hashtags", value=text), desk.Fact(label="since", value=DAY)),
        differences=tuple(texts.Difference(mark=mark, label="title", text=text) for mark in ("gone", "new", "")),
        writes=text,
        seen="ab" * 32,
        may=may,
        trouble=TROUBLE,
        drafts=(draft_line(text),),
        anything=True,
    )
    told = texts.PublishView(draft=texts.Draft(subject=text, change="outcome"), statuses=choices(text), may=(*may, "add"))
    public = texts.PublishedView(lines=(published_line(text),), newer="/published?from=0", older="/published?from=100")
    return {"publish": renderer.publish(outer, full), "outcome": renderer.publish(outer, told), "published": renderer.published(outer, public)}


def screens(language: str, text: str, press_of: Renderer, renderer: DeskRenderer) -> dict[str, bytes]:
    """Every screen, full."""
    outer = shell(language, text)
    todo = desk.TodayItem(title=Sentence(text="Version %(version)s.", values={"version": text}), text=text, link="/open", action="Open", day=DAY, post=True)
    line = desk.CaseLine(id="c1", title=text, state="open", day=DAY, unread=3)
    sealed = desk.SealedLine(id="r1", day=DAY, size=65536, agreed=1, expires=DAY, asked_by=text, together=2)
    preview = press_of.article(story(text))
    member = desk.MemberLine(name=text, fingerprint="123", roles=("case",), keys_until=DAY, seen=DAY, me=True, state="late")
    members = desk.MembersView(
        members=(member,),
        fingerprint="12345",
        thresholds=(desk.Fact(label="Open", value="2"),),
        freshness_day=DAY,
        freshness_until=DAY,
        charter_expires=DAY,
        todo=(todo,),
    )
    fields = tuple(desk.Field(name=kind, label="Region", hint="Reason", kind=kind, value=text, choices=choices(text)) for kind in FIELDS)
    return {
        "today": renderer.today(outer, desk.TodayView(items=(todo, todo), assigned=(line,), cases=(line,))),
        "cases": renderer.cases(outer, cases(line, sealed)),
        "search": renderer.search(outer, search(text)),
        "case": renderer.case(outer, case(text)),
        "picture": renderer.picture(outer, evidence(text)),
        "approve": renderer.approve(outer, desk.ApproveView(items=approvals(text, preview), answered=over(text))),
        **lacking(outer, text, preview, renderer),
        **editors(outer, text, preview, renderer),
        **desk_campaign_samples.full(outer, renderer, text, preview),
        "members": renderer.members(outer, members),
        "unlock": renderer.unlock(outer, desk.UnlockView(vault="7", trouble=TROUBLE)),
        "form": renderer.form(
            outer,
            desk.SmallForm(title=text, text=text, action="/stop", button="Stop", fields=fields, facts=(desk.Fact(label="Reason", value=text),), danger=True),
        ),
        "error": renderer.error(outer, desk.DeskError(trouble=TROUBLE, detail=text, way=Choice(value="/cases/7", label=text))),
    }


def empty_screens(language: str, renderer: DeskRenderer) -> dict[str, bytes]:
    """Every screen with as little in it as can be."""
    outer = desk.DeskShell(desk_name="", token="t0ken", language=language)
    return {
        "today": renderer.today(outer, desk.TodayView()),
        "cases": renderer.cases(outer, desk.CasesView()),
        "search": renderer.search(outer, SearchView()),
        "case": renderer.case(outer, desk.CaseView(id="c", title="", state="new")),
        "picture": renderer.picture(outer, EvidenceView(name="", back="/", make="/p", save="/s")),
        "approve": renderer.approve(outer, desk.ApproveView()),
        "publish": renderer.publish(outer, texts.PublishView()),
        "published": renderer.published(outer, texts.PublishedView()),
        **desk_campaign_samples.empty(outer, renderer),
        "members": renderer.members(outer, desk.MembersView(members=())),
        "unlock": renderer.unlock(outer, desk.UnlockView()),
        "form": renderer.form(outer, desk.SmallForm(title="Stop", text="", action="/stop", button="Stop")),
        "error": renderer.error(outer, desk.DeskError(trouble=TROUBLE)),
    }
