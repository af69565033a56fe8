# SPDX-License-Identifier: AGPL-3.0-or-later
"""Share cards: each page that is passed on names one that exists, made of what is public now and of nothing else (T20)."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from ombuds.core.publication import Text
from ombuds.media.sharing import HEIGHT, WIDTH
from ombuds.pages.languages import SHIPPED
from ombuds.server.site.cards import MOST_BYTES, Drawn
from tests.server.acts import drafted, publish, record_of, said, takedown
from tests.server.institution import Institution

HERE = "http://desk.example"


def out(here: Institution, **changed: object) -> str:
    """Publish a text and return its subject."""
    draft = drafted(here, said(**changed))  # type: ignore[arg-type]
    assert publish(here, draft).status_code == 200
    return draft.proposal.subject


def named(browser: TestClient, path: str) -> dict[str, str]:
    """What a page says of its card."""
    page = browser.get(path).text
    return {name: unescape(value) for name, value in re.findall(r'<meta property="og:(image[a-z:]*)" content="([^"]*)">', page)}


def path_of(browser: TestClient, page: str) -> str:
    """Where the card of a page lies on this server."""
    return named(browser, page)["image"].removeprefix(HERE)


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("kind", ["home", "story", "update"])
def test_a_page_names_a_card_that_exists(here: Institution, browser: TestClient, language: str, kind: str) -> None:
    """The first page, a story and an update name, in each language, a picture of the size that they tell."""
    subject = out(here, kind="story" if kind == "home" else kind)
    page = f"/{language}/" if kind == "home" else f"/{language}/{'stories' if kind == 'story' else 'updates'}/{subject}"
    told = named(browser, page)
    answer = browser.get(told["image"].removeprefix(HERE))
    picture = Image.open(BytesIO(answer.content))
    assert (answer.headers["content-type"], answer.headers["cache-control"], picture.size) == ("image/png", "public, max-age=60", (WIDTH, HEIGHT))
    assert (told["image:type"], told["image:width"], told["image:height"], told["image:alt"] != "") == ("image/png", str(WIDTH), str(HEIGHT), True)


def test_words_stand_for_a_card(here: Institution, browser: TestClient) -> None:
    """Who does not see the picture is told what stands on it: desk, title, status, in the language of the text."""
    subject = out(here, status="asked")
    assert named(browser, f"/ru/stories/{subject}")["image:alt"] == "Desk of Examples · Night shifts по-русски · Ждём ответа"


def test_a_correction_takes_the_old_card_away(here: Institution, browser: TestClient) -> None:
    """The card of a text that was corrected is another one, and the old one is not here any more."""
    subject = out(here)
    before = path_of(browser, f"/en/stories/{subject}")
    assert browser.get(before).status_code == 200
    following = drafted(here, said(title="Day shifts", correction="It was by day."), record_of(here).place(subject))
    assert publish(here, following).status_code == 200
    assert (browser.get(before).status_code, browser.get(path_of(browser, f"/en/stories/{subject}")).status_code) == (404, 200)


def test_a_takedown_takes_the_card_away(here: Institution, browser: TestClient) -> None:
    """What was taken down has no card, also where one was drawn before."""
    subject = out(here)
    before = path_of(browser, f"/en/stories/{subject}")
    assert browser.get(before).status_code == 200
    publish(here, takedown(here, subject))
    assert (browser.get(before).status_code, named(browser, f"/en/stories/{subject}")) == (404, {})


def test_a_text_that_cannot_be_drawn_has_no_card(here: Institution, browser: TestClient) -> None:
    """A title whose letters no font here holds is passed on without a picture."""
    subject = out(here, texts=[{"language": "ja", "title": "夜勤", "summary": "", "body": "本文"}])
    page = browser.get(f"/en/stories/{subject}").text
    assert ("og:image" in page, 'content="summary"' in page, "/cards/" in page) == (False, True, False)


@pytest.mark.parametrize("name", ["home.png", f"home.{'0' * 32}.png", f"{'0' * 32}.{'0' * 32}.png", "..%2fform.key", "home.x.png"])
def test_no_other_card_is_drawn(browser: TestClient, name: str) -> None:
    """Nobody can order a card: a name that no page gives is not here."""
    assert browser.get(f"/en/cards/{name}").status_code == browser.get(f"/cards/en/{name}").status_code == 404


def test_a_card_is_drawn_once(here: Institution, browser: TestClient) -> None:
    """A card that was drawn is answered from memory, and one of equal words is the same card."""
    path = path_of(browser, f"/en/stories/{out(here)}")
    first, second = browser.get(path), browser.get(path)
    drawn: Drawn = here.app.state.cards
    assert (first.content == second.content, list(drawn.pictures)) == (True, [path.split(".")[1]])


def test_the_memory_of_cards_is_bounded(here: Institution, browser: TestClient) -> None:
    """Old cards make room for new ones."""
    drawn: Drawn = here.app.state.cards
    half = bytes(MOST_BYTES // 2)
    drawn.pictures.update(first=half, second=half)
    assert browser.get(path_of(browser, f"/en/stories/{out(here)}")).status_code == 200
    assert ("first" in drawn.pictures, "second" in drawn.pictures, len(drawn.pictures)) == (False, True, 2)


def test_a_story_can_be_passed_on(here: Institution, browser: TestClient) -> None:
    """A story's page has its link, its picture and a text to copy, without a script."""
    subject = out(here)
    page = browser.get(f"/en/stories/{subject}").text
    shown = re.search(r'<details class="passed-on">.*?</details>', page, re.DOTALL)
    assert shown
    told = (
        f'href="{HERE}/en/stories/{subject}"',
        f'href="{path_of(browser, f"/en/stories/{subject}")}"',
        f"Night shifts\n{HERE}/en/stories/{subject}</textarea>",
    )
    assert [each for each in told if each not in shown[0]] == []


def test_the_solved_are_counted_on_the_card(here: Institution, browser: TestClient) -> None:
    """The card of the first page tells how many problems are solved, in the reader's language."""
    out(here, status="fixed")
    assert "1 problem solved" in named(browser, "/en/")["image:alt"]


def test_a_text_of_an_unknown_language_is_drawn_in_its_direction(here: Institution, browser: TestClient) -> None:
    """A text in a language that is not shipped has a card all the same."""
    text = Text("de", "Nachtschichten ohne Lohn", "Kurz.", "Text.")
    subject = out(here, texts=[{"language": text.language, "title": text.title, "summary": text.summary, "body": text.body}])
    assert browser.get(path_of(browser, f"/en/stories/{subject}")).status_code == 200
