# SPDX-License-Identifier: AGPL-3.0-or-later
"""What supporters pass on: a card with the exact number, texts that fit, papers and a pack, the same for everybody (T11, T20)."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from starlette.testclient import TestClient

from ombuds.core.content import Said, Text
from ombuds.core.keys import hash_of
from ombuds.core.publication import Basis, describe, new_place, propose_entry, salted
from ombuds.core.terms import Terms
from ombuds.pages.passing import NETWORKS, length
from tests.core.pictures import said
from tests.server.acts import Draftpiece, publish, record_of, takedown
from tests.server.campaigns import Campaign, begin, text_of
from tests.server.institution import TODAY, Institution

HERE = "http://desk.example"
SHIPPED = ("en", "ru", "ar")
TEXTS = (
    Text("en", "Free Orlov", "In short.", "At length."),
    Text("ru", "Свободу Орлову", "Кратко.", "Подробно."),
    Text("ar", "الحرية لأورلوف", "باختصار.", "بالتفصيل."),
)
KINDS = ["poster", "sign", "badges"]
# What exiftool says of files that hold nothing of their making.
BARE = {"SourceFile", "ExifTool", "System", "File", "PNG", "PDF", "Composite"}
WHEN = re.compile(r"date|time|creator|producer|author|software|title|id$", re.IGNORECASE)


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A campaign in three languages, with a hashtag that most networks cut."""
    words = {name: said("Let him go.", *SHIPPED) for name in ("statement", "person")}
    return public(here, texts=TEXTS, tags=("Мы/Орлов", "freeorlov"), campaign=msgspec.structs.replace(_terms(), **words))


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A reader's browser."""
    return here.client()


def _terms() -> Terms:
    terms = text_of().campaign
    assert terms
    lists = {name: tuple(said(name, *SHIPPED) for _ in range(2)) for name in ("demands", "offered", "ranks", "regions")}
    return msgspec.structs.replace(terms, **lists)


def public(here: Institution, **changed: object) -> Campaign:
    """Publish a campaign with two members."""
    content, place = msgspec.structs.replace(text_of(), **changed), new_place()
    file = salted(place, content)
    rule = record_of(here).charter.rule("publish", TODAY)
    proposal = propose_entry(rule, place, (file,), describe(place, content, (file,), Basis("desk"), TODAY), TODAY.replace(day=11))
    answer = publish(here, Draftpiece(proposal, (file,)))
    assert answer.status_code == 200, answer.text
    return Campaign(here, place.subject, content)


def share(browser: TestClient, campaign: Campaign, language: str = "en") -> str:
    """The page with which a campaign is passed on."""
    answer = browser.get(f"/{language}/campaigns/{campaign.id}/share")
    assert answer.status_code == 200, answer.text
    return answer.text


