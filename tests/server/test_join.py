# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining a campaign without JavaScript and without a photograph: what is kept, what is refused, and what is told before."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import pytest

from ombuds.core.content import Said
from ombuds.core.keys import hash_of
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from ombuds.media.badge import Badges
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.ticket import ticket, waited
from tests.core.pictures import said
from tests.server.acts import publish, takedown
from tests.server.campaigns import LANGUAGES, Campaign, begin, begin_with, text_of
from tests.server.institution import Institution
from tests.server.joining import Joining, no_cell, trouble, words

UNSEEN = ("\u200b", "\u202e", "\u2066", "\x07", "\U000e0041")


@pytest.fixture
def joining(here: Institution) -> Iterator[Joining]:
    """Somebody before a campaign."""
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()


def test_a_badge_and_an_offered_sentence_are_kept(joining: Joining) -> None:
    """A post with a drawn badge is sealed as it was chosen, and bears the campaign's version."""
    page = joining.post(shape="3", colour="2", rank="1", region="0")
    post = joining.only().post
    assert page.status_code == 200
    assert (post.kind, post.badge, post.sentence, post.rank, post.version, post.picture) == ("badge", 27, "I serve, and I stand with him. (en)", 1, 1, None)


def test_a_region_is_never_in_the_post(joining: Joining) -> None:
    """The region is sealed beside the post, where members alone read it."""
    joining.post(region="1")
    pending = joining.only()
    assert (pending.region, pending.mode) == (1, "no-javascript") and "region" not in pending.post.__struct_fields__


def test_own_words_take_the_place_of_an_offered_sentence(joining: Joining) -> None:
    """What somebody wrote is posted in the language of the page, on one line."""
    Joining(joining.campaign, joining.browser, "ru").post(own="Мои\r\n слова.")
    assert (joining.only().post.sentence, joining.only().post.language) == ("Мои слова.", "ru")


def test_html_stays_words(joining: Joining) -> None:
    """Words that look like HTML are kept as words."""
    joining.post(own="<script>alert(1)</script>")
    assert joining.only().post.sentence == "<script>alert(1)</script>"


def test_280_characters_are_a_sentence(joining: Joining) -> None:
    """The longest sentence is kept whole."""
    joining.post(own="ж" * 280)
    assert len(joining.only().post.sentence) == 280


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sentence": "own", "own": " \n "}, "There is no sentence yet."),
        ({"own": "x" * 281}, "This sentence has more than 280 characters."),
        *(({"own": f"Free{each}him"}, "There is a character in your words that nobody sees.") for each in UNSEEN),
        ({"version": "2"}, "The text of this campaign was changed meanwhile."),
    ],
)
def test_what_can_be_put_right_is_told(joining: Joining, typed: dict[str, Any], said: str) -> None:
    """A sentence that cannot be posted comes back with what is wrong, and nothing is kept."""
    page = joining.post(**typed)
    assert (trouble(page), joining.kept()) == (said, {})


def test_what_was_typed_comes_back(joining: Joining) -> None:
    """A form that was refused still holds its words, its badge and its choices."""
    page = joining.post(own="y" * 281, shape="7", rank="1", receipt="1")
    assert "y" * 281 in page.text and re.search(r'name="shape" value="7" checked', page.text) and 'value="1" selected' in page.text


@pytest.mark.parametrize("typed", [{"kind": "film"}, {"shape": "12"}, {"colour": "4"}, {"shape": ""}, {"rank": "2"}, {"region": "-1"}, {"sentence": "1"}])
def test_what_no_form_of_ours_sends_is_refused(joining: Joining, typed: dict[str, Any]) -> None:
    """A choice that the campaign has not keeps nothing."""
    assert (joining.post(**typed).status_code, joining.kept()) == (400, {})


def test_sent_twice_is_one_post(joining: Joining) -> None:
    """The same form sent once more is told so, and counts once."""
    form = joining.form()
    answers = [joining.post(form=form) for _ in range(2)]
    assert ([each.status_code for each in answers], trouble(answers[1]), len(joining.kept())) == ([200, 409], "This post was received already.", 1)


