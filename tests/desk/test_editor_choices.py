# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the editor begins with, what it asks for, and that nobody is asked about a text that the preview did not show."""

from __future__ import annotations

import re

import pytest

from ombuds.core.keys import Id
from ombuds.core.sealing import NOTHING_SAID
from ombuds.desk.log import read_case
from tests.desk.desks import World, opened
from tests.desk.screens import Browser, browser_at

TEXT = {"kind": "story", "language": "en", "type": "overtime", "basis": "consent", "title": "A night", "summary": "Short.", "body": "Long."}
ASK, SIGN = 'name="do" value="consent"', 'name="do" value="propose"'


def _chosen(page: str, name: str) -> str:
    options = re.search(rf'<select id="{name}" name="{name}">(.*?)</select>', page, re.S)
    found = re.search(r'value="([^"]*)"[^>]* selected', options[1] if options else "")
    return found[1] if found else ""


@pytest.fixture
def anna(world: World) -> Browser:
    """Anna's browser at her desk."""
    return browser_at(world, world["anna"])


def _case_in(world: World, language: str) -> Id:
    source = world.source()
    source.language = language
    return opened(world, source)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    return found[1] if found else ""


def test_an_empty_draft_chooses_nothing_for_the_member(anna: Browser) -> None:
    """Language and kind of problem of a draft without a case are to be chosen."""
    page = anna.open("/publish").text
    assert (_chosen(page, "language"), _chosen(page, "type")) == ("", "")


def test_a_draft_begins_with_what_the_case_tells(world: World, anna: Browser) -> None:
    """A case's draft begins in the language of its source and with the problem that the source named."""
    page = anna.open(f"/publish?case={_case_in(world, 'ru')}").text
    assert (_chosen(page, "language"), _chosen(page, "type")) == ("ru", "overtime")


def test_what_the_source_did_not_say_is_to_be_chosen(world: World, anna: Browser) -> None:
    """Where the source named no problem and wrote in a language that no screen has, nothing is chosen for the member."""
    source = world.source()
    source.language = "tg"
    case = opened(world, source, asks=NOTHING_SAID)
    page = anna.open(f"/publish?case={case}").text
    assert (_chosen(page, "language"), _chosen(page, "type")) == ("", "")


@pytest.mark.parametrize(("left", "told"), [("type", "Choose the kind of problem."), ("language", "Choose the language of the text.")])
def test_what_was_not_chosen_is_asked_for(anna: Browser, left: str, told: str) -> None:
    """Nobody is asked to sign a story whose language or problem was not chosen, and what was written stays."""
    fields = {**TEXT, "basis": "sources", "sources": "A paper | https://paper.example/1", left: ""}
    page = anna.press("/publish", {**fields, "do": "propose"}).text
    assert f"<strong>{told}</strong>" in page and "Long.</textarea>" in page


@pytest.mark.parametrize(("language", "warned"), [("ru", True), ("en", False)])
def test_another_language_than_the_sources_is_told(world: World, anna: Browser, language: str, warned: bool) -> None:
    """The preview warns if no text of the draft is in the language that the source writes."""
    page = anna.press("/publish", {**TEXT, "case": _case_in(world, language), "do": "preview"}).text
    assert ("no text here is in that language" in page) == warned


def test_who_was_not_shown_the_preview_has_no_button_to_ask(world: World, anna: Browser) -> None:
    """The buttons that ask the source and the members stand under the preview alone."""
    case = _case_in(world, "en")
    fields = {**TEXT, "case": case, "basis": "sources", "do": "preview"}
    before, after = anna.open(f"/publish?case={case}").text, anna.press("/publish", fields).text
    preview = after.index('id="preview"')
    assert ASK not in before and SIGN not in before and preview < after.index('class="preview"') < after.index(ASK) < after.index(SIGN)


def test_the_source_is_asked_about_what_the_preview_showed(world: World, anna: Browser) -> None:
    """Who presses the button under the preview asks about exactly that text."""
    fields = {**TEXT, "case": _case_in(world, "en")}
    seen = _seen(anna.press("/publish", {**fields, "do": "preview"}).text)
    anna.press("/publish", {**fields, "seen": seen, "do": "consent"})
    question = read_case(world["anna"], fields["case"]).question
    assert question is not None and question.content.texts[0].body == "Long."


@pytest.mark.parametrize("button", ["consent", "propose"])
def test_a_text_that_changed_since_the_preview_is_shown_first(world: World, anna: Browser, button: str) -> None:
    """A text that was changed after its preview is shown again and nobody is asked."""
    fields = {**TEXT, "case": _case_in(world, "en")}
    seen = _seen(anna.press("/publish", {**fields, "do": "preview"}).text)
    page = anna.press("/publish", {**fields, "body": "Longer.", "seen": seen, "do": button}).text
    asked = read_case(world["anna"], fields["case"]).question, world["anna"].vault.proposals()
    assert "The text is another one than the preview showed." in page and asked == (None, []) and "<p>Longer.</p>" in page


def test_what_was_pasted_with_unseen_characters_is_asked_as_shown(world: World, anna: Browser) -> None:
    """Characters that a page takes out or makes visible are asked about as the preview showed them, at the first press."""
    fields = {**TEXT, "case": _case_in(world, "en")}
    page = anna.press("/publish", {**fields, "body": "Lo\u00adng\u200b.\u0008", "do": "preview"}).text
    typed = re.search(r'<textarea[^>]*name="body"[^>]*>\s*(.*?)</textarea>', page, re.S)
    anna.press("/publish", {**fields, "body": typed[1] if typed else "", "seen": _seen(page), "do": "consent"})
    question = read_case(world["anna"], fields["case"]).question
    assert question is not None and question.content.texts[0].body == "Long.\N{SYMBOL FOR BACKSPACE}"


@pytest.mark.parametrize("button", ["save", "propose"])
def test_an_empty_draft_is_told_that_it_has_no_text(anna: Browser, button: str) -> None:
    """Of a draft in which nothing is written and no language is chosen it is said that there is no text, not that one is too long."""
    page = anna.press("/publish", {"kind": "story", "basis": "sources", "language": "", "title": "", "body": "", "do": button}).text
    assert "<strong>There is no text yet, in any language.</strong>" in page


def test_the_members_are_not_offered_before_the_source_agreed(world: World, anna: Browser) -> None:
    """Under the preview of a text that rests on consent, the source can be asked, and the members only after that."""
    page = anna.press("/publish", {**TEXT, "case": _case_in(world, "en"), "do": "preview"}).text
    assert ASK in page and SIGN not in page and "when the source has agreed to exactly this text" in page


def test_a_refusal_keeps_the_draft_for_the_next_press(world: World, anna: Browser) -> None:
    """Asking the source on the page that refused to ask the members writes into the same draft."""
    fields = {**TEXT, "case": _case_in(world, "en")}
    page = anna.press("/publish", {**fields, "do": "propose"}).text
    found = re.search(r'name="id" value="([0-9a-f]*)"', page)
    anna.press("/publish", {**fields, "id": found[1] if found else "", "do": "consent"})
    assert [kept.id for kept in world["anna"].vault.drafts()] == [found[1] if found else ""]