def copied(page: str) -> dict[str, str]:
    """What stands in each field to copy from."""
    return {name: unescape(text) for name, text in re.findall(r'<textarea id="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)}


def papers(page: str, language: str) -> dict[str, str]:
    """Where the papers of a language lie, by kind."""
    return {path.split(".")[1]: path for path in re.findall(rf'href="(/papers/{language}/[^"]*)"', page)}


def card(browser: TestClient, campaign: Campaign, language: str = "en") -> dict[str, str]:
    """What a campaign's page says of its card."""
    page = browser.get(f"/{language}/campaigns/{campaign.id}").text
    return {name: unescape(value) for name, value in re.findall(r'<meta property="og:(image[a-z:]*)" content="([^"]*)">', page)}


def packed(browser: TestClient, campaign: Campaign, language: str = "en") -> dict[str, bytes]:
    """The files of a campaign's pack."""
    answer = browser.get(f"/{language}/campaigns/{campaign.id}/pack.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with ZipFile(BytesIO(answer.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("language", SHIPPED)
def test_a_campaigns_card_shows_its_number(campaign: Campaign, browser: TestClient, language: str) -> None:
    """The card of a campaign exists in each language, with the exact number and the hashtags in a form that survives."""
    campaign.leaves(campaign.join(21))
    told = card(browser, campaign, language)
    assert browser.get(told["image"].removeprefix(HERE)).headers["content-type"] == "image/png"
    tags = "#freeorlov #МыОрлов" if language == "en" else "#МыОрлов #freeorlov"
    assert " · 21 " in told["image:alt"] and tags in told["image:alt"]


def test_a_card_moves_with_a_batch_alone(campaign: Campaign, browser: TestClient) -> None:
    """Posts that were sent change no card; a batch does, and takes the old card away."""
    campaign.leaves(campaign.join(20))
    before = card(browser, campaign)["image"]
    some = campaign.join(20)
    assert card(browser, campaign)["image"] == before
    campaign.leaves(some)
    after = card(browser, campaign)["image"]
    assert (after != before, browser.get(before.removeprefix(HERE)).status_code) == (True, 404)


def test_a_milestone_is_told_once_it_is_reached(campaign: Campaign, browser: TestClient) -> None:
    """Ninety-nine posts reach nothing, a hundred and one have reached a hundred."""
    campaign.leaves(campaign.join(99))
    assert "reached" not in card(browser, campaign)["image:alt"]
    campaign.leaves(campaign.join(20))
    assert "100 reached" in card(browser, campaign)["image:alt"]


@pytest.mark.parametrize("language", SHIPPED)
def test_a_passed_milestone_has_a_card_of_its_own(campaign: Campaign, browser: TestClient, language: str) -> None:
    """Once a hundred posts stand on the wall there is a card for them in each language, on the page with its words and in the pack."""
    campaign.leaves(campaign.join(99))
    before = any("milestone" in name for name in packed(browser, campaign))
    campaign.leaves(campaign.join(20))
    path = re.search(r'href="(/cards/[^"]+)" download>[^<]*100 ', share(browser, campaign, language))
    files, words = packed(browser, campaign), copied(share(browser, campaign, language))[f"reached-{language}"]
    assert path and browser.get(path[1]).content == files[f"{language}/milestone-100.png"] != files[f"{language}/card.png"]
    assert (before, " · 100 " in words, words + "\n") == (False, True, files[f"{language}/milestone-100.txt"].decode())


def test_a_milestones_card_stays_the_same(campaign: Campaign, browser: TestClient) -> None:
    """Later batches, on later days, change nothing of the card of a milestone that was passed."""
    campaign.leaves(campaign.join(101))
    before = re.search(r'href="(/cards/[^"]+)" download>[^<]*100 ', share(browser, campaign))
    campaign.here.calendar.pass_days(1)
    campaign.leaves(campaign.join(20))
    after = re.search(r'href="(/cards/[^"]+)" download>[^<]*100 ', share(browser, campaign))
    assert before and after and (before[1], browser.get(before[1]).status_code) == (after[1], 200)


def test_a_milestone_that_is_lost_has_no_card(campaign: Campaign, browser: TestClient) -> None:
    """Where posts were taken back and the wall has fewer again, no card says more than stands there."""
    some = campaign.join(100)
    campaign.leaves(some)
    before = re.search(r'href="(/cards/[^"]+)" download>[^<]*100 ', share(browser, campaign))
    campaign.leaves([], withdrawn=(some[0].token,))
    assert before and browser.get(before[1]).status_code == 404


@pytest.mark.parametrize(("language", "first"), [("en", "#freeorlov"), ("ru", "#МыОрлов"), ("ar", "#الحرية_لأورلوف")])
def test_the_first_hashtag_is_in_the_readers_letters(here: Institution, browser: TestClient, language: str, first: str) -> None:
    """Each language's texts begin their hashtags with one in its own letters, whatever stands first in the campaign."""
    words = {name: said("Let him go.", *SHIPPED) for name in ("statement", "person")}
    tags = ("МыОрлов", "freeorlov", "الحرية_لأورلوف")
    made = public(here, texts=TEXTS, tags=tags, campaign=msgspec.structs.replace(_terms(), **words))
    text, drawn = packed(browser, made)[f"{language}/texts/mastodon.txt"].decode(), packed(browser, made)[f"{language}/card.txt"].decode()
    assert (re.findall(r"#\S+", text)[0], len(re.findall(r"#\S+", text)), re.findall(r"#\S+", drawn)[0]) == (first, 3, first)
    assert language != "ar" or drawn.count("#") == 1


@pytest.mark.parametrize("language", SHIPPED)
def test_texts_fit_their_networks(campaign: Campaign, browser: TestClient, language: str) -> None:
    """Each text fits, and holds the title, the address in its language and hashtags that no network cuts."""
    texts = {network: packed(browser, campaign)[f"{language}/texts/{network.name}.txt"].decode().rstrip("\n") for network in NETWORKS}
    title, address = next(text.title for text in TEXTS if text.language == language), f"{HERE}/{language}/campaigns/{campaign.id}"
    assert [network.name for network, text in texts.items() if length(text) > network.most or title not in text or "#МыОрлов" not in text] == []
    assert [network.links for network in NETWORKS] == [address in text for text in texts.values()]


def test_every_language_is_on_the_page(campaign: Campaign, browser: TestClient) -> None:
    """The page has the texts in each language of the campaign, the reader's first; networks that take the same text share a field."""
    texts = [each for each in copied(share(browser, campaign, "ar")) if each.startswith(("x-", "mastodon-", "instagram-"))]
    assert texts == [f"{name}-{language}" for language in ("ar", "en", "ru") for name in ("x-bluesky", "instagram")]


def test_a_cut_hashtag_is_told_with_a_form_that_survives(campaign: Campaign, browser: TestClient) -> None:
    """The page says what networks make of a hashtag with a slash, and which form they leave whole."""
    page = share(browser, campaign)
    assert "X, Mastodon, Telegram, Elsewhere, read most strictly: <bdi>#Мы</bdi>, and the rest is plain text." in page and "<bdi>#МыОрлов</bdi>" in page


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_there(campaign: Campaign, browser: TestClient, language: str, kind: str) -> None:
    """A poster, a sign and badges lie there in each language."""
    answer = browser.get(papers(share(browser, campaign, language), language)[kind])
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_a_poster_with_a_number_comes_with_the_first_batch(campaign: Campaign, browser: TestClient) -> None:
    """Before there is a number no poster shows one."""
    before = "number" in papers(share(browser, campaign), "en")
    campaign.leaves(campaign.join(20))
    assert (before, browser.get(papers(share(browser, campaign), "en")["number"]).status_code) == (False, 200)


@pytest.mark.parametrize("name", ["x.pdf", f"{'0' * 32}.sign.{'0' * 32}.pdf", f"{'0' * 32}.menu.{'0' * 32}.pdf"])
def test_no_other_paper_is_drawn(browser: TestClient, name: str) -> None:
    """Nobody can order a paper."""
    assert browser.get(f"/papers/en/{name}").status_code == 404


def test_a_paper_of_other_words_is_not_here(campaign: Campaign, browser: TestClient) -> None:
    """A paper is named by what it shows."""
    path = papers(share(browser, campaign), "en")["sign"]
    assert browser.get(re.sub(r"[0-9a-f]{32}\.pdf", "0" * 32 + ".pdf", path)).status_code == 404


def test_a_pack_has_everything_in_every_language(campaign: Campaign, browser: TestClient) -> None:
    """The pack holds a card with its words, four papers and a text for each network in each language, and a page to begin with."""
    campaign.leaves(campaign.join(20))
    kinds = ["card.png", "card.txt", "poster.pdf", "poster-with-number.pdf", "sign.pdf", "badges.pdf", *(f"texts/{each.name}.txt" for each in NETWORKS)]
    assert sorted(packed(browser, campaign)) == sorted(["README.txt", *(f"{language}/{kind}" for language in SHIPPED for kind in kinds)])


def test_a_pack_is_the_same_for_everybody(campaign: Campaign, browser: TestClient) -> None:
    """Two readers get the same bytes, whatever their browsers say and with nothing in memory."""
    path = f"/en/campaigns/{campaign.id}/pack.zip"
    first = browser.get(path).content
    campaign.here.app.state.cards.pictures.clear()
    assert browser.get(path, headers={"user-agent": "another", "cookie": "a=b"}).content == first


def test_the_page_is_the_same_for_everybody(campaign: Campaign, browser: TestClient) -> None:
    """No address on the page is made for one reader, and nothing is set in the browser."""
    one, two = (browser.get(f"/en/campaigns/{campaign.id}/share", headers={"user-agent": name}) for name in ("a", "b"))
    assert (one.text == two.text, "set-cookie" in one.headers, re.findall(r'href="[^"]*(?:utm|ref=)', one.text)) == (True, False, [])


def test_files_tell_nothing_of_their_making(campaign: Campaign, browser: TestClient, tmp_path: Path) -> None:
    """A stranger's program finds in no file of a pack a date, a name of a program or an identifier."""
    for name, content in packed(browser, campaign).items():
        if not name.endswith(".txt"):
            (tmp_path / name.replace("/", "-")).write_bytes(content)
    every = json.loads(subprocess.run(["exiftool", "-j", "-a", "-u", "-ee", "-G1", str(tmp_path)], capture_output=True, check=True).stdout)
    found = [name for each in every for name in each if name.partition(":")[0] not in BARE or (name[:3] in ("PNG", "PDF") and WHEN.search(name))]
    assert (len(every), found) == (12, [])


def test_a_takedown_takes_everything_away(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """After a takedown there is no page, no paper and no pack, also where they were drawn before."""
    paths = [f"/en/campaigns/{campaign.id}/{each}" for each in ("share", "pack.zip")] + list(papers(share(browser, campaign), "en").values())
    before = {browser.get(path).status_code for path in paths}
    publish(here, takedown(here, campaign.id))
    assert (before, {browser.get(path).status_code for path in paths}) == ({200}, {404})


def test_a_campaign_without_letters_of_ours_is_passed_on_in_words(here: Institution, browser: TestClient) -> None:
    """A campaign whose title no font here holds has its texts, and no card or poster."""
    texts = (Text("en", "夜勤", "In short.", "At length."), Text("ru", "Свободу Орлову", "Кратко.", "Подробно."))
    page = share(browser, public(here, texts=texts))
    assert ("夜勤" in copied(page)["x-bluesky-en"], "poster" in papers(page, "en"), "poster" in papers(page, "ru")) == (True, False, True)


def test_the_campaigns_page_leads_there(campaign: Campaign, browser: TestClient) -> None:
    """A campaign's page has a way to pass it on."""
    assert f'href="/en/campaigns/{campaign.id}/share"' in browser.get(f"/en/campaigns/{campaign.id}").text


def test_the_number_for_another_site_is_a_line_to_copy(campaign: Campaign, browser: TestClient) -> None:
    """The campaign's page leads to the line that is copied, with a sentence of what it does."""
    way = re.search(r'href="(\S+)#embed">The number for your own site', browser.get(f"/en/campaigns/{campaign.id}").text)
    text = browser.get(way[1] if way else "/").text
    assert f"/campaigns/{campaign.id}/embed" in copied(text)["embed"] and "Copy this line into your page." in text


@pytest.mark.parametrize("more", ["share", "pack.zip"])
def test_what_is_no_campaign_is_not_passed_on(browser: TestClient, more: str) -> None:
    """An unknown name answers that nothing is here."""
    assert browser.get(f"/en/campaigns/{'0' * 32}/{more}").status_code == 404


def test_the_page_is_light(here: Institution, browser: TestClient) -> None:
    """The page weighs at most fifteen kilobytes, with as long a statement as fits, of words that repeat little, in each of three languages."""
    words = [hash_of(str(number).encode())[:6] for number in range(210)]
    statement = tuple(Said(text.language, f"{text.language}. " + ". ".join(words)) for text in TEXTS)
    campaign = public(here, texts=TEXTS, campaign=msgspec.structs.replace(_terms(), statement=statement))
    assert len(gzip.compress(share(browser, campaign).encode())) < 15 * 1024


def test_a_campaign_begun_elsewhere_has_its_page_too(here: Institution, browser: TestClient) -> None:
    """A reader of a language in which the campaign was not published gets its first text."""
    page = share(browser, begin(here), "ar")
    assert "Free Orlov" in copied(page)["x-bluesky-en"] and papers(page, "en")
