# SPDX-License-Identifier: AGPL-3.0-or-later
"""The editor as a page: the fields as they stand, the exact previews, what a later version changes, and what can be pressed.

The preview shows the content that would be signed, without what the source took out of it, and carries its mark, so that
who presses a button under it has seen exactly this (T18). Nothing is kept or sent by this file. See spec/desk.md.
"""

from __future__ import annotations

from typing import get_args

from starlette.responses import Response

from ombuds.core.case import Case
from ombuds.core.consent import allowed, read_answer
from ombuds.core.content import Content, Status
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of
from ombuds.desk.log import read_case
from ombuds.desk.pages.after import lines_of, not_public
from ombuds.desk.pages.answers import page
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.drafting import OUTCOMES, content_of, previews_of, written
from ombuds.desk.pages.standing import consent_of
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.asking import asked_of
from ombuds.desk.release.current import at_hand, public_lines
from ombuds.desk.release.draft import drafts
from ombuds.pages.desk_texts import ConsentState, Difference, Draft, DraftLine, PublishView
from ombuds.pages.exact import beside
from ombuds.pages.labels import label_of
from ombuds.pages.languages import SHIPPED
from ombuds.pages.plainly import differences
from ombuds.pages.values import Choice, Trouble

SHOWN = 20
STATUSES: tuple[Status, ...] = get_args(Status)


def show(visit: Visit, draft: Draft, trouble: Trouble | None = None, status: int = 200, preview: bool = True) -> Response:
    """Answer with the editor, its previews and what can be pressed; with what is wrong, where something is. Raises NotHere and what reading a case raises."""
    desk = visit.desk
    ready = tuple(Choice(value=matter.id, label=matter.title) for matter in desk.vault.matters() if desk.vault.identities(matter.id))
    case = read_case(desk, draft.case) if draft.case in {choice.value for choice in ready} else None
    public, content = lines_of(desk, public_lines(desk)[:SHOWN], visit.room.language), final_content(desk, draft)
    consent = consent_of(case, asked_of(desk, case)) if case else ConsentState()
    preview = preview and all(text.language for text in draft.texts if written(text))
    view = PublishView(
        draft=draft,
        ready=ready,
        languages=tuple(dict.fromkeys((*SHIPPED, *(text.language for text in draft.texts if text.language)))),
        statuses=tuple(Choice(value=word, label=label_of("status", word)) for word in (OUTCOMES if draft.change == "outcome" else STATUSES)),
        stories=tuple(Choice(value=line.subject, label=line.title) for line in public if line.kind == "story"),
        previews=previews_of(desk, draft, content, visit.room.readers) if preview else (),
        seen=mark_of(content) if preview else "",
        beside=beside(content, {line.subject: line.title for line in public}) if preview else (),
        differences=_differences(desk, draft, content) if preview else (),
        consent=consent,
        writes=_writes(case, draft) if case else "",
        needed=desk.charter.charter.thresholds.publish,
        may=_may(draft, bool(ready), consent.state if case else None),
        trouble=trouble,
        drafts=tuple(
            DraftLine(id=kept.id, title=kept.content.texts[0].title, link=f"/publish?draft={kept.id}") for kept in not_public(desk, drafts(desk))[:SHOWN]
        ),
        anything=bool(public),
    )
    return page(visit.room.renderer.publish(visit.shell("/publish"), view), status)


def final_content(desk: Desk, draft: Draft) -> Content:
    """Return what would be signed: the text, without the items that the source took out of exactly this text."""
    content = content_of(draft, desk.today)
    if draft.kind == "update" or draft.basis != "consent" or not draft.case:
        return content
    case = read_case(desk, my_matter(desk, draft.case).id)
    if case.question is None or case.answer is None or encode(case.question.content) != encode(content):
        return content
    contact = case.body.contact
    return allowed(content, read_answer(case.answer, case.question, contact.mailbox, contact.consent_key).without)


def mark_of(content: Content) -> str:
    """Return what tells one preview from another: who presses a button under it has seen exactly this."""
    return hash_of(encode(content))


def _writes(case: Case, draft: Draft) -> str:
    """Return the source's language if some text is written and none is in it, or nothing."""
    some = {text.language for text in draft.texts if written(text)} - {""}
    return "" if case.opened is None or not some or case.body.language in some else case.body.language


def _differences(desk: Desk, draft: Draft, content: Content) -> tuple[Difference, ...]:
    """Return what a later version changes in the one that is public, if that one is at hand."""
    head = desk.record.head(draft.subject) if draft.subject else None
    return next((differences(now.content, content) for now in at_hand(desk, [head])), ()) if head else ()


def _may(draft: Draft, cases: bool, consent: str | None) -> tuple[str, ...]:
    """Return what can be pressed; ``consent`` is how it stands in the draft's own case, if it has one."""
    early = consent not in (None, "agreed", "partly") and draft.kind == "story" and draft.basis == "consent"
    given = {"consent": cases, "propose": not early, "add": len(draft.texts) < len(SHIPPED), "claims": consent is not None and draft.kind == "story"}
    return ("preview", "save", "picture", *(name for name, can in given.items() if can))
