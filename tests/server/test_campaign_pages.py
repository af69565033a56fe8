# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's public pages: the number from the ledger, a wall in a steady order, and nothing that tells who or when (T11, T26)."""

from __future__ import annotations

import gzip
import json
import re

import msgspec
import pytest
from starlette.testclient import TestClient

from ombuds.core.wire_posts import WallPosts
from ombuds.server.campaign.keeping import take_back
from tests.server.acts import hands, publish, record_of, takedown
from tests.server.campaigns import Campaign, begin, begin_with, text_of
from tests.server.institution import Institution
from tests.server.visits import looking_again


@pytest.fixture
def campaign(here: Institution) -> Campaign:
    """A public campaign."""
    return begin(here)


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A reader's browser."""
    return here.client()


def page(browser: TestClient, campaign: Campaign, more: str = "", language: str = "en") -> str:
    """One of a campaign's pages."""
    answer = browser.get(f"/{language}/campaigns/{campaign.id}{more}")
    assert answer.status_code == 200, answer.text
    return answer.text


def sentences(text: str) -> list[str]:
    """The numbers of the sentences on a page, in its order."""
    return re.findall(r"says number (\d+)\.", text)


def test_before_the_first_batch_the_page_says_how_many_are_missing(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A campaign without a batch says when its wall opens, and offers to join."""
    text = page(browser, campaign)
    assert "The wall opens when 20 posts are there" in text and f"/en/campaigns/{campaign.id}/join" in text


@pytest.mark.parametrize(("days", "told"), [(0, "Runs until"), (31, "Ended on")])
def test_the_feed_says_how_a_campaign_stands(here: Institution, campaign: Campaign, browser: TestClient, days: int, told: str) -> None:
    """A list says until when a campaign runs or when it ended, with its number."""
    campaign.leaves(campaign.join(20))
    here.calendar.pass_days(days)
    assert re.search(rf'<span class="chip chip-\w+">{told} [^<]+</span> 20 posts on the wall', browser.get("/en/").text)


@pytest.mark.parametrize(("status", "told"), [("asked", "Runs until"), ("fixed", "Solved")])
def test_a_campaign_awaits_no_answer(here: Institution, browser: TestClient, status: str, told: str) -> None:
    """A campaign says what came of it and nothing of an answer, whatever its text was signed with."""
    made = begin_with(here, msgspec.structs.replace(text_of(), status=status, since=here.calendar.day))
    shown = [browser.get(path).text for path in ("/en/", f"/en/campaigns/{made.id}")]
    assert (told in shown[0], any("awaited" in text for text in shown)) == (True, False)


def test_the_page_shows_the_number_and_the_posts(campaign: Campaign, browser: TestClient) -> None:
    """After a batch the number and its posts stand on the page, in the reader's language around them."""
    campaign.leaves(campaign.join(21))
    text = page(browser, campaign, language="ru")
    assert "<strong>21</strong>" in text and len(sentences(text)) == 21


def test_a_large_number_is_written_in_groups(campaign: Campaign, browser: TestClient) -> None:
    """The number is written as people of the language write it."""
    assert "of 1,000" in page(browser, campaign) or campaign.leaves(campaign.join(20)).status_code == 200
    assert "of 1,000" in page(browser, campaign, "?page=1")


def test_sixty_posts_stand_on_a_page(campaign: Campaign, browser: TestClient) -> None:
    """Seventy posts make two pages, and each post stands on one of them."""
    campaign.leaves(campaign.join(70))
    first, second = (sentences(page(browser, campaign, f"/wall?page={number}")) for number in (1, 2))
    assert (len(first), len(second), len({*first, *second})) == (60, 10, 70)


def test_a_full_page_does_not_change(campaign: Campaign, browser: TestClient) -> None:
    """What comes later stands on later pages."""
    campaign.leaves(campaign.join(60))
    before = sentences(page(browser, campaign, "/wall?page=1"))
    campaign.leaves(campaign.join(20))
    assert sentences(page(browser, campaign, "/wall?page=1")) == before


def test_the_order_is_not_that_of_arrival(campaign: Campaign, browser: TestClient) -> None:
    """Sixty posts that were sent one after another stand in another order."""
    campaign.leaves(campaign.join(60))
    order = [int(number) for number in sentences(page(browser, campaign, "/wall?page=1"))]
    assert order != sorted(order)


def test_the_wall_is_filtered_by_language(campaign: Campaign, browser: TestClient) -> None:
    """A filter leaves the posts of one language."""
    some = [campaign.supporter(number, language="ru" if number < 5 else "en") for number in range(25)]
    campaign.leaves(some)
    assert len(sentences(page(browser, campaign, "/wall?language=ru"))) == 5


def test_languages_of_the_wall_have_names(campaign: Campaign, browser: TestClient) -> None:
    """A language that the site is not shipped in is named in itself, and not by its code."""
    campaign.leaves([campaign.supporter(number, language="uk" if number < 5 else "de") for number in range(20)])
    text = page(browser, campaign, "/wall")
    assert re.findall(r'<option value="(?:de|uk)">(.*?)<', text) == ["Deutsch", "українська"]


def test_the_wall_has_a_page_without_pictures(campaign: Campaign, browser: TestClient) -> None:
    """Without pictures a wall is sentences alone."""
    campaign.leaves(campaign.join(20))
    text = page(browser, campaign, "/wall?plain=1")
    assert "<img" not in text and len(sentences(text)) == 20


def test_every_tile_has_words_for_who_cannot_see(campaign: Campaign, browser: TestClient) -> None:
    """Each picture of a wall has a text in its place."""
    campaign.leaves(campaign.join(20))
    assert 'alt=""' not in page(browser, campaign) and page(browser, campaign).count("alt=") == 20


def test_a_drawn_badge_is_a_picture_of_lines(browser: TestClient) -> None:
    """A badge is served by its number, and one that is not drawn is not here."""
    answers = [browser.get(f"/badges/{number}.svg") for number in ("0", "47", "48", "x")]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]


