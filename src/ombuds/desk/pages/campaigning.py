# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a campaign, or go on with one: its form, the previews, what networks make of its hashtags, and the question to the members.

A new campaign gets its wall and its moderation identity when the members are asked; a later version keeps both. Whatever is
refused, the form comes back with everything that was written, and nothing goes out without the members' signatures (T05).
See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from ombuds.core.content import Content, check_content
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import Malformed, NotHere, OmbudsError, RemoteSilent
from ombuds.core.keys import hash_of
from ombuds.core.publication import Basis, EntryParameters
from ombuds.desk.campaign.campaigns import begun, campaign
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.after import lines_of, not_public
from ombuds.desk.pages.answers import go, page, status_of
from ombuds.desk.pages.batches import terms_facts
from ombuds.desk.pages.drafting import shown_here
from ombuds.desk.pages.rows import day_of
from ombuds.desk.pages.terms_form import OUTCOMES, after, content_of, draft_of, empty, fields_of, lacking, tags_of, unfinished, with_survivor, written
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.current import at_hand, first_kind, public_lines
from ombuds.desk.release.draft import drafts, save_draft
from ombuds.desk.release.pictures import bring_pictures, check_there
from ombuds.desk.release.prepare import Aim, propose_campaign
from ombuds.pages.desk_campaigns import CampaignDraft, CampaignDraftView, CampaignText
from ombuds.pages.desk_texts import Difference, DraftLine
from ombuds.pages.exact import beside
from ombuds.pages.hashtags import looked_at
from ombuds.pages.labels import label_of
from ombuds.pages.languages import SHIPPED, mark
from ombuds.pages.plainly import differences
from ombuds.pages.values import Choice, Trouble

SHOWN = 20
NONE: Mapping[str, str] = MappingProxyType({})
LACKS = mark("Something is missing yet; it is named below, at its place.")
KEPT = mark("What you wrote is kept as a draft.")
NOTHING = mark("Nothing was kept or sent yet. Everything stands as you wrote it.")
TOO_LONG = Trouble(sentence=mark("Something here is longer than a publication may be."), help=mark("Shorten it. Nothing was kept or sent yet."))
CHANGED = Trouble(
    sentence=mark("The text is another one than the preview showed."),
    help=mark("Nothing was asked yet, and the draft is kept. Read the preview below, then press the button under it."),
)


def editor(visit: Visit) -> Response:
    """Show the form: a kept draft, a public campaign to go on with, or a new one. Raises NotHere, and what finding its text raises."""
    subject, draft = visit.query.one("subject"), visit.query.one("draft")
    if subject:
        return _show(visit, _continued(visit, subject))
    return _show(visit, fields_of(_campaign_draft(visit.desk, draft)) if draft else empty(visit.desk.today))


def again(visit: Visit) -> Response:
    """Show the form with what was typed into a desk that had locked itself."""
    return _show(visit, draft_of(visit.form))


def work(visit: Visit) -> Response:
    """Preview, keep, or ask the members, whichever button was pressed."""
    draft = draft_of(visit.form)
    try:
        return _done(visit, draft)
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return _show(visit, draft, Trouble.of(silent), 503)
    except Malformed as wrong:
        return _show(visit, draft, TOO_LONG if not wrong.detail else Trouble(sentence=wrong.sentence, help=wrong.detail), status_of(wrong))
    except OmbudsError as wrong:
        return _show(visit, draft, Trouble.of(wrong), status_of(wrong))


def _done(visit: Visit, draft: CampaignDraft) -> Response:
    pressed, desk = visit.form.one("do"), visit.desk
    if pressed == "add" and len(draft.texts) < len(SHIPPED):
        return _show(visit, msgspec.structs.replace(draft, texts=(*draft.texts, CampaignText())))
    if pressed.startswith(("more-", "less-")):
        return _show(visit, after(draft, pressed, desk.today))
    if pressed.startswith("tag-"):
        return _show(visit, with_survivor(draft, pressed))
    if pressed not in ("save", "picture", "propose"):
        return _show(visit, draft, lacks=_missing(desk, draft))
    before = _before(desk, draft)
    content = content_of(draft, before, desk.today)
    missing = lacking(draft, content, before)
    if missing:
        every = {**missing, **unfinished(draft, content)} if pressed == "propose" else missing
        return _show(visit, draft, Trouble(sentence=LACKS, help=NOTHING), 400, every)
    kept = _keep(desk, draft, content)
    if pressed in ("save", "picture"):
        visit.say(mark("The draft is kept in your vault."))
        return go(f"/publish/campaign?draft={kept.id}" if pressed == "save" else f"/publish/{kept.id}/picture")
    return _ask(visit, msgspec.structs.replace(draft, id=kept.id), kept)


def _ask(visit: Visit, draft: CampaignDraft, kept: KeptDraft) -> Response:
    """Ask the members about exactly what the preview showed, if nothing is missing."""
    desk, content = visit.desk, kept.content
    if visit.form.one("seen") not in ("", _mark_of(content)):
        return _show(visit, draft, CHANGED, 409)
    missing = unfinished(draft, content)
    if missing:
        return _show(visit, draft, Trouble(sentence=LACKS, help=KEPT), 400, missing)
    try:
        ready = _with_wall(desk, content)
        check_content(ready)
        check_there(desk, ready)
    except Malformed as wrong:
        return _show(visit, draft, Trouble(sentence=mark("The text does not hang together yet."), help=wrong.detail), 400)
    # With its draft, so that who asks again asks about the same wall.
    save_draft(desk, ready, "", kept.id, _aim(desk, draft))
    propose_campaign(desk, ready, _aim(desk, draft))
    visit.say(mark("The members are asked. It becomes public when enough of them have signed exactly this text."))
    return go("/approve")