def test_a_receipt_is_shown_once_and_fits(here: Institution, joining: Joining) -> None:
    """The twelve words of a receipt are those whose token the post's hash is of."""
    given = words(joining.post(receipt="1"))
    assert hash_of(derive(read_words(given), here.charter.instance_id).withdrawal) == joining.only().withdraw


def test_without_asking_nobody_gets_words(joining: Joining) -> None:
    """A post without a receipt has a hash as the others have, and no words are shown."""
    page = joining.post()
    assert (words(page), len(joining.only().withdraw)) == ("", 64)


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_thanks_with_words_are_as_long_as_without(joining: Joining, language: str) -> None:
    """Thanks have one length, whatever words are in them and whether there are any (T10)."""
    there = Joining(joining.campaign, joining.browser, language)
    pages = [there.post(receipt=receipt, words_language=words) for receipt, words in (("0", "en"), ("1", "en"), ("1", "en"), ("1", "ru"))]
    assert [len(words(page).split()) for page in pages] == [0, 12, 12, 12] and len({len(page.content) for page in pages}) == 1



def test_russian_words_for_who_reads_russian(joining: Joining) -> None:
    """The receipt is written in the list that was chosen."""
    given = words(Joining(joining.campaign, joining.browser, "ar").post(receipt="1", words_language="ru"))
    assert re.fullmatch(r"[а-яё]+( [а-яё]+){11}", given)


def test_a_campaign_that_is_over_takes_nothing(here: Institution, joining: Joining) -> None:
    """After the last day the form is gone, and one that was open before is refused."""
    form = joining.form()
    here.calendar.pass_days(31)
    page = joining.post(form=form)
    assert (page.status_code, trouble(page), joining.kept()) == (409, "This campaign takes no posts now.", {})
    assert "<form" not in joining.browser.get(joining.path).text


def test_a_campaign_that_is_taken_down_is_not_here(here: Institution, joining: Joining) -> None:
    """Where a tombstone stands nobody joins."""
    publish(here, takedown(here, joining.campaign.id))
    assert joining.browser.get(joining.path).status_code == 404


@pytest.mark.parametrize("path", ["/en/campaigns/" + "0" * 32 + "/join", "/xx/campaigns/" + "0" * 32 + "/join", "/xx/withdraw"])
def test_what_is_no_campaign_has_no_form(joining: Joining, path: str) -> None:
    """Unknown names and languages answer that nothing is here."""
    assert joining.browser.get(path).status_code == 404


def test_a_body_that_is_no_form_is_refused(joining: Joining) -> None:
    """A body of another type gets an answer, and keeps nothing."""
    assert joining.browser.post(joining.path, content=b"{}", headers={"content-type": "application/json"}).status_code == 400


def test_the_badge_stands_first(joining: Joining) -> None:
    """A fresh form has the drawn badge marked, and tells who will see a photograph before the button."""
    page = joining.browser.get(joining.path).text
    assert 'value="badge" checked' in page and page.index("Who will see the photograph") < page.index("<button>Join")


def test_it_is_told_what_becomes_public(joining: Joining) -> None:
    """What will be public and what will not stands before the button."""
    page = joining.browser.get(joining.path).text
    assert page.index("What becomes public:") < page.index("What does not:") < page.index("<button>Join")


def test_what_is_counted_of_a_region_is_told_outside_the_fold(here: Institution) -> None:
    """Who names a region reads, folded out or not, that their number is public; a campaign without regions says nothing of it."""
    said = "from twenty posts of a region on, their number is."
    asked, silent = (Joining(begin(here, **changed), here.client()) for changed in ({}, {"regions": ()}))
    unfolded = re.sub(r"<details.*?</details>", "", asked.browser.get(asked.path).text, flags=re.DOTALL)
    other = silent.browser.get(silent.path).text
    here.app.state.photographs.close()
    assert (said in unfolded, said in other) == (True, False)


def test_a_campaign_of_badges_asks_for_no_photograph(here: Institution) -> None:
    """Where only badges may be posted, no file is asked for, and no cell is started."""
    joining = Joining(begin(here, kinds=("badge",)), here.client())
    assert 'type="file"' not in joining.browser.get(joining.path).text and joining.post(kind="photo").status_code == 400


