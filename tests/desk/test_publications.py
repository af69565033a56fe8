# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full story at the desk: lines that come and go without a script, pictures as an act of their own, and what changes."""

from __future__ import annotations

import pytest

from ombuds.core.content import Claim, Content, Outcome, Said
from ombuds.core.pictures import shape_of
from ombuds.desk.release.current import current
from ombuds.desk.release.pictures import KEPT
from tests.desk.desks import World
from tests.desk.screens import Browser, browser_at
from tests.media.corpus import CANARY, photo

Fields = dict[str, str | list[str]]
STORY: Fields = {
    "kind": "story", "basis": "sources", "sources": "A paper | https://paper.example/1", "type": "overtime", "region": "North",
    "language": ["en", "ru"], "title": ["A day", "День"], "summary": ["Short.", "Коротко."], "body": ["Text.", "Текст."],
}  # fmt: skip
CLAIM: Fields = {
    "claim_says": ["It was nine hours.", "Девять часов."], "claim_known": ["The roster", "График"], "claim_kind": "fact", "claim_verified": "2",
}  # fmt: skip
PICTURE: Fields = {"credit": "Photo: Vera", "shows-0": "A gate", "shows-1": "Ворота"}


@pytest.fixture
def anna(world: World) -> Browser:
    """Anna's browser at her desk."""
    return browser_at(world, world["anna"])


def _published(world: World, anna: Browser, fields: Fields) -> Content:
    """Propose a text, let Boris sign it at his screen, and return what is public."""
    answer = anna.press("/publish", {**fields, "do": "propose"})
    assert "/approve" in str(answer.url), answer.text[answer.text.find("trouble") :][:300]
    boris = browser_at(world, world["boris"])
    boris.press("/fetch", {})
    asked = [kept.seen.hash for kept in world["boris"].vault.proposals()]
    boris.press("/approve", {"proposal": asked, "answer": "approve"})
    world.sync()
    return current(world["boris"], world["boris"].record.lines[-1].subject).content


def _draft(world: World, anna: Browser) -> str:
    anna.press("/publish", {**STORY, "do": "save"})
    return world["anna"].vault.drafts()[0].id


def _upload(anna: Browser, draft: str, content: bytes, **fields: str) -> str:
    data = {"token": anna.mark(), **PICTURE, **fields}
    return anna.client.post(f"/publish/{draft}/picture", data=data, files={"file": ("gate.jpg", content, "image/jpeg")}).text


@pytest.mark.parametrize("kind", ["claim", "quote", "reply", "press"])
def test_a_line_is_added_and_keeps_everything(anna: Browser, kind: str) -> None:
    """The button for one more line keeps what was written, and every button of it, without a script."""
    text = anna.press("/publish", {**STORY, **CLAIM, "do": f"more-{kind}"}).text
    assert ('value="A day"' in text, "It was nine hours." in text, f'value="less-{kind}-{2 if kind == "claim" else 1}"' in text) == (True, True, True)


def test_the_right_line_is_taken_out(anna: Browser) -> None:
    """Of two claims the one whose button was pressed goes, in all its languages."""
    two: Fields = {
        "claim_says": ["First", "Первое", "Second", "Второе"], "claim_known": ["a", "b", "c", "d"],
        "claim_kind": ["fact", "inference"], "claim_verified": ["1", "0"],
    }  # fmt: skip
    text = anna.press("/publish", {**STORY, **two, "do": "less-claim-1"}).text
    assert [word in text for word in ("First", "Первое", "Second", "Второе")] == [False, False, True, True]


def test_a_full_story_goes_through_the_screens(world: World, anna: Browser) -> None:
    """What two members signed is what stood in the fields, line by line and language by language."""
    outcome: Fields = {"status": "fixed", "since": "2026-03-02", "outcome": ["It was paid.", "Выплатили."], "told_by": "source"}
    now = _published(world, anna, {**STORY, **CLAIM, **outcome})
    claim = Claim("fact", (Said("en", "It was nine hours."), Said("ru", "Девять часов.")), (Said("en", "The roster"), Said("ru", "График")), 2)
    assert (now.claims, now.outcome) == ((claim,), Outcome((Said("en", "It was paid."), Said("ru", "Выплатили.")), "source"))


