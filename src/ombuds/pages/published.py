# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was published, as a page's value: the one way from signed bytes to an article, for server, desk, mirror and verify.

If two of them built it differently, a true page would not verify (T18). It fills in only what the members signed, as it was
on the day of the signatures; the clock, corrections and proof stand outside the article, and ``clock_of`` counts for whoever
shows them on the day that is handed in. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ombuds.core.content import Content, PublicSource, RightOfReply, Text, in_language
from ombuds.core.errors import NotHere
from ombuds.core.keys import Id
from ombuds.core.publication import EntryParameters, picture_path
from ombuds.core.terms import Elsewhere, Named, Terms
from ombuds.pages.article_values import PageClaim, PageElsewhere, PageNamed, PageOutcome, PagePicture, PagePress, PageReply
from ombuds.pages.campaign_values import CampaignPage
from ombuds.pages.values import Source, StoryPage, UpdatePage

PICTURES = "/pictures/"
PublishedPage = StoryPage | UpdatePage | CampaignPage
# The words of a record and those of a page.
STATUSES = {"open": "published", "fixed": "solved"}
# What public sources tell of these has one person's name in it: who stands by that person joins a campaign, or writes to the desk.
ABOUT_A_PERSON = ("retaliation", "dismissal")


@dataclass(frozen=True)
class Clock:
    """A story's or campaign's status on one day: in a page's word, since when it stands, and how long whose answer is awaited."""

    status: str
    since: date | None
    days: int | None
    awaited: str


def story_page(content: Content, subject: Id, said: EntryParameters, language: str, at: Callable[[int], str] | None = None) -> PublishedPage:
    """Return the page of one version in one of its languages; ``at`` names another place for each picture, counted from 1.

    Raises NotHere for a language it was not published in.
    """
    text = text_in(content, language)
    links = tuple(at(number) for number, _ in enumerate(content.pictures, start=1)) if at else picture_links(content, subject, said)
    update = UpdatePage(
        id=subject,
        version=said.version,
        title=text.title,
        body=text.body,
        language=language,
        day=said.day,
        basis=said.basis.kind,
        press=_press(content, language),
        pictures=_pictures(content, language, links),
        sources=tuple(map(_source, content.sources)),
        tags=content.tags,
    )
    if content.terms is not None:
        return _campaign(content, content.terms, text, update)
    return update if content.kind == "update" else _story(content, text, said, update)


def _campaign(content: Content, terms: Terms, text: Text, begun: UpdatePage) -> CampaignPage:
    """Return a campaign's page: what an update has too, and the terms that its supporters join."""
    language = text.language
    portraits = {person.portrait for person in terms.named}
    return CampaignPage(
        id=begun.id,
        version=begun.version,
        title=begun.title,
        summary=text.summary,
        body=begun.body,
        language=language,
        day=begun.day,
        statement=in_language(terms.statement, language),
        person=in_language(terms.person, language),
        demands=tuple(in_language(demand, language) for demand in terms.demands),
        begins=terms.begins,
        ends=terms.ends,
        goal=terms.goal,
        basis=begun.basis,
        outcome=PageOutcome(text=in_language(content.outcome.says, language), told_by=content.outcome.told_by) if content.outcome else None,
        press=begun.press,
        pictures=tuple(picture for place, picture in enumerate(begun.pictures) if place not in portraits),
        named=tuple(_named(person, language, begun.pictures) for person in terms.named),
        elsewhere=tuple(_elsewhere(post, language) for post in terms.elsewhere),
        sources=begun.sources,
        tags=begun.tags,
    )


def _story(content: Content, text: Text, said: EntryParameters, begun: UpdatePage) -> StoryPage:
    """Return a story's page: what an update has too, and the parts that only a story has."""
    language = text.language
    return StoryPage(
        id=begun.id,
        version=begun.version,
        title=begun.title,
        summary=text.summary,
        body=begun.body,
        language=language,
        type=content.problem or "",
        region=content.region,
        rank=content.rank,
        day=begun.day,
        basis=begun.basis,
        claims=_claims(content, language),
        quotes=tuple(in_language(quote, language) for quote in content.quotes),
        replies=tuple(_reply(reply, language, said.day) for reply in content.replies),
        outcome=PageOutcome(text=in_language(content.outcome.says, language), told_by=content.outcome.told_by) if content.outcome else None,
        press=begun.press,
        pictures=begun.pictures,
        sources=begun.sources,
        tags=begun.tags,
    )


