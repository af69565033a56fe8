# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a post back through the page, before and after its batch, and with words that belong to nothing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from ombuds.core.campaign import Batch, Rejected, Removed
from ombuds.core.words import new_entropy, to_words
from ombuds.server.store.schema import metadata
from tests.server.acts import publish, takedown
from tests.server.campaigns import begin
from tests.server.institution import Institution
from tests.server.joining import Joining, trouble, words
from tests.server.visits import looking_again

HEADING = re.compile(r"<h1>(.*?)</h1>")


def rows(joining: Joining) -> dict[str, list[str]]:
    """Every row of the database but what a page view leaves by itself."""
    with joining.campaign.here.parts.store.read() as connection:
        return {table.name: sorted(map(str, connection.execute(select(table)))) for table in metadata.sorted_tables}


@pytest.fixture
def joining(here: Institution) -> Joining:
    """Somebody before a campaign of badges."""
    return Joining(begin(here, kinds=("badge",)), here.client())


def take_back(browser: TestClient, typed: str, language: str = "en") -> tuple[int, str]:
    """Type words, and return what the page answers."""
    answer = browser.post(f"/{language}/withdraw", data={"words": typed})
    return answer.status_code, answer.text


def test_a_post_that_waits_is_deleted(joining: Joining) -> None:
    """Before its batch a post is gone with its sealed bytes."""
    given = words(joining.post(receipt="1"))
    status, page = take_back(joining.browser, given)
    assert status == 200 and "If these words belong to a post, it is taken back" in page and joining.kept() == {}
    assert not [path for path in (joining.campaign.here.folder / "blobs").rglob("*") if path.is_file()]


def test_a_post_on_the_wall_is_hidden_at_once(joining: Joining) -> None:
    """After its batch a post is no longer shown, and the number stays until the next batch."""
    here = joining.campaign.here
    here.app.state.site = looking_again(here)
    given = words(joining.post(receipt="1", own="Take me back."))
    joining.campaign.join(19)
    joining.campaign.leaves(joining.supporters())
    wall = f"/en/campaigns/{joining.campaign.id}"
    before = joining.browser.get(wall).text
    take_back(joining.browser, given)
    after = joining.browser.get(wall).text
    assert ("Take me back." in before, "Take me back." in after, "<strong>20</strong>" in after) == (True, False, True)


def ask(joining: Joining, typed: str, language: str = "en") -> str:
    """Type words, ask what became of the post, and return what the page answers in its heading."""
    answer = joining.browser.post(f"/{language}/withdraw", data={"words": typed, "do": "look"})
    assert answer.status_code == 200, answer.text
    return str(HEADING.findall(answer.text)[0])


def test_a_post_is_followed_to_the_wall_and_off_it(joining: Joining) -> None:
    """The same words tell that a post waits, stands on the wall, and is unknown once it was taken back."""
    given = words(joining.post(receipt="1"))
    told = [ask(joining, given)]
    joining.campaign.join(19)
    joining.campaign.leaves(joining.supporters())
    told.append(ask(joining, given))
    take_back(joining.browser, given)
    told.append(ask(joining, given))
    assert told == ["Your post waits", "Your post is on the wall", "Nothing is known under these words"]


def test_the_wish_for_another_picture_is_told_to_whoever_has_the_words(joining: Joining) -> None:
    """A signed wish is read with the words, with the guide and a way to join again, in any language."""
    given = words(joining.post(receipt="1"))
    (pending,) = joining.kept().values()
    here = joining.campaign
    here.leaves(here.join(20), rejected=(Rejected("another-picture", 1),), asked=(pending.withdraw,))
    page = joining.browser.post("/en/withdraw", data={"words": given, "do": "look"}).text
    assert ("Another picture is asked for" in page, f"/en/campaigns/{here.id}/join" in page, "No face, no skin, no hand." in page) == (True, True, True)
    assert ask(joining, given, "ru") == "Просят другой снимок"


def fallen(joining: Joining, *rejected: Rejected) -> str:
    """Post once more, publish that with others, and take it off the wall again; return its words."""
    campaign, before = joining.campaign, set(joining.kept())
    given = words(Joining(campaign, joining.browser).post(receipt="1"))
    (mine,) = (pending.withdraw for name, pending in joining.kept().items() if name not in before)
    campaign.join(19)
    some = [each for each in joining.supporters() if each.new.id not in before]
    files = campaign.files(some)
    campaign.publish(campaign.batch(some, files, rejected=rejected), files)
    (commitment,) = (files[each.new.id].commitment for each in some if each.pending.withdraw == mine)
    assert campaign.publish(Batch(1, campaign.id, removed=(Removed(commitment, "person-asked"),), rejected=rejected), {}).status_code == 200
    return given


def test_why_a_post_was_taken_off_the_wall_is_told(joining: Joining) -> None:
    """Whoever has the words of a post that the members took down reads that, with the public reason, and not that nobody knows."""
    page = joining.browser.post("/en/withdraw", data={"words": fallen(joining), "do": "look"}).text
    assert HEADING.findall(page) == ["Your post was taken off the wall"] and "A person shown asked for it" in page