def test_a_withdrawn_post_is_hidden_at_once(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """A post that is taken back is not on the wall, and the number stays until the next batch counts it."""
    here.app.state.site = looking_again(here)
    some = campaign.join(20)
    campaign.leaves(some)
    page(browser, campaign)
    take_back(here.parts, some[0].token)
    text = page(browser, campaign)
    assert "<strong>20</strong>" in text and len(sentences(text)) == 19


def test_the_count_names_its_batches(campaign: Campaign, browser: TestClient) -> None:
    """How we count names each batch with its entry of the ledger."""
    campaign.leaves(campaign.join(20))
    text = page(browser, campaign, "/count")
    assert "entry 3" in text and "20 posts" in text


@pytest.mark.parametrize("path", ["/campaigns/{}/count", "/ledger"])
def test_the_commands_are_whole(here: Institution, campaign: Campaign, browser: TestClient, path: str) -> None:
    """Where readers count again, the commands stand whole, with the desk's own address, and whence the program comes."""
    campaign.leaves(campaign.join(20))
    text = browser.get("/en" + path.format(campaign.id)).text
    address = record_of(here).charter.charter.addresses[0]
    commands = [f">ombuds mirror copy {address} copy<", ">ombuds verify copy<", "The README of its public source code"]
    assert [each for each in commands if each not in text] == []


def test_the_press_page_counts_campaigns(campaign: Campaign, browser: TestClient) -> None:
    """The press reads how many campaigns there are, and how many posts stand on their walls."""
    campaign.leaves(campaign.join(21))
    text = browser.get("/en/press").text
    assert "<dt>Campaigns</dt><dd>1</dd>" in text and "<dt>Posts on their walls</dt><dd>21</dd>" in text


def test_the_numbers_are_there_for_programs(campaign: Campaign, browser: TestClient) -> None:
    """The JSON has the same numbers, and other sites may read it."""
    campaign.leaves(campaign.join(20))
    answer = browser.get(f"/en/campaigns/{campaign.id}/numbers.json")
    assert (json.loads(answer.text)["posts"], answer.headers["access-control-allow-origin"]) == (20, "*")


def test_the_number_may_stand_in_a_frame(campaign: Campaign, browser: TestClient) -> None:
    """Only the small page with the number may be framed by others."""
    answers = [browser.get(f"/en/campaigns/{campaign.id}{more}").headers for more in ("/embed", "")]
    assert ["frame-ancestors *" in each["content-security-policy"] for each in answers] == [True, False]
    assert [each.get("x-frame-options") for each in answers] == [None, "DENY"]


def test_the_ledger_names_the_campaign_of_a_wall(campaign: Campaign, browser: TestClient) -> None:
    """A line about a wall leads to the campaign that it belongs to, by its title."""
    campaign.leaves(campaign.join(20))
    assert re.search(rf'Wall(?:</bdi>)? · <a href="/en/campaigns/{campaign.id}"[^>]*>Free Orlov</a>', browser.get("/en/ledger").text)


def test_the_press_is_led_to_each_campaign(campaign: Campaign, browser: TestClient) -> None:
    """The page for the press links a campaign, how it is counted, its numbers, its frame, its page to pass on and its pack; all are there."""
    campaign.leaves(campaign.join(20))
    found = re.findall(rf'href="(/en/campaigns/{campaign.id}[^"#]*)', browser.get("/en/press").text)
    assert {each.rpartition("/")[2] for each in found} == {campaign.id, "count", "numbers.json", "share", "pack.zip"}
    assert {browser.get(each).status_code for each in found} == {200}


def test_a_wall_in_one_language_says_how_many_that_leaves(campaign: Campaign, browser: TestClient) -> None:
    """Beside the whole number stands how many posts the chosen language has."""
    campaign.leaves([campaign.supporter(number, language="de" if number < 3 else "en") for number in range(22)])
    wall = page(browser, campaign, "/wall?language=de")
    assert ("<strong>22</strong>" in wall, re.search(r"Of them in (?:<bdi>)?Deutsch(?:</bdi>)?: 3<", wall) is not None) == (True, True)


def test_the_last_page_of_a_wall_says_that_it_is_the_newest(campaign: Campaign, browser: TestClient) -> None:
    """Whoever comes to a wall reads that these are the newest posts, and only on an earlier page which page that is."""
    campaign.leaves(campaign.join(61))
    assert "These are the newest posts. The earlier ones stand on 1 page more." in page(browser, campaign, "/wall")
    assert "Page 1 of 2. The first posts stand on page 1" in page(browser, campaign, "/wall?page=1")


def test_a_campaign_without_a_wall_names_its_goal(here: Institution, browser: TestClient) -> None:
    """Before its first batch a campaign says how many posts it hopes for."""
    assert "The goal is 1,000." in page(browser, begin(here, goal=1000))


def test_a_wall_page_is_light(campaign: Campaign, browser: TestClient) -> None:
    """A page of sixty posts weighs at most twelve kilobytes without its pictures."""
    campaign.leaves(campaign.join(60))
    assert len(gzip.compress(page(browser, campaign, "/wall").encode())) < 12 * 1024


def test_the_first_page_names_a_running_campaign(campaign: Campaign, browser: TestClient) -> None:
    """A campaign stands on the first page, in the feed and above it."""
    assert browser.get("/en/").text.count(f"/en/campaigns/{campaign.id}") >= 2


def test_a_campaign_is_in_the_feeds(campaign: Campaign, browser: TestClient) -> None:
    """The feed tells of a campaign, and of no batch as a text."""
    campaign.leaves(campaign.join(20))
    assert f"/en/campaigns/{campaign.id}" in browser.get("/en/feed.atom").text


def test_a_campaign_is_found(campaign: Campaign, browser: TestClient) -> None:
    """The search finds a campaign by its title after a batch was published."""
    campaign.leaves(campaign.join(20))
    assert f"/en/campaigns/{campaign.id}" in browser.get("/en/search?q=Orlov").text


@pytest.mark.parametrize("more", ["", "/wall", "/count", "/embed", "/numbers.json"])
def test_what_is_no_campaign_has_no_wall(browser: TestClient, more: str) -> None:
    """An unknown name answers that nothing is here."""
    assert browser.get(f"/en/campaigns/{'0' * 32}{more}").status_code == 404


def test_a_campaign_that_is_taken_down_leaves_a_tombstone(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """After a takedown the place says so."""
    publish(here, takedown(here, campaign.id))
    assert "Taken down" in page(browser, campaign) and hands(here)


def test_a_campaign_over_says_so(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """After its last day a campaign takes no posts, and its wall stays."""
    campaign.leaves(campaign.join(20))
    here.calendar.pass_days(31)
    text = page(browser, campaign)
    assert "This campaign is over" in text and len(sentences(text)) == 20


def test_anybody_asks_for_a_takedown(campaign: Campaign, browser: TestClient) -> None:
    """A campaign's page leads to a form for complaints that names the campaign and asks for the post's sentence."""
    text = page(browser, campaign, "/correction")
    assert "Free Orlov" in text and "the address of its picture" in text


def test_a_wall_is_no_page_of_its_own(campaign: Campaign, browser: TestClient) -> None:
    """The ledger's name of a wall leads to no story and to no form."""
    campaign.leaves(campaign.join(20))
    paths = (f"/stories/{campaign.terms.wall}", f"/stories/{campaign.terms.wall}/correction", f"/stories/{campaign.terms.wall}/too")
    assert {browser.get(f"/en{path}").status_code for path in paths} == {404}


def test_a_campaigns_takedown_takes_its_posts(here: Institution, campaign: Campaign, browser: TestClient) -> None:
    """After a campaign's takedown none of its posts is handed out, and no batch follows."""
    campaign.leaves(campaign.join(20))
    publish(here, takedown(here, campaign.id))
    left = browser.get(f"/api/walls/{campaign.terms.wall}/1").text
    assert ("salt" in left, hands(here)[0].post(f"campaigns/{campaign.id}/wall", WallPosts(())).status_code) == (False, 404)
