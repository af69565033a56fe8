# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publish: the editor with its previews, and what can be done with a draft: keep it, ask the source, ask the members.

Whatever is refused, the editor comes back with everything that was written. Nothing goes out from here: it takes the
members' signatures (T05). See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from ombuds.core.case import Case
from ombuds.core.consent import Question
from ombuds.core.content import Content, check_content
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import Malformed, OmbudsError, RemoteSilent
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.kept import KeptDraft
from ombuds.desk.log import read_case
from ombuds.desk.pages.after import continued, unfinished
from ombuds.desk.pages.answers import go, status_of
from ombuds.desk.pages.bringing import with_verified
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.drafting import OUTCOMES, begun_from, content_of, draft_of, fields_of, unknown, with_language, with_rows, written
from ombuds.desk.pages.editing import final_content, mark_of, show
from ombuds.desk.pages.rows import day_of
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.asking import asked_of, pending, published_from
from ombuds.desk.release.current import first_kind
from ombuds.desk.release.draft import drafts, save_draft
from ombuds.desk.release.pictures import check_there, pictures_of
from ombuds.desk.release.prepare import Aim, Ground, propose_story, propose_update
from ombuds.pages.desk_texts import Draft
from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

TOO_LONG = Trouble(sentence=mark("Something here is longer than a publication may be."), help=mark("Shorten it. Nothing was kept or sent yet."))
NO_TEXT = Trouble(
    sentence=mark("There is no text yet, in any language."), help=mark("Write a title and a text, and choose their language. Nothing was kept yet.")
)
NO_LANGUAGE = Trouble(sentence=mark("Choose the language of the text."), help=mark("Nothing was kept or sent yet. Everything stands as you wrote it."))
CHANGED = Trouble(
    sentence=mark("The text is another one than the preview showed."),
    help=mark("Nothing was asked yet, and the draft is kept. Read the preview below, then press the button under it."),
)


def editor(visit: Visit) -> Response:
    """Show the editor: a kept draft, what is known of a case, or nothing yet. Raises NotHere."""
    subject = visit.query.one("subject")
    if _is_campaign(visit.desk, subject, visit.query.one("draft")):
        # It has a form of its own.
        return go(f"/publish/campaign?{urlencode(visit.query.fields)}")
    draft = continued(visit, subject, visit.query.one("change")) if subject else _begun(visit.desk, visit.query.one("draft"), visit.query.one("case"))
    return show(visit, draft, preview=any(map(written, draft.texts)))


def again(visit: Visit) -> Response:
    """Show the editor with what was typed into a desk that had locked itself."""
    return show(visit, draft_of(visit.form))


def work(visit: Visit) -> Response:
    """Preview, keep, ask the source or ask the members, whichever button was pressed."""
    draft = draft_of(visit.form)
    if draft.subject:
        draft = msgspec.structs.replace(draft, kind=first_kind(visit.desk, draft.subject) or draft.kind)
    return _tried(visit, draft, lambda: _done(visit, draft))


def _tried(visit: Visit, draft: Draft, act: Callable[[], Response]) -> Response:
    try:
        return act()
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return show(visit, draft, Trouble.of(silent), 503)
    except Malformed as wrong:
        return show(visit, draft, TOO_LONG, status_of(wrong))
    except OmbudsError as wrong:
        return show(visit, draft, Trouble.of(wrong), status_of(wrong))


def _done(visit: Visit, draft: Draft) -> Response:
    pressed = visit.form.one("do")
    wrong = unknown(draft)
    if wrong:
        return show(visit, draft, Trouble(sentence=wrong, help=mark("Choose it once more. Everything else stands as you wrote it.")), 400)
    if pressed == "add":
        return show(visit, with_language(draft))
    if pressed == "claims":
        filled, nothing = with_verified(visit.desk, draft)
        return show(visit, filled, nothing, preview=False)
    if pressed.startswith(("more-", "less-")):
        return show(visit, with_rows(draft, pressed, visit.desk.today), preview=False)
    if pressed not in ("save", "picture", "consent", "propose"):
        return show(visit, draft) if any(map(written, draft.texts)) else show(visit, draft, NO_TEXT, 400, preview=False)
    if not all(text.language for text in draft.texts if written(text)):
        return show(visit, draft, NO_LANGUAGE, 400, preview=False)
    if not any(map(written, draft.texts)) and not draft.texts[0].language:
        return show(visit, draft, NO_TEXT, 400, preview=False)
    kept = _keep(visit.desk, draft)
    if pressed in ("save", "picture"):
        visit.say(mark("The draft is kept in your vault."))
        return go(f"/publish?draft={kept.id}" if pressed == "save" else f"/publish/{kept.id}/picture")
    # Whatever is refused from here on, the next press writes into the same draft.
    draft = msgspec.structs.replace(draft, id=kept.id)
    return _tried(visit, draft, lambda: _ask(visit, draft, kept, pressed))


