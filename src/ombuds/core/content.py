# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers see of a publication, field by field: texts, claims, right of reply, clock, outcome, press, pictures, campaign.

Everything that is said in words is said in each language of the publication, or not at all, so that no reader gets less than
another. It holds text, numbers, days and hashes; a picture is named by the hash of its fresh pixels and lies in a file of its
own (T13, T15). Days stand for clocks: who shows a page counts from the day that is handed in. See spec/publication.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec

from ombuds.core.encoding import decode_canonical
from ombuds.core.errors import Malformed
from ombuds.core.hiding import check_addresses, check_body, check_seen
from ombuds.core.keys import Hash
from ombuds.core.said import Address, Language, Name, Passage, Sentence, Struct
from ombuds.core.said import Said as Said
from ombuds.core.said import Words as Words
from ombuds.core.said import in_language as in_language
from ombuds.core.sealing import Problem
from ombuds.core.terms import Terms, check_terms, said_in

Status = Literal["open", "asked", "answered", "fixed", "refused", "closed"]
ClaimKind = Literal["fact", "assessment", "inference"]
Teller = Literal["institution", "source", "desk"]
PictureType = Literal["jpeg", "png"]

MOST_PICTURES = 4
Body = Annotated[str, msgspec.Meta(max_length=100_000)]
Subject = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?\Z")]
Members = Annotated[int, msgspec.Meta(ge=0, le=99)]
Side = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Text(Struct, frozen=True):
    """The words of a publication in one language; ``body`` is Markdown without HTML and without pictures."""

    language: Language
    title: Name
    summary: Sentence
    body: Body


class PublicSource(Struct, frozen=True):
    """A public source that a text rests on."""

    title: Name
    url: Address


class Claim(Struct, frozen=True):
    """One sentence that can be checked, how we know it, and how many members verified it; who they are is not published."""

    kind: ClaimKind
    says: Words
    known: Words
    verified: Members


class Answer(Struct, frozen=True):
    """What somebody answered who was asked, in the language of the answer."""

    day: date
    language: Language
    text: Passage


class RightOfReply(Struct, frozen=True):
    """Who was asked for their side, on which day, until which day, and the answer, if there is one."""

    who: Words
    asked: date
    by: date
    answer: Answer | None = None


class Outcome(Struct, frozen=True):
    """What came of it, and who says so."""

    says: Words
    told_by: Teller


class Press(Struct, frozen=True):
    """What a newspaper or station made of it: where, when, a quotation as it was printed, and who translated it."""

    outlet: Name
    day: date
    language: Language
    title: Name
    url: Address
    quotation: Sentence = ""
    translations: Words = ()
    translator: Name = ""


class Picture(Struct, frozen=True):
    """A picture beside the text: the hash of its bytes, its shape, whom to credit, and what it shows, in words."""

    sha256: Hash
    type: PictureType
    width: Side
    height: Side
    credit: Name
    shows: Words

    @property
    def ending(self) -> str:
        """How the name of its file ends."""
        return "jpg" if self.type == "jpeg" else "png"


class Content(Struct, frozen=True):
    """What readers see of a story, an update or a campaign, exactly; the members sign its commitment."""

    v: Literal[1]
    kind: Literal["story", "update", "campaign"]
    texts: Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)]
    problem: Problem | None = None
    region: Name = ""
    rank: Name = ""
    status: Status = "open"
    tags: Annotated[tuple[Name, ...], msgspec.Meta(max_length=20)] = ()
    sources: Annotated[tuple[PublicSource, ...], msgspec.Meta(max_length=50)] = ()
    since: date | None = None
    awaited: Words = ()
    claims: Annotated[tuple[Claim, ...], msgspec.Meta(max_length=30)] = ()
    quotes: Annotated[tuple[Words, ...], msgspec.Meta(max_length=20)] = ()
    replies: Annotated[tuple[RightOfReply, ...], msgspec.Meta(max_length=10)] = ()
    outcome: Outcome | None = None
    press: Annotated[tuple[Press, ...], msgspec.Meta(max_length=50)] = ()
    pictures: Annotated[tuple[Picture, ...], msgspec.Meta(max_length=MOST_PICTURES)] = ()
    story: Subject = ""
    correction: Words = ()
    # Left out where there is none, so that the bytes of stories and updates stay what they were.
    campaign: Terms | msgspec.UnsetType = msgspec.UNSET

    @property
    def terms(self) -> Terms | None:
        """The terms of a campaign; nothing for a story or an update."""
        return None if self.campaign is msgspec.UNSET else self.campaign