def test_without_a_cell_the_badge_works(here: Institution) -> None:
    """On a machine without bubblewrap the page says that no photographs are taken and why, and a badge is kept."""
    here.app.state.photographs = Photographs(Badges(walled=no_cell))
    joining = Joining(begin(here), here.client())
    page = joining.browser.get(joining.path).text
    assert "This server takes no photographs, because" in page and 'type="file"' not in page
    assert (joining.post().status_code, len(joining.kept())) == (200, 1)


def test_the_thanks_are_the_same_for_everybody(joining: Joining) -> None:
    """Without a receipt two supporters get the same page, with the link, the hashtags and a text to copy."""
    first, second = (joining.post(own=f"Number {number}.").text for number in range(2))
    assert first == second and "#freeorlov" in first and f"http://desk.example/en/campaigns/{joining.campaign.id}" in first


def test_the_text_to_copy_has_the_hashtag_that_survives(here: Institution) -> None:
    """A hashtag that networks would cut stands in the text in the form that they leave whole, and the page says so."""
    joining = Joining(begin_with(here, msgspec.structs.replace(text_of(), tags=("free-orlov",))), here.client())
    page = joining.post(shape="3").text
    here.app.state.photographs.close()
    copied = re.search(r'<textarea id="onward-text".*?</textarea>', page, re.DOTALL)
    assert copied and ("#freeOrlov" in copied[0], "#free-orlov" in copied[0], "#free-orlov" in page.replace(copied[0], "")) == (True, False, True)


def test_before_the_first_batch_it_is_told_how_many_wait(joining: Joining) -> None:
    """The thanks say that the wall opens at twenty, until it is open."""
    before = joining.post().text
    joining.campaign.leaves(joining.campaign.join(20))
    assert "The wall opens when 20 posts are there" in before and "The wall opens" not in joining.post().text


def test_the_form_is_light(joining: Joining) -> None:
    """The page weighs at most fifteen kilobytes with the stylesheet and without its drawings."""
    style = gzip.compress(joining.browser.get("/static/style.css").content)
    assert len(gzip.compress(joining.browser.get(joining.path).content)) + len(style) <= 15 * 1024


def test_a_form_that_was_open_a_moment_is_told_from_one_that_was_not() -> None:
    """A ticket counts after ten seconds and until a day has passed, and for its own form alone."""
    given = ticket(b"k", "a" * 32, lambda: 1_000_000)
    clocks = [partial(int, moment) for moment in (1_000_009, 1_000_025, 1_090_000)]
    forms = (("a" * 32, given), ("b" * 32, given), ("a" * 32, "x"))
    found = [[waited(b"k", nonce, brought, now) for nonce, brought in forms] for now in clocks]
    assert found == [[False] * 3, [True, False, False], [False] * 3]


def test_a_version_that_changes_nothing_for_posts_changes_no_post(joining: Joining) -> None:
    """A form that was loaded before a goal was set is taken after it, and its post names the version of the statement, as all others do."""
    form = joining.form()
    _goes_on(joining.campaign, goal=5)
    page = joining.post(form=form)
    assert (page.status_code, joining.form()["version"], joining.only().post.version) == (200, "1", 1)


def test_another_statement_is_what_new_posts_name(joining: Joining) -> None:
    """A form that was loaded before the statement changed comes back, and the post that is sent then names the new version."""
    form = joining.form()
    _goes_on(joining.campaign, statement=said("We ask for her release.", *LANGUAGES))
    before = joining.post(form=form).status_code
    joining.post()
    assert (before, joining.only().post.version) == (409, 2)


def _goes_on(campaign: Campaign, **changed: object) -> None:
    terms = msgspec.structs.replace(campaign.terms, **changed)
    correction = tuple(Said(language, "Mended.") for language in LANGUAGES)
    campaign.content = msgspec.structs.replace(campaign.content, campaign=terms, correction=correction)
    begin_with(campaign.here, campaign.content, campaign.here.parts.public.record(fresh=True).place(campaign.id))
    campaign.here.parts.public.record(fresh=True)
