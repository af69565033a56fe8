# SPDX-License-Identifier: AGPL-3.0-or-later
"""How what is public goes on: the list of it, a correction or an outcome in the editor, and asking to take something down.

Nothing changes from here: each is a proposal that enough members must sign, and what was said stays in the ledger (T20).
See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere, OmbudsError, RemoteSilent
from ombuds.core.publication import Content, Reason
from ombuds.core.record import Line
from ombuds.desk.campaign.campaigns import campaign, campaigns
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.answers import go, page, status_of
from ombuds.desk.pages.drafting import OUTCOMES, fields_of
from ombuds.desk.pages.visit import Visit
from ombuds.desk.parts import Desk
from ombuds.desk.release.current import at_hand, current, first_kind, public_lines
from ombuds.desk.release.pictures import bring_pictures
from ombuds.desk.release.prepare import propose_takedown
from ombuds.pages.desk_texts import Draft, PublishedLine, PublishedView
from ombuds.pages.desk_values import Fact, Field, SmallForm
from ombuds.pages.labels import label_of
from ombuds.pages.languages import SHIPPED, mark
from ombuds.pages.published import clock_of
from ombuds.pages.values import Choice, Sentence, Trouble

LINES = 50
CHANGES = ("correction", "outcome")
PLACES: Mapping[str, str] = MappingProxyType({"update": "updates", "campaign": "campaigns"})
REASONS: tuple[Reason, ...] = ("error", "source-asked", "person-asked", "court-order", "safety")
INSTEAD = Sentence(text=mark("Is only a part of it wrong? A correction leaves the rest to be read."))


def published(visit: Visit) -> Response:
    """Show all that is public, a page at a time."""
    every, asked = public_lines(visit.desk), visit.query.one("from")
    first = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    view = PublishedView(
        lines=lines_of(visit.desk, every[first : first + LINES], visit.room.language),
        newer=f"/published?from={max(0, first - LINES)}" if first else "",
        older=f"/published?from={first + LINES}" if first + LINES < len(every) else "",
    )
    return page(visit.room.renderer.published(visit.shell("/publish"), view))


def lines_of(desk: Desk, lines: Sequence[Line], reader: str = "") -> tuple[PublishedLine, ...]:
    """Return publications as a list shows them, in the reader's language where they have it; one whose text is not on this machine has no title."""
    known = {one.line.subject: one.content for one in at_hand(desk, lines)}
    return tuple(_line(desk, line, known.get(line.subject), reader) for line in lines)


def not_public(desk: Desk, kept_ones: Sequence[KeptDraft]) -> list[KeptDraft]:
    """Return the drafts without those that are public as they stand, and without a campaign whose wall is public."""
    known = [one.content for one in at_hand(desk, public_lines(desk)[:LINES])]
    texts, walls = {encode(content) for content in known}, {content.terms.wall for content in known if content.terms}
    fresh = [kept for kept in kept_ones if encode(kept.content) not in texts]
    return [kept for kept in fresh if kept.subject or kept.content.terms is None or kept.content.terms.wall not in walls]


def public_of(desk: Desk, subject: str, reader: str) -> PublishedLine | None:
    """Return what is public now under a subject, or under the campaign whose wall it is; nothing if nothing is."""
    subject = next((line.subject for line in campaigns(desk) if _wall_of(desk, line.subject) == subject), subject)
    return next(iter(lines_of(desk, [line for line in public_lines(desk) if line.subject == subject], reader)), None)


def continued(visit: Visit, subject: str, change: str) -> Draft:
    """Return the editor's fields to go on with a publication. Raises NotHere, EntryRefused, and what finding its text raises."""
    desk, kind = visit.desk, first_kind(visit.desk, subject)
    if change not in CHANGES or not kind or (change == "outcome" and kind != "story"):
        raise NotHere
    now = current(desk, subject)
    said = now.line.parameters
    if said is not None:
        bring_pictures(desk, now.content, said.files, subject, now.line.version)
    pinned = said.pinned if said and said.pinned and said.pinned >= desk.today else None
    kept = KeptDraft(1, "0" * 32, now.case, subject, msgspec.structs.replace(now.content, correction=()), desk.today, pinned)
    draft = msgspec.structs.replace(fields_of(kept, said.basis.kind if said else "consent"), id="", change=change)
    if change == "correction":
        return draft
    status = draft.status if draft.status in OUTCOMES else ""
    return msgspec.structs.replace(draft, status=status, since=draft.since if status else desk.today.isoformat())