def _missing(desk: Desk, draft: CampaignDraft) -> dict[str, str]:
    """Return all that a campaign lacks before the members can be asked."""
    before = _before(desk, draft)
    content = content_of(draft, before, desk.today)
    return {**lacking(draft, content, before), **unfinished(draft, content)}


def _with_wall(desk: Desk, content: Content) -> Content:
    terms = content.terms
    if terms is None or terms.recipient:
        return content
    return msgspec.structs.replace(content, campaign=begun(desk, terms))


def _keep(desk: Desk, draft: CampaignDraft, content: Content) -> KeptDraft:
    known = {kept.id for kept in drafts(desk)}
    # What is longer than a publication may be would be lost with the next look at the vault.
    try:
        decode(encode(content), Content)
    except Malformed:
        raise Malformed from None
    return save_draft(desk, content, "", draft.id if draft.id in known else "", _aim(desk, draft))


def _aim(desk: Desk, draft: CampaignDraft) -> Aim:
    return Aim(draft.subject, day_of(draft.pinned, desk.today) if draft.pinned else None)


def _before(desk: Desk, draft: CampaignDraft) -> Content | None:
    """Return the text that a form goes on from: the public one, else the kept draft's; nothing for a new campaign."""
    if draft.subject:
        return campaign(desk, draft.subject).content
    return next((kept.content for kept in drafts(desk) if kept.id == draft.id and kept.content.kind == "campaign"), None)


def _continued(visit: Visit, subject: str) -> CampaignDraft:
    desk, change = visit.desk, visit.query.one("change")
    if change not in ("correction", "outcome") or first_kind(desk, subject) != "campaign":
        raise NotHere
    now, head = campaign(desk, subject), desk.record.head(subject)
    said = head.parameters if head else None
    if said is not None:
        bring_pictures(desk, now.content, said.files, subject, now.version)
    pinned = said.pinned if said and said.pinned and said.pinned >= desk.today else None
    kept = KeptDraft(1, "", "", subject, msgspec.structs.replace(now.content, correction=()), desk.today, pinned)
    draft = msgspec.structs.replace(fields_of(kept), change=change)
    return draft if draft.since else msgspec.structs.replace(draft, since=desk.today.isoformat())


def _campaign_draft(desk: Desk, draft: str) -> KeptDraft:
    kept = desk.vault.draft(draft)
    if kept.content.kind != "campaign":
        raise NotHere
    return kept


def _mark_of(content: Content) -> str:
    """Return what tells one preview from another; where the wall will stand is no part of it."""
    terms = content.terms
    bare = msgspec.structs.replace(terms, wall="", recipient="") if terms else msgspec.UNSET
    return hash_of(encode(msgspec.structs.replace(content, campaign=bare)))


def _show(visit: Visit, draft: CampaignDraft, trouble: Trouble | None = None, status: int = 200, lacks: Mapping[str, str] = NONE) -> Response:
    desk = visit.desk
    before = _before(desk, draft)
    content = content_of(draft, before, desk.today)
    preview = bool(draft.kinds) and any(map(written, draft.texts)) and all(text.language for text in draft.texts if written(text))
    head = desk.record.head(draft.subject) if draft.subject else None
    said = EntryParameters(1, "campaign", head.version + 1 if head else 1, (), (), Basis("desk"), "", desk.today)
    begun_before = [kept for kept in not_public(desk, drafts(desk)) if kept.content.kind == "campaign"][:SHOWN]
    public = lines_of(desk, public_lines(desk)[:SHOWN], visit.room.language)
    view = CampaignDraftView(
        draft=draft,
        languages=tuple(dict.fromkeys((*SHIPPED, *(text.language for text in draft.texts if text.language)))),
        statuses=tuple(Choice(value=word, label=label_of("status", word)) for word in OUTCOMES),
        stories=tuple(Choice(value=line.subject, label=line.title) for line in public if line.kind == "story"),
        tags=tuple(looked_at(tag) for tag in tags_of(draft)),
        previews=shown_here(desk, content, draft.subject, said, visit.room.readers) if preview else (),
        beside=(*terms_facts(content, visit.room.language), *beside(content, {line.subject: line.title for line in public})) if preview else (),
        differences=_differences(desk, draft, content) if preview else (),
        seen=_mark_of(content) if preview else "",
        needed=desk.charter.charter.thresholds.publish,
        more=len(draft.texts) < len(SHIPPED),
        drafts=tuple(DraftLine(id=kept.id, title=kept.content.texts[0].title, link=f"/publish/campaign?draft={kept.id}") for kept in begun_before),
        lacks=dict(lacks),
        trouble=trouble,
    )
    return page(visit.room.renderer.campaigning(visit.shell("/publish"), view), status)


def _differences(desk: Desk, draft: CampaignDraft, content: Content) -> tuple[Difference, ...]:
    head = desk.record.head(draft.subject) if draft.subject else None
    return next((differences(now.content, content) for now in at_hand(desk, [head])), ()) if head else ()
