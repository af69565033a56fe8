# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who supports with a name is warned first, shown above the wall in the signed text, and taken off by the next version (T26)."""

from __future__ import annotations

import re

import msgspec
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from ombuds.core.content import Content, Said
from ombuds.core.terms import Elsewhere, Named
from ombuds.pages.inquiries import Inquiry, inquiry_of
from ombuds.pages.languages import SHIPPED
from tests.core.pictures import pictured
from tests.core.pictures import said as words
from tests.server.acts import record_of
from tests.server.campaigns import LANGUAGES, Campaign, begin, begin_with, text_of
from tests.server.institution import TODAY, Institution
from tests.server.postgres import BOTH
from tests.server.visits import confirm, nonce_in, only_body, opened, sent_of, stored

FORM = {"name": "Ilya Orlov", "role": "Retired captain", "text": "I taught him to drive.\n\nHe is honest.", "words_language": "en", "read": "1"}
PERSON = Named("Ilya Orlov", words("Retired captain", *LANGUAGES), words("He is an honest man.", *LANGUAGES), TODAY, 0)
POST = Elsewhere("Mastodon", "https://social.example/@ilya/1", "@ilya", TODAY, words("A badge on a table", *LANGUAGES), "https://archive.example/1")


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A public campaign, open today."""
    return begin(here)


def shown() -> Content:
    """A campaign with a person, a portrait of that person and a post elsewhere."""
    return pictured(text_of(named=(PERSON,), elsewhere=(POST,)))


def ask(browser: TestClient, campaign: Campaign, language: str = "en", **changed: str) -> Response:
    """Fill the form in and send it."""
    address = f"/{language}/campaigns/{campaign.id}/named"
    return browser.post(address, data=FORM | {"nonce": nonce_in(browser.get(f"{address}?read=1"))} | changed)


def test_a_campaign_leads_to_the_warning(campaign: Campaign, browser: TestClient) -> None:
    """The page of an open campaign links to the page about names."""
    assert f'href="/en/campaigns/{campaign.id}/named"' in browser.get(f"/en/campaigns/{campaign.id}").text


@pytest.mark.parametrize("language", SHIPPED)
def test_the_warning_comes_first(campaign: Campaign, browser: TestClient, language: str) -> None:
    """The first look has the warning, the way without a name before the way with one, and no field for a name."""
    page = browser.get(f"/{language}/campaigns/{campaign.id}/named").text
    ways = [page.find(f'href="/{language}/campaigns/{campaign.id}/join"'), page.find('name="read" value="1" required')]
    assert (ways == sorted(ways), min(ways) > page.find('class="warning"') > 0, 'name="name"' in page) == (True, True, False)


def test_who_did_not_read_sends_nothing(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A form that comes without the tick is not kept, and the warning comes back."""
    answer = ask(browser, campaign, read="")
    assert (answer.status_code, 'class="warning"' in answer.text, stored(here)) == (400, True, [])