def picture_links(content: Content, subject: Id, said: EntryParameters) -> tuple[str, ...]:
    """Return where the site shows the pictures of one version."""
    numbered = enumerate(content.pictures, start=1)
    return tuple(PICTURES + picture_path(subject, said.version, number, picture) for number, picture in numbered)


def in_page_order(content: Content) -> tuple[int, ...]:
    """Return the places of the pictures in the order in which the article shows them: portraits stand with their people, after the others."""
    portraits = tuple(person.portrait for person in content.terms.named if person.portrait is not None) if content.terms else ()
    return (*(place for place, _ in enumerate(content.pictures) if place not in portraits), *portraits)


def clock_of(content: Content, language: str, today: date) -> Clock:
    """Return a status on a day; an answer is overdue once a day that was named for one has passed without it.

    A campaign awaits posts and not an answer: it has a status only once something came of it.
    """
    if content.kind == "campaign" and content.status == "asked":
        return Clock(STATUSES["open"], None, None, "")
    status = STATUSES.get(content.status, content.status)
    if content.status != "asked" or content.since is None:
        return Clock(status, content.since, None, "")
    due = [reply for reply in content.replies if reply.answer is None]
    late = any(reply.by < today for reply in due)
    whom = in_language(content.awaited, language) or (in_language(due[0].who, language) if len(due) == 1 else "")
    return Clock("overdue" if late else status, content.since, max(0, (today - content.since).days), whom)


def asks_who_else(content: Content, basis: str) -> bool:
    """Say whether readers of a story are asked if it happened to them too: not where it tells what was done to one person by name."""
    return basis != "sources" or content.problem not in ABOUT_A_PERSON


def text_in(content: Content, language: str) -> Text:
    """Return the text in one language. Raises NotHere."""
    for text in content.texts:
        if text.language == language:
            return text
    raise NotHere


def _source(source: PublicSource) -> Source:
    return Source(title=source.title, url=source.url)


def _claims(content: Content, language: str) -> tuple[PageClaim, ...]:
    return tuple(
        PageClaim(kind=claim.kind, text=in_language(claim.says, language), known=in_language(claim.known, language), verified=claim.verified)
        for claim in content.claims
    )


def _reply(reply: RightOfReply, language: str, day: date) -> PageReply:
    answer = reply.answer
    return PageReply(
        who=in_language(reply.who, language),
        asked=reply.asked,
        by=reply.by,
        late=reply.by < day,
        answer=answer.text if answer else "",
        answered=answer.day if answer else None,
        language=answer.language if answer else "",
    )


def _press(content: Content, language: str) -> tuple[PagePress, ...]:
    return tuple(
        PagePress(
            outlet=piece.outlet,
            day=piece.day,
            language=piece.language,
            title=piece.title,
            url=piece.url,
            quotation=piece.quotation,
            translation=in_language(piece.translations, language),
            translator=piece.translator,
        )
        for piece in content.press
    )


def _pictures(content: Content, language: str, links: tuple[str, ...]) -> tuple[PagePicture, ...]:
    return tuple(
        PagePicture(link=link, width=picture.width, height=picture.height, shows=in_language(picture.shows, language), credit=picture.credit)
        for link, picture in zip(links, content.pictures, strict=True)
    )


def _named(person: Named, language: str, pictures: tuple[PagePicture, ...]) -> PageNamed:
    return PageNamed(
        name=person.name,
        role=in_language(person.role, language),
        since=person.since,
        quotation=in_language(person.quotation, language),
        portrait=None if person.portrait is None else pictures[person.portrait],
    )


def _elsewhere(post: Elsewhere, language: str) -> PageElsewhere:
    shows = in_language(post.shows, language)
    return PageElsewhere(network=post.network, url=post.url, credit=post.credit, day=post.day, shows=shows, archive=post.archive)
