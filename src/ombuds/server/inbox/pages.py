# SPDX-License-Identifier: AGPL-3.0-or-later
"""An opened inbox as the values of its pages: messages, files, the exact text of a question, and what looks wrong.

The page for words that nobody knows is the page of an empty inbox, byte for byte. It opens and stores nothing. See
spec/inbox.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from ombuds.core.consent import Item, Question
from ombuds.core.errors import OmbudsError, WordsWrong
from ombuds.core.publication import Content
from ombuds.core.source import Opened, Shown
from ombuds.pages.languages import Language
from ombuds.pages.source_values import ConsentItem, ConsentQuestion, File, InboxMessage
from ombuds.pages.values import Trouble

PATH = "/inbox"


def messages_of(opened: Opened, language: Language, answered: Mapping[str, str]) -> tuple[InboxMessage, ...]:
    """Return what the inbox shows; ``answered`` holds the answers given on this very visit, by the question's id."""
    return tuple(_shown(each, language, answered) for each in opened.replies)


def question_of(question: Question, language: str, answer: str) -> ConsentQuestion:
    """Return the exact text that is asked about, all of it, and what may be left out."""
    content = question.content
    first = next((text for text in content.texts if text.language == language), content.texts[0] if content.texts else None)
    items = tuple(ConsentItem(id=item, kind=item, text=_item(content, item)) for item in question.items)
    return ConsentQuestion(id=question.id, title=first.title if first else "", text=_everything(content), items=items, answer=answer)


def trouble_of(refusal: OmbudsError, language: Language) -> Trouble:
    """Return a refusal; what looks wrong in the words is repeated to the one who typed them and to nobody else."""
    if isinstance(refusal, WordsWrong) and refusal.detail:
        return Trouble(sentence=f"{language.said(refusal.sentence)} ({refusal.detail})", help=refusal.help)
    return Trouble.of(refusal)


def _shown(each: Shown, language: Language, answered: Mapping[str, str]) -> InboxMessage:
    if each.message is None:
        return InboxMessage(id=each.reply.id, number=each.number, text="", kind="expired" if each.reply.expired else "forged")
    stored = {file.id for file in each.reply.files.files}
    question = each.message.question
    return InboxMessage(
        id=each.reply.id,
        number=each.number,
        text=each.message.text,
        kind="consent" if question else "message",
        files=tuple(File(id=note.id, name=note.name, size=note.size) for note in each.message.files if note.id in stored),
        consent=question_of(question, language.code, answered.get(question.id, "")) if question else None,
    )


def _everything(content: Content) -> str:
    texts = ["\n\n".join(part for part in (text.title, text.summary, text.body) if part) for text in content.texts]
    sources = [f"{source.title}\n{source.url}" for source in content.sources]
    return "\n\n".join([*texts, *sources, *([content.correction] if content.correction else [])])


def _item(content: Content, item: Item) -> str:
    texts = {"region": content.region, "rank": content.rank, "tags": ", ".join(content.tags)}
    return texts[item]
