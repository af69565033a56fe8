# SPDX-License-Identifier: AGPL-3.0-or-later
"""The repeating lines of the editors: claims, quotations, whom the desk asked, press, pictures, and what stands beside a campaign's wall.

A line has fields of its own and fields that stand once for each language of the text, in the order of the languages. A form
without script adds and removes lines by a button that sends everything; an empty line is left out of the text. It judges
nothing: what is wrong is said when the text is asked about or proposed. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeVar, cast, get_args

from ombuds.core.content import Answer, Claim, ClaimKind, Content, Picture, PictureType, Press, RightOfReply, Said, Words, in_language
from ombuds.core.terms import MOST_ELSEWHERE, Elsewhere, Named
from ombuds.desk.pages.forms import Form
from ombuds.pages.desk_texts import DraftRow

# One more than any list may have: what is too much is refused with the text, and never left out without a word.
MOST_ROWS = MOST_ELSEWHERE + 1
# What a line has once, and what it has once for each language.
ROWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "claim": (("kind", "verified"), ("says", "known")),
        "quote": ((), ("says",)),
        "reply": (("asked", "by", "answered", "answer_language", "answer"), ("who",)),
        "press": (("outlet", "day", "language", "title", "url", "quotation", "translator"), ("translation",)),
        "picture": (("sha256", "type", "width", "height", "credit"), ("shows",)),
        "named": (("name", "since", "portrait"), ("role", "quotation")),
        "elsewhere": (("network", "url", "credit", "day", "archive"), ("shows",)),
    }
)
# Whether anything was written in a line; what a new line begins with does not count.
PREFILLED = frozenset(("kind", "verified", "asked", "by", "day", "answer_language", "language", "answered", "since"))
T = TypeVar("T")


def rows_of(form: Form, kind: str, languages: int) -> tuple[DraftRow, ...]:
    """Return the lines of one kind that stand in a form."""
    once, each = ROWS[kind]
    columns = {name: form.all(f"{kind}_{name}") for name in (*once, *each)}
    several = max(1, languages)
    count = max([len(columns[name]) for name in once] + [-(-len(columns[name]) // several) for name in each])
    return tuple(
        DraftRow(
            fields={name: _at(columns[name], row) for name in once},
            said={name: columns[name][row * several : (row + 1) * several] for name in each},
        )
        for row in range(min(count, MOST_ROWS))
    )


def after_button(rows: tuple[DraftRow, ...], kind: str, button: str, today: date) -> tuple[DraftRow, ...]:
    """Return the lines after a button: one more, or without the one that was removed (counted from 1)."""
    verb, _, rest = button.partition("-")
    if button == f"more-{kind}":
        day = today.isoformat()
        begun = {"kind": "fact", "asked": day, "by": day, "day": day, "since": day, "verified": "0"}
        return (*rows, DraftRow(fields={name: begun.get(name, "") for name in ROWS[kind][0]}))
    named, _, number = rest.rpartition("-")
    if verb == "less" and named == kind:
        return tuple(row for place, row in enumerate(rows, start=1) if str(place) != number)
    return rows


def filled(rows: Iterable[DraftRow]) -> list[DraftRow]:
    """Return the lines in which something was written."""
    return [
        row
        for row in rows
        if any(value.strip() for name, value in row.fields.items() if name not in PREFILLED)
        or any(value.strip() for values in row.said.values() for value in values)
    ]


def words(values: Sequence[str], languages: Sequence[tuple[int, str]]) -> Words:
    """Return what is said in the languages that are written, by their place among the form's; nothing if nothing is."""
    said = tuple(Said(language, _at(values, place).strip()) for place, language in languages)
    return said if any(each.text for each in said) else ()


def claim_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date) -> Claim:
    """Return a line as a claim."""
    kind = row.fields.get("kind", "")
    number = row.fields.get("verified", "").strip()
    verified = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return Claim(cast(ClaimKind, kind) if kind in get_args(ClaimKind) else "fact", _said(row, "says", languages), _said(row, "known", languages), verified)


def reply_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date) -> RightOfReply:
    """Return a line as somebody's right of reply."""
    text, asked = row.fields.get("answer", "").strip(), day_of(row.fields.get("asked", ""), today)
    answered = day_of(row.fields.get("answered", ""), today)
    language = row.fields.get("answer_language", "").strip() or next((language for _, language in languages), "en")
    return RightOfReply(_said(row, "who", languages), asked, day_of(row.fields.get("by", ""), today), Answer(answered, language, text) if text else None)


def press_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date) -> Press:
    """Return a line as a piece of the press."""
    said = {name: value.strip() for name, value in row.fields.items()}
    own = said.get("language", "") or "en"
    translated = tuple(each for each in _said(row, "translation", languages) if each.text and each.language != own)
    return Press(
        outlet=said.get("outlet", ""),
        day=day_of(said.get("day", ""), today),
        language=own,
        title=said.get("title", ""),
        url=said.get("url", ""),
        quotation=said.get("quotation", ""),
        translations=translated,
        translator=said.get("translator", ""),
    )