def read_content(content: bytes) -> Content:
    """Read published bytes. Raises Malformed, with what does not hang together."""
    read = decode_canonical(content, Content)
    check_content(read)
    return read


def check_content(content: Content) -> None:
    """Check that a content hangs together and is whole in each of its languages. Raises Malformed."""
    languages = tuple(text.language for text in content.texts)
    if not languages or len(set(languages)) != len(languages):
        raise Malformed("a publication has one text a language")
    for says, must in _spoken(content):
        if (says or must) and (tuple(each.language for each in says) != languages or not all(each.text.strip() for each in says)):
            raise Malformed("something is not said in each language of the text")
    if content.kind == "update" and (content.claims or content.quotes or content.replies or content.outcome or content.status != "open"):
        raise Malformed("an update has no claims, quotations, replies, clock or outcome")
    if content.kind == "story" and content.story:
        raise Malformed("only an update or a campaign belongs to a story")
    if (content.kind == "campaign") != (content.terms is not None):
        raise Malformed("a campaign has terms, and nothing else has")
    if content.kind == "campaign" and (content.claims or content.quotes or content.replies or not content.tags):
        raise Malformed("a campaign has hashtags, and no claims, quotations or replies")
    if content.terms is not None:
        check_terms(content.terms, len(content.pictures))
    _check_clock(content)
    _check_replies(content.replies)
    _check_press(content.press, languages)
    _check_hidden(content)
    if len({picture.sha256 for picture in content.pictures}) != len(content.pictures) or not all(each.credit.strip() for each in content.pictures):
        raise Malformed("a picture has a credit and stands there once")


def spoken(content: Content) -> Iterator[str]:
    """Yield the words of every part beside the texts themselves, for whoever searches or reads them all."""
    yield from (each.text for says, _ in _spoken(content) for each in says)
    yield from (reply.answer.text for reply in content.replies if reply.answer)
    for piece in content.press:
        yield from (piece.outlet, piece.title, piece.quotation, *(each.text for each in piece.translations))
    if content.terms is not None:
        yield from (person.name for person in content.terms.named)
        yield from (text for post in content.terms.elsewhere for text in (post.network, post.credit))


def _spoken(content: Content) -> Iterator[tuple[Words, bool]]:
    """Yield everything that is said in words, and whether it must be."""
    yield content.awaited, False
    yield content.correction, False
    if content.terms is not None:
        yield from said_in(content.terms)
    for claim in content.claims:
        yield claim.says, True
        yield claim.known, True
    yield from ((quote, True) for quote in content.quotes)
    yield from ((reply.who, True) for reply in content.replies)
    yield from ((picture.shows, True) for picture in content.pictures)
    if content.outcome is not None:
        yield content.outcome.says, True


def _check_clock(content: Content) -> None:
    if (content.status == "open") != (content.since is None):
        raise Malformed("a status has the day since when it stands, and only a status has one")
    if content.awaited and content.status != "asked":
        raise Malformed("only an awaited answer is awaited from somebody")
    if content.outcome is not None and content.status in ("open", "asked"):
        raise Malformed("an outcome comes with the status that it brought")


def _check_hidden(content: Content) -> None:
    check_seen(content)
    check_addresses("sources", (source.url for source in content.sources))
    check_addresses("press", (piece.url for piece in content.press))
    for text in content.texts:
        check_body(f"body ({text.language})", text.body)


def _check_replies(replies: tuple[RightOfReply, ...]) -> None:
    for reply in replies:
        if reply.by < reply.asked:
            raise Malformed("an answer is due before it was asked for")
        if reply.answer is not None and (reply.answer.day < reply.asked or not reply.answer.text.strip()):
            raise Malformed("an answer has a text and comes after the question")


def _check_press(press: tuple[Press, ...], languages: tuple[str, ...]) -> None:
    for piece in press:
        given = tuple(each.language for each in piece.translations)
        if not piece.outlet.strip() or not piece.title.strip() or not piece.url.startswith(("https://", "http://")):
            raise Malformed("a piece of the press has an outlet, a title and an address")
        if given != tuple(language for language in languages if language in given) or piece.language in given:
            raise Malformed("a quotation is translated into languages of the text")
        if bool(given) != bool(piece.translator.strip()) or (given and not piece.quotation):
            raise Malformed("a translation has a quotation and a translator")
