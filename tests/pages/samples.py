# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page and screen, filled with a text of the test's choice, or as empty as it can be.

One table, so that a page added to the renderer and forgotten here is noticed. See spec/pages.md.
"""

from __future__ import annotations

from datetime import date

import msgspec

from ombuds.core.errors import TooLarge
from ombuds.pages import source_values as source
from ombuds.pages import values as public
from ombuds.pages.article_values import PageClaim, PageOutcome, PagePicture, PagePress, PageReply
from ombuds.pages.render import Renderer
from ombuds.pages.values import Fact, Shell, StoryPage, UpdatePage
from tests.pages import campaign_samples, door_samples

DAY = date(2026, 3, 9)
TROUBLE = public.Trouble.of(TooLarge())


def shell(language: str = "en", text: str = "Desk 7") -> Shell:
    """A shell with everything in it."""
    return Shell(desk_name=text, language=language, path="/report", demonstration=True, notice="", onion="abc.onion")


def story(text: str) -> StoryPage:
    """A story with everything in it."""
    return StoryPage(
        id="s1",
        version=2,
        title=text,
        summary=text,
        body=f"{text}\n\n# {text}\n\n### {text}\n\n> {text}\n\n* {text}\n* [{text}](https://example.org/)",
        language="en",
        type="overtime",
        region=text,
        day=DAY,
        basis="sources",
        rank=text,
        claims=tuple(PageClaim(kind=kind, text=text, known=text, verified=2) for kind in ("fact", "assessment", "inference")),
        quotes=(text, text),
        replies=(
            PageReply(who=text, asked=DAY, by=DAY, late=True),
            PageReply(who=text, asked=DAY, by=DAY, late=False),
            PageReply(who=text, asked=DAY, by=DAY, late=True, answer=f"{text}\n\n{text}", answered=DAY, language="ru"),
        ),
        outcome=PageOutcome(text=text, told_by="institution"),
        press=(press(text),),
        pictures=(
            PagePicture(link="/pictures/s1/1.1.jpg", width=7, height=5, shows=text, credit=text),
            PagePicture(link="", width=7, height=5, shows=text, credit=text),
        ),
        sources=(public.Source(title=text, url="https://example.org/a?b=1&c=2"), public.Source(title=text, url="javascript:alert(1)")),
        tags=(text,),
        status="overdue",
        waiting_days=21,
        waiting_for=text,
        corrections=(public.Correction(day=DAY, text=text, version=1, commitment="ab" * 32, index=3),),
        updates=(feed(text, "update"),),
        proof=public.Proof(index=4, signed=2, members=3, path="/proofs/4", signers=(text, text)),
        card=public.ShareCard(path="/cards/en/s1.ab.png", width=1200, height=630, shows=text),
    )


def press(text: str) -> PagePress:
    """A piece of the press with a translated quotation."""
    return PagePress(
        outlet=text, day=DAY, language="ru", title=text, url="javascript:alert(1)", quotation=f"{text}\n\n{text}", translation=text, translator=text
    )


def update(text: str) -> UpdatePage:
    """An update with everything in it."""
    whole = story(text)
    bare = UpdatePage(id="u1", version=1, title=text, body=text, language="en", day=DAY)
    return msgspec.structs.replace(bare, press=whole.press, pictures=whole.pictures, tags=(text,), story=feed(text), proof=whole.proof, card=whole.card)


def home(text: str) -> public.HomePage:
    """The first page with everything in it."""
    items = (feed(text), feed(text, "update"))
    return public.HomePage(items=items, pinned=feed(text), solved=41, older="/older", open=False, card=story(text).card, campaigns=campaign_samples.lines(text))


def feed(text: str, kind: str = "story") -> public.FeedItem:
    """A line of the feed."""
    return public.FeedItem(kind=kind, title=text, path=f"/stories/{text}", day=DAY, summary=text, status="asked", tags=(text, text))


def choices(text: str) -> tuple[public.Choice, ...]:
    """Things to choose, one of them chosen."""
    return (public.Choice(value="a", label=text), public.Choice(value="b", label=text, chosen=True))


def question(text: str, renderer: Renderer) -> source.ConsentQuestion:
    """A question for consent with everything in it."""
    kinds = ("text", "quote", "claim", "picture", "region", "rank", "tags")
    items = tuple(source.ConsentItem(id=kind, kind=kind, text=text, required=kind == "text") for kind in kinds)
    article, beside = renderer.article(story(text)), Fact(label="Hashtags", value=text)
    asked = source.ConsentQuestion(id="q1", title=text, articles=(article,), beside=(beside,), every=(beside,), lacking=True, items=items, until=DAY)
    return msgspec.structs.replace(asked, answer="agreed", heard=DAY, public=DAY)


def charter(text: str) -> public.CharterPage:
    """A charter of three members in its second version."""
    return public.CharterPage(
        version=2,
        members=tuple(public.CharterMember(name=text, fingerprint="12345 67890", roles=("case", "keyholder")) for _ in range(3)),
        thresholds=(public.Threshold(action="open", needed=2), public.Threshold(action="charter", needed=2)),
        expires=DAY,
        fingerprint="12345 67890 12345 67890 12345 67890",
        addresses=("https://example.org", "http://abc.onion"),
    )


def reading_pages(renderer: Renderer, language: str, text: str) -> dict[str, bytes]:
    """The pages of the public record, full."""
    outer = shell(language, text)
    lines: tuple[public.LedgerLine, ...] = (
        public.LedgerLine(index=3, kind="story", day=DAY, title=text, language="en", version=2, hash="ab" * 32, path="/stories/a"),
    )
    lines += (public.LedgerLine(index=2, kind="destroy-receipt", day=DAY, hash="cd" * 32),)
    listed = public.ListPage(
        items=(feed(text),),
        count=1,
        types=choices("overtime"),
        regions=choices(text),
        statuses=choices("asked"),
        content_languages=choices(text),
        newer="/a",
        older="/b",
    )
    return {
        "home": renderer.home(outer, home(text)),
        "stories": renderer.stories(outer, listed),
        "tag": renderer.stories(outer, public.ListPage(tag=text, items=(feed(text),), count=1)),
        "story": renderer.story(outer, story(text)),
        "update": renderer.update(outer, update(text)),
        "tombstone": renderer.tombstone(outer, public.TombstonePage(id="s1", reason="court", day=DAY, text=text, proof=story(text).proof)),
        "ledger": renderer.ledger(outer, public.LedgerPage(lines=lines, size=4, root="ab" * 32, day=DAY, newer="/a", older="/b")),
        "charter": renderer.charter(outer, charter(text)),
        "about": renderer.about(outer, public.AboutPage(members=3, needed_to_open=2, needed_to_publish=2)),
        "guide": renderer.guide(outer),
        "error": renderer.error(outer, public.ErrorPage(trouble=TROUBLE)),
        **door_samples.full(renderer, outer, feed(text)),
        **campaign_samples.full(renderer, outer, text),
    }


def source_pages(renderer: Renderer, language: str, text: str) -> dict[str, bytes]:
    """The pages of a source, full."""
    outer = shell(language, text)
    kept = source.Kept(what=text, who=text, where=text, when=text, type="order", wishes=("advice",), exclude=("b",), words_language="ru")
    messages = (
        source.InboxMessage(id="m1", number=1, text=text, day=DAY, files=(source.File(id="f1", name=text, size=2048), source.File(id="f2", name=text, size=1))),
        source.InboxMessage(id="m2", number=2, text="", kind="read"),
        source.InboxMessage(id="m3", number=3, text=text, kind="consent", consent=question(text, renderer)),
        source.InboxMessage(id="m4", number=4, text="", kind="expired"),
        source.InboxMessage(id="m5", number=5, text="", kind="forged"),
        source.InboxMessage(id="m6", number=6, text="", kind="heard", day=DAY, heard="partly", about=text),
        source.InboxMessage(id="m7", number=7, text="", kind="heard", day=DAY, heard="published"),
    )
    turned = source.InboxPage(words="1 2 3", nonce="n", largest=1, number=2, pages=3, first=6, total=15, every=tuple(f"m{number}" for number in range(15)))
    inbox = msgspec.structs.replace(turned, largest=2 << 30, messages=messages, kept=text, trouble=TROUBLE, done="sent")
    report = source.ReportForm(nonce="n", largest=2 << 30, needed=2, members=3, kept=kept, trouble=TROUBLE, excludable=choices(text), leave_out=2)
    twelve = tuple(text if text.strip() else "0" for _ in range(12))
    return {
        "report": renderer.report(outer, report),
        "sent": renderer.sent(outer, source.SentPage(words=twelve, ask=(3, 9), check="c", nonce="n", trouble=TROUBLE)),
        "recheck": renderer.recheck(outer, source.RecheckPage(ask=(3, 9), check="c", nonce="n")),
        "confirmed": renderer.confirmed(outer, source.ConfirmedPage(needed=2, members=3)),
        "inbox_enter": renderer.inbox_enter(outer, source.InboxEnter(trouble=TROUBLE)),
        "inbox": renderer.inbox(outer, inbox),
        "consent": renderer.consent(outer, source.ConsentForm(words="1 2 3", nonce="n", question=question(text, renderer), trouble=TROUBLE)),
        "closed": renderer.closed(outer, source.ClosedPage(since=DAY, addresses=("https://example.org",))),
    }


def empty_pages(renderer: Renderer, language: str) -> dict[str, bytes]:
    """Every page with as little in it as can be."""
    outer = Shell(desk_name="", language=language)
    bare = StoryPage(id="s", version=1, title="", summary="", body="", language="en", type="", region="", day=DAY)
    nothing = source.ConsentQuestion(id="q", title="")
    expired = public.CharterPage(version=1, members=(), thresholds=(), expires=DAY, fingerprint="", expired=True)
    return {
        "home": renderer.home(outer, public.HomePage()),
        "stories": renderer.stories(outer, public.ListPage()),
        "story": renderer.story(outer, bare),
        "update": renderer.update(outer, UpdatePage(id="u", version=1, title="", body="", language="en", day=DAY)),
        "tombstone": renderer.tombstone(outer, public.TombstonePage(id="s", reason="other", day=DAY)),
        "ledger": renderer.ledger(outer, public.LedgerPage()),
        "charter": renderer.charter(outer, expired),
        "about": renderer.about(outer, public.AboutPage(members=3, needed_to_open=2, needed_to_publish=2)),
        "guide": renderer.guide(outer),
        **door_samples.empty(renderer, outer),
        **campaign_samples.empty(renderer, outer),
        "error": renderer.error(outer, public.ErrorPage(trouble=public.Trouble(sentence=""))),
        "report": renderer.report(outer, source.ReportForm(nonce="n", largest=1, needed=2, members=3)),
        "sent": renderer.sent(outer, source.SentPage(words=("7",) * 12, ask=(1, 2), check="c", nonce="n")),
        "recheck": renderer.recheck(outer, source.RecheckPage(ask=(1, 2), check="c", nonce="n")),
        "confirmed": renderer.confirmed(outer, source.ConfirmedPage(needed=2, members=3)),
        "inbox_enter": renderer.inbox_enter(outer, source.InboxEnter()),
        "inbox": renderer.inbox(outer, source.InboxPage(words="", nonce="n", largest=1)),
        "consent": renderer.consent(outer, source.ConsentForm(words="", nonce="n", question=nothing)),
        "closed": renderer.closed(outer, source.ClosedPage()),
    }