def test_a_claim_in_one_language_of_two_is_sent_back(world: World, anna: Browser) -> None:
    """A line that is not said in each language of the text is not proposed, and nothing is lost."""
    text = anna.press("/publish", {**STORY, **CLAIM, "claim_says": ["It was nine hours.", ""], "do": "propose"}).text
    assert ("The text does not hang together yet." in text, "It was nine hours." in text, world["anna"].vault.proposals()) == (True, True, [])


def test_what_is_too_long_is_sent_back(world: World, anna: Browser) -> None:
    """A field that is longer than a publication may be is told, and the vault keeps no draft that it could not read."""
    text = anna.press("/publish", {**STORY, "region": "x" * 400, "do": "save"}).text
    assert "longer than a publication may be" in text and world["anna"].vault.drafts() == []


def test_a_publication_is_pinned_by_what_is_signed(world: World, anna: Browser) -> None:
    """The day until which a text stays on top is part of the entry, and the second member reads it before signing."""
    anna.press("/publish", {**STORY, "pinned": "2026-03-09", "do": "propose"})
    boris = browser_at(world, world["boris"])
    boris.press("/fetch", {})
    assert "Stays on top of the first page until" in boris.open("/approve").text


def test_a_picture_is_drawn_anew(world: World, anna: Browser) -> None:
    """Of an uploaded photograph only fresh pixels are kept: a JPEG of the same sides without anything that the file said."""
    draft = _draft(world, anna)
    text = _upload(anna, draft, photo())
    (kept,) = world["anna"].vault.notes(KEPT).values()
    assert (shape_of(kept).width, shape_of(kept).height, CANARY.encode() in kept, "data:image/jpeg;base64," in text) == (200, 100, False, True)


def test_a_picture_becomes_public_with_its_words(world: World, anna: Browser) -> None:
    """A picture that two members signed is public with its credit and its words in each language."""
    _upload(anna, _draft(world, anna), photo())
    kept = world["anna"].vault.drafts()[0].content.pictures[0]
    lines: Fields = {"picture_sha256": kept.sha256, "picture_type": kept.type, "picture_width": "200", "picture_height": "100"}
    now = _published(world, anna, {**STORY, **lines, "picture_credit": kept.credit, "picture_shows": ["A gate", "Ворота"]})

    assert now.pictures == (kept,)


@pytest.mark.parametrize("lacking", ["credit", "shows-0", "shows-1"])
def test_a_picture_needs_its_words(world: World, anna: Browser, lacking: str) -> None:
    """Without a credit, or without words in one of the languages, no picture is taken."""
    text = _upload(anna, _draft(world, anna), photo(), **{lacking: " "})
    assert "needs a file, a credit" in text and world["anna"].vault.notes(KEPT) == {}


@pytest.mark.parametrize("content", [b"%PDF-1.7 copy 17", b"", b"\xff\xd8\xff broken"])
def test_what_is_no_picture_is_told(world: World, anna: Browser, content: bytes) -> None:
    """A file that shows no picture is refused in words, and what was typed is still there."""
    text = _upload(anna, _draft(world, anna), content)
    assert 'role="alert"' in text and 'value="Photo: Vera"' in text and world["anna"].vault.notes(KEPT) == {}


def test_a_picture_of_nobody_s_draft_is_not_taken(anna: Browser) -> None:
    """A picture for a draft that the vault does not know is refused."""
    address, data = f"/publish/{'ab' * 16}/picture", {"token": anna.mark(), **PICTURE}
    assert anna.client.post(address, data=data, files={"file": ("x", photo())}).status_code == 404


def test_a_later_version_shows_what_it_changes(world: World, anna: Browser) -> None:
    """The editor of a correction shows what goes and what comes against the public version."""
    _published(world, anna, {**STORY, **CLAIM})
    subject = world["anna"].record.lines[-1].subject
    changed: Fields = {**STORY, **CLAIM, "title": ["A night", "Ночь"], "subject": subject, "change": "correction", "do": "preview"}
    text = anna.press("/publish", changed).text
    assert ('<del dir="auto">A day</del>' in text, '<ins dir="auto">A night</ins>' in text, '<ins dir="auto">(1, en) It was' in text) == (True, True, False)
