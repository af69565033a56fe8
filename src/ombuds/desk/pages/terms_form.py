# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the fields of a campaign's form and the exact content that members sign.

A list has one item in each line, in the same order in every language. What the form does not show of a campaign that goes on,
its wall and its recipient among it, comes from the text that it goes on from. It keeps and sends nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import cast, get_args

from msgspec.structs import replace

from ombuds.core.content import Content, Outcome, Status, Teller, Text
from ombuds.core.said import Said, Words, in_language
from ombuds.core.terms import PostKind, Terms
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.forms import Form
from ombuds.desk.pages.rows import after_button, day_of, elsewhere_of, fields_of_rows, filled, named_of, picture_of, rows_of, words
from ombuds.pages.desk_campaigns import CampaignDraft, CampaignText
from ombuds.pages.hashtags import looked_at
from ombuds.pages.languages import mark
from ombuds.pages.text import shown

LASTS = timedelta(days=30)
NO_WALL = "0" * 32
MOST_TEXTS = 20
IN_EACH = ("language", "title", "summary", "body", "person", "statement", "demands", "offered", "ranks", "regions", "correction", "outcome")
ONCE = ("id", "subject", "change", "tags", "begins", "ends", "goal", "story", "status", "since", "told_by", "pinned")
ROWS = ("picture", "named", "elsewhere")
LISTS = ("demands", "offered", "ranks", "regions")
STATEMENT = mark("Write what each supporter joins in, in each language.")
STAY = mark("Rank groups and regions of a public campaign stay; add new ones at the end.")
OUTCOMES: tuple[Status, ...] = ("answered", "fixed", "refused", "closed")


def empty(today: date) -> CampaignDraft:
    """Return the form of a campaign that is about to begin."""
    return CampaignDraft(begins=today.isoformat(), ends=(today + LASTS).isoformat())


def draft_of(form: Form) -> CampaignDraft:
    """Return what stands in the form's fields, as the next page shows it there; those of a language come once for each."""
    form = Form(tuple((name, shown(value)) for name, value in form.fields))
    columns = [form.all(name)[:MOST_TEXTS] for name in IN_EACH]
    texts = tuple(CampaignText(**dict(zip(IN_EACH, row, strict=True))) for row in zip_longest(*columns, fillvalue=""))
    rows = {kind: rows_of(form, kind, len(texts)) for kind in ROWS}
    return CampaignDraft(texts=texts or (CampaignText(),), kinds=form.all("kinds"), rows=rows, **{name: form.one(name) for name in ONCE})


def after(draft: CampaignDraft, button: str, today: date) -> CampaignDraft:
    """Return a form after a button that adds a line or takes one out."""
    return replace(draft, rows={kind: after_button(draft.rows.get(kind, ()), kind, button, today) for kind in ROWS})


def content_of(draft: CampaignDraft, before: Content | None, today: date) -> Content:
    """Return the exact content of a form; a language in which nothing was written is left out."""
    some = [text for text in draft.texts if written(text)] or list(draft.texts[:1])
    outcome = _each(some, "outcome")
    status: Status = next((word for word in OUTCOMES if word == draft.status), "open")
    kept = before if before is not None else Content(1, "campaign", ())
    languages = [(place, text.language) for place, text in enumerate(draft.texts) if text in some]
    pictures = tuple(picture_of(row, languages, today) for row in filled(draft.rows.get("picture", ())))
    return replace(
        kept,
        kind="campaign",
        texts=tuple(Text(text.language, text.title.strip(), text.summary.strip(), text.body.strip()) for text in some),
        tags=tags_of(draft),
        story=draft.story,
        status=status,
        since=day_of(draft.since, today) if status != "open" else None,
        outcome=Outcome(outcome, cast(Teller, draft.told_by) if draft.told_by in get_args(Teller) else "desk") if outcome and status != "open" else None,
        correction=_each(some, "correction"),
        pictures=pictures,
        campaign=replace(
            _terms(draft, some, kept.terms, today),
            named=tuple(named_of(row, languages, today, pictures) for row in filled(draft.rows.get("named", ()))),
            elsewhere=tuple(elsewhere_of(row, languages, today) for row in filled(draft.rows.get("elsewhere", ()))),
        ),
    )


def fields_of(kept: KeptDraft) -> CampaignDraft:
    """Return the form's fields for a kept draft. Raises nothing: a content without terms has empty ones."""
    content, terms = kept.content, kept.content.terms
    later = "outcome" if content.status in OUTCOMES and not content.correction else "correction"
    return CampaignDraft(
        id=kept.id,
        subject=kept.subject,
        change=later if kept.subject else "",
        texts=tuple(_text(content, text, terms) for text in content.texts),
        tags="\n".join(content.tags),
        kinds=terms.kinds if terms else (),
        begins=terms.begins.isoformat() if terms else "",
        ends=terms.ends.isoformat() if terms else "",
        goal=str(terms.goal) if terms and terms.goal else "",
        story=content.story,
        status=content.status,
        since=content.since.isoformat() if content.since else "",
        told_by=content.outcome.told_by if content.outcome else "desk",
        pinned=kept.pinned.isoformat() if kept.pinned else "",
        rows={kind: rows for kind, rows in fields_of_rows(content).items() if kind in ROWS},
    )


def written(text: CampaignText) -> bool:
    """Say whether anything is written in one language."""
    return any(str(getattr(text, name)).strip() for name in IN_EACH[1:])


