# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the editor's fields and the exact content that a source consents to and members sign.

The preview is made by the same code that makes the public page, from the same content (T18). A text has one language here.
Nothing is kept or sent by this file. See spec/desk.md.
"""

from __future__ import annotations

from datetime import date
from typing import cast, get_args

from markupsafe import Markup

from ombuds.core.publication import Basis, Content, PublicSource, Text, describe, new_place, salted
from ombuds.core.sealing import Problem
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.forms import Form
from ombuds.pages.desk_values import Draft
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer

# The form's word for a problem where the record's format has a longer one.
LONGER = {"order": "illegal-order"}
SHORTER = {long: short for short, long in LONGER.items()}


def draft_of(form: Form) -> Draft:
    """Return what stands in the editor's fields."""
    names = ("id", "subject", "kind", "case", "title", "summary", "body", "language", "region", "type", "basis", "sources", "tags")
    return Draft(**{name: form.one(name) for name in names})


def content_of(draft: Draft) -> Content:
    """Return the exact content of a draft."""
    text = Text(draft.language, draft.title.strip(), draft.summary.strip(), draft.body.strip())
    if draft.kind == "update":
        return Content(1, "update", (text,), tags=_tags(draft.tags), sources=_sources(draft.sources))
    return Content(
        1, "story", (text,), problem=_problem(draft.type), region=draft.region.strip(), tags=_tags(draft.tags), sources=_sources(draft.sources)
    )


def fields_of(kept: KeptDraft, basis: str) -> Draft:
    """Return the editor's fields for a kept draft."""
    content = kept.content
    text = content.texts[0]
    return Draft(
        id=kept.id,
        subject=kept.subject,
        kind=content.kind,
        case=kept.case,
        title=text.title,
        summary=text.summary,
        body=text.body,
        language=text.language,
        region=content.region,
        type=SHORTER.get(content.problem or "", content.problem or ""),
        basis=basis,
        sources="\n".join(f"{source.title} | {source.url}" for source in content.sources),
        tags=" ".join(f"#{tag}" for tag in content.tags),
    )


def preview_of(content: Content, basis: str, today: date, readers: Renderer) -> Markup:
    """Return the article exactly as readers will see it."""
    place = new_place()
    kind = Basis("sources" if basis == "sources" else "desk" if basis == "desk" else "consent")
    said = describe(place, content, salted(place, content), kind, today)
    return readers.article(story_page(content, place.subject, said, content.texts[0].language))


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
