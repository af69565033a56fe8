# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything of a content before it is published, for whoever must judge it: a source, an approver, the member who writes.

The article in each language, made as readers will see it, and beside it what stands outside of the article: the clock, the
hashtags, what is corrected. No field that is signed or agreed to is missing here (T05, T23). See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from markupsafe import Markup

from ombuds.core.content import Content, in_language
from ombuds.core.publication import EntryParameters
from ombuds.pages.labels import label_of
from ombuds.pages.languages import mark
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer
from ombuds.pages.values import Fact, Sentence

UNTITLED: Mapping[str, str] = MappingProxyType({})


def articles(renderer: Renderer, content: Content, subject: str, said: EntryParameters, at: Callable[[int], str] | None = None) -> tuple[Markup, ...]:
    """Return the article in each of its languages; ``at`` names where each picture lies for this reader, counted from 1."""
    return tuple(renderer.article(story_page(content, subject, said, text.language, at)) for text in content.texts)


def beside(content: Content, titles: Mapping[str, str] = UNTITLED) -> tuple[Fact, ...]:
    """Return what stands beside the article, in every language in which it is said; a story by its title where that is known."""
    facts: list[tuple[str, str | Sentence | date | None]] = [(mark("Hashtags"), " ".join(f"#{tag}" for tag in content.tags))]
    if content.status != "open":
        facts.append((mark("Status"), Sentence(text=label_of("status", content.status))))
        facts.append((mark("since"), content.since))
    for text in content.texts:
        facts.append((mark("Whose answer is awaited"), in_language(content.awaited, text.language)))
        facts.append((mark("Correction"), in_language(content.correction, text.language)))
    facts.append((mark("Belongs to the story"), titles.get(content.story or "") or content.story))
    return tuple(Fact(label=label, value=value) for label, value in facts if value)