def tags_of(draft: CampaignDraft) -> tuple[str, ...]:
    """Return the hashtags of a form, one from each line, without their mark."""
    return tuple(dict.fromkeys(filter(None, (line.strip().lstrip("#").strip() for line in draft.tags.splitlines()))))


def lacking(draft: CampaignDraft, content: Content, before: Content | None) -> dict[str, str]:
    """Return what a campaign lacks before it can be kept or asked about: a sentence for each field, all at once."""
    some = [text for text in draft.texts if written(text)]
    old, terms = before.terms if before is not None else None, content.terms
    languages = [text.language for text in draft.texts if text in some]
    found: dict[str, str] = {} if some else {"body": mark("The text is empty yet.")}
    for place, text in enumerate(draft.texts):
        if text in some and not text.language:
            found[_id("language", place)] = mark("Choose the language of the text.")
        elif text in some and text.language in languages[:place]:
            found[_id("language", place)] = mark("There are two texts in one language.")
    uneven = [name for name in LISTS if len({len(_lines(text, name)) for text in some}) > 1]
    checks = (
        ("kinds", not draft.kinds, mark("Choose what supporters may post.")),
        ("goal", bool(draft.goal.strip()) and not _number(draft.goal), mark("The goal is a number, or empty.")),
        *((name, True, mark("A list needs as many lines in each language.")) for name in uneven),
        ("ends", terms is not None and terms.ends < terms.begins, mark("The last day comes before the first one.")),
        # Posts name a rank group and a region by their places in the lists.
        *((name, bool(draft.subject) and _shorter(terms, old, name), STAY) for name in ("ranks", "regions")),
    )
    return {**found, **{name: sentence for name, wrong, sentence in checks if wrong}}


def unfinished(draft: CampaignDraft, content: Content) -> dict[str, str]:
    """Return what a campaign lacks before the members can be asked: a sentence for each field, all at once."""
    found: dict[str, str] = {}
    for place, text in enumerate(draft.texts):
        if written(text) or not place:
            checks = (("title", mark("The text has no title yet.")), ("body", mark("The text is empty yet.")), ("statement", STATEMENT))
            found |= {_id(name, place): sentence for name, sentence in checks if not str(getattr(text, name)).strip()}
    changed = draft.change if draft.subject else ""
    rest = (
        ("tags", not content.tags, mark("A campaign has one hashtag at least.")),
        ("correction", changed == "correction" and not content.correction, mark("Say what was wrong and what is right.")),
        ("status", changed == "outcome" and content.status == "open", mark("Choose what came of it.")),
        ("outcome", changed == "outcome" and content.outcome is None, mark("Say what came of it, in each language.")),
    )
    return {**found, **{name: sentence for name, wrong, sentence in rest if wrong}}


def with_survivor(draft: CampaignDraft, button: str) -> CampaignDraft:
    """Return a form in which one hashtag stands in the form that every network leaves whole."""
    tags = list(tags_of(draft))
    number = button.removeprefix("tag-")
    place = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if 0 <= place < len(tags):
        tags[place] = looked_at(tags[place]).better or tags[place]
    return replace(draft, tags="\n".join(dict.fromkeys(tags)))


def _id(name: str, place: int) -> str:
    """Return the id of a field of one language, as the form writes it."""
    return f"{name}-{place + 1}" if place else name


def _terms(draft: CampaignDraft, some: Sequence[CampaignText], before: Terms | None, today: date) -> Terms:
    begins = day_of(draft.begins, today)
    return Terms(
        wall=before.wall if before else NO_WALL,
        recipient=before.recipient if before else "",
        statement=_each(some, "statement"),
        demands=_list(some, "demands"),
        offered=_list(some, "offered"),
        kinds=cast(tuple[PostKind, ...], tuple(kind for kind in get_args(PostKind) if kind in draft.kinds)),
        begins=begins,
        ends=day_of(draft.ends, begins + LASTS),
        ranks=_list(some, "ranks"),
        regions=_list(some, "regions"),
        person=_each(some, "person"),
        goal=_number(draft.goal),
    )


def _text(content: Content, text: Text, terms: Terms | None) -> CampaignText:
    made = CampaignText(language=text.language, title=text.title, summary=text.summary, body=text.body)
    told = content.outcome.says if content.outcome else ()
    made = replace(made, correction=in_language(content.correction, text.language), outcome=in_language(told, text.language))
    if terms is None:
        return made
    listed = {name: "\n".join(in_language(each, text.language) for each in getattr(terms, name)) for name in LISTS}
    return replace(made, person=in_language(terms.person, text.language), statement=in_language(terms.statement, text.language), **listed)


def _each(some: Sequence[CampaignText], name: str) -> Words:
    return words([str(getattr(text, name)) for text in some], [(place, text.language) for place, text in enumerate(some)])


def _list(some: Sequence[CampaignText], name: str) -> tuple[Words, ...]:
    rows = zip_longest(*(_lines(text, name) for text in some), fillvalue="")
    return tuple(tuple(Said(text.language, said) for text, said in zip(some, row, strict=True)) for row in rows)


def _lines(text: CampaignText, name: str) -> list[str]:
    return [line.strip() for line in str(getattr(text, name)).splitlines() if line.strip()]


def _shorter(now: Terms | None, before: Terms | None, name: str) -> bool:
    return now is not None and before is not None and len(getattr(now, name)) < len(getattr(before, name))


def _number(typed: str) -> int:
    bare = typed.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 8 else 0
