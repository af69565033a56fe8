# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens of a wall: the next batch, the batch that is signed, a post that is taken down, and what Today says of them."""

from __future__ import annotations

import re

from ombuds.core.keys import hash_of
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.release.batch import removing
from ombuds.server.campaign.slots import run_by_hand
from tests.core.pictures import JPEG
from tests.desk.campaigns import Running, Supporter
from tests.desk.screens import Browser, browser_at, silence

SHOWN = re.compile(r'name="shown" value="([0-9a-f]+)"')


def test_the_next_batch_says_what_is_missing(running: Running, anna: Browser) -> None:
    """Before twenty posts are accepted the screen counts what is missing and has no button."""
    running.accepts(running.posts(13))
    page = anna.open(f"/campaigns/{running.id}").text
    assert ("7 accepted posts are missing" in page, "Propose this batch" in page) == (True, False)


def test_a_batch_goes_from_screen_to_screen(running: Running, anna: Browser) -> None:
    """One member proposes twenty posts, a second sees them and signs, and the wall has them."""
    running.accepts(running.posts(20))
    assert "Propose this batch" in anna.open(f"/campaigns/{running.id}").text
    anna.press(f"/campaigns/{running.id}/batch", {})
    running.world.sync("boris")
    boris = browser_at(running.world, running.world["boris"])
    page = boris.open("/approve").text
    said = boris.press("/approve", {"proposal": re.findall(r'name="proposal" value="([0-9a-f]+)"', page)[0], "answer": "approve"}).text
    running.world.sync()
    run_by_hand(running.world.parts)
    running.world.sync()
    vera = running.world["vera"]
    named = "Batch of 20 posts: <bdi>" in page and "never published with the post" not in page
    told = "the batch lies at the server. The wall changes at" in said and "A change of the wall: <bdi>" in boris.open("/approve").text
    assert named and told
    assert (page.count('<li class="tile">'), len(wall(vera, campaign(vera, running.id)).posts)) == (20, 20)


def test_a_large_batch_has_all_its_posts_on_pages(running: Running, anna: Browser) -> None:
    """The screen to approve shows the first posts of a batch and leads to all of them."""
    running.accepts(running.posts(30))
    anna.press(f"/campaigns/{running.id}/batch", {})
    link = re.findall(r'href="(/approve/[0-9a-f]+/posts)"', anna.open("/approve").text)[0]
    assert anna.open(link).text.count('<li class="tile">') == 30


def test_a_post_is_taken_down_by_the_next_batch(running: Running, anna: Browser) -> None:
    """A post chosen on the wall leaves it with its reason once two members signed, and the choice is forgotten."""
    running.accepts(running.posts(20))
    running.publishes()
    shown = SHOWN.findall(anna.open(f"/campaigns/{running.id}/wall").text)
    anna.press(f"/campaigns/{running.id}/wall", {"shown": shown, f"why-{shown[3]}": "person-asked"})
    chosen = removing(running.world["anna"], running.id)
    running.publishes()
    vera = running.world["vera"]
    made = wall(vera, campaign(vera, running.id))
    assert (chosen, made.gone, removing(running.world["anna"], running.id)) == ({shown[3]: "person-asked"}, {shown[3]: "person-asked"}, {})


def test_who_signs_sees_the_post_that_is_taken_down(running: Running, anna: Browser) -> None:
    """The screen to approve shows the post itself, fetched from the wall, beside the reason."""
    sent = running.posts(20)
    running.accepts(sent)
    running.publishes()
    shown = SHOWN.findall(anna.open(f"/campaigns/{running.id}/wall").text)
    anna.press(f"/campaigns/{running.id}/wall", {"shown": shown, f"why-{shown[0]}": "unlawful"})
    anna.press(f"/campaigns/{running.id}/batch", {})
    page = anna.open("/approve").text
    assert "Posts that it takes down" in page and page.count('<p class="said"') == 1


def test_a_takedown_from_the_wall_is_called_one(running: Running, anna: Browser) -> None:
    """A batch that only takes a post off the wall says so to whoever signs, on Today and on the screen to approve."""
    running.accepts(running.posts(20))
    running.publishes()
    shown = SHOWN.findall(anna.open(f"/campaigns/{running.id}/wall").text)
    anna.press(f"/campaigns/{running.id}/wall", {"shown": shown, f"why-{shown[0]}": "person-asked"})
    anna.press(f"/campaigns/{running.id}/batch", {})
    running.world.sync("boris")
    boris = browser_at(running.world, running.world["boris"])
    first, page = boris.open("/").text, boris.open("/approve").text
    assert "takes posts of people off the wall" in first
    assert "Takedown of 1 post from the wall" in page and "1 post comes off the wall" in page and "Batch of 0 posts" not in page


