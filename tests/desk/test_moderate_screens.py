# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens on which members rule over posts: one at a time, a page at once, copies together, and never over their own."""

from __future__ import annotations

import re
from html import unescape

import pytest
from PIL import ImageEnhance

from ombuds.core.keys import hash_of
from tests.core.pictures import JPEG
from tests.desk.campaigns import Running, Supporter
from tests.desk.photographs import packed, scene
from tests.desk.screens import Browser, silence
from tests.desk.test_after_lock import too_late, unlocked

SHOWN = re.compile(r'name="shown" value="([0-9a-f]+)"')


def _queue(running: Running, more: str = "") -> str:
    return f"/campaigns/{running.id}/posts{more}"


def _rules(browser: Browser, running: Running, fields: dict[str, str | list[str]]) -> str:
    return unescape(browser.press(f"/campaigns/{running.id}/rule", fields).text)


def _sure(browser: Browser, page: str) -> str:
    """Press the button of the page that asks once more."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        fields.setdefault(name, []).append(value)
    action = re.findall(r'<form method="post" action="(/campaigns/[^"]+/rule)"', page)[0]
    return unescape(browser.client.post(action, data=fields).text)


def _ruled(running: Running, sent: list[Supporter], member: str = "anna") -> list[str]:
    return [running.world[member].vault.posts.line(running.id, each.id).ruled for each in sent]


def test_accepting_is_done_at_once(running: Running, anna: Browser) -> None:
    """A chosen post is accepted, and a skipped one stays as it is."""
    sent = running.posts(2)
    _rules(anna, running, {"shown": [each.id for each in sent], f"do-{sent[0].id}": "accept", "do": "rule"})
    assert _ruled(running, sent) == ["accept", ""]


def test_a_rejection_is_shown_before_it_is_done(running: Running, anna: Browser) -> None:
    """Rejecting all that is left shows how many and why, does nothing, and does it after one more press."""
    sent = running.posts(3)
    page = _rules(anna, running, {"shown": [each.id for each in sent], "reason": "advertising", "do": "reject-left"})
    before = _ruled(running, sent)
    _sure(anna, page)
    assert ("rejects 3 posts for this reason" in page, before, _ruled(running, sent)) == (True, ["", "", ""], ["reject"] * 3)


def test_a_rejection_needs_a_reason(running: Running, anna: Browser) -> None:
    """A rejection without a reason is refused and nothing is ruled."""
    (one,) = running.posts(1)
    page = _rules(anna, running, {"shown": one.id, f"do-{one.id}": "reject", "do": "rule"})
    assert ("A rejection needs a reason." in page, _ruled(running, [one])) == (True, [""])


def test_a_page_that_lacks_a_reason_comes_back(running: Running, anna: Browser) -> None:
    """The posts of the page come back with each choice kept, and the one whose reason is missing is marked."""
    sent = running.posts(2)
    fields: dict[str, str | list[str]] = {"shown": [each.id for each in sent], f"do-{sent[0].id}": "accept", f"do-{sent[1].id}": "reject", "do": "rule"}
    page = _rules(anna, running, fields)
    kept = re.findall(r'name="do-([0-9a-f]+)" value="(\w+)" checked', page)
    assert (kept, re.findall(r'id="lacks-([0-9a-f]+)"', page)) == ([(sent[0].id, "accept"), (sent[1].id, "reject")], [sent[1].id])


def test_a_reason_without_reject_is_told_at_its_post(running: Running, anna: Browser) -> None:
    """Who chose a reason and forgot to choose Reject is told so at the post, and nothing is ruled."""
    sent = running.posts(2)
    page = _rules(anna, running, {"shown": [each.id for each in sent], f"why-{sent[1].id}": "unlawful", f"do-{sent[0].id}": "accept", "do": "rule"})
    told = "Choose Reject as well" in page and "No post was chosen." not in page
    assert (told, re.findall(r'id="lacks-([0-9a-f]+)"', page), _ruled(running, sent)) == (True, [sent[1].id], ["", ""])


def test_rejecting_all_without_a_reason_comes_back_at_its_field(running: Running, anna: Browser) -> None:
    """Where the reason for all is missing, the page comes back with that field open and marked."""
    page = _rules(anna, running, {"shown": [each.id for each in running.posts(2)], "do": "reject-left"})
    assert '<select id="reason" name="reason" aria-invalid="true"' in page


def test_what_is_left_is_accepted_only_if_it_is_easy(running: Running, anna: Browser) -> None:
    """One press accepts drawn badges with an offered sentence and nothing else of the page."""
    easy = running.posts(2, sentence="I serve, and I stand with him. (en)")
    own = running.posts(1, first=2)
    photo = running.posts(1, first=3, kind="photo", sentence="I serve, and I stand with him. (en)")
    page = _rules(anna, running, {"shown": [each.id for each in (*easy, *own, *photo)], "do": "accept-left"})
    _sure(anna, page)
    assert _ruled(running, [*easy, *own, *photo]) == ["accept", "accept", "", ""]


def test_ones_own_post_is_left_to_others(running: Running, anna: Browser) -> None:
    """A post that a member calls their own is in their queue no more and is not ruled over."""
    (one,) = running.posts(1)
    _sure(anna, _rules(anna, running, {"shown": one.id, f"do-{one.id}": "mine", "do": "rule"}))
    assert (running.world["anna"].vault.posts.line(running.id, one.id).mine, SHOWN.findall(anna.open(_queue(running)).text)) == (True, [])


def test_what_others_ruled_is_told_after_the_own_ruling(running: Running, anna: Browser) -> None:
    """The queue says nothing of the others; the list of own rulings names who ruled what."""
    (one,) = running.posts(1)
    running.rules("boris", [one], "reject", "insult")
    running.world.sync()
    before = anna.open(_queue(running)).text
    running.rules("anna", [one])
    after = anna.open(f"/campaigns/{running.id}/ruled").text
    assert ("boris" in before, "boris" in after and "An insult or a threat" in after) == (False, True)


def test_a_ruling_is_changed_in_the_list(running: Running, anna: Browser) -> None:
    """What was rejected can be accepted until the batch leaves."""
    (one,) = running.posts(1)
    running.rules("anna", [one], "reject", "insult")
    _rules(anna, running, {"kind": "ruled", "shown": one.id, f"do-{one.id}": "accept", "do": "rule"})
    assert _ruled(running, [one]) == ["accept"]


def test_nothing_is_lost_while_the_server_is_silent(running: Running, anna: Browser) -> None:
    """A ruling that could not be handed in comes back on the page that asks once more, and goes out from there."""
    (one,) = running.posts(1)
    there = silence(running.world["anna"])
    page = _rules(anna, running, {"shown": one.id, f"do-{one.id}": "accept", "do": "rule"})
    running.world["anna"].remote = there
    _sure(anna, page)
    assert ("does not answer" in page, _ruled(running, [one])) == (True, ["accept"])


def test_what_was_chosen_comes_back_after_the_desk_locked(running: Running, anna: Browser) -> None:
    """A page of choices that came to a locked desk is shown once more after the passphrase, and signed by one more press."""
    (one,) = running.posts(1)
    page = unlocked(anna, too_late(anna, f"/campaigns/{running.id}/rule", {"shown": one.id, f"do-{one.id}": "accept", "do": "rule"})).text
    before = _ruled(running, [one])
    _sure(anna, page)
    assert (before, _ruled(running, [one])) == ([""], ["accept"])


def test_a_picture_is_the_one_that_was_confirmed(running: Running, anna: Browser) -> None:
    """The desk gives a post's photograph byte by byte, as a JPEG and nothing else, under a policy that forbids everything."""
    (one,) = running.posts(1, kind="photo")
    answer = anna.open(_queue(running, f"/{one.id}/large.jpg"))
    policy = answer.headers["content-security-policy"]
    assert (hash_of(answer.content), answer.headers["content-type"], policy) == (hash_of(JPEG), "image/jpeg", "sandbox; default-src 'none'")