def test_no_reason_is_told_of_a_campaign_that_is_gone(joining: Joining) -> None:
    """After its campaign was taken down why a post fell is told no more."""
    given = fallen(joining)
    publish(joining.campaign.here, takedown(joining.campaign.here, joining.campaign.id))
    assert ask(joining, given) != "Your post was taken off the wall"


def test_taking_back_is_asked_once_more_before_it_is_sent(joining: Joining) -> None:
    """The first button asks what became of the post; the one that takes it back lies behind a fold that says that nobody can undo it."""
    page = joining.browser.get("/en/withdraw").text
    form = page[page.index('<form method="post"') :]
    assert (
        0 < form.index('value="look"') < form.index("<details>") < form.index("Nobody can undo that.") < form.index('value="back"') < form.index("</details>")
    )


def test_the_fixed_hours_are_named(joining: Joining) -> None:
    """Where a post waits for a fixed hour all hours of the day stand, as the server is set, so that a page that is kept stays true."""
    given = words(joining.post(receipt="1"))
    pages = [joining.browser.post("/en/withdraw", data={"words": given, "do": "look"}).text, joining.browser.get("/en/withdraw").text]
    pages.append(joining.browser.get(f"/en/campaigns/{joining.campaign.id}/count").text)
    assert ["The fixed hours are 05:00, 11:00, 17:00 and 23:00 UTC, every day." in each for each in pages] == [True] * 3


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_on_the_line_asking_looks_like_taking_back(joining: Joining, language: str) -> None:
    """Both buttons send as much, and each answer to right words is as long: to what waits, stands, is asked for anew, is unknown or is taken back."""
    given = [words(joining.post(receipt="1")) for _ in range(2)]
    first, _ = joining.kept().values()
    here = joining.campaign
    here.leaves(here.join(20), rejected=(Rejected("another-picture", 1),), asked=(first.withdraw,))
    unknown = " ".join(to_words(new_entropy(), "en"))
    buttons = re.findall(r'name="do" value="(\w+)"', joining.browser.get(f"/{language}/withdraw").text)
    answers = [joining.browser.post(f"/{language}/withdraw", data={"words": each, "do": "look"}) for each in (*given, unknown)]
    answers += [joining.browser.post(f"/{language}/withdraw", data={"words": each, "do": "back"}) for each in (given[0], unknown)]
    answers.append(joining.browser.post(f"/{language}/withdraw", data={"words": fallen(joining, Rejected("another-picture", 1)), "do": "look"}))
    assert len({answer.content for answer in answers}) == 5 and len({len(answer.content) for answer in answers}) == 1
    assert {len(each) for each in buttons} == {4} and buttons == ["look", "back"]


def test_a_wish_goes_with_its_campaign(joining: Joining) -> None:
    """After a campaign was taken down it asks for nothing."""
    given = words(joining.post(receipt="1"))
    (pending,) = joining.kept().values()
    here = joining.campaign
    here.leaves(here.join(20), rejected=(Rejected("another-picture", 1),), asked=(pending.withdraw,))
    publish(here.here, takedown(here.here, here.id))
    assert ask(joining, given) != "Another picture is asked for"


def test_asking_changes_nothing(joining: Joining) -> None:
    """After a question the post waits as before, and no row of the database says that somebody asked."""
    given = words(joining.post(receipt="1"))
    before = rows(joining)
    ask(joining, given)
    ask(joining, " ".join(to_words(new_entropy(), "en")))
    assert rows(joining) == before


def test_words_that_are_no_receipt_are_unknown(joining: Joining) -> None:
    """Words of an inbox, of another campaign's post that was refused, and of nothing get one answer, byte for byte."""
    answers = {joining.browser.post("/en/withdraw", data={"words": " ".join(to_words(new_entropy(), "en")), "do": "look"}).content for _ in range(2)}
    assert len(answers) == 1 and b"Nothing is known under these words" in answers.pop()


def test_unknown_words_get_the_same_answer(joining: Joining) -> None:
    """Whether words belong to a post the answer does not tell, byte for byte."""
    given = words(joining.post(receipt="1"))
    assert take_back(joining.browser, given) == take_back(joining.browser, " ".join(to_words(new_entropy(), "en")))


def test_words_of_any_list_work_on_a_page_of_any_language(joining: Joining) -> None:
    """Russian words take a post back on the Arabic page."""
    given = words(Joining(joining.campaign, joining.browser, "ru").post(receipt="1"))
    assert take_back(joining.browser, given.upper(), "ar")[0] == 200 and joining.kept() == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "There should be exactly twelve words."),
        ("abandon " * 12, "Each word is in the list, but together they are not the words of a post."),
        ("zzzz " * 12, "One of the words is not"),
    ],
)
def test_words_that_cannot_be_are_told(joining: Joining, typed: str, said: str) -> None:
    """A slip of the pen is told, and the page does not repeat the words."""
    answer = joining.browser.post("/en/withdraw", data={"words": typed})
    assert answer.status_code == 400 and trouble(answer).startswith(said) and (not typed or typed.split()[0] not in answer.text)


def test_taken_back_twice_is_taken_back(joining: Joining) -> None:
    """The same words once more get the same answer."""
    given = words(joining.post(receipt="1"))
    assert take_back(joining.browser, given) == take_back(joining.browser, given)
