# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the editor's fields and the exact content that a source consents to and members sign.

The previews are made by the same code that makes the public page, from the same content (T18): one for each language, with
the pictures from this member's vault. Nothing is kept or sent by this file. See spec/desk.md.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import cast, get_args

from markupsafe import Markup
from msgspec.structs import replace

from ombuds.core.case import Case
from ombuds.core.content import Content, Outcome, PublicSource, Status, Teller, Text
from ombuds.core.publication import Basis, EntryParameters
from ombuds.core.sealing import Problem
from ombuds.desk.kept import KeptDraft
from ombuds.desk.pages.forms import Form
from ombuds.desk.pages.rows import ROWS, after_button, claim_of, day_of, fields_of_rows, filled, picture_of, press_of, reply_of, rows_of, spread, words
from ombuds.desk.parts import Desk
from ombuds.desk.release.pictures import pictures_of
from ombuds.pages.desk_texts import Draft, DraftRow, DraftText
from ombuds.pages.exact import articles
from ombuds.pages.labels import PROBLEMS
from ombuds.pages.languages import SHIPPED, mark
from ombuds.pages.render import Renderer
from ombuds.pages.text import shown

# The form's word for a problem where the record's format has a longer one.
LONGER = {"order": "illegal-order"}
SHORTER = {long: short for short, long in LONGER.items()}
MOST_TEXTS = 20
OUTCOMES: tuple[Status, ...] = ("answered", "fixed", "refused", "closed")
"""What can come of a published story."""
ONCE = ("id", "subject", "change", "kind", "case", "status", "since", "told_by", "region", "rank", "type", "basis", "sources", "tags", "story", "pinned")


def draft_of(form: Form) -> Draft:
    """Return what stands in the editor's fields, as the next page shows it there; those of a text come once for each language."""
    # A soft hyphen that came along with pasted words would else be another text than the one under the preview.
    form = Form(tuple((name, shown(value)) for name, value in form.fields))
    columns = [form.all(name)[:MOST_TEXTS] for name in ("language", "title", "summary", "body")]
    texts = tuple(DraftText(language=row[0], title=row[1], summary=row[2], body=row[3]) for row in zip_longest(*columns, fillvalue=""))
    return Draft(
        texts=texts or (DraftText(),),
        awaited=form.all("awaited")[:MOST_TEXTS],
        outcome=form.all("outcome")[:MOST_TEXTS],
        correction=form.all("correction")[:MOST_TEXTS],
        rows={kind: rows_of(form, kind, len(texts)) for kind in ROWS},
        **{name: form.one(name) for name in ONCE},
    )


def content_of(draft: Draft, today: date) -> Content:
    """Return the exact content of a draft; a language in which nothing was written is left out, and so is an empty line."""
    some = [(place, text) for place, text in enumerate(draft.texts) if written(text)]
    some = some or list(enumerate(draft.texts))[:1]
    languages = [(place, text.language) for place, text in some]
    content = Content(
        1,
        "update" if draft.kind == "update" else "story",
        tuple(Text(text.language, text.title.strip(), text.summary.strip(), text.body.strip()) for _, text in some),
        tags=_tags(draft.tags),
        sources=_sources(draft.sources),
        press=tuple(press_of(row, languages, today) for row in _lines(draft, "press")),
        pictures=tuple(picture_of(row, languages, today) for row in _lines(draft, "picture")),
        correction=words(draft.correction, languages),
    )
    return replace(content, story=draft.story) if draft.kind == "update" else _story(content, draft, languages, today)


def _story(content: Content, draft: Draft, languages: Sequence[tuple[int, str]], today: date) -> Content:
    status = cast(Status, draft.status) if draft.status in get_args(Status) else "open"
    outcome, teller = words(draft.outcome, languages), cast(Teller, draft.told_by) if draft.told_by in get_args(Teller) else "desk"
    return replace(
        content,
        problem=_problem(draft.type),
        region=draft.region.strip(),
        rank=draft.rank.strip(),
        status=status,
        since=day_of(draft.since, today) if status != "open" else None,
        awaited=words(draft.awaited, languages) if status == "asked" else (),
        outcome=Outcome(outcome, teller) if outcome and status not in ("open", "asked") else None,
        claims=tuple(claim_of(row, languages, today) for row in _lines(draft, "claim")),
        quotes=tuple(words(row.said.get("says", ()), languages) for row in _lines(draft, "quote")),
        replies=tuple(reply_of(row, languages, today) for row in _lines(draft, "reply")),
    )


