# SPDX-License-Identifier: AGPL-3.0-or-later
"""An opened inbox as lines for a terminal: replies, files, the exact text of each question, and what looks wrong.

Text from the desk cannot steer the terminal. Each question has a code that is made from its exact text; an answer names
the code, so nobody answers a text that was not shown. It opens and stores nothing. See spec/cli.md; T19, T24.
"""

from __future__ import annotations

from collections.abc import Iterator

from ombuds.cli.verify import one_line
from ombuds.core.consent import Heard, Question
from ombuds.core.content import Content
from ombuds.core.source import Opened, Shown, Standing
from ombuds.pages.plainly import lines_of
from ombuds.pages.text import shown

CODE = 16
EXPIRED = "a report of yours was not opened in time and is erased; please send it again"
ANSWERS = {"agree": "yes", "refuse": "no", "revoke": "taken back"}
UNHEARD = "the desk has confirmed no answer to it yet; it does so a few days after you gave one"
TWICE = "the desk sent two different messages under one number, and this is one of them: ask the desk about both before you do what either says"
FORGED = "not written by the desk: do not answer it, and tell the desk by another way"


def inbox_lines(opened: Opened) -> list[str]:
    """Return everything that lies in an inbox, by number."""
    lines = [line for each in opened.replies for line in _reply_lines(each, opened)]
    return lines or ["no replies"]


def code_of(question: Question) -> str:
    """Return the code of a question: the first 64 bits of the hash of its exact bytes."""
    return question.hash[:CODE]


def content_lines(content: Content) -> Iterator[str]:
    """Yield all that would become public, every field of it."""
    for label, beside, text in lines_of(content):
        if label:
            yield f"{label} ({one_line(beside)}): {one_line(text)}" if beside else f"{label}: {one_line(text)}"
        else:
            yield from shown(text).splitlines() or [""]


def _reply_lines(each: Shown, opened: Opened) -> Iterator[str]:
    if each.message is None:
        yield f"[{each.number}] {EXPIRED if each.reply.expired else FORGED}"
        return
    first, *rest = shown(each.message.text).splitlines() or [""]
    heard = each.message.heard
    if heard is not None:
        first, rest = f"question {heard.question[:CODE]}: {heard_line(heard)}", [line for line in (first, *rest) if line]
    yield f"[{each.number}] {first}"
    if each.twice:
        yield f"    {TWICE}"
    yield from (f"    {line}" for line in rest)
    yield from (f"    file: {one_line(note.name)} ({note.size} bytes)" for note in each.message.files)
    question = each.message.question
    if question is not None:
        yield f"    question {code_of(question)}: may exactly this become public?"
        yield from (f"    | {line}" for line in content_lines(question.content))
        if question.items:
            yield f"    can be left out: {', '.join(question.items)}"
        yield from (f"    {line}" for line in _standing_lines(opened.standing(question)))


def _standing_lines(standing: Standing) -> Iterator[str]:
    """Yield what the desk said of a question; the source's own answer cannot be read again."""
    yield heard_line(standing.answer) if standing.answer else UNHEARD
    if standing.public:
        yield heard_line(standing.public)


def heard_line(heard: Heard) -> str:
    """Return the desk's word on a question as a line."""
    if heard.what == "published":
        return f"published on {heard.day}"
    left_out = f" without {', '.join(heard.without)}" if heard.without else ""
    return f"the desk has your answer: {ANSWERS[heard.what]}{left_out}, of {heard.day}"
