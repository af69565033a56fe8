# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was published, as a page's value: the one way from signed bytes to an article, for server, desk, mirror and verify.

If two of them built it differently, a true page would not verify (T18). It fills in only what the members signed: status,
waiting, corrections and proof stand outside the article, and whoever has them adds them. See spec/pages.md.
"""

from __future__ import annotations

from ombuds.core.errors import NotHere
from ombuds.core.keys import Id
from ombuds.core.publication import Content, EntryParameters, Text
from ombuds.pages.values import Source, StoryPage, UpdatePage


def story_page(content: Content, subject: Id, said: EntryParameters, language: str) -> StoryPage | UpdatePage:
    """Return the page of one version in one of its languages. Raises NotHere for a language it was not published in."""
    text = text_in(content, language)
    sources = tuple(Source(title=source.title, url=source.url) for source in content.sources)
    if content.kind == "update":
        return UpdatePage(
            id=subject,
            version=said.version,
            title=text.title,
            body=text.body,
            language=language,
            day=said.day,
            basis=said.basis.kind,
            sources=sources,
            tags=content.tags,
        )
    return StoryPage(
        id=subject,
        version=said.version,
        title=text.title,
        summary=text.summary,
        body=text.body,
        language=language,
        type=content.problem or "",
        region=content.region,
        day=said.day,
        basis=said.basis.kind,
        sources=sources,
        tags=content.tags,
    )


def text_in(content: Content, language: str) -> Text:
    """Return the text in one language. Raises NotHere."""
    for text in content.texts:
        if text.language == language:
            return text
    raise NotHere