def test_a_public_photograph_comes_through_the_desk(running: Running, anna: Browser) -> None:
    """On the page of the wall a photograph is fetched from the server and compared with its hash."""
    running.accepts(running.posts(20, kind="photo"))
    running.publishes()
    answer = anna.open(f"/campaigns/{running.id}/wall/{hash_of(JPEG)}.jpg")
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")


def test_today_names_what_waits(running: Running, anna: Browser) -> None:
    """Today counts posts to rule over, and names a batch that can be proposed and one to sign."""
    running.posts(21)
    first = anna.open("/").text
    posts = running.world["anna"].vault.posts
    sent = [Supporter(line.id, posts.pending(running.id, line.id), b"") for line in posts.for_me(running.id)]
    running.accepts(sent)
    second = anna.open("/").text
    anna.press(f"/campaigns/{running.id}/batch", {})
    running.world.sync("boris")
    third = browser_at(running.world, running.world["boris"]).open("/").text
    assert ("21 posts wait for your ruling" in first, "21 accepted posts can go" in second, "A batch of posts waits for your signature" in third) == (
        True,
        True,
        True,
    )


def test_published_lists_no_wall(running: Running, anna: Browser) -> None:
    """After a batch the list of what is public has the campaign and no line for its wall."""
    running.accepts(running.posts(20))
    running.publishes()
    page = anna.open("/published").text
    assert (page.count('<li class="item">'), f"/campaigns/{running.id}" in page) == (1, True)


def test_campaigns_are_shown_while_the_server_is_silent(running: Running, anna: Browser) -> None:
    """List, campaign, queue and own rulings are shown from this machine while the server does not answer."""
    running.posts(1)
    silence(running.world["anna"])
    paths = ("/campaigns", f"/campaigns/{running.id}", f"/campaigns/{running.id}/posts", f"/campaigns/{running.id}/ruled")
    assert [anna.open(path).status_code for path in paths] == [200, 200, 200, 200]


def test_every_screen_reads_well(running: Running, anna: Browser) -> None:
    """Each screen of a campaign with posts in every state is strict HTML."""
    sent = running.posts(3, kind="photo")
    running.rules("anna", sent[:1])
    for path in (
        "/campaigns",
        f"/campaigns/{running.id}",
        f"/campaigns/{running.id}/posts",
        f"/campaigns/{running.id}/ruled",
        f"/campaigns/{running.id}/wall",
        "/publish/campaign",
    ):
        assert anna.reading(path).tags, path


def test_an_unknown_reason_keeps_what_else_was_chosen(running: Running, anna: Browser) -> None:
    """A reason that the desk does not know is refused on the page of the wall, where every other choice stands as it was left, and nothing is noted."""
    running.accepts(running.posts(20))
    running.publishes()
    shown = SHOWN.findall(anna.open(f"/campaigns/{running.id}/wall").text)
    form: dict[str, str | list[str]] = {"batch": "1", "from": "0", "shown": shown, f"why-{shown[2]}": "unlawful", f"why-{shown[5]}": "because"}
    answer = anna.press(f"/campaigns/{running.id}/wall", form)
    kept = re.findall(r'name="why-([0-9a-f]+)">.*?<option value="([^"]*)" selected>', answer.text, re.DOTALL)
    told = "This desk does not know one of the reasons." in answer.text and "Go back" not in answer.text
    assert (answer.status_code, told, (shown[2], "unlawful") in kept, removing(running.world["anna"], running.id)) == (400, True, True, {})


def test_a_page_of_the_wall_that_is_not_there_leads_to_the_campaign(running: Running, anna: Browser) -> None:
    """A batch that does not exist is refused with a link to the campaign."""
    running.accepts(running.posts(20))
    running.publishes()
    answer = anna.open(f"/campaigns/{running.id}/wall?batch=7")
    assert answer.status_code == 404 and f'href="/campaigns/{running.id}">To the campaign</a>' in answer.text