def written(text: DraftText) -> bool:
    """Say whether anything is written in one language of a draft."""
    return bool(text.title.strip() or text.summary.strip() or text.body.strip())


def with_language(draft: Draft) -> Draft:
    """Return the draft with an empty text more, as long as the desk has a language for it."""
    return replace(draft, texts=(*draft.texts, DraftText())) if len(draft.texts) < len(SHIPPED) else draft


def with_rows(draft: Draft, button: str, today: date) -> Draft:
    """Return the draft with one line more or less, and everything else as it is."""
    return replace(draft, rows={kind: after_button(draft.rows.get(kind, ()), kind, button, today) for kind in ROWS})


def begun_from(case: Case) -> Draft:
    """Return an empty draft for a case, with what its source said of the problem and in the source's language; what is not said is asked for."""
    body = case.body
    problem = SHORTER.get(body.wishes.problem, body.wishes.problem)
    return Draft(case=case.id, type=problem if problem in PROBLEMS else "", texts=(DraftText(language=body.language if body.language in SHIPPED else ""),))


def unknown(draft: Draft) -> str:
    """Return what stands in a field with a list and is not in the list, or nothing: it would be left out without a word."""
    if draft.type and _problem(draft.type) is None:
        return mark("The kind of problem is not one of the list.")
    return ""


def fields_of(kept: KeptDraft, basis: str) -> Draft:
    """Return the editor's fields for a kept draft."""
    content, some = kept.content, [text.language for text in kept.content.texts]
    change = "correction" if content.correction or content.status not in OUTCOMES else "outcome"
    return Draft(
        id=kept.id,
        subject=kept.subject,
        change=change if kept.subject else "",
        kind=content.kind,
        case=kept.case,
        texts=tuple(DraftText(language=text.language, title=text.title, summary=text.summary, body=text.body) for text in content.texts),
        correction=spread(content.correction, some),
        status=content.status,
        since=content.since.isoformat() if content.since else "",
        awaited=spread(content.awaited, some),
        outcome=spread(content.outcome.says, some) if content.outcome else (),
        told_by=content.outcome.told_by if content.outcome else "desk",
        region=content.region,
        rank=content.rank,
        type=SHORTER.get(content.problem or "", content.problem or ""),
        basis=basis,
        sources="\n".join(f"{source.title} | {source.url}" for source in content.sources),
        tags=" ".join(f"#{tag}" for tag in content.tags),
        story=content.story,
        pinned=kept.pinned.isoformat() if kept.pinned else "",
        rows=fields_of_rows(content),
    )


def previews_of(desk: Desk, draft: Draft, content: Content, readers: Renderer) -> tuple[Markup, ...]:
    """Return the article exactly as readers will see it, in each of its languages."""
    head = desk.record.head(draft.subject) if draft.subject else None
    basis = draft.basis if content.kind == "story" or draft.basis == "sources" else "desk"
    ground = Basis("sources" if basis == "sources" else "desk" if basis == "desk" else "consent")
    languages = tuple(text.language for text in content.texts)
    said = EntryParameters(1, content.kind, head.version + 1 if head else 1, languages, (), ground, "", desk.today)
    return shown_here(desk, content, draft.subject, said, readers)


def shown_here(desk: Desk, content: Content, subject: str, said: EntryParameters, readers: Renderer) -> tuple[Markup, ...]:
    """Return the articles of a content with the pictures that lie in this vault; one that does not is told by its words."""
    there = pictures_of(desk, content)
    links = [_inline(picture.type, there[picture.sha256]) if picture.sha256 in there else "" for picture in content.pictures]
    return articles(readers, content, subject, said, lambda number: links[number - 1])


def _inline(kind: str, content: bytes) -> str:
    # The desk's pages load nothing: a picture stands in the page itself.
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _lines(draft: Draft, kind: str) -> list[DraftRow]:
    return filled(draft.rows.get(kind, ()))


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
