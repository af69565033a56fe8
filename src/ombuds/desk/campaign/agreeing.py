# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the members' rulings over one post come to: who counts, what enough of them agreed on, and which squares others cover.

Rulings of whoever moderates no more, over other bytes, or with squares that a post's picture has not, count for nothing (T26).
It changes nothing. See spec/campaign.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ombuds.core.errors import NotHere
from ombuds.core.grid import squares_in
from ombuds.core.keys import Id, MemberName
from ombuds.core.posts import Post, Verdict, ruled
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine

Squares = tuple[int, ...]


def given(desk: Desk, subject: Id, line: PostLine) -> Mapping[MemberName, Verdict]:
    """Return the rulings over a post that count, by who ruled."""
    every, keys = desk.vault.posts.rulings(subject, line.id).items(), desk.charter.charter.keys("moderate")
    return {member: each for member, each in every if each.sealed == line.sealed and member in keys and has_squares(line.post, each.covers)}


def has_squares(post: Post | None, squares: Squares) -> bool:
    """Whether these can be covered: squares that the post's photograph has, each once, in order; a drawn badge has none."""
    picture = post.picture if post is not None else None
    return not squares or (picture is not None and squares == squares_in(squares, picture.width, picture.height))


def agreement(desk: Desk, subject: Id, line: PostLine) -> Verdict | None:
    """Return what enough members ruled alike over a post, or nothing while they have not."""
    return ruled(given(desk, subject, line), desk.charter.charter.thresholds.moderate)


def agreed_squares(desk: Desk, subject: Id, line: PostLine) -> Squares:
    """Return which squares of an accepted post its members agreed to cover."""
    end = agreement(desk, subject, line)
    return end.covers if end is not None else ()


def offered_squares(desk: Desk, subject: Id, line: PostLine) -> Squares:
    """Return which squares of a post are covered as this member sees it: those of their own acceptance while it is not asked once more,
    else those that most others name, and of several the most.
    """
    every = given(desk, subject, line)
    others = Counter(each.covers for member, each in every.items() if member != desk.name and each.covers)
    own = every.get(desk.name)
    if own is not None and (line.ruled == "accept" or not others):
        return own.covers
    if not others:
        return ()
    return max(others, key=lambda covers: (others[covers], len(covers), covers))


def reopens(desk: Desk, subject: Id, verdict: Verdict) -> bool:
    """Whether another member's later ruling lets one's own be asked once more: both accept the post, covered differently, and both count."""
    try:
        every = given(desk, subject, desk.vault.posts.line(subject, verdict.post))
    except NotHere:
        return False
    own = every.get(desk.name)
    return own is not None and verdict in every.values() and own.ruling == verdict.ruling == "accept" and own.covers != verdict.covers