def picture_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date) -> Picture:
    """Return a line as a picture."""
    kind = row.fields.get("type", "")
    sides = [row.fields.get(name, "") for name in ("width", "height")]
    width, height = (int(side) if side.isascii() and side.isdigit() and len(side) < 6 else 1 for side in sides)
    named = row.fields.get("sha256", "")
    credit = row.fields.get("credit", "").strip()
    return Picture(named, cast(PictureType, kind) if kind in get_args(PictureType) else "jpeg", width, height, credit, _said(row, "shows", languages))


def named_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date, pictures: Sequence[Picture]) -> Named:
    """Return a line as somebody who supports with a name; a portrait is named by its hash, and none if it is no picture of the text."""
    portrait = next((place for place, picture in enumerate(pictures) if picture.sha256 == row.fields.get("portrait")), None)
    name, since = row.fields.get("name", "").strip(), day_of(row.fields.get("since", ""), today)
    return Named(name, _said(row, "role", languages), _said(row, "quotation", languages), since, portrait)


def elsewhere_of(row: DraftRow, languages: Sequence[tuple[int, str]], today: date) -> Elsewhere:
    """Return a line as a post that was made elsewhere."""
    said = {name: value.strip() for name, value in row.fields.items()}
    day, shows = day_of(said.get("day", ""), today), _said(row, "shows", languages)
    return Elsewhere(said.get("network", ""), said.get("url", ""), said.get("credit", ""), day, shows, said.get("archive", ""))


def fields_of_rows(content: Content) -> dict[str, tuple[DraftRow, ...]]:
    """Return the lines of a kept text, for its form."""
    some, terms = [text.language for text in content.texts], content.terms
    return {
        "claim": _rows(content.claims, lambda claim: ({"kind": claim.kind, "verified": str(claim.verified)}, {"says": claim.says, "known": claim.known}), some),
        "quote": _rows(content.quotes, lambda quote: ({}, {"says": quote}), some),
        "reply": _rows(content.replies, _reply_fields, some),
        "press": _rows(content.press, _press_fields, some),
        "picture": _rows(content.pictures, _picture_fields, some),
        "named": _rows(terms.named if terms else (), lambda person: _named_fields(person, content.pictures), some),
        "elsewhere": _rows(terms.elsewhere if terms else (), _elsewhere_fields, some),
    }


def spread(said: Words, languages: Sequence[str]) -> tuple[str, ...]:
    """Return what is said, a field for each language."""
    return tuple(in_language(said, language) for language in languages)


def day_of(text: str, today: date) -> date:
    """Return a day as a form writes it, or today where none is written."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return today


Fields = tuple[dict[str, str], dict[str, Words]]


def _rows(parts: Iterable[T], read: Callable[[T], Fields], languages: Sequence[str]) -> tuple[DraftRow, ...]:
    made = map(read, parts)
    return tuple(DraftRow(fields=once, said={name: spread(said, languages) for name, said in each.items()}) for once, each in made)


def _reply_fields(reply: RightOfReply) -> Fields:
    once = {"asked": reply.asked.isoformat(), "by": reply.by.isoformat()}
    given = reply.answer
    answer = {"answered": given.day.isoformat(), "answer_language": given.language, "answer": given.text} if given else {}
    return {"answered": "", "answer_language": "", "answer": ""} | once | answer, {"who": reply.who}


def _press_fields(piece: Press) -> Fields:
    names = ("outlet", "language", "title", "url", "quotation", "translator")
    return {name: getattr(piece, name) for name in names} | {"day": piece.day.isoformat()}, {"translation": piece.translations}


def _picture_fields(picture: Picture) -> Fields:
    once = {"sha256": picture.sha256, "type": picture.type, "width": str(picture.width), "height": str(picture.height), "credit": picture.credit}
    return once, {"shows": picture.shows}


def _named_fields(person: Named, pictures: Sequence[Picture]) -> Fields:
    portrait = "" if person.portrait is None or person.portrait >= len(pictures) else pictures[person.portrait].sha256
    once = {"name": person.name, "since": person.since.isoformat(), "portrait": portrait}
    return once, {"role": person.role, "quotation": person.quotation}


def _elsewhere_fields(post: Elsewhere) -> Fields:
    once = {name: getattr(post, name) for name in ("network", "url", "credit", "archive")} | {"day": post.day.isoformat()}
    return once, {"shows": post.shows}


def _said(row: DraftRow, name: str, languages: Sequence[tuple[int, str]]) -> Words:
    return words(row.said.get(name, ()), languages)


def _at(values: Sequence[str], place: int) -> str:
    return values[place] if place < len(values) else ""