def _ask(visit: Visit, draft: Draft, kept: KeptDraft, pressed: str) -> Response:
    """Ask the source or the members about exactly what the preview showed, if nothing is missing."""
    desk = visit.desk
    if visit.form.one("seen") not in ("", mark_of(final_content(desk, draft))):
        return show(visit, draft, CHANGED, 409)
    missing = _missing(desk, draft, pressed)
    if missing[0]:
        return show(visit, draft, Trouble(sentence=missing[0], help=missing[1] or mark("What you wrote is kept as a draft.")), 400)
    if pressed == "consent":
        ask_consent(desk, my_matter(desk, draft.case).id, kept.content, pictures_of(desk, kept.content))
        visit.say(mark("The source is asked. The answer comes with a message."))
        return go(f"/cases/{draft.case}")
    _propose(desk, draft)
    visit.say(mark("The members are asked. It becomes public when enough of them have signed exactly this text."))
    return go("/approve")


def _propose(desk: Desk, draft: Draft) -> None:
    content, ground = final_content(desk, draft), cast(Ground, draft.basis)
    if draft.kind == "update":
        propose_update(desk, content, "sources" if ground == "sources" else "desk", _aim(draft, desk))
        return
    propose_story(desk, draft.case or None, content, ground, _aim(draft, desk))


def _aim(draft: Draft, desk: Desk) -> Aim:
    return Aim(draft.subject, day_of(draft.pinned, desk.today) if draft.pinned else None)


def _keep(desk: Desk, draft: Draft) -> KeptDraft:
    case = my_matter(desk, draft.case).id if draft.case else ""
    known = {kept.id for kept in drafts(desk)}
    content = content_of(draft, desk.today)
    # What is longer than a publication may be would be lost with the next look at the vault.
    decode(encode(content), Content)
    # An id that the vault does not know is not taken from a form.
    return save_draft(desk, content, case, draft.id if draft.id in known else "", _aim(draft, desk))


def _missing(desk: Desk, draft: Draft, pressed: str) -> tuple[str, str]:
    """Return what a text still lacks and what to do, or nothing twice."""
    content = content_of(draft, desk.today)
    lacks = _lacks(draft, content, pressed)
    if lacks:
        return lacks, ""
    try:
        check_content(content)
        check_there(desk, content)
    except OmbudsError as wrong:
        return mark("The text does not hang together yet."), wrong.detail
    return "", ""


def _lacks(draft: Draft, content: Content, pressed: str) -> str:
    texts = content.texts
    if draft.kind != "update" and not all(text.title for text in texts):
        return mark("The text has no title yet.")
    if not all(text.body for text in texts):
        return mark("The text is empty yet.")
    if len({text.language for text in texts}) < len(texts):
        return mark("There are two texts in one language.")
    if draft.kind != "update" and not draft.subject and content.problem is None:
        return mark("Choose the kind of problem.")
    if not draft.case and (pressed == "consent" or (draft.kind != "update" and draft.basis == "consent")):
        return mark("Choose the case whose source is meant.")
    if pressed == "propose" and draft.basis == "sources" and not content.sources:
        return mark("Name at least one public source.")
    return unfinished(draft) if draft.subject else ""


def _is_campaign(desk: Desk, subject: str, draft: str) -> bool:
    if subject:
        return first_kind(desk, subject) == "campaign"
    return bool(draft) and desk.vault.draft(draft).content.kind == "campaign"


def _begun(desk: Desk, draft: str, case: str) -> Draft:
    if draft:
        kept = desk.vault.draft(draft)
        return fields_of(kept, _basis(kept))
    if not case:
        return Draft(basis="sources")
    known = read_case(desk, my_matter(desk, case).id)
    latest = _latest(desk, known)
    return begun_from(known) if latest is None else fields_of(latest, "consent")


def _latest(desk: Desk, case: Case) -> KeptDraft | None:
    """Return what a case's text is now: what the source was asked about goes before what was begun beside it."""
    begun, asked = drafts(desk, case.id), asked_of(desk, case)
    public = published_from(desk, case, asked)
    waits = pending(case, asked, public)
    if waits is not None:
        content = encode(waits.question.content)
        return next((one for one in begun if encode(one.content) == content), _asked(desk, case, waits.question))
    if public:
        return None
    return begun[0] if begun else _asked(desk, case, case.question) if case.question is not None else None


def _asked(desk: Desk, case: Case, question: Question) -> KeptDraft:
    return KeptDraft(1, "0" * 32, case.id, _subject_of(desk, case), question.content, desk.today)


def _subject_of(desk: Desk, case: Case) -> str:
    """Return what the question of a case would be a later version of: only those tell of a correction or of an outcome."""
    later = case.question is not None and (case.question.content.correction or case.question.content.status in OUTCOMES)
    published = published_from(desk, case) if later else ()
    return published[-1].subject if published else ""


def _basis(kept: KeptDraft) -> str:
    if kept.case:
        return "consent"
    return "sources" if kept.content.sources or kept.content.kind == "story" else "desk"