def unfinished(draft: Draft) -> str:
    """Return what a correction or an outcome still lacks, or nothing."""
    if draft.change == "correction" and not any(said.strip() for said in draft.correction):
        return mark("Say what was wrong and what is right.")
    if draft.change == "outcome" and draft.status not in OUTCOMES:
        return mark("Choose what came of it.")
    if draft.change == "outcome" and not any(said.strip() for said in draft.outcome):
        return mark("Say what came of it, in each language.")
    return ""


def ask_takedown(visit: Visit) -> Response:
    """Show what a takedown does and ask for its reason. Raises EntryRefused, and what finding the text raises."""
    return _ask(visit)


def _ask(visit: Visit, trouble: Trouble | None = None, status: int = 200) -> Response:
    now = current(visit.desk, visit.names["subject"])
    form = SmallForm(
        title=mark("Take it down"),
        text=mark(
            "If enough members sign, every version of this text and its proof disappear from the site and from honest mirrors. "
            "The day and the reason stay, in the open. What others have saved stays with them."
        ),
        action=f"/published/{now.line.subject}/takedown",
        button=mark("Ask the members to take it down"),
        fields=(
            Field(
                name="reason",
                label=mark("Reason"),
                hint=mark("Everybody will read it in the place of the text."),
                kind="choice",
                value=visit.form.one("reason"),
                choices=(Choice(value="", label=mark("Choose a reason.")), *(Choice(value=word, label=label_of("reason", word)) for word in REASONS)),
            ),
        ),
        facts=(
            *(Fact(label=mark("Title"), value=text.title) for text in now.content.texts),
            Fact(label=mark("What would help instead"), value=INSTEAD),
        ),
        back="/published",
        danger=True,
        trouble=trouble,
    )
    return page(visit.room.renderer.form(visit.shell("/publish"), form), status)


def take_down(visit: Visit) -> Response:
    """Ask the members to take something down, with a reason; what is refused comes back with the reason. Raises what finding the text raises."""
    reason = visit.form.one("reason")
    if reason not in REASONS:
        return _ask(visit, Trouble(sentence=mark("Choose a reason."), help=mark("Everybody will read it. Nothing was done yet.")), 400)
    try:
        propose_takedown(visit.desk, visit.names["subject"], reason)
    except RemoteSilent as silent:
        visit.room.silent(visit.desk)
        return _ask(visit, Trouble.of(silent), 503)
    except OmbudsError as wrong:
        if visit.room.desk is not visit.desk:
            raise  # locked meanwhile
        return _ask(visit, Trouble.of(wrong, detailed=True), status_of(wrong))
    visit.say(mark("The members are asked. It is taken down when enough of them have signed."))
    return go("/approve")


def _wall_of(desk: Desk, subject: str) -> str:
    try:
        return campaign(desk, subject).terms.wall
    except OmbudsError:
        return ""  # its text could not be fetched: the next look brings it


def _line(desk: Desk, line: Line, content: Content | None, reader: str) -> PublishedLine:
    kind, languages = first_kind(desk, line.subject), [text.language for text in content.texts] if content else []
    may = ("correction", "outcome", "takedown") if kind in ("story", "campaign") else ("correction", "takedown")
    texts = sorted(content.texts, key=lambda text: text.language != reader) if content else ()
    title = next((text.title or text.body.strip().partition("\n")[0][:80] for text in texts), "")
    language = reader if reader in languages else next((each for each in languages if each in SHIPPED), SHIPPED[0])
    home = next(iter(desk.charter.charter.addresses), "")
    clock = clock_of(content, language, desk.today) if content and kind == "story" else None
    return PublishedLine(
        subject=line.subject,
        title=title,
        kind=kind,
        version=line.version,
        day=line.day,
        address=f"{home}/{language}/{PLACES.get(kind, 'stories')}/{line.subject}" if home else "",
        status=clock.status if clock else "",
        waiting_days=clock.days if clock else None,
        may=may,
    )
