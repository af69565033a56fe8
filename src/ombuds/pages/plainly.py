# SPDX-License-Identifier: AGPL-3.0-or-later
"""A content as plain lines, every field of it: for a terminal, and to tell two versions of a text apart.

A line has a label of ours and words of others; nothing is left out and nothing is drawn. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from ombuds.core.content import Content, Words
from ombuds.core.terms import Terms
from ombuds.pages.desk_texts import Difference
from ombuds.pages.languages import mark as m
from ombuds.pages.values import Fact


class Line(NamedTuple):
    """One line: what it is, with its number or language, and what it says."""

    label: str
    beside: str
    text: str


def lines_of(content: Content) -> Iterator[Line]:
    """Yield all that would become public, a line each."""
    yield Line(m("kind"), "", content.kind)
    for text in content.texts:
        yield Line(m("language"), "", text.language)
        yield Line(m("title"), "", text.title)
        yield Line(m("summary"), "", text.summary)
        yield from (Line("", "", line) for line in text.body.splitlines())
    yield from _filled(
        Line(m("about"), "", content.problem or ""),
        Line(m("region"), "", content.region),
        Line(m("rank"), "", content.rank),
        Line(m("status"), "", content.status),
        Line(m("since"), "", content.since.isoformat() if content.since else ""),
        Line(m("tags"), "", ", ".join(content.tags)),
        Line(m("belongs to"), "", content.story),
    )
    yield from _said(m("waiting for"), "", content.awaited)
    yield from (Line(m("source"), "", f"{source.title} {source.url}") for source in content.sources)
    yield from _parts(content)
    if content.terms is not None:
        yield from _terms(content.terms)
    for piece in content.press:
        yield Line(m("press"), piece.language, f"{piece.outlet}, {piece.day.isoformat()}: {piece.title} {piece.url}")
        yield from _filled(Line(m("quotation"), piece.language, piece.quotation))
        yield from _said(m("translated by"), piece.translator, piece.translations)
    yield from _said(m("correction"), "", content.correction)


def every_line(content: Content) -> tuple[Fact, ...]:
    """Return all that would become public as lines, the Markdown as it was typed; a line of the body has no label."""
    return tuple(Fact(label=line.label, value=_whole(line)) for line in lines_of(content))


def differences(before: Content, now: Content) -> tuple[Difference, ...]:
    """Return what a later version changes: what is gone, what is new, and beside it what stays."""
    old, new = list(lines_of(before)), list(lines_of(now))
    found: list[Difference] = []
    for change, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            found += [_difference("", line) for line in old[start:end]]
            continue
        found += [_difference("gone", line) for line in old[start:end]]
        found += [_difference("new", line) for line in new[first:last]]
    return tuple(found) if any(each.mark for each in found) else ()


def _difference(change: str, line: Line) -> Difference:
    return Difference(mark=change, label=line.label, text=_whole(line))


def _whole(line: Line) -> str:
    return f"({line.beside}) {line.text}" if line.beside else line.text


def _parts(content: Content) -> Iterator[Line]:
    for number, claim in enumerate(content.claims, start=1):
        yield from _said(m("claim"), str(number), claim.says)
        yield from _said(m("how we know"), str(number), claim.known)
        yield Line(m("kind of claim"), str(number), claim.kind)
        yield Line(m("verified by"), str(number), str(claim.verified))
    for number, quote in enumerate(content.quotes, start=1):
        yield from _said(m("quote"), str(number), quote)
    for number, reply in enumerate(content.replies, start=1):
        yield from _said(m("asked"), str(number), reply.who)
        yield Line(m("asked on, answer by"), str(number), f"{reply.asked.isoformat()}, {reply.by.isoformat()}")
        if reply.answer:
            yield Line(m("answer"), f"{number}, {reply.answer.language}, {reply.answer.day.isoformat()}", reply.answer.text)
    if content.outcome:
        yield from _said(m("outcome"), content.outcome.told_by, content.outcome.says)
    for number, picture in enumerate(content.pictures, start=1):
        yield Line(m("picture"), str(number), f"{picture.type}, {picture.width} x {picture.height}, SHA-256 {picture.sha256}")
        yield Line(m("credit"), str(number), picture.credit)
        yield from _said(m("what it shows"), str(number), picture.shows)


def _terms(terms: Terms) -> Iterator[Line]:
    yield from _said(m("person"), "", terms.person)
    yield from _said(m("statement"), "", terms.statement)
    lists = ((m("demand"), terms.demands), (m("offered sentence"), terms.offered), (m("rank group"), terms.ranks), (m("region"), terms.regions))
    for label, many in lists:
        for number, each in enumerate(many, start=1):
            yield from _said(label, str(number), each)
    yield Line(m("may be posted"), "", ", ".join(terms.kinds))
    yield Line(m("first day, last day"), "", f"{terms.begins.isoformat()}, {terms.ends.isoformat()}")
    yield from _filled(Line(m("goal"), "", str(terms.goal or "")))
    for number, person in enumerate(terms.named, start=1):
        portrait = "" if person.portrait is None else str(person.portrait + 1)
        yield Line(m("supports with a name"), str(number), f"{person.name}, {person.since.isoformat()}")
        yield from _filled(Line(m("portrait, counted among the pictures"), str(number), portrait))
        yield from _said(m("role"), str(number), person.role)
        yield from _said(m("quotation"), str(number), person.quotation)
    for number, post in enumerate(terms.elsewhere, start=1):
        yield Line(m("posted elsewhere"), str(number), f"{post.network}, {post.credit}, {post.day.isoformat()}: {post.url} {post.archive}".rstrip())
        yield from _said(m("what it shows"), str(number), post.shows)
    yield Line(m("wall"), "", terms.wall)
    yield Line(m("posts are sealed to"), "", terms.recipient)


def _said(label: str, beside: str, words: Words) -> Iterator[Line]:
    yield from (Line(label, ", ".join(part for part in (beside, each.language) if part), each.text) for each in words)


def _filled(*lines: Line) -> Iterator[Line]:
    yield from (line for line in lines if line.text)
