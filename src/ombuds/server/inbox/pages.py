# SPDX-License-Identifier: AGPL-3.0-or-later
"""An opened inbox as the values of its pages: messages, files, the exact text of a question, and what looks wrong.

The page for words that nobody knows is the page of an empty inbox, byte for byte. It opens and stores nothing. See
spec/inbox.md.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from ombuds.core.consent import Heard, Item, Question
from ombuds.core.content import Content, Picture, Words, in_language
from ombuds.core.errors import OmbudsError, WordsWrong
from ombuds.core.keys import Hash
from ombuds.core.publication import Basis, EntryParameters
from ombuds.core.source import Opened, Shown, Standing
from ombuds.pages.exact import articles, beside
from ombuds.pages.languages import Language
from ombuds.pages.plainly import every_line
from ombuds.pages.render import Renderer
from ombuds.pages.source_values import ConsentItem, ConsentQuestion, File, InboxMessage, InboxPage
from ombuds.pages.values import Trouble

PATH = "/inbox"
A_PAGE = 20
# What one form of 64 KiB can name with room to spare.
MOST_NAMED = 1000
STATES = {"agree": "agreed", "refuse": "refused", "revoke": "revoked", "published": "published"}
PAGE = re.compile("[0-9]{1,6}")


def page_of(opened: Opened, wanted: str, language: Language, answered: Mapping[str, str]) -> InboxPage:
    """Return one page of the inbox, without its words; ``answered`` holds the answers given on this very visit, by the question's id.

    A page that is not there is the nearest one: messages go while somebody reads.
    """
    replies = newest_first(opened.replies)
    pages = max(1, -(-len(replies) // A_PAGE))
    number = min(max(int(wanted) if PAGE.fullmatch(wanted) else 1, 1), pages)
    start = (number - 1) * A_PAGE
    return InboxPage(
        words="",
        nonce="",
        largest=0,
        messages=tuple(_shown(each, opened, language, answered) for each in replies[start : start + A_PAGE]),
        number=number,
        pages=pages,
        first=start + 1,
        total=len(replies),
        every=tuple(each.reply.id for each in replies[:MOST_NAMED]),
    )


def newest_first(replies: Sequence[Shown]) -> list[Shown]:
    """Return what expired, then the desk's messages from the newest of each case on, then what is not from the desk.

    Whoever pours forged replies into an inbox pushes no message of the desk off its first page (T19).
    """
    newest: dict[str, int] = {}
    for each in replies:
        if each.message is not None:
            newest[each.message.case] = max(newest.get(each.message.case, 0), each.message.number)

    def place(each: Shown) -> tuple[int, int]:
        if each.message is None:
            return (0 if each.reply.expired else 2, each.number)
        return (1, newest[each.message.case] - each.message.number)

    return sorted(replies, key=place)


def question_of(question: Question, language: str, standing: Standing, answered: str = "") -> ConsentQuestion:
    """Return what is asked, by its title, what may be left out, and the answer: this visit's, or the one that the desk says it has."""
    content, told = question.content, standing.answer
    items = tuple(ConsentItem(id=item, kind=item.partition("-")[0], text=_item(content, item, language)) for item in question.items)
    return ConsentQuestion(
        id=question.id,
        title=_title(content, language),
        items=items,
        answer=answered or (state_of(told) if told else ""),
        heard=told.day if told and not answered else None,
        public=standing.public.day if standing.public else None,
    )


def state_of(heard: Heard) -> str:
    """Return what the desk told of a question as the word for it."""
    return "partly" if heard.what == "agree" and heard.without else STATES[heard.what]


def _title(content: Content, language: str) -> str:
    first = next((text for text in content.texts if text.language == language), content.texts[0] if content.texts else None)
    return first.title if first else ""


def exactly(asked: ConsentQuestion, content: Content, renderer: Renderer, came: Mapping[Hash, bytes], today: date) -> ConsentQuestion:
    """Return a question with all that would become public, as readers would see it; ``came`` are the pictures that came with it."""
    said = EntryParameters(1, content.kind, 1, tuple(text.language for text in content.texts), (), Basis("consent"), "", today)
    links = [_inline(came[picture.sha256], picture) if picture.sha256 in came else "" for picture in content.pictures]
    shown = articles(renderer, content, "", said, lambda number: links[number - 1])
    return msgspec.structs.replace(asked, articles=shown, beside=beside(content), every=every_line(content), lacking=not all(links))


def _inline(content: bytes, picture: Picture) -> str:
    # In the page itself: nothing of it is kept anywhere, and no address could ask for it again.
    return f"data:image/{picture.type};base64,{b64encode(content).decode()}"


def trouble_of(refusal: OmbudsError, language: Language) -> Trouble:
    """Return a refusal; what looks wrong in the words is repeated to the one who typed them and to nobody else."""
    if isinstance(refusal, WordsWrong) and refusal.detail:
        return Trouble(sentence=f"{language.said(refusal.sentence)} ({refusal.detail})", help=refusal.help)
    return Trouble.of(refusal)


def _shown(each: Shown, opened: Opened, language: Language, answered: Mapping[str, str]) -> InboxMessage:
    if each.message is None:
        return InboxMessage(id=each.reply.id, number=each.number, text="", kind="expired" if each.reply.expired else "forged")
    stored = {file.id for file in each.reply.files.files}
    question, heard = each.message.question, each.message.heard
    about = next((asked.content for asked in opened.questions if heard and asked.hash == heard.question), None)
    return InboxMessage(
        id=each.reply.id,
        number=each.number,
        text=each.message.text,
        kind="consent" if question else "heard" if heard else "message",
        day=heard.day if heard else None,
        files=tuple(File(id=note.id, name=note.name, size=note.size) for note in each.message.files if note.id in stored),
        consent=question_of(question, language.code, opened.standing(question), answered.get(question.id, "")) if question else None,
        heard=state_of(heard) if heard else "",
        about=_title(about, language.code) if about else "",
        twice=each.twice,
    )


def _item(content: Content, item: Item, language: str) -> str:
    kind, _, number = item.partition("-")
    if not number:
        return {"region": content.region, "rank": content.rank, "tags": ", ".join(content.tags)}.get(kind, "")
    place = int(number) - 1
    if kind == "picture":
        picture = content.pictures[place : place + 1]
        return " · ".join(f"{_told(each.shows, language)} ({each.credit})" for each in picture)
    said = content.quotes[place : place + 1] if kind == "quote" else [claim.says for claim in content.claims[place : place + 1]]
    return " · ".join(_told(words, language) for words in said)


def _told(words: Words, language: str) -> str:
    return in_language(words, language) or next((each.text for each in words), "")