@pytest.mark.parametrize("path", ["large.jpg", "third.jpg"])
def test_a_badge_has_no_picture(running: Running, anna: Browser, path: str) -> None:
    """A drawn badge has no file, and no post has a third picture."""
    (one,) = running.posts(1)
    assert anna.open(_queue(running, f"/{one.id}/{path}")).status_code == 404


def test_pages_go_on_where_one_ended(running: Running, anna: Browser) -> None:
    """Every post that waits stands on exactly one page."""
    sent = {each.id for each in running.posts(30)}
    seen: list[str] = []
    path = _queue(running)
    while path:
        page = anna.open(path).text
        seen += SHOWN.findall(page)
        found = re.findall(r'<a href="([^"]+)" rel="next"', page)
        path = unescape(found[0]) if found else ""
    assert (len(seen), set(seen)) == (30, sent)


def test_posts_that_look_alike_are_decided_at_once(running: Running, anna: Browser) -> None:
    """Copies of one photograph stand together, another one does not, and one press rejects all of them."""
    image = scene(800, 600)
    pictures = (image, ImageEnhance.Brightness(image).enhance(1.1), image.crop((4, 3, 796, 597)), image.rotate(180))
    # What each supporter's machine says of its likeness is not believed.
    sent = [running.post(number, near="f" * 16, kind="photo", large=packed(each)) for number, each in enumerate(pictures)]
    running.world.release()
    running.world.sync()
    page = anna.open(_queue(running, f"/{sent[0].id}/alike")).text
    shown = SHOWN.findall(page)
    _sure(anna, _rules(anna, running, {"kind": "alike", "shown": shown, "reason": "duplicate", "do": "reject-left"}))
    assert (set(shown), _ruled(running, sent)) == ({each.id for each in sent[:3]}, ["reject"] * 3 + [""])


def test_a_campaign_that_is_not_here_has_no_queue(running: Running, anna: Browser) -> None:
    """The address of a queue leads nowhere for an unknown campaign."""
    assert anna.open(f"/campaigns/{'f' * 32}/posts").status_code == 404