@BOTH
def test_the_desk_reads_who_and_for_what(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """What members open names the campaign's address, then the person, the role, whether there may be a portrait, and the words."""
    sent_of(ask(browser, campaign))
    body = only_body(here)
    lines = f"Name: Ilya Orlov\nRole: Retired captain\nNo portrait.\n\n{FORM['text']}"
    assert body.text == f"Wants to support with a name: Free Orlov\n/campaigns/{campaign.id}/named\n\n{lines}"
    assert inquiry_of(body.text) == Inquiry(about="named", subject=campaign.id)


def test_a_portrait_is_asked_for(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """Who ticks that a portrait may be shown is told that it comes through the inbox, and the desk reads it."""
    sent_of(ask(browser, campaign, portrait="1"))
    assert "A portrait may be shown; it comes through the inbox." in only_body(here).text


def test_a_name_is_one_line(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A name of several lines cannot look like another part of the form."""
    sent_of(ask(browser, campaign, name="Ilya\nRole: General"))
    assert "Name: Ilya Role: General\nRole: Retired captain" in only_body(here).text


def test_it_gives_an_inbox(campaign: Campaign, browser: TestClient) -> None:
    """Twelve words come back, and they open an inbox."""
    sent = sent_of(ask(browser, campaign))
    asked = confirm(browser, sent)
    inbox = browser.post("/en/inbox", data={"words": sent.line})
    assert (len(sent.words), asked.status_code, inbox.status_code) == (12, 200, 200)


@pytest.mark.parametrize("lacking", ["name", "role", "text"])
def test_a_part_that_is_missing_is_named(here: Institution, campaign: Campaign, browser: TestClient, lacking: str) -> None:
    """Without a name, a role or words nothing is kept, and the form comes back with the rest of it."""
    answer = ask(browser, campaign, **{lacking: "  "})
    kept = [FORM[each].partition("\n")[0] in answer.text for each in ("name", "role", "text") if each != lacking]
    assert (answer.status_code, "are needed" in answer.text, kept, stored(here)) == (400, True, [True, True], [])


def test_a_long_line_is_refused(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A name that no campaign could carry is refused."""
    assert (ask(browser, campaign, name="x" * 301).status_code, stored(here)) == (413, [])


def test_the_same_form_is_one_request(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A form that was sent and confirmed is not taken again."""
    nonce = nonce_in(browser.get(f"/en/campaigns/{campaign.id}/named?read=1"))
    confirm(browser, sent_of(ask(browser, campaign, nonce=nonce)))
    assert (ask(browser, campaign, nonce=nonce).status_code, len(stored(here))) == (409, 1)


def test_a_campaign_that_is_over_takes_no_names(here: Institution, browser: TestClient) -> None:
    """After its last day a campaign has no form, keeps nothing, and says how a name is taken off."""
    over = begin(here, begins=TODAY.replace(year=TODAY.year - 1), ends=TODAY.replace(year=TODAY.year - 1))
    address = f"/en/campaigns/{over.id}/named"
    page, answer = browser.get(f"{address}?read=1"), browser.post(address, data=FORM)
    assert ("<textarea" in page.text, f"/en/campaigns/{over.id}/correction" in page.text) == (False, True)
    assert (answer.status_code, stored(here)) == (409, [])


def test_there_is_no_form_for_what_is_no_campaign(browser: TestClient) -> None:
    """Nobody supports what is not there."""
    assert [browser.get(f"/en/campaigns/{each}/named").status_code for each in ("0" * 32, "x")] == [404, 404]


def test_a_silent_desk_takes_no_names(here: Institution, browser: TestClient) -> None:
    """A desk whose members have not renewed their keys takes none, and says so."""
    campaign = begin(here, ends=TODAY.replace(year=TODAY.year + 1))
    here.calendar.day = here.calendar.day.replace(year=TODAY.year + 1, day=1)
    assert browser.get(f"/en/campaigns/{campaign.id}/named").status_code == 503


def test_a_name_is_not_readable_in_the_store(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """Neither the name nor the words lie readable in the database."""
    sent_of(ask(browser, campaign, name="Canary Surname", text="A canary of nine letters"))
    (sealed,) = stored(here)
    opened(here, sealed)
    there = b"".join(file.read_bytes() for file in here.folder.rglob("*") if file.is_file())
    assert (b"Canary Surname" in there, b"canary of nine" in there) == (False, False)


def test_a_person_stands_above_the_wall(here: Institution, browser: TestClient) -> None:
    """A name, a role, words and a portrait with its words and credit stand in the article, before the wall, and the portrait once."""
    page = browser.get(f"/en/campaigns/{begin_with(here, shown()).id}").text
    article = page.partition('<article id="story"')[2].partition("</article>")[0]
    told = ("<bdi>Ilya Orlov</bdi>", "Retired captain (en)", "He is an honest man. (en)", 'alt="A grey gate (en)"', "Photo: the desk")
    assert [each in article for each in told] == [True] * 5
    assert (article.count("<img"), page.find("<bdi>Ilya Orlov") < page.find('id="wall"')) == (1, True)


def test_a_post_elsewhere_is_told_and_never_counted(here: Institution, browser: TestClient) -> None:
    """A post elsewhere stands in the article with its address and its copy's, and no number knows of it."""
    campaign = begin_with(here, shown())
    page = browser.get(f"/en/campaigns/{campaign.id}").text
    article = page.partition('<article id="story"')[2].partition("</article>")[0]
    told = (f'href="{POST.url}"', f'href="{POST.archive}"', "A badge on a table (en)", "Elsewhere, not counted")
    numbers = browser.get(f"/en/campaigns/{campaign.id}/numbers.json").json()
    assert [each in article for each in told] == [True] * 4
    assert [numbers[each] for each in ("posts", "accepted", "waiting")] == [0, 0, 0]


def test_nothing_is_fetched_from_elsewhere(here: Institution, browser: TestClient) -> None:
    """A reader's browser asks nobody but this site: from elsewhere there are links alone."""
    page = browser.get(f"/en/campaigns/{begin_with(here, shown()).id}").text
    assert re.findall(r'(?:src|srcset)="https?://[^"]*"', page) == []


def test_the_next_version_takes_a_name_off(here: Institution, browser: TestClient) -> None:
    """A version without the person is the withdrawal: the page shows the name no more, and the correction if there is one."""
    content = shown()
    campaign = begin_with(here, content)
    terms = content.campaign
    assert not isinstance(terms, msgspec.UnsetType)
    changed = tuple(Said(language, "One name was taken off.") for language in LANGUAGES)
    begin_with(
        here,
        msgspec.structs.replace(content, pictures=(), correction=changed, campaign=msgspec.structs.replace(terms, named=())),
        record_of(here).place(campaign.id),
    )
    page = browser.get(f"/en/campaigns/{campaign.id}").text
    assert ("Ilya Orlov" in page, "One name was taken off." in page) == (False, True)
