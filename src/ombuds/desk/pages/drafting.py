# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the editor's fields and the exact content that a source consents to and members sign.

The previews are made by the same code that makes the public page, from the same content (T18): one for each language.
Nothing is kept or sent by this file. See spec/desk.md.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import cast, get_args

from markupsafe import Markup
from msgspec.structs import replace

from ombuds.core.publication import Basis, Content, Place, PublicSource, Status, Text, describe, new_place, salted
from ombuds.core.sealing import Problem
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.forms import Form
from ombuds.desk.parts import Desk
from ombuds.pages.desk_texts import Draft, DraftText
from ombuds.pages.languages import mark
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer

# The form's word for a problem where the record's format has a longer one.
LONGER = {"order": "illegal-order"}
SHORTER = {long: short for short, long in LONGER.items()}
MOST_TEXTS = 20
OUTCOMES: tuple[Status, ...] = ("answered", "fixed", "refused")
"""What can come of a published story."""


def draft_of(form: Form) -> Draft:
    """Return what stands in the editor's fields; those of a text come once for each language."""
    names = ("id", "subject", "change", "kind", "case", "correction", "status", "region", "rank", "type", "basis", "sources", "tags")
    columns = [form.all(name)[:MOST_TEXTS] for name in ("language", "title", "summary", "body")]
    texts = tuple(DraftText(language=row[0], title=row[1], summary=row[2], body=row[3]) for row in zip_longest(*columns, fillvalue=""))
    return Draft(texts=texts or (DraftText(),), **{name: form.one(name) for name in names})


def content_of(draft: Draft) -> Content:
    """Return the exact content of a draft; a language in which nothing was written is left out."""
    texts = tuple(Text(text.language, text.title.strip(), text.summary.strip(), text.body.strip()) for text in draft.texts)
    written = tuple(text for text in texts if text.title or text.summary or text.body) or texts[:1]
    content = Content(1, "story", written, tags=_tags(draft.tags), sources=_sources(draft.sources), correction=draft.correction.strip())
    if draft.kind == "update":
        return replace(content, kind="update")
    status = cast(Status, draft.status) if draft.status in get_args(Status) else "open"
    return replace(content, problem=_problem(draft.type), region=draft.region.strip(), rank=draft.rank.strip(), status=status)


def unknown(draft: Draft) -> str:
    """Return what stands in a field with a list and is not in the list, or nothing: it would be left out without a word."""
    if draft.type and _problem(draft.type) is None:
        return mark("The kind of problem is not one of the list.")
    return ""


def fields_of(kept: KeptDraft, basis: str) -> Draft:
    """Return the editor's fields for a kept draft."""
    content = kept.content
    change = "correction" if content.correction or content.status not in OUTCOMES else "outcome"
    return Draft(
        id=kept.id,
        subject=kept.subject,
        change=change if kept.subject else "",
        kind=content.kind,
        case=kept.case,
        texts=tuple(DraftText(language=text.language, title=text.title, summary=text.summary, body=text.body) for text in content.texts),
        correction=content.correction,
        status=content.status,
        region=content.region,
        rank=content.rank,
        type=SHORTER.get(content.problem or "", content.problem or ""),
        basis=basis,
        sources="\n".join(f"{source.title} | {source.url}" for source in content.sources),
        tags=" ".join(f"#{tag}" for tag in content.tags),
    )


def previews_of(desk: Desk, draft: Draft, content: Content, readers: Renderer) -> tuple[Markup, ...]:
    """Return the article exactly as readers will see it, in each of its languages."""
    head = desk.record.head(draft.subject) if draft.subject else None
    place = Place(head.subject, head.version + 1, head.leaf) if head else new_place()
    basis = draft.basis if content.kind == "story" or draft.basis == "sources" else "desk"
    kind = Basis("sources" if basis == "sources" else "desk" if basis == "desk" else "consent")
    said = describe(place, content, salted(place, content), kind, desk.today)
    return tuple(readers.article(story_page(content, place.subject, said, text.language)) for text in content.texts)


def _problem(word: str) -> Problem | None:
    long = LONGER.get(word, word)
    return cast(Problem, long) if long in get_args(Problem) else None


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.lstrip("#") for word in text.replace(",", " ").split() if word.lstrip("#")))


def _sources(text: str) -> tuple[PublicSource, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(PublicSource(title.strip() or url.strip(), url.strip()) for title, url in map(_title_and_address, lines))


def _title_and_address(line: str) -> tuple[str, str]:
    title, bar, address = line.rpartition("|")
    return (title, address) if bar else (line, line)
