# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rulings that a member's own program would not make: they count for nothing, and hold up no post of anybody (T26)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from ombuds.core.age import Recipient, seal
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of
from ombuds.core.posts import Verdict, sign_verdict
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewRulings, Rulings
from tests.desk.campaigns import Running, Supporter
from tests.desk.screens import Browser

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def misrules(running: Running, sent: Iterable[Supporter], *squares: int) -> None:
    """Let vera sign acceptances with these squares, whatever the posts are, and let every desk read them."""
    vera = running.world["vera"]
    seen = vera.remote.rulings(running.id, 0)
    sealed = {each.id: vera.vault.posts.line(running.id, each.id).sealed for each in sent}
    verdicts = (Verdict(1, vera.instance_id, running.id, post, content, "accept", "", seen.seq + 1, squares) for post, content in sealed.items())
    last = hash_of(seen.bundles[-1]) if seen.bundles else ""
    bundle = encode(Rulings(1, last, tuple(sign_verdict(each, vera.key) for each in verdicts)))
    vera.remote.rule(running.id, NewRulings(seen.seq + 1, seal(padded(bundle), [Recipient.parse(running.terms.recipient)])))
    running.world.sync()


@pytest.mark.parametrize("kind", ["badge", "photo"])
def test_squares_that_a_post_has_not_hold_up_no_page(running: Running, anna: Browser, kind: str) -> None:
    """With one post that somebody covers where it has no squares, all posts of the page are accepted as they are."""
    sent = running.posts(3, kind=kind)
    misrules(running, sent[:1], 0, 191)
    found = HIDDEN.findall(anna.open(f"/campaigns/{running.id}/posts").text)
    hidden = {name: [value for other, value in found if other == name] for name, _ in found if name != "token"}
    answer = anna.press(f"/campaigns/{running.id}/rule", {**hidden, **{f"do-{each.id}": "accept" for each in sent}, "do": "rule"})
    ruled = [running.world["anna"].vault.posts.line(running.id, each.id).ruled for each in sent]
    assert (answer.status_code, ruled) == (200, ["accept"] * 3)


def test_squares_that_a_post_has_not_accept_nothing(running: Running) -> None:
    """Two acceptances with such squares, and one as the post is, leave it waiting; who accepted it is not asked once more."""
    (one,) = running.posts(1)
    running.rules("anna", [one])
    misrules(running, [one], 0)
    anna = running.world["anna"].vault.posts
    assert (anna.line(running.id, one.id).state, anna.for_me(running.id)) == ("waiting", [])


def test_who_accepted_is_asked_once_more_of_an_accepted_photograph(running: Running) -> None:
    """Where two accepted a photograph and a third covers more of it, both have it in the queue and not among their rulings, and it stays accepted."""
    (one,) = running.posts(1, kind="photo")
    running.accepts([one])
    running.covers("vera", [one], 0)
    box = running.world["anna"].vault.posts
    lists = [[line.id for line in lines] for lines in (box.for_me(running.id), box.ruled_by_me(running.id))]
    assert (box.line(running.id, one.id).state, lists, box.counts(running.id)["mine to do"]) == ("accepted", [[one.id], []], 1)


def test_who_ruled_once_more_is_asked_no_more(running: Running) -> None:
    """A member who gives the ruling again has the post among their rulings."""
    (one,) = running.posts(1, kind="photo")
    running.accepts([one])
    running.covers("vera", [one], 0)
    running.rules("anna", [one])
    box = running.world["anna"].vault.posts
    assert ([line.id for line in box.ruled_by_me(running.id)], box.for_me(running.id)) == ([one.id], [])
